"""The sweep's view of PostgreSQL (`service.ports_sweep.Chores`)."""

from __future__ import annotations

from datetime import datetime

from orderbell.adapters.sql.database import Database, Row
from orderbell.service.ports_sweep import Erased, Idle, Measures, Silent

TASK = "sweep"


class SqlChores:
    """What is due, as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self) -> datetime | None:
        """Take the right to sweep."""
        return _lease(self._database.run("take_task", TASK))

    def keep(self, lease: datetime) -> datetime | None:
        """Take it for longer."""
        return _lease(self._database.run("keep_task", TASK, lease))

    def end(self, lease: datetime) -> None:
        """Give it back."""
        self._database.run("end_task", TASK, lease)

    def overdue_shops(self) -> list[str]:
        """Return slugs of shops with overdue orders."""
        return [row[0] for row in self._database.run("overdue_shops")]

    def end_dead_leases(self) -> None:
        """End leases whose functions were killed."""
        self._database.run("end_dead_leases")

    def lagging_kitchens(self) -> list[tuple[int, str]]:
        """Return (shop_id, slug) of shops whose kitchens lack events."""
        return [(row[0], row[1]) for row in self._database.run("lagging_kitchens")]

    def lagging_orders(self) -> list[str]:
        """Return ids of orders whose customers lack a version."""
        return [row[0] for row in self._database.run("lagging_orders")]

    def lagging_guests(self) -> list[str]:
        """Return slugs of shops whose guests lack a state."""
        return [row[0] for row in self._database.run("lagging_guests")]

    def lagging_boards(self) -> list[int]:
        """Return ids of shops whose boards lack a move."""
        return [row[0] for row in self._database.run("lagging_boards")]

    def turned_shops(self) -> list[str]:
        """Return slugs of shops that are attended and not said to be, or the other way round."""
        return [row[0] for row in self._database.run("turned_shops")]

    def silent(self) -> list[Silent]:
        """Return connections to be asked whether they are there."""
        return [Silent(*row) for row in self._database.run("silent")]

    def idle(self) -> list[Idle]:
        """Forget who is idle, and return them."""
        return [Idle(*row) for row in self._database.run("idle")]

    def purge(self) -> int:
        """Remove some of what is past retention; the number of events."""
        shops = [row[0] for row in self._database.run("purgeable")]
        removed = sum(len(self._database.run("purge_events", shop_id)) for shop_id in shops)
        for what in ("purge_commands", "purge_codes", "purge_alerts", "purge_availability"):
            self._database.run(what)
        return removed

    def erase(self, days: int) -> Erased:
        """Erase some of who ordered longer ago."""
        return Erased(*self._database.run("erase", days)[0])

    def count(self, name: str, number: int) -> None:
        """Add to a counter."""
        self._database.run("count", name, number)

    def measure(self) -> Measures:
        """Return how delivery stands."""
        return Measures(*self._database.run("measure")[0])


def _lease(found: list[Row]) -> datetime | None:
    return found[0][0] if found else None
