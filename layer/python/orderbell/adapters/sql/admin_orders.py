"""How the latest orders were delivered, and whether the sweep runs: for the operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from orderbell.adapters.sql.schema import orders, shop
from orderbell.adapters.sql.schema_sweep import task
from orderbell.domain.menu import Accepting, Openness
from orderbell.domain.status import Status


@dataclass(frozen=True)
class DeliveryRow:
    """One order's way: stored, first pushed well to a kitchen, first shown by one, accepted. Times of the database's clock."""

    number: str
    shop: str
    status: str
    stored_at: datetime
    pushed_at: datetime | None
    seen_at: datetime | None
    accepted_at: datetime | None


def deliveries(connection: sa.Connection, slug: str | None, last: int) -> list[DeliveryRow]:
    """Return the latest orders, of one shop or of all, newest first."""
    of = orders.c
    query = (
        sa.select(of.number, shop.c.slug, of.status, of.placed_at, of.pushed_at, of.seen_at, of.history)
        .join(shop)
        .order_by(of.placed_at.desc(), of.placed_seq.desc())
        .limit(last)
    )
    if slug is not None:
        query = query.where(shop.c.slug == slug)
    return [
        DeliveryRow(number, where, status, stored, pushed, seen, _accepted(history))
        for number, where, status, stored, pushed, seen, history in connection.execute(query)
    ]


def swept_s(connection: sa.Connection) -> float | None:
    """Return how many seconds ago the last sweep ended, by the database's clock; None where there was none."""
    age = sa.func.extract("epoch", sa.func.clock_timestamp() - sa.func.max(task.c.done_at))
    found = connection.scalar(sa.select(age))
    return None if found is None else float(found)


def unattended(connection: sa.Connection) -> list[str]:
    """Return slugs of shops that take orders now and are not attended."""
    query = sa.select(shop, sa.func.now().label("at")).where(~shop.c.attended).order_by(shop.c.slug)
    rows = [
        (row, Openness(Accepting(row.accepting), row.busy_minutes, row.paused_until))
        for row in connection.execute(query)
    ]
    return [row.slug for row, openness in rows if openness.at(row.at).open]


def _accepted(history: list[dict[str, str]]) -> datetime | None:
    for step in history:
        if step["status"] == Status.ACCEPTED.value:
            return datetime.fromisoformat(
                step["at"].replace("Z", "+00:00")
            )  # Python 3.10 does not read the Z
    return None
