"""What a shop's log holds. An event about an order carries the whole order as of that event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from orderbell.domain.order import Customer


class EventType(str, Enum):
    """The kinds of event; the values are the words on the wire (protocol.md 2.3)."""

    ORDER_PLACED = "order.placed"
    ORDER_UPDATED = "order.updated"
    ORDER_NUDGED = "order.nudged"
    ORDER_MESSAGE = "order.message"
    SHOP_UPDATED = "shop.updated"
    MENU_UPDATED = "menu.updated"


@dataclass(frozen=True)
class Logged:
    """One entry of a shop's log as it was stored.

    `body` is the order's JSON as of the event, without its customer, who is joined when it is read: what is erased from
    the order is then erased everywhere. Both are None for events about the shop or its menu.
    """

    seq: int
    type: EventType
    at: datetime
    body: str | None
    customer: Customer | None


def within(events: list[Logged], most_bytes: int) -> list[Logged]:
    """Return the first events whose bodies are not more than so many bytes together, and at least one."""
    size = 0
    for count, event in enumerate(events):
        size += len((event.body or "").encode())
        if count and size > most_bytes:
            return events[:count]
    return events
