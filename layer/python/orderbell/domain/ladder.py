"""The alarm for an order that nobody accepts: its rungs, and how it is repeated where the owner's side does not answer.

The first rungs are the screen's own: it rings until somebody taps, and louder. These are the ones that leave the shop.
Every time here is measured by the store's clock; a sweep that comes late only makes an alert late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from orderbell.domain.menu import Names


class AlertKind(str, Enum):
    """What the owner is told. One alert of each kind for an order, ever."""

    UNACCEPTED = "unaccepted"
    UNACCEPTED_AGAIN = "unaccepted_again"
    EXPIRED = "expired"


class AlertOutcome(str, Enum):
    """How an alert ended."""

    SENT = "sent"
    SETTLED = "settled"
    """Not sent: somebody accepted, or the order is over in another way."""
    FAILED = "failed"
    """Given up: the receiver wants no more, or did not take it for a day."""


RUNGS: dict[AlertKind, timedelta] = {
    AlertKind.UNACCEPTED: timedelta(seconds=60),
    AlertKind.UNACCEPTED_AGAIN: timedelta(seconds=120),
}
"""How long after it was placed an order that is still `placed` makes an alert. An order that expired makes one at once."""

GIVE_UP = timedelta(hours=24)
"""After that an alert helps nobody: it is given up, and for an order that expired so long ago none is made."""

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 300.0
DELIVERED = range(200, 300)
GONE = 410


@dataclass(frozen=True)
class Alert:
    """One alert as it is about to be sent, with its order as it is now and without its customer.

    `attempt` counts from 1. `now` is the store's clock, `total` is in minor units.
    `lease` is the right to send it, for a limited time.
    """

    id: str
    kind: AlertKind
    created_at: datetime
    attempt: int
    lease: datetime
    now: datetime
    shop: str
    shop_name: Names
    locale: str
    order: str
    number: str
    total: int
    currency: str
    placed_at: datetime
    accept_by: datetime
    seen: bool


def wait_s(attempt: int, asked_s: float | None, chance: float) -> float:
    """Return the seconds to wait after a failed attempt: 5, 10, 20, ... and never more than 300.

    `asked_s` is what the receiver asked for. `chance` (0 to 1) spreads what would come back together by a fifth to
    either side; what the receiver asked for is not shortened by it.
    """
    doubled = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempt - 1, 10))
    return min(LONGEST_WAIT_S, max(doubled * (0.8 + 0.4 * chance), asked_s or 0.0))
