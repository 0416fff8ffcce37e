"""Does what the query's `do` says: the ways in which a function can answer, fail and be in the way."""

import json
import os
import pathlib
import sys
import time

import probe_layer

STARTED = os.getpid()


def answer(body, status=200, headers=None):
    """Return an integrated answer."""
    return {"isBase64Encoded": False, "statusCode": status, "headers": headers or {}, "body": body}


def main_handler(event, context):
    """The door."""
    do = event["queryString"].get("do", "event")
    value = event["queryString"].get("value", "")
    if do == "event":
        return answer(json.dumps({"event": event, "context": context, "layer": probe_layer.WORD}))
    if do == "environment":
        return answer(json.dumps({**os.environ, "cwd": str(pathlib.Path.cwd()), "path": sys.path}))
    if do == "modules":
        return answer(json.dumps(sorted(sys.modules)))
    if do == "pid":
        return answer(str(STARTED))
    if do == "hold":
        while not pathlib.Path(value).exists():
            time.sleep(0.01)
        return answer(str(STARTED))
    if do == "note":
        with pathlib.Path(os.environ["RECORD"]).open("a") as file:
            file.write(value + "\n")
        return answer(value)
    if do == "sleep":
        time.sleep(float(value))
        return answer(str(STARTED))
    if do == "exit":
        os._exit(3)
    if do == "raise":
        raise ValueError("secret of a customer")
    if do == "spin":
        while True:
            pass
    if do == "print":
        print("one line")  # noqa: T201
        print(json.dumps({"two": "lines"}))  # noqa: T201
        print('{"odd": "\\ud800"}')  # noqa: T201
        os.write(2, b"from below\n")
        return answer("printed")
    if do == "headers":
        return answer("x", 201, {"X-One": "1", "Set-Cookie": ["a=1", "b=2"], "Content-Length": "9"})
    if do == "return":
        return json.loads(value)
    if do == "bytes":
        return {"isBase64Encoded": True, "statusCode": 200, "headers": {}, "body": "AAH/"}
    if do == "unserialisable":
        return {1, 2}
    if do == "large":
        return answer("x" * int(value))
    return answer("no such thing", 500)
