"""Shops, orders and the bodies of HTTP, as msgspec structs.

Field names and words are those of protocol.md. Money is an integer in the currency's minor unit, times are RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Lang = Literal["zh-CN", "en"]
OrderStatus = Literal[
    "placed", "accepted", "preparing", "ready", "dispatched", "completed", "rejected", "expired", "cancelled"
]  # fmt: skip
Reason = Literal["sold_out", "too_busy", "closed", "cannot_do_note", "out_of_area", "customer_asked", "other"]
By = Literal["customer", "kitchen", "system"]
EventKind = Literal[
    "order.placed", "order.updated", "order.nudged", "order.message", "shop.updated", "menu.updated"
]

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Text80 = Annotated[str, Meta(min_length=1, max_length=80)]
NoteText = Annotated[str, Meta(max_length=200)]
MessageText = Annotated[str, Meta(min_length=1, max_length=500)]
Seq = Annotated[int, Meta(ge=0, le=2**53 - 1)]


# --- what a shop is ---


class Choice(Struct):
    """One choice of an option group; its price is added to the item's."""

    id: str
    name: str
    price: int
    available: bool


class OptionGroup(Struct):
    """Between `min` and `max` of the choices are taken."""

    id: str
    name: str
    min: int
    max: int
    choices: list[Choice]


class Item(Struct):
    """Something to order."""

    id: str
    name: str
    description: str
    price: int
    available: bool
    options: list[OptionGroup]


class Category(Struct):
    """A heading of the menu."""

    id: str
    name: str
    items: list[Item]


class ShopCard(Struct):
    """A shop in the list of shops."""

    slug: str
    name: str
    open: bool
    currency: str
    timezone: str


class Shop(ShopCard):
    """A shop with its menu; texts are in the reader's language where the menu has it."""

    phone: str
    accepting: Literal["open", "busy", "paused", "closed"]
    busy_minutes: int | None
    paused_until: datetime | None
    menu_version: int
    categories: list[Category]
    attended: bool
    """A kitchen's screen that is visible and can be heard said so within the last 30 s. It is news only."""
    amber_minutes: int
    red_minutes: int


class ShopList(Struct):
    """Answer of GET /get_shop_info."""

    shops: list[ShopCard]


class ShopAnswer(Struct):
    """Answer of GET /get_shop_info?shop=SLUG."""

    shop: Shop


# --- what an order is ---


class OrderOption(Struct):
    """A choice as it was sold."""

    id: str
    name: str
    price: int


class OrderLine(Struct):
    """A line as it was sold. `amount` is quantity x unit_price."""

    item: str
    name: str
    quantity: int
    unit_price: int
    options: list[OrderOption]
    note: str
    amount: int


class Customer(Struct):
    """Who ordered. The kitchen's copy masks the phone."""

    name: str
    phone: str | None
    address: str | None


class Step(Struct):
    """One entry of an order's history."""

    status: OrderStatus
    at: datetime
    by: By
    reason: str | None = None


class Message(Struct):
    """One line of the talk between a customer and the shop."""

    sender: By = field(name="from")
    text: str
    at: datetime


class OrderBody(Struct):
    """An order without its customer: what the log stores."""

    id: str
    number: str
    shop: str
    status: OrderStatus
    version: int
    service: Literal["pickup", "delivery", "dine_in"]
    table: str | None
    lines: list[OrderLine]
    total: int
    currency: str
    note: str
    placed_at: datetime
    seen_at: datetime | None
    accept_by: datetime
    promised_at: datetime | None
    cancel_requested_at: datetime | None
    nudges: int
    history: list[Step]
    messages: list[Message]


class Order(OrderBody):
    """An order as its customer and its kitchen see it."""

    customer: Customer


class OrderAnswer(Struct):
    """Answer of GET /bill?order=ID."""

    order: Order


class PlacedAnswer(Struct):
    """Answer of POST /bill."""

    order: Order
    token: str


class FieldProblem(Struct):
    """One wrong field."""

    pointer: str
    detail: str


class Problem(Struct):
    """An error, RFC 9457, as application/problem+json."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem]


# --- POST /bill ---


class NewLine(Struct, forbid_unknown_fields=True):
    """One line that a customer asks for; `options` are ids of choices."""

    item: Id
    quantity: Annotated[int, Meta(ge=1, le=99)]
    options: Annotated[list[Id], Meta(max_length=20)] = []
    note: NoteText = ""


class NewCustomer(Struct, forbid_unknown_fields=True):
    """Who orders. `phone` may be null at the table, `address` is needed for delivery."""

    name: Text80
    phone: Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ()./-]{3,30}$")] | None = None
    address: Annotated[str, Meta(min_length=1, max_length=300)] | None = None


class NewOrder(Struct, forbid_unknown_fields=True):
    """Body of POST /bill."""

    shop: Id
    service: Literal["pickup", "delivery", "dine_in"]
    customer: NewCustomer
    lines: Annotated[list[NewLine], Meta(min_length=1, max_length=50)]
    table: Annotated[str, Meta(min_length=1, max_length=16)] | None = None
    note: Annotated[str, Meta(max_length=500)] = ""
    expected_total: Annotated[int, Meta(ge=0, le=10**11)] | None = None
