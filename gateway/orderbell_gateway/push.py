"""The push endpoint: what functions ask of a connection. Bytes in, bytes out, nothing is waited for."""

from __future__ import annotations

import hmac
import json
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from .hub import NORMAL, Hub, Pushed
from .logs import Log, label

# What a function may close a connection with: codes that mean something to a client, and its own range.
CLOSE_CODES = frozenset({1000, 1001, 1008, 1011, 1013})
TEXTS = {
    Pushed.SENT: "ok",
    Pushed.UNKNOWN: "connection not found",
    Pushed.FULL: "the connection reads too slowly and was closed",
}
_ANSWERS = {
    pushed: json.dumps({"errNo": pushed.value, "errMsg": text}).encode() for pushed, text in TEXTS.items()
}
MISSING = b'{"errNo":401,"errMsg":"the push token is missing"}'
WRONG = b'{"errNo":403,"errMsg":"the push token is wrong"}'


class BadPush(Exception):
    """The call is not one; the text says in what."""


class Push:
    """Answers the calls of functions."""

    def __init__(
        self,
        hub: Hub,
        apis: Mapping[str, object],
        secrets: Sequence[str],
        open_push: bool,
        clock: Callable[[], float],
        log: Log,
        counter: Counter[str],
    ) -> None:
        self.hub = hub
        self.apis = apis
        self.clock = clock
        self.log = log
        self.counter = counter
        self._bearers = [f"Bearer {secret}".encode() for secret in secrets]
        self._open = open_push

    def answer(self, api_id: str, authorization: bytes, body: bytes, request_id: str) -> tuple[int, bytes]:
        """Return the status and the body of the answer; what was pushed is in the socket by then."""
        refusal = self._refusal(authorization)
        if refusal:
            self.counter["refused"] += 1
            self.log.warning("push_refused", request_id=request_id, status=refusal[0])
            return refusal
        if api_id not in self.apis:
            self.counter["no_api"] += 1
            return 404, b'{"errNo":1002,"errMsg":"no such API"}'
        try:
            connection_id, action, pushed = self._act(api_id, body)
        except BadPush as error:
            self.counter["wrong"] += 1
            self.log.warning("push_wrong", request_id=request_id, reason=str(error))
            return 200, json.dumps({"errNo": Pushed.WRONG.value, "errMsg": str(error)}).encode()
        outcome = pushed.name.lower()
        self.counter[outcome] += 1
        if self.log.threshold <= 20:
            self.log.info(
                "push", request_id=request_id, connection=label(connection_id), action=action, outcome=outcome
            )
        return 200, _ANSWERS[pushed]

    def _refusal(self, authorization: bytes) -> tuple[int, bytes] | None:
        if not authorization:
            return None if self._open else (401, MISSING)
        if not self._bearers:
            return None  # without a secret there is nothing to be wrong about
        # All are compared, whichever fits: the time it takes says nothing about any of them.
        fits = [hmac.compare_digest(authorization, bearer) for bearer in self._bearers]
        return None if any(fits) else (403, WRONG)

    def _act(self, api_id: str, body: bytes) -> tuple[str, str, Pushed]:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise BadPush("the body is not JSON") from None
        websocket = document.get("websocket") if isinstance(document, dict) else None
        if not isinstance(websocket, dict):
            raise BadPush("websocket is missing")
        connection_id = websocket.get("secConnectionID")
        if not isinstance(connection_id, str) or not connection_id:
            raise BadPush("websocket.secConnectionID is missing")
        action = websocket.get("action")
        now = self.clock()
        if action == "data send":
            data, binary = _data(websocket)
            return connection_id, action, self.hub.push(connection_id, api_id, data, binary, now)
        if action == "closing":
            code, reason = _closing(websocket)
            return connection_id, action, self.hub.push_close(connection_id, api_id, code, reason, now)
        raise BadPush("websocket.action must be 'data send' or 'closing'")


def _data(websocket: dict[str, object]) -> tuple[bytes, bool]:
    data, kind = websocket.get("data"), websocket.get("dataType")
    if not isinstance(data, str):
        raise BadPush("websocket.data must be a text")
    if kind == "text":
        try:
            return data.encode(), False
        except UnicodeEncodeError:
            raise BadPush("websocket.data is not Unicode") from None
    if kind != "binary":
        raise BadPush("websocket.dataType must be text or binary")
    try:
        return b64decode(data, validate=True), True
    except ValueError:
        raise BadPush("websocket.data is not base64") from None


def _closing(websocket: dict[str, object]) -> tuple[int, str]:
    """Read our own extension of the vendor's closing: an optional code and reason."""
    code, reason = websocket.get("code", NORMAL), websocket.get("reason", "")
    if (
        not isinstance(code, int)
        or isinstance(code, bool)
        or not (code in CLOSE_CODES or 4000 <= code <= 4999)
    ):
        raise BadPush("websocket.code must be 4000 to 4999 or 1000, 1001, 1008, 1011, 1013")
    # A close frame has 125 bytes, two of them for the code.
    if not isinstance(reason, str) or len(reason.encode("utf-8", "replace")) > 123:
        raise BadPush("websocket.reason must be a text of at most 123 bytes")
    return code, reason
