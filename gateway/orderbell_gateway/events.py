"""Tencent's wire: the events that functions get, and what their answers mean (pages 583/12513, 583/32553)."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import parse_qsl

from .messages import Reply, Request
from .routes import Endpoint, Function

# SCF's own numbers for what can go wrong (583/42611).
STATUS = {"exception": 430, "timeout": 433, "crash": 439, "overloaded": 429, "init": 450}


class BadAnswer(Exception):
    """The function's answer is not one. The text says in what, without repeating it."""


# ---- events


def http_event(
    endpoint: Endpoint, request: Request, parameters: dict[str, str], title_case: bool = False
) -> dict[str, object]:
    """Return the event of an HTTP request, with the vendor's keys; header names are lower-case by default."""
    headers = dict(request.headers)
    if title_case:
        headers = {name.title(): value for name, value in headers.items()}
    method = "GET" if request.method == "HEAD" and endpoint.method == "GET" else request.method
    path = request.path
    prefix = f"/{endpoint.stage}/"
    if path.startswith(prefix) and not endpoint.path.startswith(prefix):
        path = path[len(prefix) - 1 :]
    body, encoded = _body(request.body, endpoint.base64)
    return {
        "requestContext": {
            "serviceId": endpoint.service_id,
            "path": endpoint.path,
            "httpMethod": endpoint.method,
            "requestId": request.request_id,
            "identity": {},
            "sourceIp": request.peer,
            "stage": endpoint.stage,
        },
        "headers": headers,
        "body": body,
        "path": path,
        "httpMethod": method,
        "pathParameters": parameters,
        # A name that comes twice keeps its last value, as the vendor's own local tool did.
        "queryString": dict(parse_qsl(request.query, keep_blank_values=True)) if request.query else {},
        "queryStringParameters": {},
        "headerParameters": {},
        "stageVariables": {"stage": endpoint.stage},
        "isBase64Encoded": encoded,
    }


def _body(body: bytes, base64: bool) -> tuple[str, bool]:
    if not base64:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass  # A body that is no text cannot be one in the event: say so rather than spoil it.
    return b64encode(body).decode(), True


def register_event(endpoint: Endpoint, request: Request, connection_id: str) -> dict[str, object]:
    """Return the event of a WebSocket handshake. Optional keys are absent, not empty."""
    websocket: dict[str, object] = {"action": "connecting", "secConnectionID": connection_id}
    for header, key in (
        ("sec-websocket-protocol", "secWebSocketProtocol"),
        ("sec-websocket-extensions", "secWebSocketExtensions"),
    ):
        if request.headers.get(header):
            websocket[key] = request.headers[header]
    context = {
        "serviceName": endpoint.service_name,
        "path": endpoint.path,
        "httpMethod": "GET",
        "requestId": request.request_id,
        "identity": {},
        "sourceIp": request.peer,
        "stage": endpoint.stage,
        "websocketEnable": True,
    }
    return {"requestContext": context, "websocket": websocket}


def transport_event(connection_id: str, frame: str | bytes) -> dict[str, object]:
    """Return the event of one message of a client."""
    text = isinstance(frame, str)
    data = frame if isinstance(frame, str) else b64encode(frame).decode()
    kind = "text" if text else "binary"
    return {
        "websocket": {"action": "data send", "secConnectionID": connection_id, "dataType": kind, "data": data}
    }


def cleanup_event(connection_id: str) -> dict[str, object]:
    """Return the event of a connection that ended."""
    return {"websocket": {"action": "closing", "secConnectionID": connection_id}}


def timer_event(name: str, message: str, moment: datetime) -> dict[str, object]:
    """Return the event of a timer (583/9708); `moment` is the second in which it was due."""
    time = moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"Type": "Timer", "TriggerName": name, "Time": time, "Message": message}


def context(function: Function, region: str = "local") -> dict[str, object]:
    """Return a function's `context`, but for the request id and the environment, which the worker adds."""
    return {
        "memory_limit_in_mb": function.memory_mb,
        "time_limit_in_ms": int(function.timeout_s * 1000),
        "function_version": "$LATEST",
        "function_name": function.name,
        "namespace": "default",
        "tencentcloud_region": region,
        "tencentcloud_appid": "",
        "tencentcloud_uin": "",
    }


# ---- answers


@dataclass(frozen=True)
class Verdict:
    """What a register function said."""

    error: int
    message: str
    protocol: str = ""
    retry_after_s: int = 1
    """With errNo 429: when the client may come again."""


