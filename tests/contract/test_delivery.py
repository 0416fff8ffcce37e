"""The bell on real stores: whoever drains delivers everything, once or twice, and never leaves an event waiting."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.menu import Openness, Shop
from orderbell.domain.order import Order
from orderbell.domain.status import Actor, Move
from orderbell.service.kitchen import By, moving, saying
from support.books import SLOW
from support.food import DRAFT
from support.layer import Store, at_once, new_key, place, print_of, wired

SCREEN, TOKEN = "screen/+=", "secret/+="
KITCHEN = By(Actor.KITCHEN, "device:1")


class Interrupted(MemoryPush):
    """A push during which something else happens, once."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] | None = None

    def send(self, connection_id: str, text: str) -> None:
        super().send(connection_id, text)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()


@pytest.fixture
def push() -> Interrupted:
    return Interrupted()


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


def frames(push: MemoryPush, connection: str = SCREEN) -> list[dict[str, Any]]:
    return [json.loads(text) for text in push.frames(connection)]


def hello(store: Store, push: MemoryPush, shop: Shop, connection: str = SCREEN) -> None:
    """Bind a kitchen's screen with a device of its own."""
    token = f"{TOKEN} of {connection}"
    store.add_device(shop, token)
    sessions = wired(store, push).sessions
    sessions.opened(connection)
    sessions.hello_kitchen(connection, token, None, None, None)


def told(push: MemoryPush, connection: str = SCREEN) -> list[int]:
    """Return the seqs of all events that a screen was sent."""
    return [event["seq"] for frame in frames(push, connection) for event in frame.get("events", ())]


def as_a_screen_reads(push: MemoryPush, connection: str = SCREEN) -> list[int]:
    """Return the seqs a screen applied: what it has is dropped, and what comes after a gap waits for a resume."""
    applied: list[int] = []
    last = -1
    for frame in frames(push, connection):
        if frame["type"] == "snapshot":
            last = frame["seq"]
        if frame["type"] == "events":
            assert frame["prev"] <= last, "a gap"
            applied += [event["seq"] for event in frame["events"] if event["seq"] > last]
            last = max(last, frame["events"][-1]["seq"])
    return applied


