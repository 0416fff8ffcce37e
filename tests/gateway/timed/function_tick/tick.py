"""Records what timers send, then does what the file beside the record says."""

import json
import os
import time
from pathlib import Path

RECORD = Path(os.environ["RECORD"])


def main_handler(event, context):
    """The door."""
    if "httpMethod" in event:
        while not Path(event["queryString"]["until"]).exists():
            time.sleep(0.01)
        return {"isBase64Encoded": False, "statusCode": 200, "headers": {}, "body": "at last"}
    with RECORD.open("a") as file:
        file.write(json.dumps(event) + "\n")
    word = RECORD.with_name("do")
    do = word.read_text() if word.exists() else ""
    if do == "raise":
        raise RuntimeError
    if do == "exit":
        os._exit(1)
    if do == "sleep":
        time.sleep(60)
    while do in ("hold", "linger") and word.exists():
        time.sleep(0.01)
    if do == "linger":  # longer than workers have that nobody waits for
        time.sleep(1.5)
    if do.startswith("{"):
        return json.loads(do)
    with RECORD.open("a") as file:
        file.write(json.dumps({"finished": True}) + "\n")
    return {"ok": True, "metrics": {"probe_calls_total": 3, "probe_depth": 1.5, "gateway_sockets": 99}}
