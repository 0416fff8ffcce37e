# ruff: noqa: PTH208, SIM112, SIM118
# Written as the demos of the retired gateway were, for that is what it stands for here.
import os
from urllib.parse import unquote

import requests

sendbackHost = os.environ["url"]


def send(connectionID, data):
    retmsg = {"websocket": {}}
    retmsg["websocket"]["action"] = "data send"
    retmsg["websocket"]["secConnectionID"] = connectionID
    retmsg["websocket"]["dataType"] = "text"
    retmsg["websocket"]["data"] = data
    requests.post(sendbackHost, json=retmsg)


def main_handler(event, context):
    if "websocket" not in event.keys():
        return {"errNo": 102, "errMsg": "not found web socket"}
    me = event["websocket"]["secConnectionID"]
    people = [unquote(key) for key in os.listdir(os.environ["bucket"])]
    data = event["websocket"]["data"] + "(===Online people:" + str(len(people)) + "===)"
    for connectionID in people:
        if connectionID != me:
            send(connectionID, data)
    return "send success"
