"""The owner's report of one day: counts, waits and what was sold out. Nothing in it says who ordered."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct


class Spread(Struct):
    """How long something took, in seconds: of `n` orders the median and the 95th percentile (nearest rank), null where n is 0."""

    n: int
    p50: float | None
    p95: float | None


class OnTime(Struct):
    """Promised orders that were ready by then, and those that were not."""

    met: int
    late: int


class MissedOrder(Struct):
    """An order that came to nothing, and why."""

    number: str
    placed_at: datetime
    why: Literal["expired", "rejected", "cancelled"]
    reason: str | None


class HourCount(Struct):
    """Orders placed in one hour of the shop's day, and how many of them came to nothing."""

    hour: int
    orders: int
    missed: int


class SoldOutEntry(Struct):
    """An item was marked: there (true), sold out (false), or sold out for the day ("today"). `device` is the screen's name."""

    item: str
    name: str
    at: datetime
    available: bool | Literal["today"]
    device: str


class ServiceCounts(Struct):
    """Orders by service."""

    pickup: int
    delivery: int
    dine_in: int


class DayReport(Struct):
    """Answer of GET /bill?day=DAY. `revenue` is of what was accepted and not cancelled, in the currency's minor unit."""

    shop: str
    name: str
    day: str
    today: str
    timezone: str
    currency: str
    at: datetime
    orders: int
    completed: int
    rejected: int
    expired: int
    cancelled: int
    open: int
    revenue: int
    accept: Spread
    prep: Spread
    latency: Spread
    on_time: OnTime
    missed: list[MissedOrder]
    hours: list[HourCount]
    sold_out: list[SoldOutEntry]
    nudges: int
    services: ServiceCounts
