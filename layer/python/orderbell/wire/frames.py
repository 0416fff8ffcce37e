"""Every frame on the wire, as msgspec structs. OpenAPI, AsyncAPI and the pages' types are made from these and `values`.

Field names and words are those of protocol.md. Money is an integer in the currency's minor unit, times are RFC 3339 in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from orderbell.wire.board import Board, BoardAnswer, BoardEntry
from orderbell.wire.commands import (
    CUSTOMER_COMMANDS,
    KITCHEN_COMMANDS,
    Accept,
    Availability,
    Bare,
    CustomerMessage,
    KitchenMessage,
    OfOrder,
    ShopState,
    WithReason,
)
from orderbell.wire.report import (
    DayReport,
    HourCount,
    MissedOrder,
    OnTime,
    ServiceCounts,
    SoldOutEntry,
    Spread,
)
from orderbell.wire.values import (
    By,
    Category,
    Choice,
    Customer,
    EventKind,
    FieldProblem,
    Id,
    Item,
    Lang,
    Message,
    MessageText,
    NewCustomer,
    NewLine,
    NewOrder,
    NoteText,
    OptionGroup,
    Order,
    OrderAnswer,
    OrderBody,
    OrderLine,
    OrderOption,
    OrderStatus,
    PlacedAnswer,
    Problem,
    Reason,
    Seq,
    Shop,
    ShopAnswer,
    ShopCard,
    ShopList,
    Step,
    Text80,
)

__all__ = [
    "Accept", "Ack", "Availability", "Bare", "Board", "BoardAnswer", "BoardEntry", "By", "CUSTOMER_COMMANDS",
    "Category", "Choice", "ClientFrame", "Command", "Customer", "CustomerMessage", "ErrorFrame", "Event",
    "EventKind", "Events", "FieldProblem",
    "Hello", "Id", "Item", "JSON", "KITCHEN_COMMANDS", "KitchenMessage", "Lang", "Message", "MessageText",
    "NewCustomer", "NewLine", "NewOrder", "NoteText", "OfOrder", "OptionGroup", "Order", "OrderAnswer",
    "OrderBody", "OrderFrame", "OrderLine", "OrderOption", "OrderStatus", "Pair", "Paired", "Ping",
    "PlacedAnswer", "Pong", "Problem", "Ready", "Reason", "Result", "ResultError", "Resume", "Seq",
    "ServerFrame", "Shop", "ShopAnswer", "ShopCard", "ShopFrame", "ShopList", "ShopState", "Snapshot",
    "Step", "Text80", "Unpair", "Welcome", "WithReason",
    "DayReport", "HourCount", "MissedOrder", "OnTime", "ServiceCounts", "SoldOutEntry", "Spread",
]  # fmt: skip

# --- client to server ---


class Hello(Struct, tag="hello"):
    """Say who is there. Kitchen: token, epoch?, seq?. Customer: order, token. Guest, board: shop. `lang`: of names."""

    role: Literal["kitchen", "customer", "guest", "board"]
    token: Annotated[str, Meta(max_length=200)] = ""
    order: Annotated[str, Meta(max_length=64)] = ""
    shop: Annotated[str, Meta(max_length=64)] = ""
    epoch: Annotated[str, Meta(max_length=64)] | None = None
    seq: Seq | None = None
    lang: str | None = None


class Pair(Struct, tag="pair"):
    """Swap a one-use pairing code for a device token."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]
    name: Text80 = "kitchen"


class Ack(Struct, tag="ack"):
    """Everything up to `seq` is on the screen."""

    seq: Seq


class Resume(Struct, tag="resume"):
    """A gap was seen: send again from `seq` + 1."""

    seq: Seq


class Ready(Struct):
    """Whether this screen can be seen and heard."""

    visible: bool = False
    audible: bool = False
    awake: bool = False


class Ping(Struct, tag="ping"):
    """Is the line alive, and is anything missing?"""

    seq: Seq | None = None
    ready: Ready | None = None
    dropped: Seq | None = None
    """How many events this page dropped as repeats on this connection."""


class Unpair(Struct, tag="unpair"):
    """Kitchen: this screen is the shop's no longer. Its token ends, and all its sockets close with 4409."""


class Command(Struct, tag="command"):
    """A change; answered once by `result`. The same id again gives the same result and acts once."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=32)]


ClientFrame = Hello | Pair | Ack | Resume | Ping | Unpair | Command


# --- server to client ---


class Welcome(Struct, tag="welcome"):
    """The connection is bound. `epoch` and `seq` are the shop's now."""

    role: Literal["kitchen", "customer", "guest", "board"]
    shop: Shop
    epoch: str
    seq: int
    at: datetime
    device: str | UnsetType = UNSET
    token: str | UnsetType = UNSET
    """Kitchen: a new token, as the one of the hello is 30 days old. That one holds until the new one is used."""


class Paired(Struct, tag="paired"):
    """The device's token: shown once, keep it."""

    token: str
    device: str
    shop: str


class Event(Struct, omit_defaults=True):
    """One event of the shop's log; `order` for order events, `shop` for shop and menu events."""

    seq: int
    type: EventKind
    at: datetime
    order: Order | UnsetType = UNSET
    shop: Shop | UnsetType = UNSET


class Snapshot(Struct, tag="snapshot"):
    """The open orders as of `seq`."""

    epoch: str
    seq: int
    orders: list[Order]


class Events(Struct, tag="events"):
    """Events in order; `prev` is the seq before the first."""

    epoch: str
    prev: int
    events: list[Event]


class OrderFrame(Struct, tag="order"):
    """Customer: the whole order; apply it only if its version is higher."""

    order: Order


class ShopFrame(Struct, tag="shop"):
    """Guest, customer: the shop as it is now."""

    shop: Shop


class ResultError(Struct):
    """Why a command was refused."""

    code: str
    detail: str


class Result(Struct, tag="result"):
    """The answer to a command."""

    id: str
    ok: bool
    error: ResultError | UnsetType = UNSET


class Pong(Struct, tag="pong"):
    """The shop's seq and the database's clock now."""

    seq: int
    at: datetime


class ErrorFrame(Struct, tag="error"):
    """A refused frame; the connection stays."""

    code: str
    detail: str
    id: str | UnsetType = UNSET


ServerFrame = (
    Welcome | Paired | Snapshot | Events | OrderFrame | ShopFrame | Board | Result | Pong | ErrorFrame
)

JSON = dict[str, Any]
