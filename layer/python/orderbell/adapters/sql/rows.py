"""Rows into domain values."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

from orderbell.domain import board as b
from orderbell.domain import menu as m
from orderbell.domain import order as o
from orderbell.domain.events import EventType, Logged
from orderbell.domain.status import Actor, Service, Status

SHOP_WIDTH = 15
ORDER_WIDTH = 22


def shop(row: tuple[Any, ...]) -> m.Shop:
    """Read `SHOP_COLUMNS`."""
    return m.Shop(
        id=row[0], slug=row[1], name=json.loads(row[2]), locale=row[3], currency=row[4], timezone=row[5], phone=row[6],
        openness=m.Openness(m.Accepting(row[7]), row[8], row[9]), menu_version=row[10], accept_seconds=row[11],
        ages=m.Ages(row[12], row[13]), attended=row[14],
    )  # fmt: skip


def order(row: tuple[Any, ...]) -> o.Order:
    """Read `ORDER_COLUMNS`."""
    return o.Order(
        id=row[0], number=row[1], shop=row[2], status=Status(row[3]), version=row[4], service=Service(row[5]), table=row[6],
        currency=row[7], note=row[8], placed_at=row[9], accept_by=row[10], seen_at=row[11], promised_at=row[12],
        cancel_requested_at=row[13], nudges=row[14], nudged_at=row[15], customer=o.Customer(row[16], row[17], row[18]),
        history=history(row[19]),
        messages=tuple(o.Message(Actor(said["from"]), said["text"], _time(said["at"])) for said in json.loads(row[20])),
        lines=tuple(_line(line) for line in json.loads(row[21])),
    )  # fmt: skip


def _line(line: dict[str, Any]) -> o.Line:
    options = tuple(
        o.ChosenOption(option["id"], option["name"], option["price"]) for option in line["options"]
    )
    return o.Line(line["item"], line["name"], line["quantity"], line["unit_price"], options, line["note"])


def on_board(row: tuple[Any, ...]) -> b.Row:
    """Read (number, service, history)."""
    return b.Row(row[0], Service(row[1]), history(row[2]))


def history(text: str) -> tuple[o.HistoryEntry, ...]:
    return tuple(
        o.HistoryEntry(Status(step["status"]), _time(step["at"]), Actor(step["by"]), step["reason"])
        for step in json.loads(text)
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 does not read the Z


def logged(row: tuple[Any, ...]) -> Logged:
    """Read (seq, type, created_at, payload, customer's name, phone, address)."""
    seq, kind, at, body, name, phone, address = row
    return Logged(seq, EventType(kind), at, body, None if name is None else o.Customer(name, phone, address))


def menu(version: int, text: str | None) -> m.Menu:
    """Read what the statement `menu` gathers."""
    return m.Menu(
        version,
        tuple(
            m.Category(part["id"], part["name"], tuple(_item(item) for item in part["items"] or ()))
            for part in json.loads(text or "[]")
        ),
    )


def _item(item: dict[str, Any]) -> m.Item:
    until = item["until"]
    return m.Item(
        item["id"], item["name"], item["description"], item["price"], item["available"],
        None if until is None else datetime.fromtimestamp(until, timezone.utc),
        tuple(
            m.OptionGroup(
                group["id"], group["name"], group["min"], group["max"],
                tuple(m.Choice(c["id"], c["name"], c["price"], c["available"]) for c in group["choices"] or ()),
            )
            for group in item["options"] or ()
        ),
    )  # fmt: skip
