"""What a kitchen and a customer may ask for, by name: the arguments of each command. Part of `frames`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from orderbell.wire.values import Id, MessageText, Reason


class Accept(Struct):
    """Kitchen: take the order, ready in `minutes`."""

    order: Id
    minutes: Annotated[int, Meta(ge=1, le=240)]


class WithReason(Struct):
    """Kitchen: `reject` or `cancel` an order, and say why."""

    order: Id
    reason: Reason


class OfOrder(Struct):
    """Kitchen: `start`, `ready`, `dispatch`, `complete`, `recall` or `keep` an order: decline the wish to cancel it."""

    order: Id


class Availability(Struct):
    """Kitchen: an item is there, sold out, or sold out for today."""

    item: Id
    available: bool | Literal["today"]


class ShopState(Struct):
    """Kitchen: open, busy (add minutes), paused (until), closed."""

    accepting: Literal["open", "busy", "paused", "closed"]
    busy_minutes: Annotated[int, Meta(ge=1, le=240)] | None = None
    paused_until: datetime | None = None


class KitchenMessage(Struct):
    """Kitchen: say something to an order's customer."""

    order: Id
    text: MessageText


class CustomerMessage(Struct):
    """Customer: say something to the shop."""

    text: MessageText


class Bare(Struct):
    """A command without arguments: the customer's `cancel` and `nudge`."""


KITCHEN_COMMANDS: dict[str, type[Struct]] = {
    "accept": Accept,
    "reject": WithReason,
    "start": OfOrder,
    "ready": OfOrder,
    "dispatch": OfOrder,
    "complete": OfOrder,
    "cancel": WithReason,
    "recall": OfOrder,
    "keep": OfOrder,
    "availability": Availability,
    "shop": ShopState,
    "message": KitchenMessage,
}
CUSTOMER_COMMANDS: dict[str, type[Struct]] = {"cancel": Bare, "nudge": Bare, "message": CustomerMessage}
