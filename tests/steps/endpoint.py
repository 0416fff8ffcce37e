"""A push endpoint that keeps what came, and fails where a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FAULTS = ("500", "hang", "deliver, then 502", "deliver, then hang up", "hang up")
LOSE = "say ok, and deliver nothing"
"""What a gateway does that dies between its answer and the socket."""


class Endpoint:
    """Sockets by name, with the frames that each was given. One that is in `gone` is told to be gone."""

    def __init__(self) -> None:
        self.url = ""
        self.gone: set[str] = set()
        self.pushes = 0
        self._frames: dict[str, list[str]] = {}
        self._fault: tuple[int, str] | None = None
        self._lock = threading.Lock()

    def fail(self, nth: int, fault: str) -> None:
        """Let the push that is `nth` from now on, from 0, fail in one of FAULTS' ways, or LOSE."""
        with self._lock:
            self._fault = (self.pushes + nth, fault)

    def heal(self) -> bool:
        """Let nothing fail any more; return whether something did."""
        with self._lock:
            failed = self._fault is not None and self.pushes > self._fault[0]
            self._fault = None
            return failed

    def take(self, connection: str) -> list[Any]:
        """Return and forget the frames that came on a socket since the last look."""
        with self._lock:
            return [json.loads(text) for text in self._frames.pop(connection, [])]

    def push(self, message: dict[str, Any]) -> tuple[str, int]:
        """Take a push; return how it fails (empty: it does not) and its errNo."""
        with self._lock:
            fault = self._fault[1] if self._fault is not None and self._fault[0] == self.pushes else ""
            self.pushes += 1
            connection = message["secConnectionID"]
            if message["action"] == "closing":
                self.gone.add(connection)
            elif connection in self.gone:
                return fault, 1
            elif fault in ("", "deliver, then 502", "deliver, then hang up"):
                self._frames.setdefault(connection, []).append(message["data"])
            return fault, 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    endpoint: Endpoint

    def handle_error(self, *_: object) -> None:
        return  # a killed function hangs up in the middle: that is what these tests are about


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65_536  # an answer in two pieces would wait 40 ms for the first to be acknowledged
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fault, number = self.server.endpoint.push(json.loads(body)["websocket"])
        if fault == "hang":
            self.rfile.read(1)  # until the function loses patience
        if fault in ("hang", "hang up", "deliver, then hang up"):
            self.close_connection = True
            return
        answer = json.dumps({"errNo": number, "errMsg": "ok" if number == 0 else "gone"}).encode()
        self.send_response({"500": 500, "deliver, then 502": 502}.get(fault, 200))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def running_endpoint() -> Iterator[Endpoint]:
    """Run a push endpoint on a free port of this machine."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.endpoint = Endpoint()
    server.endpoint.url = f"http://127.0.0.1:{server.server_port}/api-1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.endpoint
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
