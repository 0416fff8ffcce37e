# ruff: noqa: PTH118, PTH123, SIM112, SIM118, T201
# Written as the demos of the retired gateway were, for that is what it stands for here.
import os
from urllib.parse import quote


def main_handler(event, context):
    print("event is ", event)
    connectionID = event["websocket"]["secConnectionID"]
    retmsg = {"errNo": 0, "errMsg": "ok"}
    retmsg["websocket"] = {"action": "connecting", "secConnectionID": connectionID}
    if "secWebSocketProtocol" in event["websocket"].keys():
        retmsg["websocket"]["secWebSocketProtocol"] = event["websocket"]["secWebSocketProtocol"]
    if "secWebSocketExtensions" in event["websocket"].keys():
        retmsg["websocket"]["secWebSocketExtensions"] = ""
    with open(os.path.join(os.environ["bucket"], quote(connectionID, safe="")), "w") as f:
        f.write("websocket")
    return retmsg
