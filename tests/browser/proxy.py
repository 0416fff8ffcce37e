"""A proxy between the pages and the gateway that is bad at WebSockets, as some networks are."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum

from support.system import System

_REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_CHUNK = 65536


class Sockets(Enum):
    """What becomes of a WebSocket."""

    PASS = "pass"
    REFUSE = "refuse"
    """The upgrade is answered 403."""
    MUTE = "mute"
    """The socket opens, and then no byte comes back."""


class Proxy:
    """Passes HTTP, and WebSockets as it was told to."""

    def __init__(self, port: int) -> None:
        self._upstream = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._mode = Sockets.PASS
        self._lock = threading.Lock()
        self._lines: list[tuple[socket.socket, bool]] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, mode: Sockets, *, cut: bool = True) -> None:
        """Treat new WebSockets so from now on; cut those that are open, or leave them as they are."""
        with self._lock:
            self._mode = mode
            for line, is_socket in self._lines:
                if is_socket and cut:
                    _cut(line)

    def close(self) -> None:
        """Listen no more, and cut everything."""
        _cut(self._listener)  # on Linux this wakes accept()
        self._listener.close()
        with self._lock:
            for line, _ in self._lines:
                _cut(line)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), near:
            head = near.recv(_CHUNK)
            is_socket = head.startswith(b"GET /pgws")
            with self._lock:
                mode = self._mode
                self._lines.append((near, is_socket))
            if is_socket and mode is Sockets.REFUSE:
                near.sendall(_REFUSAL)
                return
            with socket.create_connection(self._upstream) as far:
                far.sendall(head)
                if is_socket and mode is Sockets.MUTE:
                    near.sendall(_until_head_ends(far))
                    while near.recv(_CHUNK):
                        continue  # whatever is said is said to nobody
                    return
                back = threading.Thread(target=_pump, args=(far, near), daemon=True)
                back.start()
                _pump(near, far)
                back.join()


def _until_head_ends(line: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += line.recv(1)
    return head


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
    _cut(sink)


def _cut(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)  # wakes whoever waits on it, who then closes it


@contextlib.contextmanager
def proxied(system: System) -> Iterator[tuple[System, Proxy]]:
    """Return the system as it looks from behind a proxy, and the proxy."""
    proxy = Proxy(int(system.url.rsplit(":", 1)[1]))
    try:
        yield replace(system, url=proxy.url), proxy
    finally:
        proxy.close()