def test_an_order_rings_every_screen_of_its_shop_and_no_other(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    tea_house = store.open_shop("tea-house")
    for connection, of in (("a", shop), ("b", shop), ("c", tea_house)):
        hello(store, push, of, connection)
    order = place(wired(store, push))
    for connection in ("a", "b"):
        (event,) = frames(push, connection)[-1]["events"]
        assert (event["seq"], event["type"], event["order"]["id"]) == (1, "order.placed", order.id)
    assert told(push, "c") == []


def test_an_event_written_while_a_drain_holds_the_lease_is_delivered_by_that_drain(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    hello(store, push, shop)
    other = wired(store, push)
    push.meanwhile = lambda: place(other)
    place(wired(store, push))
    assert told(push) == [1, 2]


def test_an_event_written_during_hello_is_in_the_snapshot_or_delivered_by_the_hello(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    other = wired(store, push)
    push.meanwhile = lambda: place(other)  # while the welcome goes out, before the snapshot is read
    hello(store, push, shop)
    kinds = [frame["type"] for frame in frames(push)]
    assert kinds[:2] == ["welcome", "snapshot"]
    assert [order["number"] for order in frames(push)[1]["orders"]] == ["A11"]
    push.meanwhile = lambda: place(other)
    hello(store, push, shop, "second")
    assert {event["number"] for event in frames(push, "second")[1]["orders"]} == {"A11", "A12"}


def change(store: Store, push: MemoryPush, shop: Shop, order: Order, move: Move) -> None:
    wired(store, push).kitchen.change_order(
        shop.slug, KITCHEN, new_key(), order.id, moving(move, Actor.KITCHEN, minutes=5)
    )


def follow(store: Store, push: MemoryPush, key: str) -> Order:
    """Place an order and follow it on a customer's connection."""
    parts = wired(store, push)
    placed = parts.ordering.place(DRAFT, key, print_of(DRAFT))
    parts.sessions.opened("customer")
    parts.sessions.hello_customer("customer", placed.order.id, placed.token, "en")
    return placed.order


def test_a_customer_sees_every_state_that_is_committed(store: Store, shop: Shop, push: Interrupted) -> None:
    order = follow(store, push, new_key())
    change(store, push, shop, order, Move.ACCEPT)
    change(store, push, shop, order, Move.START)
    shown = [frame["order"]["status"] for frame in frames(push, "customer") if frame["type"] == "order"]
    assert shown == ["placed", "accepted", "preparing"]


def test_a_state_committed_while_the_customer_is_being_told_the_last_one_is_told_too(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    order = follow(store, push, new_key())
    push.meanwhile = lambda: change(store, push, shop, order, Move.START)
    change(store, push, shop, order, Move.ACCEPT)
    assert frames(push, "customer")[-1]["order"]["status"] == "preparing"


def test_a_customer_that_says_hello_while_the_order_moves_sees_where_it_went(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    parts = wired(store, push)
    placed = parts.ordering.place(DRAFT, new_key(), print_of(DRAFT))
    push.meanwhile = lambda: change(store, push, shop, placed.order, Move.ACCEPT)
    parts.sessions.hello_customer("customer", placed.order.id, placed.token, None)
    assert frames(push, "customer")[-1]["order"]["status"] == "accepted"


def open_as(store: Store, push: MemoryPush, shop: Shop, openness: Openness) -> None:
    wired(store, push).kitchen.set_openness(shop.slug, KITCHEN, new_key(), openness)


def test_a_guest_sees_the_shop_close_and_a_menu_change(store: Store, shop: Shop, push: Interrupted) -> None:
    parts = wired(store, push)
    parts.sessions.hello_guest("guest", shop.slug, "en")
    open_as(store, push, shop, SLOW)
    parts.kitchen.set_available(shop.slug, KITCHEN, "c2", "tea", False, today=True)
    busy, sold_out = (frame["shop"] for frame in frames(push, "guest") if frame["type"] == "shop")
    assert (busy["accepting"], busy["busy_minutes"]) == ("busy", 20)
    assert [item["available"] for part in sold_out["categories"] for item in part["items"]] == [
        True,
        False,
        False,
    ]


def test_what_changes_while_a_guest_is_being_told_is_told_too(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    parts = wired(store, push)
    parts.sessions.hello_guest("guest", shop.slug, None)
    push.meanwhile = lambda: open_as(store, push, shop, Openness(SLOW.accepting, 45, None))
    open_as(store, push, shop, SLOW)
    assert frames(push, "guest")[-1]["shop"]["busy_minutes"] == 45


def test_customers_on_an_order_are_told_how_its_shop_stands(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    follow(store, push, new_key())
    open_as(store, push, shop, SLOW)
    assert frames(push, "customer")[-1]["shop"]["name"] == "Noodle House"


def test_a_socket_that_is_gone_is_forgotten_and_the_others_are_told(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    hello(store, push, shop, "a")
    hello(store, push, shop, "b")
    push.hang_up("a")
    place(wired(store, push))
    assert told(push, "b") == [1]
    assert store.connections().get("a") is None


def test_a_push_that_failed_is_made_up_for_by_whoever_comes_next(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    hello(store, push, shop)
    push.failing.add(SCREEN)
    place(wired(store, push))
    push.failing.clear()
    place(wired(store, push))  # too early as a rule, but a slow machine may find it due
    store.pass_time(1)
    connection = store.connections().get(SCREEN)
    assert connection is not None
    wired(store, push).sessions.ping(connection, None)
    assert as_a_screen_reads(push) == [1, 2]


def test_a_message_to_an_order_reaches_its_customer_and_the_screens(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    hello(store, push, shop)
    order = follow(store, push, new_key())
    say = saying(Actor.KITCHEN, "five more minutes")
    wired(store, push).kitchen.change_order(shop.slug, KITCHEN, "c1", order.id, say)
    assert frames(push, "customer")[-1]["order"]["messages"][-1]["text"] == "five more minutes"
    assert frames(push)[-1]["events"][-1]["type"] == "order.message"


def test_eight_instances_that_place_and_drain_at_once_leave_no_screen_behind(
    store: Store, shop: Shop, push: Interrupted
) -> None:
    for connection in ("a", "b", "c"):
        hello(store, push, shop, connection)
    instances = [(wired(store, push), store.connections()) for _ in range(8)]

    def act(number: int) -> None:
        parts, connections = instances[number]
        for _ in range(6):
            place(parts)
            for connection in ("a", "b", "c"):
                connections.ack(connection, max(told(push, connection), default=0))

    assert at_once(8, act) == [None] * 8
    for connection in ("a", "b", "c"):
        assert as_a_screen_reads(push, connection) == list(range(1, 49))
