"""The owner's report as JSON and as a table for a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date, datetime, timezone
from typing import Literal

from orderbell.domain.menu import pick
from orderbell.domain.report import DayOrder, Marked, Report, Spread
from orderbell.domain.shopfile import digits_of, major
from orderbell.domain.status import Service, Status
from orderbell.wire import frames as f

COLUMNS = (
    "number", "service", "status", "placed_at", "seen_at", "accepted_at", "ready_at", "completed_at", "promised_at",
    "accept_seconds", "prep_seconds", "screen_seconds", "total", "currency", "nudges", "reason",
)  # fmt: skip

_BOM = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for the machine's own code page."""

_WHY: dict[Status, Literal["expired", "rejected", "cancelled"]] = {
    Status.EXPIRED: "expired",
    Status.REJECTED: "rejected",
    Status.CANCELLED: "cancelled",
}

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def report(found: Report, language: str | None) -> f.DayReport:
    """Return the report with names in `language` (None: the shop's own)."""
    day, shop = found.day, found.day.shop
    tongue = language or shop.locale
    status, service = found.statuses, found.services
    return f.DayReport(
        shop=shop.slug,
        name=pick(shop.name, tongue),
        day=day.day.isoformat(),
        today=day.today.isoformat(),
        timezone=shop.timezone,
        currency=shop.currency,
        at=day.at,
        orders=len(day.orders),
        completed=status[Status.COMPLETED],
        rejected=status[Status.REJECTED],
        expired=status[Status.EXPIRED],
        cancelled=status[Status.CANCELLED],
        open=found.open,
        revenue=found.revenue,
        accept=_spread(found.accept),
        prep=_spread(found.prep),
        latency=_spread(found.latency),
        on_time=f.OnTime(found.met, found.late),
        missed=[
            f.MissedOrder(one.number, one.placed_at, _WHY[one.status], one.reason) for one in found.missed
        ],
        hours=[f.HourCount(*hour) for hour in found.hours],
        sold_out=[_sold_out(mark, tongue) for mark in day.marks],
        nudges=found.nudges,
        services=f.ServiceCounts(
            service[Service.PICKUP], service[Service.DELIVERY], service[Service.DINE_IN]
        ),
    )


def _spread(of: Spread) -> f.Spread:
    return f.Spread(of.n, *(None if value is None else round(value, 3) for value in of[1:]))


def _sold_out(mark: Marked, tongue: str) -> f.SoldOutEntry:
    name = mark.item if mark.name is None else pick(mark.name, tongue)
    return f.SoldOutEntry(mark.item, name, mark.at, "today" if mark.today else mark.available, mark.device)


def table(found: Report) -> str:
    """Return the day's orders as CSV, one row each, as a spreadsheet reads it."""
    text: list[str] = []
    write = csv.writer(_Lines(text), lineterminator="\r\n").writerow
    write(COLUMNS)
    for order in found.day.orders:
        write([_safe(cell) for cell in _row(order)])
    return _BOM + "".join(text)


def file_name(slug: str, day: date) -> str:
    """Return what the table is called when it is saved."""
    return f"{slug}-{day.isoformat()}.csv"


def _row(order: DayOrder) -> list[str]:
    moments = (
        order.placed_at, order.seen_at, order.accepted_at, order.ready_at, order.completed_at, order.promised_at,
    )  # fmt: skip
    waits = (order.accept_seconds, order.prep_seconds, order.screen_seconds)
    return [
        order.number, order.service.value, order.status.value,
        *(_time(at, order) for at in moments),
        *("" if seconds is None else f"{seconds:.3f}" for seconds in waits),
        major(order.total, digits_of(order.currency)), order.currency, str(order.nudges), order.reason or "",
    ]  # fmt: skip


def _time(at: datetime | None, order: DayOrder) -> str:
    """Return a time on the shop's clock: the owner reads when it was lunch, and the offset says which moment it was."""
    return "" if at is None else at.astimezone(timezone(order.offset)).isoformat(timespec="seconds")


def _safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Lines:
    """Where `csv` writes to."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, text: str) -> int:
        """Take some text."""
        self._lines.append(text)
        return len(text)
