# ruff: noqa: PTH107, PTH118, SIM112
# Written as the demos of the retired gateway were, for that is what it stands for here.
import os
from urllib.parse import quote

import requests


def main_handler(event, context):
    connectionID = event["websocket"]["secConnectionID"]
    retmsg = {"websocket": {"action": "closing", "secConnectionID": connectionID}}
    requests.post(os.environ["url"], json=retmsg)
    os.remove(os.path.join(os.environ["bucket"], quote(connectionID, safe="")))
    return event
