"""The internal listener: pushes, /metrics and /healthz over plain HTTP/1.1.

Written by hand because a push is on the way of every order: no task, no wait, one write. It understands what
functions send (a header, a Content-Length, keep-alive) and refuses the rest. It never faces the public.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

MAX_HEAD = 16_384
PARTIAL_S = 10.0
_TARGET = re.compile(rb"[!-~]+")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SAFE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode() for s in HTTPStatus}


@dataclass
class Call:
    """One request to the internal listener."""

    method: str
    path: str
    authorization: bytes
    request_id: str
    body: bytes


Answer = tuple[int, str, bytes]
"""Status, content type, body."""
Handler = Callable[[Call], Answer]


class Refused(Exception):
    """The bytes are not a request that is served here."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Internal(asyncio.Protocol):
    """One connection of a function (or of who scrapes the metrics)."""

    def __init__(self, handler: Handler, max_body: int, connections: set[Internal]) -> None:
        self.handler = handler
        self.max_body = max_body
        self.connections = connections
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._timer: asyncio.TimerHandle | None = None
        self._told_to_continue = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; TCP_NODELAY is what asyncio and uvloop set by themselves."""
        self.transport = cast(asyncio.Transport, transport)
        self.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self.connections.discard(self)
        self.transport = None
        self._stop_timer()

    def data_received(self, data: bytes) -> None:
        """Answer every whole request in what has come."""
        if self._buffer:
            data = self._buffer + data
        try:
            while data and self.transport is not None:
                end = self._one(data)
                if not end:
                    break
                data = data[end:]
        except Refused as error:
            self._write(error.status, "text/plain", f"{error}\n".encode(), keep=False)
            data = b""
        self._buffer = data
        if not data:
            self._stop_timer()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PARTIAL_S, self._too_slow)

    def close(self) -> None:
        """Close the connection once what was written has gone out."""
        if self.transport is not None:
            self.transport.close()

    def _one(self, data: bytes) -> int:
        """Answer the first request of `data` and return its length; 0 when it is not all there yet."""
        head = data.find(b"\r\n\r\n")
        if head < 0 or head > MAX_HEAD:
            if len(data) > MAX_HEAD:
                raise Refused(431, "header too large")
            return 0
        line, _, rest = data[:head].partition(b"\r\n")
        words = line.split(b" ")
        if len(words) != 3 or words[2] not in (b"HTTP/1.1", b"HTTP/1.0") or not _TARGET.fullmatch(words[1]):
            raise Refused(400, "not an HTTP request")
        headers = _headers(rest)
        length = self._length(headers)
        start = head + 4
        if len(data) < start + length:
            if headers.get(b"expect", b"").lower() == b"100-continue" and not self._told_to_continue:
                self._told_to_continue = True
                assert self.transport is not None
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            return 0
        self._told_to_continue = False
        self._stop_timer()
        request_id = headers.get(b"x-request-id", b"")
        call = Call(
            words[0].decode("latin-1"),
            words[1].partition(b"?")[0].decode("latin-1"),
            headers.get(b"authorization", b""),
            request_id.decode() if _SAFE_ID.fullmatch(request_id) else "",
            data[start : start + length],
        )
        keep = words[2] == b"HTTP/1.1" and headers.get(b"connection", b"").lower() != b"close"
        status, kind, body = self.handler(call)
        self._write(status, kind, body, keep)
        return start + length

    def _length(self, headers: dict[bytes, bytes]) -> int:
        if b"transfer-encoding" in headers:
            raise Refused(411, "send a Content-Length")
        text = headers.get(b"content-length", b"0")
        if not text.isdigit() or len(text) > 12:
            raise Refused(400, "Content-Length is not a number")
        if int(text) > self.max_body:
            raise Refused(413, f"at most {self.max_body} bytes")
        return int(text)

    def _write(self, status: int, kind: str, body: bytes, keep: bool) -> None:
        if self.transport is None:
            return
        head = f"content-type: {kind}\r\ncontent-length: {len(body)}\r\n{'' if keep else 'connection: close'}"
        self.transport.write(_LINES[status] + head.encode() + (b"\r\n" if keep else b"\r\n\r\n") + body)
        if not keep:
            self.transport.close()
            self.transport = None

    def _too_slow(self) -> None:
        self._timer = None
        self._write(408, "text/plain", b"too slow\n", keep=False)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _headers(lines: bytes) -> dict[bytes, bytes]:
    headers: dict[bytes, bytes] = {}
    for line in lines.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if not line:
            continue
        name = name.lower()
        if not colon or not _NAME.fullmatch(name) or any(byte in value for byte in b"\r\n\0"):
            raise Refused(400, "not a header")
        if name in headers and name in (b"content-length", b"authorization", b"host"):
            raise Refused(400, "a header came twice")
        headers[name] = value.strip(b" \t")
    return headers
