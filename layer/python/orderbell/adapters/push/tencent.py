"""Push by the gateway's wire: POST /API_ID with the secret (protocol.md 3, specs/tencent.md 1.4)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import urllib3

from orderbell.domain.errors import ConnectionGone, PushFailed

TIMEOUT_S = 1.0
"""A push that takes longer is repeated by the next drain: the order is stored, and the customer is waiting for the answer."""


class TencentPush:
    """One pool of kept connections to the push endpoint; safe to use from several threads."""

    def __init__(self, url: str, token: str, request_id: Callable[[], str]) -> None:
        self._url = url
        self._token = token
        self._request_id = request_id
        # retries=False: a push that may have arrived is repeated by the drain, which knows what the screen has
        self._pool = urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(TIMEOUT_S), retries=False)

    def send(self, connection_id: str, text: str) -> None:
        """Hand a text frame to a socket. Raises ConnectionGone or PushFailed."""
        answer = self._post({"action": "data send", "secConnectionID": connection_id, "dataType": "text", "data": text})
        if answer.get("errNo") != 0:
            raise ConnectionGone(str(answer.get("errMsg", "")))

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Close a socket. Code and reason are an extension that the retired cloud gateway passes over. Raises PushFailed."""
        self._post({"action": "closing", "secConnectionID": connection_id, "code": code, "reason": reason})

    def _post(self, message: dict[str, Any]) -> dict[str, Any]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._token}",
            "X-Request-Id": self._request_id(),
        }
        body = json.dumps({"websocket": message}, ensure_ascii=False).encode()
        try:
            response = self._pool.request("POST", self._url, body=body, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise PushFailed(f"the push endpoint did not answer: {type(error).__name__}") from error
        if response.status != 200:
            raise PushFailed(f"the push endpoint answered {response.status}")
        try:
            answer = json.loads(response.data)
        except ValueError as error:
            raise PushFailed("the push endpoint did not answer JSON") from error
        return answer if isinstance(answer, dict) else {}
