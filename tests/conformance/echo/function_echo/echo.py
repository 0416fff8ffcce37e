"""Sends every message back as it came."""

import http.client
import json
import os
from urllib.parse import urlsplit

ADDRESS = urlsplit(os.environ["PUSH_URL"])
HEADERS = {"Authorization": "Bearer " + os.environ["PUSH_TOKEN"], "Content-Type": "application/json"}
connection = http.client.HTTPConnection(ADDRESS.hostname or "", ADDRESS.port, timeout=10)


def main_handler(event, context):
    """The door; a transport event has the very form of a push."""
    connection.request("POST", ADDRESS.path, json.dumps(event), HEADERS)
    connection.getresponse().read()
