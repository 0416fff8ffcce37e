"""Whose an order was is erased after some days, and the order stays: on real stores, through the doors."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg2
import pytest

from orderbell.adapters.sql.statements_privacy import WITH_TAIL
from orderbell.domain.errors import NotFound
from orderbell.service.sweep import PURGE_EVERY
from support.databases import OPERATOR
from support.doors import DEVICE_TOKEN, Answer, House
from support.example import ORDER
from support.layer import MemoryStore, SqlStore, Store

DAY_S = 24 * 3600
PRIVATE = {
    "name": "Zhang Wei",
    "phone": "13800009876",
    "address": "Room 5, Lane 7",
    "line": "no nuts: allergic",
    "note": "ring for Zhang",
    "customer says": "I am at the gate",
    "kitchen says": "dear Zhang, coming",
}


@pytest.fixture
def house(store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    house = House(store, monkeypatch)
    house.hello()
    return house


def order_privately(house: House, key: str = "k1") -> Answer:
    """Order with something of one's own in every field; a customer follows it and says something."""
    who = {name: PRIVATE[name] for name in ("name", "phone", "address")}
    line = {**ORDER["lines"][0], "note": PRIVATE["line"]}
    order = {**ORDER, "service": "delivery", "customer": who, "lines": [line], "note": PRIVATE["note"]}
    placed = house.place(order, key)
    assert placed.status == 201
    house.follow(placed, f"customer {key}")
    assert house.command("message", f"customer {key}", id=f"m {key}", text=PRIVATE["customer says"])["ok"]
    said = {"order": placed.json["order"]["id"], "text": PRIVATE["kitchen says"]}
    assert house.command("message", id=f"n {key}", **said)["ok"]
    return placed


def end(house: House, placed: Answer) -> None:
    assert house.command("reject", id="end", order=placed.json["order"]["id"], reason="other")["ok"]


def sweep(house: House) -> None:
    """Sweep as a new instance does, which looks for what is old at once, and go on until it looks again."""
    for _ in range(PURGE_EVERY):
        house.parts.sweeper.sweep()


def test_who_looks_a_number_up_reads_no_order_that_was_erased(sql: SqlStore) -> None:
    with closing(psycopg2.connect(sql.url, options=OPERATOR)) as connection, connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN {WITH_TAIL}", {"tail": "1234"})
        assert "ix_orders_kept" in str(cursor.fetchall())


def all_that_is_stored(store: Any) -> str:
    """Return every row of every table as text."""
    if isinstance(store, MemoryStore):
        world = store.world
        return repr((world.orders, world.logs, world.results, world.alerts, world.sockets, world.devices))
    tables = store.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert len(tables) > 10
    rows = [store.run(f"SELECT t::text FROM {name} t") for (name,) in tables]  # noqa: S608
    return repr(rows)


def left(store: Any) -> set[str]:
    text = all_that_is_stored(store)
    return {what for what, value in PRIVATE.items() if value in text}


def stays(house: House, order_id: str) -> dict[str, Any]:
    """Return what an order keeps, as a screen of its shop reads it."""
    order = house.show(DEVICE_TOKEN, order=order_id).json["order"]
    return {name: order[name] for name in order if name not in ("customer", "note", "messages", "lines")} | {
        "lines": [{**line, "note": ""} for line in order["lines"]]
    }


def figures(house: House, day: str) -> dict[str, Any]:
    """Return the report of a day, but for when it was made."""
    report: dict[str, Any] = house.show(DEVICE_TOKEN, day=day).json
    assert report["orders"] == 1
    return {name: value for name, value in report.items() if name != "at"}


def test_after_30_days_nothing_says_whose_an_order_was_and_the_order_stays(
    house: House, store: Store
) -> None:
    placed = order_privately(house)
    end(house, placed)
    order_id, token = placed.json["order"]["id"], placed.json["token"]
    assert left(store) == set(PRIVATE)
    day = house.show(DEVICE_TOKEN, day="today").json["day"]
    store.pass_time(30 * DAY_S - 60)
    sweep(house)
    assert {"name", "phone", "address", "line", "note"} <= left(store)
    before = stays(house, order_id)
    store.pass_time(120)
    report = figures(house, day)
    sweep(house)
    assert left(store) == set()
    assert stays(house, order_id)["total"] == 6400 and stays(house, order_id).keys() == before.keys()
    assert stays(house, order_id)["lines"] == before["lines"]
    assert stays(house, order_id)["history"][-1]["status"] == "rejected"
    shown = house.show(DEVICE_TOKEN, order=order_id).json["order"]
    assert shown["customer"] == {"name": "", "phone": None, "address": None}
    assert (shown["note"], shown["messages"]) == ("", [])
    assert figures(house, day) == report
    assert house.show(token, order=order_id).problem == (404, "not_found")
    house.follow(placed, "later")
    assert house.closed("later") == 4401


def test_the_log_of_an_order_that_is_still_open_is_erased_too(house: House, store: Store) -> None:
    placed = order_privately(house)
    younger = order_privately(house, "k2")
    house.store.pass_time(10)
    make_older(store, placed.json["order"]["id"])
    sweep(house)
    events = [
        event.body
        for event in house.parts.ledger.events(house.shop.id, 0, 100)
        if placed.json["order"]["id"] in (event.body or "")
    ]
    assert len(events) >= 3
    assert not [value for value in PRIVATE.values() for body in events if value in (body or "")]
    assert house.closed("customer k1") == 4401
    assert house.closed("customer k2") is None
    shown = house.show(younger.json["token"], order=younger.json["order"]["id"]).json["order"]
    assert shown["customer"]["phone"] == PRIVATE["phone"] and shown["note"] == PRIVATE["note"]
    # What the kitchen says afterwards goes too, with the next sweep that looks.
    said = {"order": placed.json["order"]["id"], "text": "who are you, Zhang?"}
    assert house.command("message", id="late", **said)["ok"]
    assert "who are you" in all_that_is_stored(store)
    sweep(house)
    assert "who are you" not in all_that_is_stored(store)


def make_older(store: Any, order_id: str) -> None:
    """Let one order be 31 days old."""
    if isinstance(store, MemoryStore):
        row = store.world.orders[order_id]
        older = replace(row.order, placed_at=row.order.placed_at - timedelta(days=31))
        store.world.orders[order_id] = replace(row, order=older)
    else:
        store.run(
            "UPDATE orders SET placed_at = placed_at - interval '31 days' WHERE order_id = %s", order_id
        )


def test_the_key_of_an_erased_order_makes_no_new_one(house: House, store: Store) -> None:
    placed = order_privately(house)
    end(house, placed)
    store.pass_time(31 * DAY_S)
    sweep(house)
    before = house.stored()
    who = {name: PRIVATE[name] for name in ("name", "phone", "address")}
    line = {**ORDER["lines"][0], "note": PRIVATE["line"]}
    order = {**ORDER, "service": "delivery", "customer": who, "lines": [line], "note": PRIVATE["note"]}
    assert house.place(order, "k1").problem == (422, "idempotency_mismatch")
    assert house.stored() == before
    with pytest.raises(NotFound):
        house.parts.for_call().ordering.show(placed.json["order"]["id"], "")


def test_many_old_orders_go_in_one_sweep(house: House, store: Store) -> None:
    for nth in range(3):
        order_privately(house, f"k{nth}")
    store.pass_time(31 * DAY_S)
    found = store.chores().erase(31 * 100)
    assert (found.orders, found.connections) == (0, [])
    found = store.chores().erase(30)
    assert (found.orders, len(found.connections)) == (3, 3)
    assert store.chores().erase(30).orders == 0
