"""An owner's receiver: a real HTTP server that answers as it is told, and checks signatures by the specification alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()


@dataclass(frozen=True)
class Received:
    """One POST as it came: header names in lower case, the body as bytes."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Return what a receiver drops repeats by."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> dict[str, Any]:
        """Return the body's content."""
        content: dict[str, Any] = json.loads(self.body)
        return content

    def is_signed_with(self, secret: str) -> bool:
        """Check it as the Standard Webhooks specification tells receivers to."""
        key = base64.b64decode(secret.split("_", 1)[1])
        content = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        wanted = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
        signatures = self.headers["webhook-signature"].split(" ")
        return any(hmac.compare_digest(each, f"v1,{wanted}") for each in signatures)


class Handler(BaseHTTPRequestHandler):
    """Takes a POST and lets the receiver answer it."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.take(Received(headers, body))(self)

    def do_GET(self) -> None:
        self.server.strays += 1
        answer(200)(self)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Stay silent."""


Behaviour = Callable[[Handler], None]


class Receiver(ThreadingHTTPServer):
    """Remembers what came. It answers with `plan`'s behaviours in turn, then with 204."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.got: list[Received] = []
        self.plan: list[Behaviour] = []
        self.strays = 0
        self.closing = threading.Event()
        self._turn = threading.Lock()

    @property
    def port(self) -> int:
        """Return where it listens."""
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        """Return the address to send to."""
        return f"http://127.0.0.1:{self.port}/hook"

    def take(self, received: Received) -> Behaviour:
        """Remember a POST and return what to do about it."""
        with self._turn:
            self.got.append(received)
            return self.plan.pop(0) if self.plan else answer(204)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hung up is part of the game."""


@contextmanager
def receiving(port: int = 0) -> Iterator[Receiver]:
    """Run a receiver."""
    with Receiver(port) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.closing.set()
            receiver.shutdown()
            thread.join()


def answer(status: int, **headers: str) -> Behaviour:
    """Answer with a status and headers; `_` in their names stands for `-`."""

    def act(handler: Handler) -> None:
        handler.send_response_only(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return act


def hang(handler: Handler) -> None:
    """Take the message and say nothing until the test is over."""
    handler.server.closing.wait(60)


def drip(handler: Handler) -> None:
    """Begin an answer and never end it, a byte every now and then."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b"x")


def drop(handler: Handler) -> None:
    """Take the message and hang up without an answer."""
    handler.close_connection = True
