"""What the rates need from the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from orderbell.domain.rates import Draw


class Limits(Protocol):
    """Buckets that all instances share. Losing them in a crash fills them."""

    def take(self, draws: Sequence[Draw]) -> list[float]:
        """Take one token of each bucket, or where one of them has less than 1, of none (but see `Draw.debt`).

        Return how many each had before, in the order of the draws; a bucket that is not there has its burst. No two draws
        are of the same bucket.

        Raises:
            Unavailable: the store cannot be reached.
        """

    def forget(self, seconds: float) -> int:
        """Remove some of the buckets that nobody used for so long, and return how many. Raises Unavailable."""
