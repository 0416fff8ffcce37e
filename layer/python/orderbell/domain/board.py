"""The guests' board: which codes a shop is making, and which it calls out.

A delivery has nobody at the counter, and what was only placed is not promised yet: neither is shown. A plate that nobody
marked as taken must not stay there for ever, and least of all call a guest of the next day, whose codes begin anew: an order
is shown on its own day and for `LATE` after it was placed, and never beside a later order with the same code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from orderbell.domain.order import HistoryEntry, Order
from orderbell.domain.status import Service, Status

MAKING = frozenset({Status.ACCEPTED, Status.PREPARING})
CALLED = frozenset({Status.READY})
SHOWN = MAKING | CALLED
KEPT = timedelta(hours=24)
LATE = timedelta(hours=4)
"""Guests of the evening before still wait in a shop that is open over midnight."""


class Entry(NamedTuple):
    """One code; `since` is when it came into its list."""

    number: str
    service: Service
    since: datetime


@dataclass(frozen=True)
class Board:
    """A shop's board as of `seq` of its log: in work oldest first, ready newest first."""

    shop: str
    seq: int
    at: datetime
    preparing: tuple[Entry, ...]
    ready: tuple[Entry, ...]


class Row(NamedTuple):
    """What the board needs of an order."""

    number: str
    service: Service
    history: tuple[HistoryEntry, ...]


def shows(order: Order) -> bool:
    """Say whether an order is of those that a board shows."""
    return order.service is not Service.DELIVERY and order.status in SHOWN


def changes(before: Order, after: Order) -> bool:
    """Say whether a change of an order changes its shop's board."""
    return before.status is not after.status and (shows(before) or shows(after))


def gather(shop: str, seq: int, at: datetime, orders: Iterable[Row]) -> Board:
    """Return the board of the orders that are on it."""
    making: list[Entry] = []
    called: list[Entry] = []
    for number, service, history in orders:
        group = CALLED if history[-1].status in CALLED else MAKING
        (called if group is CALLED else making).append(Entry(number, service, _since(history, group)))
    making.sort(key=lambda entry: (entry.since, entry.number))
    called.sort(key=lambda entry: (entry.since, entry.number), reverse=True)
    return Board(shop, seq, at, tuple(making), tuple(called))


def _since(history: tuple[HistoryEntry, ...], group: frozenset[Status]) -> datetime:
    """Return when the present stay in a list began: a dish that was called back begins anew."""
    since = history[-1].at
    for entry in reversed(history):
        if entry.status not in group:
            break
        since = entry.at
    return since
