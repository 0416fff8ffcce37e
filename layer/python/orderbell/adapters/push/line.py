"""A kept HTTP/1.1 line to the push endpoint, as light as it can be: this is the last step before a screen rings.

One POST costs requests 0.57 ms of CPU, urllib3 0.20 and this 0.04 (`./dev bench push`), and an order pays it for every screen.
It speaks only what a push needs: POST, a body of known length, an answer with Content-Length or chunks.
"""

from __future__ import annotations

import socket
import ssl
import time
from urllib.parse import urlsplit

from orderbell.domain.errors import PushFailed

MAX_ANSWER_BYTES = 65_536


class Line:
    """One connection. Not for two threads at once."""

    def __init__(self, url: str, timeout_s: float) -> None:
        """Connect. Raises PushFailed."""
        self._timeout_s = timeout_s
        self._end = 0.0
        self._rest = b""
        self.reusable = False
        try:
            parts = urlsplit(url)
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            host = parts.netloc.rpartition("@")[2]
            self._head = f"POST {target} HTTP/1.1\r\nHost: {host}\r\n".encode("ascii")
            port = parts.port or (443 if parts.scheme == "https" else 80)
            self._socket = socket.create_connection((parts.hostname, port), timeout_s)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if parts.scheme == "https":
                context = ssl.create_default_context()
                self._socket = context.wrap_socket(self._socket, server_hostname=parts.hostname)
        except (OSError, ValueError) as error:
            raise PushFailed(f"the push endpoint cannot be reached: {type(error).__name__}") from error

    def post(self, headers: str, body: bytes) -> tuple[int, bytes]:
        """Send a POST and return (status, body). `headers` are complete lines, each with its end.

        Raises:
            PushFailed: no whole answer in time; the message may have arrived.
        """
        self.reusable = False
        self._end = time.monotonic() + self._timeout_s
        try:
            head = f"{headers}Content-Length: {len(body)}\r\n\r\n".encode("ascii")
            self._socket.settimeout(self._timeout_s)
            self._socket.sendall(self._head + head + body)
            return self._answer()
        except (OSError, ValueError, IndexError) as error:
            raise PushFailed(f"the push endpoint did not answer: {type(error).__name__}") from error

    def stale(self) -> bool:
        """Say whether the other side hung up, or said something unasked, while the line was idle."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
            return True
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _answer(self) -> tuple[int, bytes]:
        head = self._until(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        status = int(lines[0].split(b" ", 2)[1])
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(b":") for line in lines[1:])
        }
        if headers.get(b"transfer-encoding", b"").lower().endswith(b"chunked"):
            body = self._chunks()
        else:
            body = self._exactly(int(headers[b"content-length"]) if b"content-length" in headers else 0)
        framed = b"content-length" in headers or b"transfer-encoding" in headers
        closes = headers.get(b"connection", b"").lower() == b"close" or lines[0].startswith(b"HTTP/1.0")
        self.reusable = framed and not closes and not self._rest  # what is left over would be the next answer
        return status, body

    def _chunks(self) -> bytes:
        body = b""
        while size := int(self._until(b"\r\n").split(b";")[0], 16):
            body += self._exactly(size)
            if len(body) > MAX_ANSWER_BYTES:
                raise ValueError("an answer that long is none")
            self._exactly(2)
        while self._until(b"\r\n"):  # trailers, then the empty line
            continue
        return body

    def _until(self, end: bytes) -> bytes:
        while end not in self._rest:
            self._more()
        found, _, self._rest = self._rest.partition(end)
        return found

    def _exactly(self, size: int) -> bytes:
        if not 0 <= size <= MAX_ANSWER_BYTES:
            raise ValueError("an answer that long is none")
        while len(self._rest) < size:
            self._more()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _more(self) -> None:
        left_s = (
            self._end - time.monotonic()
        )  # for the whole answer: one that drips must not outlive the lease
        if left_s <= 0:
            raise TimeoutError("the answer takes too long")
        self._socket.settimeout(left_s)
        data = self._socket.recv(16_384)
        if not data or len(self._rest) > MAX_ANSWER_BYTES:
            raise ValueError("the answer ends early")
        self._rest += data
