"""What goes through the ports: values that the store gives to the use cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from orderbell.domain.events import Logged
from orderbell.domain.menu import Shop
from orderbell.domain.order import Order


@dataclass(frozen=True)
class Held:
    """A shop whose log is ours until the transaction ends, as it was when we got it."""

    shop: Shop
    epoch: str
    last_seq: int
    secret: bytes
    now: datetime
    today: date
    nth_today: int
    """Which order of the shop's local day the next one is: 1, 2, 3, ..."""


@dataclass(frozen=True)
class Keyed:
    """An order found by its Idempotency-Key."""

    order: Order
    fingerprint: bytes
    secret: bytes


@dataclass(frozen=True)
class Device:
    """A paired kitchen screen."""

    id: str
    shop: str
    renews: bytes | None = None
    """Where its token has held for 30 days: the shop's secret, with which the new one is made."""


@dataclass(frozen=True)
class Standing:
    """Where a shop's log stands: read in one statement, so that the parts belong together."""

    shop: Shop
    epoch: str
    last_seq: int
    state_seq: int
    now: datetime
    kept_seq: int = 0
    """Events up to this seq were purged: a screen that has less needs the open orders."""


@dataclass(frozen=True)
class Connection:
    """A socket we know. `role` is None until hello; `sent` and `acked` are its cursors."""

    id: str
    role: str | None
    shop_id: int | None
    shop: str | None
    device: str | None
    order: str | None
    lang: str | None
    sent: int
    acked: int
    age_s: float
    last_seq: int
    now: datetime
    kept_seq: int = 0


@dataclass(frozen=True)
class Claim:
    """The right to push to one connection, for a few seconds, with what it lacks."""

    connection: str
    lease: datetime
    lang: str | None
    epoch: str
    after: int
    """The seq that the first of `events` follows."""
    events: tuple[Logged, ...]


@dataclass(frozen=True)
class Follower:
    """The right to push state to a customer's or a guest's connection."""

    connection: str
    lease: datetime
    lang: str | None
