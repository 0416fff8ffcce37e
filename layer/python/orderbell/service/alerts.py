"""The owner's alarm: an order that nobody accepts is told outside the shop, at least once, by a signed webhook.

An alert is stored before it is sent and marked after: a crash in between repeats it under the same id. It is a sweep's step,
and safe to be done by two sweeps at once.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable

from orderbell.domain.ladder import DELIVERED, GONE, Alert, AlertOutcome, wait_s
from orderbell.service.ports_alerts import AlertBook, Answer, Webhook

log = logging.getLogger("orderbell.alerts")


class Alerts:
    """Notes what the owner must hear, and sees that it is heard."""

    def __init__(
        self, book: AlertBook, webhook: Webhook, chance: Callable[[], float] = random.random
    ) -> None:
        self._book = book
        self._webhook = webhook
        self._chance = chance

    def note(self) -> int:
        """Note the alerts whose time has come and return how many are new. Raises Unavailable."""
        return self._book.note()

    def send(self, until: float) -> int:
        """Send what is due, until a time of the monotonic clock, and return how many arrived.

        There is one receiver: when it does not answer, the rest waits for the next sweep, which has more to do than this.

        Raises:
            Unavailable: the store cannot be reached. What was delivered and could not be marked is repeated.
        """
        arrived = 0
        while time.monotonic() < until:
            alert = self._book.take()
            if alert is None:
                break
            answer = self._webhook.send(alert)
            arrived += self._settle(alert, answer)
            if answer.status is None:
                break
        return arrived

    def measure(self) -> dict[str, float]:
        """Return how many wait, and how many were sent and given up since the tables were made. Raises Unavailable."""
        return {
            f"orderbell_alerts_{name}": number
            for name, number in zip(
                ("pending", "sent_total", "failed_total"), self._book.counts(), strict=True
            )
        }

    def _settle(self, alert: Alert, answer: Answer) -> bool:
        """Store what became of an attempt; say whether the alert arrived."""
        what = {
            "alert": alert.id,
            "kind": alert.kind.value,
            "attempt": alert.attempt,
            "answer": answer.detail,
        }
        if answer.status in DELIVERED:
            self._book.end(alert, AlertOutcome.SENT)
            log.info("alert delivered", extra=what)
            return True
        if answer.status == GONE:
            self._book.end(alert, AlertOutcome.FAILED)
            log.warning("alert given up: the receiver wants no more", extra=what)
        else:
            wait = wait_s(alert.attempt, answer.retry_after_s, self._chance())
            self._book.put_off(alert, wait)
            log.warning("alert not delivered", extra={**what, "again_in_s": round(wait, 1)})
        return False
