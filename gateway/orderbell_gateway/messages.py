"""What an HTTP request and its reply are inside the gateway, whichever server library carries them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

# Every refusal of the gateway itself, in the words of the wire contract. Functions answer with their own.
TITLES = {
    "malformed": (400, "The request cannot be read"),
    "refused": (403, "The connection was refused"),
    "not_found": (404, "Nothing is here"),
    "method_not_allowed": (405, "This path does not take that method"),
    "request_timeout": (408, "The request took too long to arrive"),
    "too_large": (413, "The body is too large"),
    "rate_limited": (429, "Too many requests"),
    "upgrade_required": (426, "This path speaks WebSocket"),
    "header_too_large": (431, "The header is too large"),
    "bad_gateway": (502, "The function answered something that is not an answer"),
    "unavailable": (503, "Not available at the moment"),
    "timeout": (504, "The function took too long"),
}

PROBLEM_TYPE = "application/problem+json"


@dataclass
class Request:
    """One HTTP request; `body` is filled in once its size is known to be allowed."""

    method: str
    path: str
    """The path as it was sent, without the query."""
    query: str
    headers: Mapping[str, str]
    """Lower-case names; a repeated header is joined by ", "."""
    peer: str
    """The client's address, already taken from X-Forwarded-For where that is trusted."""
    request_id: str
    body: bytes = b""
    secure: bool = False
    """It came over TLS: to us, or to a proxy that is trusted and says so."""


@dataclass
class Reply:
    """One HTTP reply. `headers` may hold a name more than once."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    outcome: str = "ok"
    """One word for the log and the metrics: what became of the request."""
    route: str = ""
    """The route's template (never the path itself, which may hold a customer's token)."""


def new_request_id() -> str:
    """Return an id that follows one request through every hop."""
    return str(uuid.uuid4())


def problem(
    code: str,
    detail: str,
    request_id: str,
    headers: list[tuple[str, str]] | None = None,
    status: int | None = None,
    **more: object,
) -> Reply:
    """Return the RFC 9457 reply for `code`; a 503 says when to come again."""
    usual, title = TITLES[code]
    status = status or usual
    document = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
        "errors": [],
        **more,
    }
    lines = [
        ("content-type", PROBLEM_TYPE),
        ("cache-control", "no-store"),
        ("x-request-id", request_id),
        *(headers or []),
    ]
    if status == 503:
        lines.append(("retry-after", "1"))
    return Reply(status, json.dumps(document, ensure_ascii=False).encode(), lines, outcome=code)


def json_reply(status: int, document: object) -> Reply:
    """Return `document` as a JSON reply."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(status, body, [("content-type", "application/json")])


def size_of(frame: str | bytes) -> int:
    """Return the bytes of a message; a text is only encoded where its length leaves a doubt."""
    return (
        len(frame)
        if isinstance(frame, bytes) or frame.isascii()
        else len(frame.encode("utf-8", "surrogatepass"))
    )
