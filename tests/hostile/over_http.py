"""Requests as an attacker writes them: every byte is theirs, no library mends it."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hostile.cast import fresh_key, good

from support.waiting import DEADLINE_S


@dataclass(frozen=True)
class Answer:
    """What came back; `status` is 0 where the connection was closed without an answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def exchange(url: str, request: bytes, method: str = "GET") -> Answer:
    """Send bytes to where `url` is and read one answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=DEADLINE_S) as line:
        with contextlib.suppress(OSError):  # it refused what it had read so far; its answer may be there
            line.sendall(request)
        answer = http.client.HTTPResponse(line, method=method)
        try:
            answer.begin()
            return Answer(answer.status, answer.headers, answer.read())
        except (http.client.BadStatusLine, ConnectionError):
            return Answer(0, http.client.HTTPMessage(), b"")


def request_of(said: dict[str, Any], host: str) -> tuple[str, bytes]:
    """Return the method and the bytes that an entry stands for."""
    body = _body(said)
    method = said.get("method", "GET" if body is None else "POST")
    if "raw" in said:
        return method, said["raw"].replace("<<host>>", host).encode("latin-1")
    headers: dict[str, Any] = {"Host": host, "Connection": "close"}
    if body is not None:
        headers |= {
            "Content-Type": "application/json",
            "Idempotency-Key": fresh_key(),
            "Content-Length": len(body),
        }
    if "bearer" in said:
        headers["Authorization"] = f"Bearer {said['bearer']}"
    headers |= said.get("headers", {})
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    head = "\r\n".join([f"{method} {said.get('path', '/bill')} HTTP/1.1", *lines, "", ""])
    return method, head.encode("utf-8", "surrogatepass") + (body or b"")


def _body(said: dict[str, Any]) -> bytes | None:
    if "order" in said:
        return good(said["order"])
    if "body64" in said:
        return base64.b64decode(said["body64"])
    if "body" in said:
        body: str = said["body"]
        return body.encode("utf-8", "surrogatepass")
    return None
