"""The examples in the generated documents: one order, told with the structs: none can lack a field."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec

from orderbell.wire import frames as f
from orderbell.wire.problem import TABLE
from orderbell.wire.tokens import mask_phone

JSON = dict[str, Any]

ORDER_ID = "019aa5c0-7d2e-7c3b-9f10-5b6d1f0e8a42"
DEVICE_ID = "3f0c2a52-6f5e-4f0e-9a86-0d7f2f6c1a11"
EPOCH = "b7a1d1de-2f7c-4f60-9b7e-1c5a0f3e9d20"
TOKEN = "q0mX3o7Jm1cQ2r0mC0m5b0vX4n6bq1c8d9eAfBgChDi"  # nosec B105  # an example, it opens nothing
KEY = "7f9c2ba4-e88f-4b1a-9d2a-6a1f0c3d5e71"
REQUEST_ID = "5e0b6a1e-54f7-4b53-9a35-0a4a5b0f2c77"

_AT = datetime(2026, 11, 21, 4, 30, 0, tzinfo=timezone.utc)
_ACCEPTED = _AT + timedelta(seconds=40)

NEW_ORDER: JSON = {
    "shop": "noodle-house",
    "service": "pickup",
    "table": None,
    "customer": {"name": "Li Lei", "phone": "13800001234", "address": None},
    "lines": [
        {"item": "beef-noodles", "quantity": 2, "options": ["large", "extra-egg"], "note": "no coriander"}
    ],
    "note": "",
    "expected_total": 6400,
}


def _shop() -> f.Shop:
    size = [f.Choice("regular", "Regular", 0, True), f.Choice("large", "Large", 400, True)]
    extras = [f.Choice("extra-egg", "Soy-braised egg", 200, True)]
    groups = [f.OptionGroup("size", "Size", 1, 1, size), f.OptionGroup("extras", "Extras", 0, 4, extras)]
    noodles = f.Item("beef-noodles", "Braised beef noodles", "Beef shank, soy broth.", 2600, True, groups)
    return f.Shop(
        slug="noodle-house",
        name="Alley Noodle House",
        open=True,
        currency="CNY",
        timezone="Asia/Shanghai",
        phone="+86 21 0000 0123",
        accepting="open",
        busy_minutes=None,
        paused_until=None,
        menu_version=3,
        categories=[f.Category("noodle-soups", "Noodle soups", [noodles])],
        attended=True,
        amber_minutes=5,
        red_minutes=10,
    )


def _order(*, accepted: bool = False, masked: bool = False) -> f.Order:
    options = [f.OrderOption("large", "大碗", 400), f.OrderOption("extra-egg", "卤蛋", 200)]
    line = f.OrderLine("beef-noodles", "红烧牛肉面", 2, 3200, options, "no coriander", 6400)
    history = [f.Step("placed", _AT, "customer")]
    if accepted:
        history.append(f.Step("accepted", _ACCEPTED, "kitchen"))
    phone = mask_phone("13800001234") if masked else "13800001234"
    return f.Order(
        id=ORDER_ID,
        number="A11",
        shop="noodle-house",
        status="accepted" if accepted else "placed",
        version=3 if accepted else 1,
        service="pickup",
        table=None,
        lines=[line],
        total=6400,
        currency="CNY",
        note="",
        placed_at=_AT,
        seen_at=_AT + timedelta(seconds=1) if accepted else None,
        accept_by=_AT + timedelta(minutes=5),
        promised_at=_ACCEPTED + timedelta(minutes=15) if accepted else None,
        cancel_requested_at=None,
        nudges=0,
        history=history,
        messages=[],
        customer=f.Customer("Li Lei", phone, None),
    )


def _board() -> f.Board:
    made = [f.BoardEntry("A12", "dine_in", _ACCEPTED)]
    return f.Board("noodle-house", _AT + timedelta(minutes=9), made, [f.BoardEntry("A11", "pickup", _AT)])


def _day() -> f.DayReport:
    waits, prep = f.Spread(41, 18.4, 55.0), f.Spread(39, 402.0, 711.5)
    return f.DayReport(
        shop="noodle-house", name="Alley Noodle House", day="2026-11-21", today="2026-11-21",
        timezone="Asia/Shanghai", currency="CNY", at=_AT + timedelta(hours=1), orders=42, completed=38, rejected=1,
        expired=0, cancelled=1, open=2, revenue=236400, accept=waits, prep=prep, latency=f.Spread(42, 0.2, 0.6),
        on_time=f.OnTime(36, 3), missed=[f.MissedOrder("A13", _AT, "rejected", "sold_out")],
        hours=[f.HourCount(hour, 42 * (hour == 12), int(hour == 12)) for hour in range(24)],
        sold_out=[f.SoldOutEntry("beef-noodles", "Braised beef noodles", _ACCEPTED, "today", "front counter")],
        nudges=2, services=f.ServiceCounts(30, 8, 4),
    )  # fmt: skip


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def answers() -> JSON:
    """Return the examples of HTTP answers, by struct."""
    card = f.ShopCard("noodle-house", "Alley Noodle House", True, "CNY", "Asia/Shanghai")
    found = (
        f.ShopList([card]),
        f.ShopAnswer(_shop()),
        f.PlacedAnswer(_order(), TOKEN),
        f.OrderAnswer(_order(accepted=True)),
        _day(),
        f.BoardAnswer(card, _board()),
        f.Events(EPOCH, 41, [f.Event(42, "order.placed", _AT, order=_order(masked=True))]),
        f.Snapshot(EPOCH, 42, [_order(masked=True)]),
    )
    return {type(one).__name__: _plain(one) for one in found}


def problem(code: str, status: int, title: str) -> JSON:
    """Return the example of an error. Only one that the layer sends has `errors`."""
    said: JSON = {
        "type": f"urn:orderbell:problem:{code}",
        "title": title,
        "status": status,
        "detail": title.lower(),
        "code": code,
        "request_id": REQUEST_ID,
    }
    ours = any(row.code == code for row in TABLE.values())
    if code == "internal" or not ours:
        said["type"] = "about:blank"
    if ours:
        said["errors"] = []
    if code == "validation":
        said["errors"] = [{"pointer": "/lines/0/quantity", "detail": "Expected `int` <= 99"}]
    return said


def hellos() -> dict[str, JSON]:
    """Return a hello of each role."""
    return {
        "kitchen": {
            "type": "hello",
            "role": "kitchen",
            "token": TOKEN,
            "epoch": EPOCH,
            "seq": 41,
            "lang": "zh-CN",
        },
        "customer": {"type": "hello", "role": "customer", "order": ORDER_ID, "token": TOKEN},
        "guest": {"type": "hello", "role": "guest", "shop": "noodle-house", "lang": "en"},
        "board": {"type": "hello", "role": "board", "shop": "noodle-house"},
    }


_ARGUMENTS: dict[type[msgspec.Struct], JSON] = {
    f.Accept: {"order": ORDER_ID, "minutes": 15},
    f.WithReason: {"order": ORDER_ID, "reason": "sold_out"},
    f.OfOrder: {"order": ORDER_ID},
    f.Availability: {"item": "beef-noodles", "available": "today"},
    f.ShopState: {"accepting": "busy", "busy_minutes": 10},
    f.KitchenMessage: {"order": ORDER_ID, "text": "No coriander, noted."},
    f.CustomerMessage: {"text": "I am five minutes late."},
    f.Bare: {},
}


def command(name: str, arguments: type[msgspec.Struct]) -> JSON:
    """Return the example of a command."""
    return {
        "type": "command",
        "id": "0c9f1f6e-2a51-4c0b-8d0f-6f0a3c1e7b55",
        "name": name,
        **_ARGUMENTS[arguments],
    }


def frames() -> dict[type[msgspec.Struct], JSON]:
    """Return the example of every other frame, by struct."""
    found: list[msgspec.Struct] = [
        f.Pair("K7MR2QXP", "front counter"),
        f.Unpair(),
        f.Ack(42),
        f.Resume(41),
        f.Ping(42, f.Ready(visible=True, audible=True, awake=True)),
        f.Welcome("kitchen", _shop(), EPOCH, 42, _AT, DEVICE_ID),
        f.Paired(TOKEN, DEVICE_ID, "noodle-house"),
        f.Snapshot(EPOCH, 42, [_order(masked=True)]),
        f.Events(EPOCH, 41, [f.Event(42, "order.placed", _AT, order=_order(masked=True))]),
        f.OrderFrame(_order(accepted=True)),
        f.ShopFrame(_shop()),
        _board(),
        f.Result(
            "0c9f1f6e-2a51-4c0b-8d0f-6f0a3c1e7b55",
            False,
            f.ResultError("conflict", "an order that is ready cannot accept"),
        ),
        f.Pong(42, _AT),
        f.ErrorFrame("unauthorized", "say hello first"),
    ]
    return {type(one): _plain(one) for one in found}
