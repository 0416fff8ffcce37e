"""A shop's day in PostgreSQL (`service.ports_report.DayBook`)."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from orderbell.adapters.sql import rows
from orderbell.adapters.sql.database import Database, Row
from orderbell.domain.report import Day, DayOrder, Marked
from orderbell.domain.status import Service, Status


class SqlDayBook:
    """Days as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day(self, slug: str, day: date | None) -> Day | None:
        """Return what is stored of a shop's day."""
        found = self._database.run("day", slug)
        if not found:
            return None
        shop = rows.shop(found[0])
        self._database.wall.shop(shop.id)
        at, today = found[0][rows.SHOP_WIDTH :]
        which = (shop.id, day or today, shop.timezone)
        orders = tuple(map(_order, self._database.run("day_orders", *which)))
        marks = tuple(map(_marked, self._database.run("day_marks", *which)))
        return Day(shop, day or today, today, at, orders, marks)


def _order(row: Row) -> DayOrder:
    number, service, status, total, currency, placed_at, offset, seen_at, promised_at, nudges, history = row
    return DayOrder(
        number, Service(service), Status(status), total, currency, placed_at, offset, seen_at, promised_at, nudges,
        rows.history(history),
    )  # fmt: skip


def _marked(row: Row) -> Marked:
    item, name, *rest = row
    names: dict[str, Any] | None = None if name is None else json.loads(name)
    return Marked(item, names, *rest)
