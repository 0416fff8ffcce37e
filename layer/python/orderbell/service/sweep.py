"""The sweep: what nobody asked for. A timer calls it every few seconds; one at a time across instances.

Nothing depends on its being on time or alone: each step is one that any other caller may take too. A sweep that is killed
leaves its lease to end after 5 s, and what it had begun to the next one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from orderbell.domain.errors import ConnectionGone, PushFailed, Unavailable, UnknownShop
from orderbell.service.delivery import Delivery
from orderbell.service.kitchen import Kitchen
from orderbell.service.ports import Ledger, Voice
from orderbell.service.ports_sweep import Chores, Idle, Measures, Silent

log = logging.getLogger("orderbell.sweep")

BUDGET_S = 8.0
"""A sweep begins nothing new after this; the function has 15 s."""

PURGE_EVERY = 12
"""Sweeps. Retention is a matter of days, and looking for what is old costs more than finding that nothing waits."""

Found = TypeVar("Found")

CLOSE_NO_HELLO = 4408
CLOSE_COME_AGAIN = 1013


class Alerting(Protocol):
    """The owner's alarm."""

    def note(self) -> int:
        """Note whom to alarm; return how many are new."""

    def send(self, until: float) -> int:
        """Send what is due, until a time of the monotonic clock; return how many arrived."""

    def measure(self) -> dict[str, float]:
        """Return how many wait, and how many were sent."""


class Sweeper:
    """Does what is due."""

    def __init__(
        self, ledger: Ledger, chores: Chores, delivery: Delivery, kitchen: Kitchen, voice: Voice,
        alerts: Alerting | None = None,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._chores = chores
        self._delivery = delivery
        self._kitchen = kitchen
        self._voice = voice
        self._alerts = alerts
        self._sweeps = 0

    def sweep(self) -> dict[str, float] | None:
        """Do what is due and return how delivery stands; None where another instance is at it.

        Raises:
            Unavailable: the store cannot be reached; the next sweep goes on.
        """
        lease = self._chores.take()
        if lease is None:
            return None
        turn = _Turn(self._chores, lease, time.monotonic() + BUDGET_S)
        self._expire(turn)
        self._tell(turn)
        self._close(turn.each(self._chores.idle))
        self._probe(turn.each(self._chores.silent))
        if self._sweeps % PURGE_EVERY == 0 and turn.goes_on():
            self._chores.purge()
        self._sweeps += 1
        measures = self._measures(self._chores.measure())
        self._chores.end(turn.lease)
        # Last, and when the next one may begin: an owner's address that hangs must not keep orders waiting.
        self._alarm(turn.until)
        return measures

    def _expire(self, turn: _Turn) -> None:
        for slug in turn.each(self._chores.overdue_shops):
            try:
                self._chores.count("expired", self._kitchen.expire(slug))
            except (Unavailable, UnknownShop) as error:
                # Its failure must not keep the others waiting.
                log.warning("left for the next sweep", extra={"reason": str(error)})

    def _tell(self, turn: _Turn) -> None:
        self._chores.end_dead_leases()
        for shop_id, slug in turn.each(self._chores.lagging_kitchens):
            self._delivery.ring_shop(shop_id, slug)
        for order_id in turn.each(self._chores.lagging_orders):
            found = self._ledger.order_of(order_id)
            if found is not None:
                self._delivery.ring_order(found[0])
        for slug in turn.each(self._chores.lagging_guests):
            self._delivery.ring_guests(slug)

    def _alarm(self, until: float) -> None:
        if self._alerts is not None:
            self._alerts.note()
            self._alerts.send(until)

    def _close(self, forgotten: Iterable[Idle]) -> None:
        for each in forgotten:
            code = CLOSE_NO_HELLO if each.no_hello else CLOSE_COME_AGAIN
            self._delivery.hang_up(each.connection, code, "nothing was heard for too long")

    def _probe(self, silent: Iterable[Silent]) -> None:
        for each in silent:
            try:
                self._delivery.say(each.connection, self._voice.pong(each.last_seq, each.now))
            except (ConnectionGone, PushFailed):
                continue

    def _measures(self, found: Measures) -> dict[str, float]:
        measures = {f"orderbell_{name}": value for name, value in found._asdict().items()}
        if self._alerts is not None:
            measures |= self._alerts.measure()
        return measures


class _Turn:
    """The right to sweep, for as long as it lasts."""

    def __init__(self, chores: Chores, lease: datetime, until: float) -> None:
        self._chores = chores
        self.lease = lease
        self.until = until

    def goes_on(self) -> bool:
        """Say whether there is time left, and the right is still ours."""
        if time.monotonic() > self.until:
            return False
        lease = self._chores.keep(self.lease)
        if lease is None:
            self.until = 0.0
            return False
        self.lease = lease
        return True

    def each(self, find: Callable[[], list[Found]]) -> Iterator[Found]:
        """Give what is due, one after another, while there is time."""
        for found in find() if self.goes_on() else ():
            if time.monotonic() > self.until:
                return
            yield found
