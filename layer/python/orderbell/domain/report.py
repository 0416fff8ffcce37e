"""The owner's report of one of the shop's days: what came, how long it took, what came to nothing. Pure: rows in, numbers out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from orderbell.domain.menu import Names, Shop
from orderbell.domain.order import HistoryEntry
from orderbell.domain.status import OPEN, Service, Status

MISSED = frozenset({Status.EXPIRED, Status.REJECTED, Status.CANCELLED})
"""Orders that came to nothing."""

_UNSOLD = MISSED | {Status.PLACED}


@dataclass(frozen=True)
class DayOrder:
    """An order as the report sees it: when and how much, never who. `offset` is the shop's zone when it was placed."""

    number: str
    service: Service
    status: Status
    total: int
    currency: str
    placed_at: datetime
    offset: timedelta
    seen_at: datetime | None
    promised_at: datetime | None
    nudges: int
    history: tuple[HistoryEntry, ...]

    def _first(self, status: Status) -> datetime | None:
        return next((entry.at for entry in self.history if entry.status is status), None)

    @property
    def accepted_at(self) -> datetime | None:
        """When the kitchen took it."""
        return self._first(Status.ACCEPTED)

    @property
    def ready_at(self) -> datetime | None:
        """When it was ready for the first time: what a recall adds was not waited for at the stove."""
        return self._first(Status.READY)

    @property
    def completed_at(self) -> datetime | None:
        """When it was handed over for good; None while it is not."""
        return self.history[-1].at if self.status is Status.COMPLETED else None

    @property
    def reason(self) -> str | None:
        """Why it came to nothing, where somebody said so."""
        return self.history[-1].reason if self.status in MISSED else None

    @property
    def accept_seconds(self) -> float | None:
        """From stored to accepted."""
        return _seconds(self.placed_at, self.accepted_at)

    @property
    def prep_seconds(self) -> float | None:
        """From accepted to ready."""
        return _seconds(self.accepted_at, self.ready_at)

    @property
    def screen_seconds(self) -> float | None:
        """From stored to a kitchen's screen."""
        return _seconds(self.placed_at, self.seen_at)

    @property
    def hour(self) -> int:
        """The hour on the shop's clock when it was placed."""
        return (self.placed_at + self.offset).hour

    def on_time(self, now: datetime) -> bool | None:
        """Say whether it was ready when promised; None where nothing was promised, nothing is due yet, or it ended before."""
        if self.promised_at is None:
            return None
        if self.ready_at is not None:
            return self.ready_at <= self.promised_at
        return False if self.status in OPEN and now > self.promised_at else None


@dataclass(frozen=True)
class Marked:
    """An item was marked as there or sold out; `today`: until midnight. `name` is None where the menu has it no more."""

    item: str
    name: Names | None
    at: datetime
    available: bool
    today: bool
    device: str


@dataclass(frozen=True)
class Day:
    """What is stored of one day of a shop. `today` is the shop's day at `at`, of the store's clock."""

    shop: Shop
    day: date
    today: date
    at: datetime
    orders: tuple[DayOrder, ...] = ()
    marks: tuple[Marked, ...] = ()


class Spread(NamedTuple):
    """How long something took, in seconds, and of how many orders this is known."""

    n: int
    p50: float | None
    p95: float | None


class Hour(NamedTuple):
    """Orders placed in one hour of the shop's clock, and how many of them came to nothing."""

    hour: int
    orders: int
    missed: int


@dataclass(frozen=True)
class Report:
    """The day in numbers. `revenue` is of the orders that were accepted and did not end in nothing, in the shop's currency."""

    day: Day
    statuses: Counter[Status]
    services: Counter[Service]
    open: int
    revenue: int
    accept: Spread
    prep: Spread
    latency: Spread
    met: int
    late: int
    missed: tuple[DayOrder, ...]
    hours: tuple[Hour, ...]
    nudges: int


def report(day: Day) -> Report:
    """Count a day."""
    orders = day.orders
    missed = tuple(order for order in orders if order.status in MISSED)
    punctual = Counter(order.on_time(day.at) for order in orders)
    placed_in, missed_in = Counter(order.hour for order in orders), Counter(order.hour for order in missed)
    return Report(
        day=day,
        statuses=Counter(order.status for order in orders),
        services=Counter(order.service for order in orders),
        open=sum(order.status in OPEN for order in orders),
        # A shop that changed its currency has orders in the other one: they are in the table, not in this sum.
        revenue=sum(
            order.total
            for order in orders
            if order.status not in _UNSOLD and order.currency == day.shop.currency
        ),
        accept=spread(order.accept_seconds for order in orders),
        prep=spread(order.prep_seconds for order in orders),
        latency=spread(order.screen_seconds for order in orders),
        met=punctual[True],
        late=punctual[False],
        missed=missed,
        hours=tuple(Hour(hour, placed_in[hour], missed_in[hour]) for hour in range(24)),
        nudges=sum(order.nudges for order in orders),
    )


def spread(seconds: Iterable[float | None]) -> Spread:
    """Return the median and the 95th percentile of those that are known."""
    known = sorted(value for value in seconds if value is not None)
    return Spread(len(known), nearest_rank(known, 50), nearest_rank(known, 95))


def nearest_rank(ordered: list[float], percent: int) -> float | None:
    """Return the smallest value that at least `percent` of all do not exceed: one that was measured, never one between two."""
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else None


def _seconds(since: datetime | None, until: datetime | None) -> float | None:
    return None if since is None or until is None else (until - since).total_seconds()
