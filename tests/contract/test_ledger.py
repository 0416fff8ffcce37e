"""What a ledger owes: commit or nothing, seq order is commit order, one order per key (service/ports.py)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import psycopg2
import pytest

from orderbell.domain.errors import UnknownShop
from orderbell.domain.events import EventType
from orderbell.domain.menu import Accepting, Openness, Shop
from orderbell.domain.order import Customer
from orderbell.domain.status import Actor, Move, Status
from orderbell.service.ports import KeyTaken
from orderbell.wire import tokens, voice
from support.books import CLOSED, store_events, store_move, store_order, write_order
from support.food import MENU
from support.layer import Store


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


def test_leaving_a_transaction_without_commit_undoes_everything_in_it(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    before = (ledger.standing(shop.slug), ledger.menu(shop.id))
    old = store_order(store, shop)
    with ledger.hold(shop.slug) as books:
        moved = old.move(Move.ACCEPT, Actor.KITCHEN, books.held.now, minutes=5)
        books.change(moved, voice.body(moved), EventType.ORDER_UPDATED)
        books.set_openness(CLOSED)
        books.set_available("tea", False, today=False)
        books.remember("device:1", "c1", '{"ok":true}')
    with ledger.hold(shop.slug) as books:
        assert books.held.last_seq == 1
        assert books.order(old.id) == old
        assert books.result("device:1", "c1") is None
        lost = write_order(books, "lost")
    assert ledger.order_of(lost.id) is None
    assert ledger.by_key(shop.slug, tokens.digest("lost")) is None
    assert ledger.menu(shop.id) == before[1]
    after = ledger.standing(shop.slug)
    assert before[0] is not None and after is not None
    assert (after.shop, after.state_seq) == (before[0].shop, before[0].state_seq)


def test_an_exception_undoes_the_transaction_and_frees_the_shop(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    with pytest.raises(ZeroDivisionError), ledger.hold(shop.slug) as books:
        write_order(books)
        raise ZeroDivisionError
    assert ledger.snapshot(shop.id)[1:] == (0, [])
    store_order(store, shop)


def test_what_is_not_committed_is_seen_by_nobody_else(store: Store, shop: Shop) -> None:
    ledger, other = store.ledger(), store.ledger()
    with ledger.hold(shop.slug) as books:
        books.set_openness(CLOSED)
        order = write_order(books, "key")
        assert other.snapshot(shop.id)[1:] == (0, [])
        assert other.order_of(order.id) is None
        assert other.events(shop.id, 0, 10) == []
        books.commit()
    assert other.snapshot(shop.id)[1:] == (2, [order])


def test_another_instance_reads_an_order_exactly_as_it_was_placed(store: Store, shop: Shop) -> None:
    order = store_order(store, shop, "key/+=")
    other = store.ledger()
    assert other.order_of(order.id) == (order, tokens.digest(f"token of {order.id}"))
    keyed = other.by_key(shop.slug, tokens.digest("key/+="))
    assert keyed is not None and (keyed.order, keyed.fingerprint) == (order, b"print/+=")
    with other.hold(shop.slug) as books:
        assert books.held.secret == keyed.secret
        assert books.order(order.id) == order


def test_another_instance_reads_an_order_exactly_as_it_was_changed(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    placed = store_order(store, shop)
    store_move(store, shop, placed, Move.ACCEPT, minutes=15)
    with ledger.hold(shop.slug) as books:
        order = books.order(placed.id)
        assert order is not None
        changed = order.ask_cancel(books.held.now).seen(books.held.now)
        changed = changed.say(Actor.CUSTOMER, "不要香菜 🌶", books.held.now).nudge(
            changed.placed_at + timedelta(hours=1)
        )
        changed = replace(changed, version=order.version + 1)
        books.change(changed, voice.body(changed), EventType.ORDER_MESSAGE)
        books.commit()
    assert store.ledger().snapshot(shop.id)[2] == [changed]


def test_seqs_count_one_two_three_over_every_kind_of_event(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    store_move(store, shop, store_order(store, shop), Move.ACCEPT)
    with ledger.hold(shop.slug) as books:
        assert books.set_openness(CLOSED) == 3
        books.commit()
    with ledger.hold(shop.slug) as books:
        assert books.set_available("tea", False, today=False) == 4
        books.commit()
    kinds = ["order.placed", "order.updated", "shop.updated", "menu.updated"]
    assert [(e.seq, e.type.value) for e in ledger.events(shop.id, 0, 9)] == list(enumerate(kinds, 1))
    standing = ledger.standing(shop.slug)
    assert standing is not None and (standing.last_seq, standing.state_seq) == (4, 4)


def test_one_transaction_may_write_several_kinds_of_event(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    with ledger.hold(shop.slug) as books:
        moved = order.move(Move.ACCEPT, Actor.KITCHEN, books.held.now)
        given = [books.change(moved, voice.body(moved), EventType.ORDER_UPDATED), books.set_openness(CLOSED)]
        books.commit()
    assert given == [2, 3] == [event.seq for event in ledger.events(shop.id, 1, 9)]
    assert ledger.snapshot(shop.id)[1:] == (3, [moved])


def test_events_are_read_after_a_seq_up_to_a_limit_in_order(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    store_events(store, shop, 7)
    assert [event.seq for event in ledger.events(shop.id, 2, 3)] == [3, 4, 5]
    assert ledger.events(shop.id, 7, 3) == []


def test_an_order_event_holds_the_order_without_its_customer_who_is_joined_when_read(
    store: Store, shop: Shop
) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    event = ledger.events(shop.id, 0, 1)[0]
    assert event.body is not None and order.customer.name not in event.body and "phone" not in event.body
    assert json.loads(event.body) == json.loads(voice.body(order))
    assert event.customer == order.customer
    store.erase_customers()
    assert ledger.events(shop.id, 0, 1)[0].customer == Customer("", None, None)


def test_an_event_about_the_shop_has_no_body_and_no_customer(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    store_events(store, shop, 1)
    event = ledger.events(shop.id, 0, 1)[0]
    assert (event.body, event.customer, event.type) == (None, None, EventType.SHOP_UPDATED)


def test_a_change_of_another_version_than_the_stored_one_is_a_defect_and_stores_nothing(
    store: Store, shop: Shop
) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    twice = replace(order, version=3)
    defect = (AssertionError, psycopg2.IntegrityError)
    with pytest.raises(defect), ledger.hold(shop.slug) as books:
        books.change(twice, voice.body(twice), EventType.ORDER_UPDATED)
        books.commit()
    assert ledger.snapshot(shop.id)[1:] == (1, [order])


def test_the_books_of_a_shop_do_not_find_the_orders_of_another(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    store.open_shop("tea-house")
    with ledger.hold("tea-house") as books:
        assert books.order(order.id) is None
        assert books.unseen(99, 9) == []
    assert ledger.by_key("tea-house", tokens.digest("key")) is None


def test_an_order_is_found_by_its_id_in_any_case(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    found = ledger.order_of(order.id.upper())
    assert found is not None and found[0] == order


def test_a_second_order_with_a_key_is_refused_by_the_store_itself_and_leaves_no_hole(
    store: Store, shop: Shop
) -> None:
    ledger = store.ledger()
    order = store_order(store, shop, "key")
    with pytest.raises(KeyTaken), ledger.hold(shop.slug) as books:
        write_order(books, "key")
        books.commit()
    assert ledger.snapshot(shop.id)[1:] == (1, [order])
    store_order(store, shop)
    assert [event.seq for event in ledger.events(shop.id, 0, 9)] == [1, 2]


def test_two_shops_may_have_the_same_key(store: Store, shop: Shop) -> None:
    other = store.open_shop("tea-house")
    assert store_order(store, shop, "key").id != store_order(store, other, "key").id


def test_a_shop_that_is_not_there_cannot_be_held(store: Store) -> None:
    ledger = store.ledger()
    with pytest.raises(UnknownShop), ledger.hold("no-such-shop"):
        raise AssertionError("the block must not be entered")
    assert ledger.standing("no-such-shop") is None
    assert ledger.by_key("no-such-shop", b"x") is None


def test_the_answer_to_a_command_is_kept_by_who_sent_it_and_its_id(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    with ledger.hold(shop.slug) as books:
        books.remember("device:1", "c/+=", '{"type":"result","id":"c/+=","ok":true}')
        books.commit()
    with store.ledger().hold(shop.slug) as books:
        kept = books.result("device:1", "c/+=")
        assert kept is not None and json.loads(kept) == {"type": "result", "id": "c/+=", "ok": True}
        assert books.result("device:2", "c/+=") is None
        assert books.result("device:1", "c") is None


def test_unseen_are_the_orders_up_to_a_seq_that_no_screen_has_shown(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    first, second, third = (store_order(store, shop) for _ in range(3))
    with ledger.hold(shop.slug) as books:
        assert books.unseen(2, 9) == [first, second]
        assert books.unseen(9, 2) == [first, second]
        seen = first.seen(books.held.now)
        books.change(seen, voice.body(seen), EventType.ORDER_UPDATED)
        books.commit()
    with ledger.hold(shop.slug) as books:
        assert books.unseen(9, 9) == [second, third]


def test_a_snapshot_is_the_open_orders_oldest_first_with_the_seq_they_are_of(
    store: Store, shop: Shop
) -> None:
    ledger = store.ledger()
    orders = [store_order(store, shop) for _ in range(4)]
    rejected = store_move(store, shop, orders[1], Move.REJECT)
    accepted = store_move(store, shop, orders[2], Move.ACCEPT)
    epoch, seq, found = ledger.snapshot(shop.id)
    standing = ledger.standing(shop.slug)
    assert standing is not None and (epoch, seq) == (standing.epoch, standing.last_seq) and seq == 6
    assert found == [orders[0], accepted, orders[3]]
    assert rejected.status is Status.REJECTED


def test_shops_come_in_the_operators_order_with_the_stores_clock(store: Store) -> None:
    store.open_shop("b", position=2)
    store.open_shop("c", position=1)
    store.open_shop("a", position=2)
    shops, now = store.ledger().shops()
    assert [shop.slug for shop in shops] == ["c", "a", "b"]
    assert now.utcoffset() == timedelta(0)


def test_a_shop_is_read_as_it_was_set_up(store: Store) -> None:
    slow = Openness(Accepting.BUSY, 20, None)
    shop = store.open_shop(openness=slow, accept_seconds=90, currency="EUR", timezone="Europe/Berlin")
    standing = store.ledger().standing(shop.slug)
    assert standing is not None and standing.shop == shop


def test_a_menu_is_read_as_it_was_written(store: Store, shop: Shop) -> None:
    assert store.ledger().menu(shop.id) == MENU


def test_openness_is_stored_with_all_its_parts(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    with ledger.hold(shop.slug) as books:
        paused = Openness(Accepting.PAUSED, None, books.held.now + timedelta(minutes=30))
        assert books.set_openness(paused) == 1
        books.commit()
    standing = store.ledger().standing(shop.slug)
    assert standing is not None and standing.shop.openness == paused
