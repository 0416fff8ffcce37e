"""The sweep on real stores: what nobody asked for is done, once, and what need not be done is left alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.menu import Accepting, Openness, Shop
from orderbell.domain.order import Order
from orderbell.domain.status import Actor, Move, Status
from orderbell.entry.wiring import Wiring
from orderbell.service.kitchen import By, moving
from orderbell.service.ordering import Placed
from support.food import DRAFT
from support.layer import Store, at_once, new_key, place, print_of, wired

SCREEN, TOKEN = "screen/+=", "secret/+="
KITCHEN = By(Actor.KITCHEN, "device:1")


class DeadLine(MemoryPush):
    """A way to the sockets that can be interrupted: then functions die before they tell."""

    def __init__(self) -> None:
        super().__init__()
        self.dead = False

    def send(self, connection_id: str, text: str) -> None:
        if self.dead:
            raise SystemExit("killed after the commit")
        super().send(connection_id, text)


@pytest.fixture
def push() -> DeadLine:
    return DeadLine()


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


@pytest.fixture
def parts(store: Store, push: DeadLine) -> Wiring:
    return wired(store, push)


def frames(push: MemoryPush, kind: str, connection: str = SCREEN) -> list[dict[str, Any]]:
    return [frame for text in push.frames(connection) if (frame := json.loads(text))["type"] == kind]


def told(push: MemoryPush, connection: str = SCREEN) -> list[int]:
    return [event["seq"] for frame in frames(push, "events", connection) for event in frame["events"]]


def kitchen(store: Store, parts: Wiring, shop: Shop, connection: str = SCREEN) -> None:
    token = f"{TOKEN} of {connection}"
    store.add_device(shop, token)
    parts.sessions.opened(connection)
    parts.sessions.hello_kitchen(connection, token, None, None, None)


def customer(parts: Wiring, placed: Placed, connection: str = "customer") -> None:
    parts.sessions.opened(connection)
    parts.sessions.hello_customer(connection, placed.order.id, placed.token, None)


def placed(parts: Wiring) -> Placed:
    return parts.ordering.place(DRAFT, new_key(), print_of(DRAFT))


def killed_after_commit(parts: Wiring, push: DeadLine) -> None:
    """Place an order whose function dies before it tells anybody."""
    push.dead = True
    with pytest.raises(SystemExit):
        placed(parts)
    push.dead = False


def current(parts: Wiring, order: Order) -> Order:
    found = parts.ledger.order_of(order.id)
    assert found is not None
    return found[0]


def test_what_a_killed_function_did_not_tell_is_told(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    kitchen(store, parts, shop)
    killed_after_commit(parts, push)
    assert told(push) == []
    assert parts.sweeper.sweep() is not None
    assert told(push) == []  # the killed one took a lease with its commit, and might still be at it
    store.pass_time(1.3)
    parts.sweeper.sweep()
    assert told(push) == [1]


def test_the_lease_of_a_hello_is_let_alone(store: Store, parts: Wiring, push: DeadLine, shop: Shop) -> None:
    place(parts)
    device = store.add_device(shop, TOKEN)
    parts.sessions.opened(SCREEN)
    store.connections().bind(SCREEN, "kitchen", shop.id, device=device)
    store.pass_time(3)
    parts.sweeper.sweep()
    assert told(push) == []  # the snapshot is on its way
    store.pass_time(3)
    parts.sweeper.sweep()
    assert told(push) == []
    assert push.closed[SCREEN][0] == 1013  # it died: the screen says hello again, and gets the open orders


def test_what_was_not_acked_is_told_again(store: Store, parts: Wiring, push: DeadLine, shop: Shop) -> None:
    kitchen(store, parts, shop)
    place(parts)
    store.pass_time(2)
    assert (measured := parts.sweeper.sweep()) is not None
    assert told(push) == [1, 1]
    assert measured["orderbell_resends_total"] == 1
    connection = parts.sessions.get(SCREEN)
    assert connection is not None
    parts.sessions.ack(connection, 1)
    store.pass_time(2)
    parts.sweeper.sweep()
    assert told(push) == [1, 1, 2, 2]  # seq 2 says that the order was seen


def test_a_customer_and_a_guest_are_told_too(store: Store, parts: Wiring, push: DeadLine, shop: Shop) -> None:
    mine = placed(parts)
    customer(parts, mine)
    parts.sessions.opened("guest")
    parts.sessions.hello_guest("guest", shop.slug, None)
    for change in ("order", "shop"):
        push.dead = True
        with pytest.raises(SystemExit):
            if change == "order":
                parts.kitchen.change_order(
                    shop.slug, KITCHEN, "c1", mine.order.id, moving(Move.ACCEPT, Actor.KITCHEN)
                )
            else:
                parts.kitchen.set_openness(shop.slug, KITCHEN, "c2", Openness(Accepting.CLOSED, None, None))
        push.dead = False
    store.pass_time(6)
    parts.sweeper.sweep()
    assert frames(push, "order", "customer")[-1]["order"]["status"] == "accepted"
    assert frames(push, "shop", "guest")[-1]["shop"]["accepting"] == "closed"


def test_an_order_expires_when_its_time_is_over_and_not_before(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    kitchen(store, parts, shop)
    late, taken = placed(parts), placed(parts)
    customer(parts, late)
    parts.kitchen.change_order(
        shop.slug, KITCHEN, "c1", taken.order.id, moving(Move.ACCEPT, Actor.KITCHEN, minutes=5)
    )
    store.pass_time(shop.accept_seconds - 20)
    parts.sweeper.sweep()
    assert current(parts, late.order).status is Status.PLACED
    store.pass_time(21)
    measured = parts.sweeper.sweep()
    over = current(parts, late.order)
    assert (over.status, over.history[-1].by, over.version) == (Status.EXPIRED, Actor.SYSTEM, 2)
    assert current(parts, taken.order).status is Status.ACCEPTED
    assert frames(push, "order", "customer")[-1]["order"]["status"] == "expired"
    last = frames(push, "events")[-1]["events"][-1]
    assert (last["type"], last["order"]["id"], last["order"]["status"]) == (
        "order.updated",
        late.order.id,
        "expired",
    )
    assert measured is not None and measured["orderbell_orders_expired_total"] == 1
    parts.sweeper.sweep()
    assert current(parts, late.order).version == 2


def test_many_orders_expire_in_one_sweep(store: Store, parts: Wiring, shop: Shop) -> None:
    orders = [place(parts) for _ in range(40)]
    store.pass_time(shop.accept_seconds + 1)
    measured = parts.sweeper.sweep()
    assert {current(parts, order).status for order in orders} == {Status.EXPIRED}
    assert measured is not None and measured["orderbell_orders_expired_total"] == 40


def test_sweeps_at_once_expire_an_order_once(store: Store, parts: Wiring, shop: Shop) -> None:
    order = place(parts)
    store.pass_time(shop.accept_seconds + 1)
    sweepers = [wired(store).sweeper for _ in range(4)]
    at_once(4, lambda number: sweepers[number].sweep())
    over = current(parts, order)
    assert (over.status, over.version, len(over.history)) == (Status.EXPIRED, 2, 2)


def test_one_sweeps_at_a_time_and_the_lease_of_a_killed_one_ends(store: Store) -> None:
    chores = store.chores()
    lease = chores.take()
    assert lease is not None
    assert wired(store).sweeper.sweep() is None
    longer = chores.keep(lease)
    assert longer is not None and longer > lease
    assert chores.keep(lease) is None
    store.pass_time(6)
    assert wired(store).sweeper.sweep() is not None
    assert chores.keep(longer) is None
    chores.end(longer)  # too late: it is no longer ours
    assert wired(store).sweeper.sweep() is not None


def test_a_silent_connection_is_asked_once_a_minute_and_a_dead_one_forgotten(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    kitchen(store, parts, shop)
    kitchen(store, parts, shop, "dead")
    parts.sweeper.sweep()
    assert frames(push, "pong") == []
    push.hang_up("dead")
    store.pass_time(61)
    parts.sweeper.sweep()
    parts.sweeper.sweep()
    assert len(frames(push, "pong")) == 1
    measured = parts.sweeper.sweep()
    assert measured is not None
    assert (measured["orderbell_connections"], measured["orderbell_connections_gone_total"]) == (1, 1)
    store.pass_time(61)
    parts.sweeper.sweep()
    assert len(frames(push, "pong")) == 2


def test_who_says_nothing_for_too_long_is_closed(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    kitchen(store, parts, shop)
    kitchen(store, parts, shop, "speaks")
    parts.sessions.opened("no hello")
    store.pass_time(16)
    parts.sweeper.sweep()
    assert push.closed == {"no hello": (4408, "nothing was heard for too long")}
    store.pass_time(590)
    assert parts.sessions.get("speaks") is not None
    parts.sweeper.sweep()
    assert push.closed[SCREEN][0] == 1013
    assert "speaks" not in push.closed
    assert parts.sessions.get(SCREEN) is None


def test_what_is_past_retention_goes_and_a_screen_that_lacks_it_gets_the_open_orders(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    gone = place(parts)
    parts.kitchen.change_order(
        shop.slug, KITCHEN, "c1", gone.id, moving(Move.REJECT, Actor.KITCHEN, reason="other")
    )
    store.pass_time(7 * 24 * 3600 + 1)
    kept = place(parts)
    assert parts.catalog.standing(shop.slug).kept_seq == 0
    wired(store, push).sweeper.sweep()
    standing = parts.catalog.standing(shop.slug)
    assert (standing.kept_seq, standing.last_seq) == (2, 3)
    assert [event.seq for event in parts.ledger.events(shop.id, 0, 10)] == [3]
    store.add_device(shop, TOKEN)
    parts.sessions.opened("old")
    parts.sessions.hello_kitchen("old", TOKEN, standing.epoch, 1, None)
    (snapshot,) = frames(push, "snapshot", "old")
    assert [order["id"] for order in snapshot["orders"]] == [kept.id]
    assert json.loads(parts.sessions.poll(TOKEN, 1, standing.epoch))["orders"][0]["id"] == kept.id
    parts.sessions.opened("near")
    parts.sessions.hello_kitchen("near", TOKEN, standing.epoch, 2, None)
    assert frames(push, "snapshot", "near") == []
    assert told(push, "near") == [3]
    assert current(parts, gone).status is Status.REJECTED  # the order itself stays


def test_nothing_is_purged_under_an_open_order(store: Store, parts: Wiring, shop: Shop) -> None:
    order = place(parts)
    parts.kitchen.change_order(
        shop.slug, KITCHEN, "c1", order.id, moving(Move.ACCEPT, Actor.KITCHEN, minutes=5)
    )
    store.pass_time(8 * 24 * 3600)
    wired(store).sweeper.sweep()
    assert parts.catalog.standing(shop.slug).kept_seq == 0


def test_a_screen_that_resumes_before_what_is_kept_is_told_to_come_again(
    store: Store, parts: Wiring, push: DeadLine, shop: Shop
) -> None:
    kitchen(store, parts, shop)
    gone = place(parts)
    parts.kitchen.change_order(
        shop.slug, KITCHEN, "c1", gone.id, moving(Move.REJECT, Actor.KITCHEN, reason="other")
    )
    connection = parts.sessions.get(SCREEN)
    assert connection is not None
    parts.sessions.ack(connection, 2)
    store.pass_time(7 * 24 * 3600 + 1)
    assert parts.sessions.get(SCREEN) is not None
    wired(store).sweeper.sweep()
    connection = parts.sessions.get(SCREEN)
    assert connection is not None and connection.kept_seq > 0
    with pytest.raises(Exception, match="no longer kept"):
        parts.sessions.resume(connection, 0)


def test_the_numbers_say_how_delivery_stands(store: Store, parts: Wiring, push: DeadLine, shop: Shop) -> None:
    kitchen(store, parts, shop)
    first = place(parts)
    store.pass_time(30)
    measured = parts.sweeper.sweep()
    assert measured is not None
    assert 29 < measured["orderbell_oldest_undelivered_seconds"] < 60
    assert (measured["orderbell_orders_unseen"], measured["orderbell_events_unacked"]) == (1, 1)
    connection = parts.sessions.get(SCREEN)
    assert connection is not None
    parts.sessions.ping(connection, None, dropped=3)
    parts.sessions.ack(connection, 1)
    parts.sessions.ack(connection, 2)
    assert (seen := current(parts, first).seen_at) is not None
    assert seen - current(parts, first).placed_at > timedelta(seconds=29)
    parts.sessions.closed(SCREEN)
    measured = parts.sweeper.sweep()
    assert measured is not None
    assert measured["orderbell_oldest_undelivered_seconds"] == 0
    assert measured["orderbell_duplicates_dropped_total"] == 3  # though its connection is gone
    assert 29 < measured["orderbell_store_to_screen_p95_seconds"] < 60
    assert measured["orderbell_orders_placed"] == measured["orderbell_orders_open"] == 1