def register_verdict(answer: bytes, connection_id: str, request: Request) -> Verdict:
    """Read the answer of a register function.

    Raises:
        BadAnswer: it is not of the documented form; no connection can come of it.
    """
    document = _object(answer)
    error, message = document.get("errNo"), document.get("errMsg", "")
    if not isinstance(error, int) or isinstance(error, bool):
        raise BadAnswer("errNo must be a whole number")
    if error:
        again = document.get("retryAfter")
        return Verdict(
            error, str(message)[:200], retry_after_s=again if type(again) is int and again > 0 else 1
        )
    websocket = document.get("websocket")
    if not isinstance(websocket, dict):
        raise BadAnswer("websocket is missing")
    if websocket.get("secConnectionID") != connection_id:
        raise BadAnswer("websocket.secConnectionID is not the one that was asked about")
    protocol = websocket.get("secWebSocketProtocol", "")
    if not isinstance(protocol, str):
        raise BadAnswer("websocket.secWebSocketProtocol must be a text")
    # RFC 6455 4.2.2: the 101 names one of those that the client offered.
    offered = [part.strip() for part in request.headers.get("sec-websocket-protocol", "").split(",")]
    if protocol and protocol not in offered:
        raise BadAnswer("websocket.secWebSocketProtocol is none that the client offered")
    # An extension that a function agrees to would be ours to speak; we speak none and leave the header out.
    return Verdict(0, "", protocol)


def is_refusal(answer: bytes) -> bool:
    """Say whether a transport function answered with an errNo: an extension of ours, clouds pass over its answer."""
    return _fields(answer).get("errNo") not in (None, 0)


def is_failure(answer: bytes) -> bool:
    """Say whether a timed function answered that it failed: an errNo, or `"ok": false`. Clouds pass over its answer too."""
    return is_refusal(answer) or _fields(answer).get("ok") is False


def _fields(answer: bytes) -> dict[str, object]:
    try:
        document = json.loads(answer)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def http_reply(endpoint: Endpoint, answer: bytes) -> Reply:
    """Return the HTTP reply of an answer: as it is (passthrough), or as it describes one (integrated).

    Raises:
        BadAnswer: an integrated answer is not of the documented form.
    """
    if not endpoint.integrated:
        return Reply(200, answer, [("content-type", "application/json")])
    document = _object(answer)
    status = document.get("statusCode")
    if not isinstance(status, int) or isinstance(status, bool) or not 200 <= status <= 599:
        raise BadAnswer("statusCode must be a number from 200 to 599")
    return Reply(status, _answer_body(document), _answer_headers(document))


def _answer_body(document: dict[str, object]) -> bytes:
    body = document.get("body", "")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise BadAnswer("body must be a text")
    if not document.get("isBase64Encoded", False):
        return body.encode("utf-8", "replace")
    try:
        return b64decode(body, validate=True)
    except (Base64Error, ValueError):
        raise BadAnswer("body is not base64") from None


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# These belong to the connection, which is the gateway's.
_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive", "upgrade", "trailer"}


def _answer_headers(document: dict[str, object]) -> list[tuple[str, str]]:
    headers = document.get("headers")
    if headers is None:
        return []
    if not isinstance(headers, dict):
        raise BadAnswer("headers must be a map")
    result = []
    for name, value in headers.items():
        if name.lower() in _HOP:
            continue
        for one in value if isinstance(value, list) else [value]:
            text = str(one)
            if not _TOKEN.fullmatch(name) or any(c in "\r\n\0" for c in text):
                raise BadAnswer("a header is not one")
            result.append((name, text))
    return result


def _object(answer: bytes) -> dict[str, object]:
    document = json.loads(answer)
    if not isinstance(document, dict):
        raise BadAnswer("the answer must be a map")
    return document


# ---- the vendor's own shapes of failure


def platform_failure(kind: str, request_id: str) -> Reply:
    """Return what the vendor answers when a function fails: mostly a 200 with an error inside."""
    if kind == "bad_answer":
        return _platform_bad_answer()
    texts = {
        "exception": "user code exception caught",
        "timeout": "Invoking task timed out",
        "crash": "User process exit when running",
        "overloaded": "request is limited",
        "init": "function initialize failed",
    }
    document = {
        "errorCode": -1,
        "errorMessage": texts[kind],
        "statusCode": STATUS[kind],
        "requestId": request_id,
    }
    body = json.dumps(document).encode()
    return Reply(200, body, [("content-type", "application/json")], outcome=kind)


def _platform_bad_answer() -> Reply:
    """Return what the vendor answers to an integrated answer of the wrong form."""
    text = "Invalid scf response format. please check your scf response format."
    body = json.dumps({"errno": 403, "error": text}).encode()
    return Reply(403, body, [("content-type", "application/json")], outcome="bad_gateway")
