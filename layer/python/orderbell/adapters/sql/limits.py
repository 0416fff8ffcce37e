"""The buckets in PostgreSQL (`service.ports_limits.Limits`)."""

from __future__ import annotations

from collections.abc import Sequence

from orderbell.adapters.sql.database import Database
from orderbell.domain.rates import Draw


class SqlLimits:
    """Buckets as rows of an unlogged table."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, draws: Sequence[Draw]) -> list[float]:
        """Take one token of each bucket, or of none."""
        columns = (
            [draw.bucket for draw in draws], [draw.rate.burst for draw in draws],
            [draw.rate.per_s for draw in draws], [draw.debt for draw in draws],
        )  # fmt: skip
        return [row[0] for row in self._database.run("take", *columns)]

    def forget(self, seconds: float) -> int:
        """Remove buckets that nobody used for so long."""
        return len(self._database.run("forget_rates", seconds))
