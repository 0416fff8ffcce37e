"""Domain values into the messages of `frames`."""

from __future__ import annotations

from datetime import datetime

import msgspec

from orderbell.domain import menu as m
from orderbell.domain.board import Board, Entry
from orderbell.domain.order import Customer, Order
from orderbell.wire import frames as f
from orderbell.wire.tokens import mask_phone

encode = msgspec.json.Encoder().encode


def body(order: Order) -> f.OrderBody:
    """Return an order without its customer: what the log stores."""
    return f.OrderBody(**_fields(order))


def order(order: Order, *, masked: bool) -> f.Order:
    """Return a whole order; `masked` hides the middle of the phone number, for the kitchen's screens."""
    return f.Order(**_fields(order), customer=customer(order.customer, masked=masked))


def customer(who: Customer, *, masked: bool) -> f.Customer:
    """Return the customer of an order."""
    return f.Customer(who.name, mask_phone(who.phone) if masked else who.phone, who.address)


def _fields(order: Order) -> f.JSON:
    return {
        "id": order.id,
        "number": order.number,
        "shop": order.shop,
        "status": order.status.value,
        "version": order.version,
        "service": order.service.value,
        "table": order.table,
        "lines": [
            f.OrderLine(
                line.item, line.name, line.quantity, line.unit_price,
                [f.OrderOption(option.id, option.name, option.price) for option in line.options],
                line.note, line.amount,
            )
            for line in order.lines
        ],
        "total": order.total,
        "currency": order.currency,
        "note": order.note,
        "placed_at": order.placed_at,
        "seen_at": order.seen_at,
        "accept_by": order.accept_by,
        "promised_at": order.promised_at,
        "cancel_requested_at": order.cancel_requested_at,
        "nudges": order.nudges,
        "history": [f.Step(entry.status.value, entry.at, entry.by.value, entry.reason) for entry in order.history],
        "messages": [f.Message(sender=said.sender.value, text=said.text, at=said.at) for said in order.messages],
    }  # fmt: skip


def card(shop: m.Shop, language: str | None, at: datetime) -> f.ShopCard:
    """Return a shop for the list of shops."""
    return f.ShopCard(
        shop.slug,
        m.pick(shop.name, language or shop.locale),
        shop.openness.at(at).open,
        shop.currency,
        shop.timezone,
    )


def shop(shop: m.Shop, menu: m.Menu, language: str | None, at: datetime) -> f.Shop:
    """Return a shop with its menu in `language` (None: the shop's own), as it stands at `at`."""
    tongue = language or shop.locale
    state = shop.openness.at(at)
    return f.Shop(
        slug=shop.slug,
        name=m.pick(shop.name, tongue),
        open=state.open,
        currency=shop.currency,
        timezone=shop.timezone,
        phone=shop.phone,
        accepting=state.accepting.value,
        busy_minutes=state.busy_minutes,
        paused_until=state.paused_until,
        menu_version=menu.version,
        categories=[
            f.Category(part.id, m.pick(part.name, tongue), [_item(item, tongue, at) for item in part.items])
            for part in menu.categories
        ],
        attended=shop.attended,
        amber_minutes=shop.ages.amber,
        red_minutes=shop.ages.red,
    )


def board(board: Board) -> f.Board:
    """Return what a guests' board shows."""

    def said(entries: tuple[Entry, ...]) -> list[f.BoardEntry]:
        return [f.BoardEntry(number, service.value, since) for number, service, since in entries]  # type: ignore[arg-type]

    return f.Board(board.shop, board.at, said(board.preparing), said(board.ready))


def _item(item: m.Item, tongue: str, at: datetime) -> f.Item:
    return f.Item(
        item.id,
        m.pick(item.name, tongue),
        m.pick(item.description, tongue) if item.description else "",
        item.price,
        item.is_available(at),
        [
            f.OptionGroup(
                group.id, m.pick(group.name, tongue), group.min, group.max,
                [f.Choice(c.id, m.pick(c.name, tongue), c.price, c.available) for c in group.choices],
            )
            for group in item.options
        ],
    )  # fmt: skip
