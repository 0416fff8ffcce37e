"""One order per key and a log without holes, while everybody comes at once. Through the use case, as the doors do."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from orderbell.domain.errors import KeyReused, Unavailable
from orderbell.domain.menu import Shop, pickup_code
from orderbell.service.ordering import Placed
from orderbell.wire import render
from support.books import CLOSED, write_order
from support.food import DRAFT
from support.layer import SqlStore, Store, at_once, new_key, place, print_of, until, wired

INSTANCES = 8
EACH = 12


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


def body(placed: Placed) -> bytes:
    return render.encode(render.order(placed.order, masked=False))


def test_the_same_key_again_gives_the_same_order_and_token(store: Store, shop: Shop) -> None:
    key = new_key()
    first = wired(store).ordering.place(DRAFT, key, print_of(DRAFT))
    again = wired(store).ordering.place(DRAFT, key, print_of(DRAFT))
    assert (first.replayed, again.replayed) == (False, True)
    assert (body(again), again.token) == (body(first), first.token)


def test_the_same_key_gives_the_order_as_it_was_placed_however_it_stands_now(
    store: Store, shop: Shop
) -> None:
    key = new_key()
    first = wired(store).ordering.place(DRAFT, key, print_of(DRAFT))
    wired(store).kitchen.seen(shop.slug, 1)
    assert body(wired(store).ordering.place(DRAFT, key, print_of(DRAFT))) == body(first)
    found = store.ledger().order_of(first.order.id)
    assert found is not None and found[0].seen_at is not None


def test_the_same_key_gives_its_order_though_the_shop_has_closed_since(store: Store, shop: Shop) -> None:
    key = new_key()
    first = wired(store).ordering.place(DRAFT, key, print_of(DRAFT))
    with store.ledger().hold(shop.slug) as books:
        books.set_openness(CLOSED)
        books.commit()
    assert wired(store).ordering.place(DRAFT, key, print_of(DRAFT)).order == first.order


def test_the_same_key_with_another_order_is_refused(store: Store, shop: Shop) -> None:
    key = new_key()
    order = place(wired(store), key=key)
    other = replace(DRAFT, note="extra hot")
    with pytest.raises(KeyReused):
        place(wired(store), other, key)
    assert store.ledger().snapshot(shop.id)[2] == [order]


def test_fifty_requests_with_one_key_make_one_order_and_all_get_it(store: Store, shop: Shop) -> None:
    key = new_key()
    instances = [wired(store) for _ in range(50)]
    answers = at_once(50, lambda n: instances[n].ordering.place(DRAFT, key, print_of(DRAFT)))
    assert [answer for answer in answers if not isinstance(answer, Placed)] == []
    assert {(body(answer), answer.token) for answer in answers} == {(body(answers[0]), answers[0].token)}
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 49
    assert store.ledger().snapshot(shop.id)[1:] == (1, [answers[0].order])


def test_of_two_orders_with_one_key_at_once_one_is_stored_and_one_refused(store: Store, shop: Shop) -> None:
    key = new_key()
    drafts = [replace(DRAFT, note=str(n)) for n in range(8)]
    instances = [wired(store) for _ in drafts]
    answers = at_once(8, lambda n: instances[n].ordering.place(drafts[n], key, print_of(drafts[n])))
    assert sorted(type(answer).__name__ for answer in answers) == ["KeyReused"] * 7 + ["Placed"]
    assert len(store.ledger().snapshot(shop.id)[2]) == 1


def test_many_instances_placing_at_once_leave_no_hole_and_no_number_twice(store: Store, shop: Shop) -> None:
    instances = [wired(store) for _ in range(INSTANCES)]
    placed = at_once(INSTANCES, lambda n: [place(instances[n]) for _ in range(EACH)])
    orders = [order for some in placed for order in some]
    total = INSTANCES * EACH
    log = store.ledger().events(shop.id, 0, total + 9)
    assert [event.seq for event in log] == list(range(1, total + 1))
    assert {event.body is not None and order_id(event.body) for event in log} == {
        order.id for order in orders
    }
    assert {order.number for order in orders} == {pickup_code(nth) for nth in range(1, total + 1)}
    times = {order.id: order.placed_at for order in orders}
    in_log = [times[order_id(event.body or "")] for event in log]
    assert in_log == sorted(in_log)


def order_id(text: str) -> str:
    return str(json.loads(text)["id"])


def test_a_reader_never_sees_an_event_before_the_one_before_it(store: Store, shop: Shop) -> None:
    reading, total = store.ledger(), INSTANCES * EACH
    instances = [wired(store) for _ in range(INSTANCES)]
    seen: list[int] = []

    def act(number: int) -> None:
        if number < INSTANCES:
            for _ in range(EACH):
                place(instances[number])
            return
        end = time.monotonic() + 60
        while len(seen) < total and time.monotonic() < end:
            seen.extend(event.seq for event in reading.events(shop.id, max(seen, default=0), total))

    assert at_once(INSTANCES + 1, act) == [None] * (INSTANCES + 1)
    assert seen == list(range(1, total + 1))


def test_a_retry_gets_its_order_though_the_food_sold_out_while_it_waited(sql: SqlStore) -> None:
    shop, key = sql.open_shop(), new_key()
    waiting = wired(sql)
    with ThreadPoolExecutor(1) as pool:
        with sql.ledger().hold(shop.slug) as books:
            books.set_available("beef-noodles", False, today=False)
            first = write_order(books, key)
            retry = pool.submit(waiting.ordering.place, DRAFT, key, b"print/+=")
            until(lambda: somebody_waits_for_a_row(sql))
            books.commit()
        assert retry.result(10).order.id == first.id


def somebody_waits_for_a_row(sql: SqlStore) -> bool:
    mine = "datname = current_database() AND wait_event_type = 'Lock'"
    return bool(sql.run(f"SELECT 1 FROM pg_stat_activity WHERE {mine}"))  # noqa: S608


def test_a_database_that_went_away_refuses_once_and_is_found_again(sql: SqlStore) -> None:
    shop = sql.open_shop()
    parts = wired(sql)
    first = place(parts)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    sql.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608
    with pytest.raises(Unavailable):
        place(parts)
    second = place(parts)
    assert sql.ledger().snapshot(shop.id)[1:] == (2, [first, second])
