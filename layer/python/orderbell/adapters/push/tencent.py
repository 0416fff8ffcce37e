"""Push by the gateway's wire: POST /API_ID with the secret (protocol.md 3, specs/tencent.md 1.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from orderbell.adapters.push.line import Line
from orderbell.domain.errors import ConnectionGone, PushFailed

TIMEOUT_S = 1.0
"""A push that takes longer is repeated by the next drain: the order is stored, and the customer is waiting for the answer."""


class TencentPush:
    """Kept lines to the push endpoint; safe to use from several threads, each of which takes a line of its own."""

    def __init__(self, url: str, token: str, request_id: Callable[[], str]) -> None:
        self._url = url
        self._headers = f"Content-Type: application/json\r\nAuthorization: Bearer {token}\r\n"
        self._request_id = request_id
        self._idle: list[Line] = []  # append and pop are atomic

    def send(self, connection_id: str, text: str) -> None:
        """Hand a text frame to a socket. Raises ConnectionGone or PushFailed."""
        answer = self._post(
            {"action": "data send", "secConnectionID": connection_id, "dataType": "text", "data": text}
        )
        if answer["errNo"] != 0:
            raise ConnectionGone(str(answer.get("errMsg", "")))

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Close a socket. Code and reason are an extension that the retired cloud gateway passes over. Raises PushFailed."""
        self._post({"action": "closing", "secConnectionID": connection_id, "code": code, "reason": reason})

    def _post(self, message: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"websocket": message}, ensure_ascii=False).encode()
        identity = "".join(
            letter
            for letter in self._request_id()
            if letter.isascii() and (letter.isalnum() or letter in "-_.")
        )[:100]
        line = self._line()
        try:
            status, data = line.post(f"{self._headers}X-Request-Id: {identity}\r\n", body)
        finally:
            if line.reusable:
                self._idle.append(line)
            else:
                line.close()
        if status != 200:
            raise PushFailed(f"the push endpoint answered {status}")
        try:
            answer = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise PushFailed("the push endpoint did not answer JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("errNo"), int):
            raise PushFailed("the push endpoint's answer has no errNo")
        return answer

    def _line(self) -> Line:
        """Return a live line. One that the gateway hung up, by a restart for example, is not used: nothing was sent on it."""
        while True:
            try:
                line = self._idle.pop()
            except IndexError:  # no kept one, or another thread was quicker
                return Line(self._url, TIMEOUT_S)
            if not line.stale():
                return line
            line.close()
