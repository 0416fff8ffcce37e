"""The events by which Tencent's gateway, or ours, calls a function (specs/tencent.md 1 and 3; function URLs, section 6)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderbell.domain.errors import Malformed


@dataclass(frozen=True)
class Request:
    """An HTTP request. Header names are lower case; of a repeated query key the last value counts."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    peer: str = ""
    """The client's address as the gateway gives it; empty where it gives none."""


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SocketEvent:
    """Something happened on a socket: `connecting`, `data send` (with `text`, None for a binary frame) or `closing`."""

    action: str
    connection_id: str
    text: str | None
    request_id: str
    peer: str = ""
    """The client's address, on `connecting` alone."""


def request(event: Mapping[str, Any], context: Any) -> Request:
    """Read an HTTP event: of a gateway, or of a function URL, which has less.

    Raises:
        Malformed: the body is said to be base64 and is not.
    """
    about = event.get("requestContext") or {}
    body = event.get("body") or ""
    if event.get("isBase64Encoded") and isinstance(body, str):
        try:
            raw = base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError) as error:
            raise Malformed("the body is not base64") from error
    else:
        raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else b""
    return Request(
        method=str(event.get("httpMethod") or about.get("httpMethod") or "GET").upper(),
        path=str(event.get("path") or about.get("path") or "/"),
        query={str(key): _last(value) for key, value in (event.get("queryString") or {}).items()},
        headers={str(key).lower(): _last(value) for key, value in (event.get("headers") or {}).items()},
        body=raw,
        request_id=str(about.get("requestId") or request_id(context)),
        peer=_peer(about),
    )


def response(answer: Response) -> dict[str, Any]:
    """Write the answer in the integrated form."""
    return {
        "isBase64Encoded": False,
        "statusCode": answer.status,
        "headers": dict(answer.headers),
        "body": answer.body.decode(),
    }


def socket_event(event: Mapping[str, Any], context: Any) -> SocketEvent | None:
    """Read a WebSocket event, or return None where it is none. An old template says `data recv` for `data send`."""
    socket = event.get("websocket")
    if not isinstance(socket, dict) or not isinstance(socket.get("secConnectionID"), str):
        return None
    action = "data send" if socket.get("action") == "data recv" else str(socket.get("action"))
    text = socket.get("data") if socket.get("dataType", "text") == "text" else None
    about = event.get("requestContext") or {}
    return SocketEvent(
        action, socket["secConnectionID"], text if isinstance(text, str) else None,
        str(about.get("requestId") or request_id(context)), _peer(about),
    )  # fmt: skip


def is_timer(event: Mapping[str, Any]) -> bool:
    """Say whether the cloud's clock calls: a timer trigger (specs/tencent.md 7)."""
    return event.get("Type") == "Timer"


def registered(connection_id: str) -> dict[str, Any]:
    """Accept a handshake. The empty extension refuses compression, which a browser always offers."""
    return {
        "errNo": 0,
        "errMsg": "ok",
        "websocket": {"action": "connecting", "secConnectionID": connection_id, "secWebSocketExtensions": ""},
    }


def refused(number: int, message: str) -> dict[str, Any]:
    """Refuse a handshake, or say that a frame was not dealt with."""
    return {"errNo": number, "errMsg": message}


def too_many(message: str, retry_after_s: int) -> dict[str, Any]:
    """Refuse a handshake for now. Our gateway answers 429 with Retry-After; clouds pass over `retryAfter`."""
    return {"errNo": 429, "errMsg": message, "retryAfter": retry_after_s}


def request_id(context: Any) -> str:
    """Return the id of an invocation from its context."""
    if isinstance(context, dict):
        return str(context.get("request_id", ""))
    return str(getattr(context, "request_id", "") or "")


def _peer(about: Mapping[str, Any]) -> str:
    return str(about.get("sourceIp") or "")[:64]


def _last(value: Any) -> str:
    return str(value[-1]) if isinstance(value, list) and value else str(value)
