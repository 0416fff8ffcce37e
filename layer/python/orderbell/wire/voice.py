"""What the server says: each frame as text. The module itself is the `Voice` that `service.ports` describes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from orderbell.domain import menu as m
from orderbell.domain.board import Board
from orderbell.domain.errors import OrderbellError
from orderbell.domain.events import Logged
from orderbell.domain.order import Order
from orderbell.wire import frames as f
from orderbell.wire import render
from orderbell.wire.problem import detail_of, wire_of


class Named(Protocol):
    """A paired device."""

    @property
    def id(self) -> str: ...
    @property
    def shop(self) -> str: ...


class Stands(Protocol):
    """Where a shop's log stands."""

    @property
    def shop(self) -> m.Shop: ...
    @property
    def epoch(self) -> str: ...
    @property
    def last_seq(self) -> int: ...
    @property
    def now(self) -> datetime: ...


def _text(frame: object) -> str:
    return render.encode(frame).decode()


def body(order: Order, /) -> str:
    """Return an order without its customer, as the log stores it."""
    return _text(render.body(order))


def welcome(
    role: str, standing: Stands, menu: m.Menu, lang: str | None, device: str | None, token: str | None
) -> str:
    """Say that a connection is bound."""
    shop = render.shop(standing.shop, menu, lang, standing.now)
    named = msgspec.UNSET if device is None else device
    fresh = msgspec.UNSET if token is None else token
    return _text(
        f.Welcome(role, shop, standing.epoch, standing.last_seq, standing.now, named, fresh)  # type: ignore[arg-type]
    )


def paired(token: str, device: Named) -> str:
    """Give a device its token."""
    return _text(f.Paired(token, device.id, device.shop))


def snapshot(epoch: str, seq: int, orders: Sequence[Order]) -> str:
    """Say what is open, to a kitchen: phones are masked."""
    return _text(f.Snapshot(epoch, seq, [render.order(order, masked=True) for order in orders]))


def events(
    epoch: str, prev: int, events: Sequence[Logged], shop: tuple[Stands, m.Menu] | None, lang: str | None
) -> str:  # fmt: skip
    """Say what happened, to a kitchen.

    A stored order is not parsed: its text goes out as it was stored, with the customer as the order has it now.
    """
    about = b""
    if shop is not None:
        standing, menu = shop
        about = b',"shop":' + render.encode(render.shop(standing.shop, menu, lang, standing.now))
    said = []
    for event in events:
        head = b'{"seq":%d,"type":"%s","at":%s' % (
            event.seq,
            event.type.value.encode(),
            render.encode(event.at),
        )
        if event.body is None:
            said.append(head + about + b"}")
        else:
            who = (
                b"null"
                if event.customer is None
                else render.encode(render.customer(event.customer, masked=True))
            )
            said.append(
                head + b',"order":' + event.body.rstrip()[:-1].encode() + b',"customer":' + who + b"}}"
            )
    opening = b'{"type":"events","epoch":%s,"prev":%d,"events":[' % (render.encode(epoch), prev)
    return (opening + b",".join(said) + b"]}").decode()


def order(order: Order, /) -> str:
    """Say how an order stands, to its customer."""
    return _text(f.OrderFrame(render.order(order, masked=False)))


def shop(standing: Stands, menu: m.Menu, lang: str | None) -> str:
    """Say how a shop stands."""
    return _text(f.ShopFrame(render.shop(standing.shop, menu, lang, standing.now)))


def board(board: Board, /) -> str:
    """Say which codes are in work and which are ready."""
    return _text(render.board(board))


def result(command_id: str, error: Exception | None) -> str:
    """Answer a command."""
    if error is None:
        return _text(f.Result(command_id, True))
    return _text(f.Result(command_id, False, f.ResultError(wire_of(error).code, detail(error))))


def pong(seq: int, at: datetime) -> str:
    """Answer a ping."""
    return _text(f.Pong(seq, at))


def error(error: Exception, command_id: str | None) -> str:
    """Refuse a frame."""
    named = msgspec.UNSET if command_id is None else command_id
    return _text(f.ErrorFrame(wire_of(error).code, detail(error), named))


def detail(error: Exception) -> str:
    """What is wrong, with the first field that is."""
    detail = detail_of(error)
    errors = getattr(error, "errors", ()) if isinstance(error, OrderbellError) else ()
    return "; ".join([detail, *(f"{field.pointer}: {field.detail}" for field in errors[:5])])
