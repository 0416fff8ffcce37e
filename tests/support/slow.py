"""A kitchen screen that says hello as any other and then reads only what it is told to."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

HANDSHAKE = (
    b"GET /pgws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n"
)


class SlowScreen:
    """One connection, without a library that would read by itself."""

    def __init__(self, url: str, token: str, **resume: Any) -> None:
        """Connect to the system at `url` and say hello; with `epoch` and `seq` as one that comes back."""
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout=20)
        self.socket.sendall(HANDSHAKE)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.say(type="hello", role="kitchen", token=token, **resume)

    def __enter__(self) -> SlowScreen:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, **frame: Any) -> None:
        """Send a frame, masked with zeros."""
        data = json.dumps(frame).encode()
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
        self.socket.sendall(b"\x81" + size + b"\0\0\0\0" + data)

    def read(self, size: int) -> bytes:
        """Take up to `size` bytes of what has come; empty when the line is closed."""
        return self.socket.recv(size)
