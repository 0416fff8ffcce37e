"""A WebSocket as an attacker speaks it: frames from bytes, and what is answered in short words."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from support.waiting import DEADLINE_S

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
SENTINEL: dict[str, Any] = {"type": "ping"}
_HANDSHAKE = (
    "GET /pgws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n"
)


class RawSocket:
    """A WebSocket that sends what it is told to and says what came."""

    def __init__(self, url: str) -> None:
        self.code = 0
        host = urlsplit(url)
        self._line = socket.create_connection((host.hostname, host.port), timeout=DEADLINE_S)
        self._line.sendall(_HANDSHAKE.format(host=host.netloc).encode())
        self._read = self._line.makefile("rb")
        status = self._read.readline()
        assert status.startswith(b"HTTP/1.1 101 "), status
        while self._read.readline() != b"\r\n":
            pass

    def __enter__(self) -> RawSocket:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._line.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they are; a server that has closed already does not matter."""
        with contextlib.suppress(OSError):
            self._line.sendall(data)

    def say(self, frame: Any) -> None:
        """Send a frame of the corpus as one message."""
        if isinstance(frame, dict) and "binary64" in frame:
            self.send(message(BINARY, base64.b64decode(frame["binary64"])))
        else:
            text = frame if isinstance(frame, str) else json.dumps(frame)
            self.send(message(TEXT, text.encode("utf-8", "surrogatepass")))

    def frame(self) -> tuple[int, bytes] | None:
        """Return opcode and payload of the next frame, None at the end of the line."""
        try:
            head = self._read.read(2)
            if len(head) < 2:
                return None
            length = head[1] & 127
            if length > 125:
                length = int.from_bytes(self._read.read(2 if length == 126 else 8), "big")
            return head[0] & 15, self._read.read(length)
        except ConnectionError:
            return None

    def answer(self) -> str | int:
        """Return the next answer in a word, passing over news; a close as its code, 0 for a line that was cut."""
        while (found := self.frame()) is not None:
            opcode, data = found
            if opcode == CLOSE:
                return _code(data)
            if opcode == PONG:
                return "PONG"
            if opcode == TEXT and (word := _word(json.loads(data))):
                return word
        return 0

    def texts(self) -> Iterator[dict[str, Any]]:
        """Yield the messages until the end, of which `code` is then known."""
        while (found := self.frame()) is not None:
            if found[0] == CLOSE:
                self.code = _code(found[1])
                return
            if found[0] == TEXT:
                yield json.loads(found[1])

    def answers(self, number: int) -> list[str | int]:
        """Return the next answers, fewer if the line is closed."""
        found: list[str | int] = []
        while len(found) < number:
            found.append(self.answer())
            if isinstance(found[-1], int):
                break
        return found


def message(opcode: int, payload: bytes) -> bytes:
    """Return a whole masked frame."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += b"\xfe" + struct.pack("!H", size)
    else:
        head += b"\xff" + struct.pack("!Q", size)
    mask = os.urandom(4)
    pad = (mask * (size // 4 + 1))[:size]
    return head + mask + (int.from_bytes(payload, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")


def _code(data: bytes) -> int:
    return int.from_bytes(data[:2], "big") if data else 1005


def _word(frame: dict[str, Any]) -> str | None:
    if frame["type"] == "result":
        return "ok" if frame["ok"] else str(frame["error"]["code"])
    if frame["type"] == "error":
        return str(frame["code"])
    return str(frame["type"]) if frame["type"] in ("welcome", "paired", "pong") else None
