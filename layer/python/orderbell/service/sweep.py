"""The sweep: what nobody asked for. A timer calls it every few seconds; one at a time across instances.

Nothing depends on its being on time or alone: each step is one that any other caller may take too. A sweep that is killed
leaves its lease to end after 5 s, and what it had begun to the next one.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from orderbell.domain.errors import ConnectionGone, PushFailed, Unavailable, UnknownShop
from orderbell.service.delivery import Delivery
from orderbell.service.kitchen import Kitchen
from orderbell.service.ports import Ledger, Voice
from orderbell.service.ports_sweep import Chores, Measures
from orderbell.service.wall import Wall

log = logging.getLogger("orderbell.sweep")

BUDGET_S = 5.0
"""A sweep begins nothing new after this. The last thing may take 3 s more, and the owner's address has 6: the function has 15."""

ALARM_S = 2.0
"""More than one alert is sent where the time allows it."""

PURGE_EVERY = 12
"""Sweeps. Retention is a matter of days, and looking for what is old costs more than finding that nothing waits."""

Found = TypeVar("Found")

ERASE_TIMES = 10
"""Where years are to be erased, they go at some thousand orders a minute."""

KEPT_DAYS = 30
"""For how long an order says whose it is, where the settings do not say."""

CLOSE_NO_HELLO = 4408
CLOSE_UNAUTHORIZED = 4401
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
        alerts: Alerting | None = None, forget: Callable[[], None] = lambda: None,
        *, wall: Wall, privacy_days: int = KEPT_DAYS,
    ) -> None:  # fmt: skip
        self._wall = wall
        self._privacy_days = privacy_days
        self._forget = forget
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
        self._wall.everything()
        lease = self._chores.take()
        if lease is None:
            return None
        began = time.monotonic()
        turn = _Turn(self._chores, lease, began + BUDGET_S)
        self._sweeps += 1
        failed: list[Unavailable] = []
        # Whether a shop is attended comes last: after an outage that turns in every shop at once, and what is owed to
        # kitchens and customers must not wait for such news.
        for step in (self._expire, self._tell, self._close, self._probe, self._attend, self._purge):
            self._alone(step, turn, failed)
        # When the next one may begin, and in any case: nothing that goes wrong above may keep the owner uncalled.
        self._alone(lambda turn: self._chores.end(turn.lease), turn, failed)
        self._alone(lambda _: self._alarm(began), turn, failed)
        if failed:
            raise failed[0]
        return self._measures(self._chores.measure())

    def _alone(self, step: Callable[[_Turn], None], turn: _Turn, failed: list[Unavailable]) -> None:
        """Do one thing; its failure must not keep the others waiting."""
        try:
            step(turn)
        except Unavailable as error:
            log.warning("left for the next sweep", extra={"reason": str(error)})
            failed.append(error)

    def _expire(self, turn: _Turn) -> None:
        for slug in turn.each(self._chores.overdue_shops):
            try:
                self._chores.count("expired", self._kitchen.expire(slug, turn.until))
            except (Unavailable, UnknownShop) as error:
                # One shop must not keep the others waiting.
                log.warning("left for the next sweep", extra={"reason": str(error)})

    def _attend(self, turn: _Turn) -> None:
        for slug in turn.each(self._chores.turned_shops):
            try:
                self._kitchen.attend(slug)
            except (Unavailable, UnknownShop) as error:
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
            self._delivery.ring_guests(slug, news=False)
        for shop_id in turn.each(self._chores.lagging_boards):
            self._delivery.ring_boards(shop_id)

    def _alarm(self, began: float) -> None:
        if self._alerts is not None:
            self._alerts.note()
            # At least one attempt, however long the rest took: pushes that hang are when the owner is needed most.
            self._alerts.send(max(began + BUDGET_S + ALARM_S, time.monotonic() + 0.1))

    def _close(self, turn: _Turn) -> None:
        for each in turn.each(self._chores.idle):
            code = CLOSE_NO_HELLO if each.no_hello else CLOSE_COME_AGAIN
            self._delivery.hang_up(each.connection, code, "nothing was heard for too long")

    def _probe(self, turn: _Turn) -> None:
        for each in turn.each(self._chores.silent):
            try:
                self._delivery.say(each.connection, self._voice.pong(each.last_seq, each.now))
            except (ConnectionGone, PushFailed):
                continue

    def _purge(self, turn: _Turn) -> None:
        if self._sweeps % PURGE_EVERY == 1 and turn.goes_on():
            self._chores.purge()
            self._forget()
            self._erase(turn)

    def _erase(self, turn: _Turn) -> None:
        for _ in range(ERASE_TIMES):
            if not turn.goes_on():
                return
            erased = self._chores.erase(self._privacy_days)
            for connection in erased.connections:
                self._delivery.hang_up(
                    connection, CLOSE_UNAUTHORIZED, "this order says no longer whose it is"
                )
            if not erased.orders:
                return

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
