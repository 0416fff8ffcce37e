"""What the owner's report needs from the store."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from orderbell.domain.report import Day


class DayBook(Protocol):
    """The store as the report sees it. Every method raises Unavailable where the store cannot be reached."""

    def day(self, slug: str, day: date | None) -> Day | None:
        """Return what is stored of a shop's day, None: the day it is there now. None where no shop has this slug.

        Orders are of the day by which they were numbered, in the order they were placed; items were marked between its
        two midnights. No name, phone, address or note is read.
        """
