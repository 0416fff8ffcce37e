"""The doors of the functions on a store in memory: events in the cloud's own form go in, answers and frames come out."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from orderbell import entry
from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.menu import Shop
from orderbell.domain.rates import Sizes
from support.example import ORDER
from support.layer import Store, wired

JSON = dict[str, Any]

PAGE = "https://order.example"
"""The one origin that may read answers."""
SCREEN, DEVICE_TOKEN = "screen/+=", "device/+="


@dataclass(frozen=True)
class Answer:
    """What an HTTP function answered; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> tuple[int, str]:
        """Return status and code of a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.json["status"] == self.status
        return self.status, self.json["code"]


class House:
    """The six functions, a push that keeps what it was given, and a shop."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch, sizes: Sizes | None = None) -> None:
        self.store = store
        self.push = MemoryPush()
        self.parts = wired(store, self.push, frozenset({PAGE}), sizes)
        self.peer = "198.51.100.7"
        """Where the next request or handshake comes from."""
        for module in ("web", "sockets", "timer"):
            patch.setattr(f"orderbell.entry.{module}.wiring", lambda pushes=True: self.parts)
        self.shop: Shop = store.open_shop()
        self.device = store.add_device(self.shop, DEVICE_TOKEN)
        self._read: dict[str, int] = {}

    # HTTP

    def http(
        self, method: str, target: str, body: str | bytes = "", headers: dict[str, str] | None = None
    ) -> Answer:
        """Call the function that a route leads to. `target` is a path with its query."""
        path, _, query = target.partition("?")
        event = {
            "requestContext": {
                "requestId": "req-1",
                "path": path,
                "httpMethod": method,
                "sourceIp": self.peer,
                "stage": "release",
            },
            "httpMethod": method,
            "path": path,
            "queryString": dict(pair.split("=", 1) for pair in query.split("&")) if query else {},
            "headers": headers or {},
            "body": body if isinstance(body, str) else body.decode("latin-1"),
            "isBase64Encoded": False,
        }
        if isinstance(body, bytes):
            event |= {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
        door = entry.http(entry.bill if path == "/bill" else entry.shops)
        said = door(event, {"request_id": "invocation-1"})
        assert said["isBase64Encoded"] is False
        lower = {name.lower(): value for name, value in said["headers"].items()}
        return Answer(said["statusCode"], lower, said["body"])

    def place(self, order: JSON | None = None, key: str | None = "key/+=", **headers: str) -> Answer:
        """POST an order."""
        all_headers = {"Content-Type": "application/json", **headers}
        if key is not None:
            all_headers["Idempotency-Key"] = key
        return self.http("POST", "/bill", json.dumps(ORDER if order is None else order), all_headers)

    def show(self, token: str | None = None, **query: object) -> Answer:
        """GET /bill with a bearer token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.http("GET", "/bill?" + urlencode(query).replace("%2F", "/"), headers=headers)

    def stored(self) -> int:
        """Return how long the shop's log is."""
        return self.store.ledger().snapshot(self.shop.id)[1]

    # WebSocket

    def open(self, connection: str = SCREEN) -> Any:
        """Let a socket open; return what register answers."""
        event = socket_event("connecting", connection)
        event["requestContext"]["sourceIp"] = self.peer
        return entry.socket(entry.register)(event, {"request_id": "r"})

    def hang_up(self, connection: str = SCREEN) -> Any:
        """Let a client go away; return what unregister answers."""
        self.push.hang_up(connection)
        return entry.socket(entry.unregister)(socket_event("closing", connection), {"request_id": "r"})

    def say(self, frame: JSON | str | None, connection: str = SCREEN) -> list[JSON]:
        """Hand a frame to transport; return the frames that came on this socket since the last look."""
        data = json.dumps(frame) if isinstance(frame, dict) else frame
        kind = {"data": "AAE=", "dataType": "binary"} if data is None else {"data": data, "dataType": "text"}
        event = socket_event("data send", connection, **kind)
        answer = entry.socket(entry.transport)(event, {"request_id": "r"})
        assert answer in ({"errNo": 0, "errMsg": "ok"}, {"errNo": 103, "errMsg": "no hello yet"})
        self.counted = answer["errNo"] == 0
        return self.heard(connection)

    def heard(self, connection: str = SCREEN) -> list[JSON]:
        """Return the frames that came on a socket since the last look."""
        frames = self.push.frames(connection)
        start = self._read.get(connection, 0)
        self._read[connection] = len(frames)
        return [json.loads(text) for text in frames[start:]]

    def closed(self, connection: str = SCREEN) -> int | None:
        """Return the code that a socket was closed with."""
        return self.push.closed.get(connection, (None,))[0]

    def hello(self, connection: str = SCREEN, **more: Any) -> list[JSON]:
        """Open a socket and say hello as the shop's kitchen, or as `more` says."""
        self.open(connection)
        who = {"role": "kitchen", "token": DEVICE_TOKEN} if "role" not in more else {}
        return self.say({"type": "hello", **who, **more}, connection)

    def follow(self, placed: Answer, connection: str = "customer") -> list[JSON]:
        """Open a socket and follow the order of an answer."""
        order = placed.json["order"]["id"]
        return self.hello(connection, role="customer", order=order, token=placed.json["token"])

    def command(self, name: str, connection: str = SCREEN, id: str = "c1", **arguments: Any) -> JSON:
        """Send a command; return its result. Other frames that come with it are dropped."""
        frames = self.say({"type": "command", "id": id, "name": name, **arguments}, connection)
        (result,) = [frame for frame in frames if frame["type"] == "result"]
        return result


def socket_event(action: str, connection: str, **more: Any) -> JSON:
    """Return an event as the gateway sends it: only `connecting` has a request context."""
    about = {"requestContext": {"requestId": "req-1"}} if action == "connecting" else {}
    return {**about, "websocket": {"action": action, "secConnectionID": connection, **more}}
