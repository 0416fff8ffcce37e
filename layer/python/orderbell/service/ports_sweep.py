"""What the sweep needs from the store. Each step takes few things at once, and is safe to be done by two at the same time."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol


class Silent(NamedTuple):
    """A bound connection that has said nothing for a minute."""

    connection: str
    last_seq: int
    now: datetime


class Idle(NamedTuple):
    """A connection that was forgotten, and whose socket is to be closed."""

    connection: str
    no_hello: bool


class Erased(NamedTuple):
    """How many orders say no longer whose they were, and the connections of their customers, which were forgotten."""

    orders: int
    connections: list[str]


class Measures(NamedTuple):
    """How delivery stands. Seconds are of the store's clock; `_total` counts since the tables were made."""

    oldest_undelivered_seconds: float
    """Age of the oldest open order that no screen has shown, or of the oldest event that a connected one has not acked."""
    events_unacked: int
    orders_unseen: int
    orders_placed: int
    orders_open: int
    kitchens_connected: int
    connections: int
    pushes_total: int
    resends_total: int
    duplicates_dropped_total: int
    connections_gone_total: int
    orders_expired_total: int
    sweeps_total: int
    store_to_screen_p50_seconds: float
    store_to_screen_p95_seconds: float
    shops_unattended: int
    """Shops that take orders while no screen says that it can be seen and heard."""


class Chores(Protocol):
    """The store as the sweep sees it. Every method raises Unavailable where the store cannot be reached."""

    def take(self) -> datetime | None:
        """Take the right to sweep for 5 s and return the lease; None where another instance has it."""

    def keep(self, lease: datetime) -> datetime | None:
        """Take it for 5 s more and return the new lease; None where it was lost."""

    def end(self, lease: datetime) -> None:
        """Give it back, the sweep is done."""

    def overdue_shops(self) -> list[str]:
        """Return slugs of shops with placed orders whose `accept_by` is past."""

    def end_dead_leases(self) -> None:
        """End leases on connections that a push cannot hold any more: their functions were killed."""

    def lagging_kitchens(self) -> list[tuple[int, str]]:
        """Return (shop_id, slug) of shops with a kitchen's connection that could be pushed to, and lacks events."""

    def lagging_orders(self) -> list[str]:
        """Return ids of orders with a customer's connection that could be pushed to, and shows an older version."""

    def lagging_guests(self) -> list[str]:
        """Return slugs of shops with a guest's connection that could be pushed to, and shows an older state."""

    def lagging_boards(self) -> list[int]:
        """Return ids of shops with a board's connection that could be pushed to, and was read before the latest move."""

    def turned_shops(self) -> list[str]:
        """Return slugs of shops that are attended and not said to be, or the other way round."""

    def silent(self) -> list[Silent]:
        """Return connections to be asked whether they are there, each at most once a minute."""

    def idle(self) -> list[Idle]:
        """Forget connections without a hello, silent for 10 minutes, or behind what is kept; return them."""

    def purge(self) -> int:
        """Remove some of what is past retention and return how many events that was."""

    def erase(self, days: int) -> Erased:
        """Erase who ordered, and what was said, of some orders placed more than `days` days ago: the oldest first.

        The order, its sums and times stay; its token opens nothing any more.
        """

    def count(self, name: str, number: int) -> None:
        """Add to a counter that outlives everything."""

    def measure(self) -> Measures:
        """Return how delivery stands."""
