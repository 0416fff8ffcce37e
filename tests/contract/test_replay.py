"""Snapshot = replay: the open orders at k and the events after k make the open orders at n, for any walk of commands."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderbell.domain.menu import Accepting, Openness, Shop
from orderbell.domain.status import OPEN, Actor, Move
from orderbell.entry.wiring import Wiring
from orderbell.service import kitchen as k
from orderbell.service.ports import Ledger
from orderbell.wire import voice
from support.food import DRAFT
from support.layer import MemoryStore, SqlStore, Store, new_key, place, wired

KITCHEN = k.By(Actor.KITCHEN, "device:1")
OPEN_WORDS = {status.value for status in OPEN}

which = st.integers(0, 4)
"""One of the latest orders."""
steps = st.one_of(
    st.tuples(st.just("place")),
    st.tuples(st.sampled_from([move for move in Move if move is not Move.EXPIRE]), which),
    st.tuples(st.sampled_from(["ask to cancel", "nudge", "message"]), which),
    st.tuples(st.just("seen"), st.integers(0, 9)),
    st.tuples(st.just("available"), st.booleans()),
    st.tuples(st.just("slow"), st.integers(1, 60)),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)
walks = st.lists(steps, min_size=4, max_size=30)

State = tuple[int, dict[str, Any]]


def take(parts: Wiring, store: Store, shop: Shop, step: tuple[Any, ...], orders: list[str]) -> None:
    """Take one step; one that is refused is a step too."""
    kitchen, name = parts.kitchen, step[0]
    if name == "place":
        orders.append(place(parts, replace(DRAFT, shop=shop.slug)).id)
    elif name == "wait":
        store.pass_time(step[1], orders=False)
    elif name == "seen":
        kitchen.seen(shop.slug, step[1])
    elif name == "available":
        kitchen.set_available(shop.slug, KITCHEN, new_key(), "tea", step[1], today=False)
    elif name == "slow":
        kitchen.set_openness(shop.slug, KITCHEN, new_key(), Openness(Accepting.BUSY, step[1], None))
    elif orders:
        change = {
            "ask to cancel": k.asking_cancel,
            "nudge": k.nudging,
            "message": k.saying(Actor.CUSTOMER, "快一点 ☕"),
        }.get(name) or k.moving(name, Actor.KITCHEN, reason="too_busy", minutes=10)
        order = orders[-1 - step[1] % len(orders)]
        kitchen.change_order(shop.slug, KITCHEN, new_key(), order, change)


def snapshot(ledger: Ledger, shop: Shop) -> State:
    """Return what a screen is told that asks for everything."""
    frame = json.loads(voice.snapshot(*ledger.snapshot(shop.id)))
    return frame["seq"], {order["id"]: order for order in frame["orders"]}


def replay(ledger: Ledger, shop: Shop, start: State) -> State:
    """Return what a screen holds that goes on from a snapshot by the events alone."""
    standing = ledger.standing(shop.slug)
    assert standing is not None
    seq, orders = start[0], dict(start[1])
    about = (standing, ledger.menu(shop.id))
    frame = json.loads(voice.events(standing.epoch, seq, ledger.events(shop.id, seq, 999), about, None))
    for event in frame["events"]:
        assert event["seq"] == seq + 1
        seq = event["seq"]
        if "order" in event:
            orders.pop(event["order"]["id"], None)
            if event["order"]["status"] in OPEN_WORDS:
                orders[event["order"]["id"]] = event["order"]
    return seq, orders


def check(store: Store, slug: str, walk: list[tuple[Any, ...]]) -> None:
    shop = store.open_shop(slug)
    parts, ledger = wired(store), store.ledger()
    orders: list[str] = []
    starts = [snapshot(ledger, shop)]
    for step in walk:
        take(parts, store, shop, step, orders)
        starts.append(snapshot(ledger, shop))
    for start in starts:
        assert replay(ledger, shop, start) == starts[-1]


@given(walk=walks)
@settings(max_examples=150, deadline=None, database=None)
def test_in_memory_replaying_the_events_after_any_snapshot_gives_the_last_one(
    walk: list[tuple[Any, ...]],
) -> None:
    check(MemoryStore(), "noodle-house", walk)


numbers = itertools.count(1)


@given(walk=walks)
@settings(
    max_examples=12, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_in_postgresql_replaying_the_events_after_any_snapshot_gives_the_last_one(
    sql: SqlStore, walk: list[tuple[Any, ...]]
) -> None:
    check(sql, f"noodle-house-{next(numbers)}", walk)
