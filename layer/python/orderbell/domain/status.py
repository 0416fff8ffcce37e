"""Everything that decides how an order may move lives in this file, as one table (protocol.md 2.4).

A move is a word of the trade (`accept`, `ready`, ...) said by somebody (`Actor`). `MOVES` maps (status, move) to the status
that follows and to who may say it. What is not in the table is refused. `docs/order-states.md` is drawn from it.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Status(str, Enum):
    """Where an order stands. The values are the words on the wire."""

    PLACED = "placed"
    ACCEPTED = "accepted"
    PREPARING = "preparing"
    READY = "ready"
    DISPATCHED = "dispatched"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Actor(str, Enum):
    """Who moves an order."""

    CUSTOMER = "customer"
    KITCHEN = "kitchen"
    SYSTEM = "system"


class Service(str, Enum):
    """How the food reaches the guest."""

    PICKUP = "pickup"
    DELIVERY = "delivery"
    DINE_IN = "dine_in"


class Move(str, Enum):
    """What somebody does to an order."""

    ACCEPT = "accept"
    REJECT = "reject"
    START = "start"
    READY = "ready"
    DISPATCH = "dispatch"
    COMPLETE = "complete"
    CANCEL = "cancel"
    RECALL = "recall"
    EXPIRE = "expire"


class Step(NamedTuple):
    """One row of the table: the status that follows, who may take it, and for which services (None: all)."""

    to: Status
    actors: frozenset[Actor]
    services: frozenset[Service] | None = None


_KITCHEN = frozenset({Actor.KITCHEN})
_SYSTEM = frozenset({Actor.SYSTEM})
_EITHER = frozenset({Actor.KITCHEN, Actor.CUSTOMER})
_DELIVERY = frozenset({Service.DELIVERY})
_AT_SHOP = frozenset({Service.PICKUP, Service.DINE_IN})

MOVES: dict[tuple[Status, Move], Step] = {
    (Status.PLACED, Move.ACCEPT): Step(Status.ACCEPTED, _KITCHEN),
    (Status.PLACED, Move.REJECT): Step(Status.REJECTED, _KITCHEN),
    (Status.PLACED, Move.EXPIRE): Step(Status.EXPIRED, _SYSTEM),
    (Status.PLACED, Move.CANCEL): Step(Status.CANCELLED, _EITHER),
    (Status.ACCEPTED, Move.START): Step(Status.PREPARING, _KITCHEN),
    (Status.ACCEPTED, Move.CANCEL): Step(Status.CANCELLED, _KITCHEN),
    (Status.PREPARING, Move.READY): Step(Status.READY, _KITCHEN),
    (Status.PREPARING, Move.CANCEL): Step(Status.CANCELLED, _KITCHEN),
    (Status.READY, Move.DISPATCH): Step(Status.DISPATCHED, _KITCHEN, _DELIVERY),
    (Status.READY, Move.COMPLETE): Step(Status.COMPLETED, _KITCHEN, _AT_SHOP),
    (Status.READY, Move.CANCEL): Step(Status.CANCELLED, _KITCHEN),
    (Status.READY, Move.RECALL): Step(Status.PREPARING, _KITCHEN),
    (Status.DISPATCHED, Move.COMPLETE): Step(Status.COMPLETED, _KITCHEN, _DELIVERY),
    (Status.COMPLETED, Move.RECALL): Step(Status.READY, _KITCHEN),
}

OUTCOME: dict[Move, Status] = {
    Move.ACCEPT: Status.ACCEPTED,
    Move.REJECT: Status.REJECTED,
    Move.START: Status.PREPARING,
    Move.READY: Status.READY,
    Move.DISPATCH: Status.DISPATCHED,
    Move.COMPLETE: Status.COMPLETED,
    Move.CANCEL: Status.CANCELLED,
    Move.EXPIRE: Status.EXPIRED,
}
"""Where a move leads. A move whose outcome is already so is a repeat: a success that changes nothing.
`recall` has two outcomes and is not here."""

OPEN = frozenset({Status.PLACED, Status.ACCEPTED, Status.PREPARING, Status.READY, Status.DISPATCHED})
"""Orders that a kitchen's screen shows."""

RECALL_WINDOW_S = 600
"""A ready or completed order can be called back inside 10 minutes (protocol.md 2.4)."""

REASONS = ("sold_out", "too_busy", "closed", "cannot_do_note", "out_of_area", "customer_asked", "other")
"""Why a kitchen rejects or cancels. The customer's page has words for each."""
