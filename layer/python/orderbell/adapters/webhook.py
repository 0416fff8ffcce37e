"""The owner's webhook: an alert as a POST, signed as the Standard Webhooks specification says.

The body has the order and its shop, and nothing of the customer. `requests` is imported with the first alert: a sweep that
has none to send does not pay for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from orderbell.domain.ladder import Alert, AlertKind
from orderbell.domain.menu import pick
from orderbell.service.ports_alerts import Answer

if TYPE_CHECKING:
    from requests import Response

CONNECT_TIMEOUT_S = 3.0
ANSWER_TIMEOUT_S = 5.0
GRACE_S = 1.0
"""Above the wait for an answer. With it a sweep that begins its last attempt at 8 s ends before its function's 15 s."""
USER_AGENT = "orderbell-webhook/1"

_TYPES = {AlertKind.EXPIRED: "order.expired"}


class SignedWebhook:
    """POSTs to one address. `secret` is the signing key, not its text."""

    def __init__(self, url: str, secret: bytes, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        self._url = url
        self._secret = secret
        self._timeout_s = timeout_s

    def send(self, alert: Alert) -> Answer:
        """Deliver an alert and return what came back."""
        return self._post(alert.id, alert.now, document(alert))

    def test(self, event_id: str, now: datetime) -> Answer:
        """Send an event of the type `test` and return what came back."""
        return self._post(event_id, now, {"type": "test", "id": event_id, "at": _time(now)})

    def _post(self, event_id: str, now: datetime, content: dict[str, Any]) -> Answer:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            **signed(self._secret, event_id, int(now.timestamp()), body),
        }
        # An answer that drips in, a byte now and then, would keep `requests` for as long as it likes: it has a thread
        # of its own, which is left behind then.
        answers: list[Answer] = []
        thread = threading.Thread(
            target=lambda: answers.append(self._deliver(headers, body)), name="webhook", daemon=True
        )
        thread.start()
        thread.join(self._timeout_s + GRACE_S)
        return answers[0] if answers else Answer(None, "no answer in time")

    def _deliver(self, headers: dict[str, str], body: bytes) -> Answer:
        import requests  # 0.1 s of a cold start

        timeouts = (CONNECT_TIMEOUT_S, self._timeout_s)
        try:
            with requests.Session() as session:
                session.trust_env = False  # no ~/.netrc, no proxy that only one of two machines has
                # Only the head is read. A redirect is an answer: what is behind it was never named by the owner.
                with session.post(
                    self._url,
                    data=body,
                    headers=headers,
                    timeout=timeouts,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    return Answer(response.status_code, f"answered {response.status_code}", _asked(response))
        except (requests.RequestException, ValueError) as error:
            return Answer(None, f"no answer: {type(error).__name__}")


def document(alert: Alert) -> dict[str, Any]:
    """Return what the owner is told, as JSON's own values. Below 2 KB for every order."""
    return {
        "type": _TYPES.get(alert.kind, "order.unaccepted"),
        "id": alert.id,
        "at": _time(alert.created_at),
        "shop": {"slug": alert.shop, "name": pick(alert.shop_name, alert.locale)},
        "order": {
            "id": alert.order,
            "number": alert.number,
            "total": alert.total,
            "currency": alert.currency,
            "placed_at": _time(alert.placed_at),
            "accept_by": _time(alert.accept_by),
            "seen": alert.seen,
            "waiting_seconds": int((alert.now - alert.placed_at).total_seconds()),
        },
        "attempt": alert.attempt,
    }


def signed(secret: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of Standard Webhooks 1.0; `timestamp` is in Unix seconds."""
    content = b".".join((event_id.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.new(secret, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _time(at: datetime) -> str:
    return at.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _asked(response: Response) -> float | None:
    """Return how many seconds the receiver asks us to wait, None where it does not.

    A date is measured against the answer's own: our clock may be another.
    """
    asked = response.headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked[:9])
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(response.headers.get("Date", ""))
    except (ValueError, TypeError):  # no date, or one without a zone and one with
        return None
    return max(0.0, wait.total_seconds())
