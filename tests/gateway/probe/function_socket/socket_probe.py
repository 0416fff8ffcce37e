"""All three functions of a WebSocket: records each event, and does what the client's text says."""

import json
import os
import time
import urllib.request
from pathlib import Path

RECORD = Path(os.environ["RECORD"])


def record(event, context):
    """Add the event to the record."""
    with RECORD.open("a") as file:
        file.write(json.dumps({**event, "id": context["request_id"]}) + "\n")


def push(context, **websocket):
    """Call the push endpoint and return its answer."""
    headers = {
        "Authorization": "Bearer " + os.environ["PUSH_TOKEN"],
        "Content-Type": "application/json",
        "X-Request-Id": context["request_id"],
    }
    body = json.dumps({"websocket": websocket}).encode()
    with urllib.request.urlopen(urllib.request.Request(os.environ["PUSH_URL"], body, headers)) as reply:
        return json.loads(reply.read())


def register(websocket, context):
    """Accept or refuse, as the environment says."""
    refuse = os.environ["REFUSE"]
    if refuse == "sleep":
        time.sleep(5)
    if refuse == "raise":
        raise RuntimeError
    if refuse == "exit":
        os._exit(1)
    if refuse == "malformed":
        return {"errNo": "0"}
    if refuse:
        return {"errNo": int(refuse), "errMsg": "no room"}
    early = push(
        context, action="data send", secConnectionID=websocket["secConnectionID"], dataType="text", data="x"
    )
    RECORD.with_name(RECORD.name + ".early").write_text(json.dumps(early))
    reply = {"action": "connecting", "secConnectionID": websocket["secConnectionID"]}
    if "secWebSocketProtocol" in websocket:
        reply["secWebSocketProtocol"] = websocket["secWebSocketProtocol"].split(",")[-1].strip()
    return {"errNo": 0, "errMsg": "ok", "websocket": {**reply, "secWebSocketExtensions": ""}}


def main_handler(event, context):
    """The door."""
    websocket = event["websocket"]
    if websocket["action"] == "connecting":
        record(event, context)
        return register(websocket, context)
    connection = websocket["secConnectionID"]
    word, _, rest = websocket.get("data", "").partition(":")
    if word == "hold":
        while not Path(rest).exists():
            time.sleep(0.01)
    record(event, context)
    if word == "raise":
        raise RuntimeError
    if word == "exit":
        os._exit(1)
    if word == "id":
        push(context, action="data send", secConnectionID=connection, dataType="text", data=connection)
    if word == "echo":
        push(context, action="data send", secConnectionID=connection, dataType="text", data=rest)
    if word == "bytes":
        push(context, action="data send", secConnectionID=connection, dataType="binary", data="AAH/")
    if word == "close":
        push(context, action="closing", secConnectionID=connection, **json.loads(rest or "{}"))
    return None
