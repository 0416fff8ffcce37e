"""The shared buckets and the room for sockets, on every store (service/ports_limits.py, `Connections.add` and `bind`)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg2
import pytest
from psycopg2.extensions import connection as PgConnection

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.errors import Flooding, RateLimited, Unauthorized, Unavailable
from orderbell.domain.rates import Draw, Rate, Sizes
from orderbell.entry.wiring import on_postgres
from support.food import DRAFT
from support.layer import SqlStore, Store, at_once, print_of
from support.waiting import DEADLINE_S, until

THREE = Rate(3, 0.01)
A, B, C = Draw(b"a", THREE), Draw(b"b", THREE), Draw(b"c", Rate(1, 0.01))


def floors(has: list[float]) -> list[int]:
    """Return the whole tokens; what a real clock adds meanwhile is left out."""
    return [int(each // 1) for each in has]


def test_a_bucket_gives_its_burst_and_then_nothing(store: Store) -> None:
    limits = store.limits()
    assert [floors(limits.take([A])) for _ in range(5)] == [[3], [2], [1], [0], [0]]


def test_another_instance_takes_from_the_same_bucket(store: Store) -> None:
    one, other = store.limits(), store.limits()
    one.take([A])
    assert floors(other.take([A, B])) == [2, 3]


def test_a_bucket_fills_with_time_up_to_its_burst(store: Store) -> None:
    limits = store.limits()
    for _ in range(3):
        limits.take([A])
    store.pass_time(150)
    assert floors(limits.take([A])) == [1]
    store.pass_time(10_000)
    assert floors(limits.take([A])) == [3]


def test_where_one_is_empty_none_is_taken_from(store: Store) -> None:
    limits = store.limits()
    assert floors(limits.take([A, C])) == [3, 1]
    assert [floors(limits.take([A, C])) for _ in range(3)] == [[2, 0]] * 3
    assert floors(limits.take([A])) == [2]


def test_the_answer_is_in_the_order_of_the_wishes(store: Store) -> None:
    limits = store.limits()
    limits.take([A])
    assert floors(limits.take([C, B, A])) == [1, 3, 2]


def test_with_debt_a_refusal_costs_down_to_its_end(store: Store) -> None:
    limits, wish = store.limits(), Draw(b"d", Rate(1, 0.01), debt=2)
    assert [floors(limits.take([wish, B])) for _ in range(5)] == [[1, 3], [0, 2], [-1, 2], [-2, 2], [-2, 2]]


def test_what_was_left_alone_is_forgotten_and_what_was_not_stays(store: Store) -> None:
    limits = store.limits()
    limits.take([A])
    store.pass_time(101)
    limits.take([B])
    assert limits.forget(100) == 1
    assert floors(limits.take([B])) == [2]
    assert limits.forget(100) == 0


def test_of_many_instances_at_once_as_many_pass_as_there_are_tokens(store: Store) -> None:
    """The bucket is new to all of them, then it is there: neither moment lets one through twice."""
    ways = [store.limits() for _ in range(6)]
    wishes = [[A, Draw(b"many", Rate(10, 0.001))], [Draw(b"many", Rate(10, 0.001)), Draw(b"e", Rate(99, 1))]]

    def go(number: int) -> int:
        return sum(ways[number].take(wishes[1])[0] >= 1 for _ in range(5))

    assert sum(at_once(6, go)) == 10


@contextmanager
def meanwhile(sql: SqlStore, statement: str, *arguments: object) -> Iterator[PgConnection]:
    """Run a statement in a transaction of somebody else, which ends with the block or before."""
    with contextlib.closing(psycopg2.connect(sql.url)) as other, other.cursor() as cursor:
        cursor.execute(statement, arguments)
        yield other


def waits(sql: SqlStore) -> bool:
    return bool(
        sql.run(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
    )


def test_who_waits_for_a_bucket_holds_none_behind_it(sql: SqlStore) -> None:
    """Rows are locked in one order, whatever the order of the wishes: crossing wishes never wait for each other."""
    one, behind = Draw(b"1", THREE), Draw(b"2", THREE)
    sql.limits().take([one, behind])
    with (
        ThreadPoolExecutor(1) as pool,
        meanwhile(sql, "SELECT 1 FROM rate WHERE bucket = '1' FOR UPDATE") as first,
    ):
        waiting = pool.submit(sql.limits().take, [behind, one])
        until(lambda: waits(sql), "it waits for the first bucket")
        assert sql.run("SELECT 1 FROM rate WHERE bucket = '2' FOR UPDATE NOWAIT") == [(1,)]
        first.rollback()
        assert floors(waiting.result(DEADLINE_S)) == [2, 2]


def test_a_bucket_that_is_made_at_the_same_moment_is_taken_from_by_both(sql: SqlStore) -> None:
    made = "INSERT INTO rate (bucket, tokens) VALUES ('a', 1.5)"
    with ThreadPoolExecutor(1) as pool, meanwhile(sql, made) as other:
        waiting = pool.submit(sql.limits().take, [A])
        until(lambda: waits(sql), "it waits for who made the bucket")
        other.commit()
        assert floors(waiting.result(DEADLINE_S)) == [3]
    assert sql.run("SELECT tokens FROM rate") == [(0.5,)]


def test_nothing_is_let_through_where_nothing_can_be_asked(store: Store) -> None:
    store.switch_off()
    with pytest.raises(Unavailable):
        store.limits().take([A])


# Orders: their shop's and number's buckets are drawn from in the transaction that stores them.


def ordering(sql: SqlStore, **sizes: Rate) -> Callable[[str], bool | Exception]:
    """Return a way to order on a function's one connection: True where the order was placed before, or the refusal."""
    parts = on_postgres(sql.url, MemoryPush(), rates=Sizes(sizes, {}))

    def order(key: str) -> bool | Exception:
        try:
            return parts.for_call().ordering.place(DRAFT, key, print_of(DRAFT)).replayed
        except RateLimited as refusal:
            return refusal

    return order


def test_of_many_orders_at_once_as_many_pass_as_their_number_may_place(sql: SqlStore) -> None:
    sql.open_shop()
    ways = [ordering(sql, orders_phone=Rate(5, 0.001), orders_shop=Rate(99, 0.001)) for _ in range(4)]
    answers = at_once(4, lambda way: [ways[way](f"{way} {n}") for n in range(4)])
    flat = [answer for each in answers for answer in each]
    assert flat.count(False) == 5 and sum(isinstance(answer, RateLimited) for answer in flat) == 11
    assert sql.run("SELECT count(*) FROM orders") == [(5,)]
    assert sorted(int(tokens) for (tokens,) in sql.run("SELECT tokens FROM rate")) == [0, 94]


def test_an_order_that_was_placed_before_is_shown_again_and_takes_nothing(sql: SqlStore) -> None:
    sql.open_shop()
    order = ordering(sql, orders_phone=Rate(3, 0.001))
    assert [order(key) for key in ("a", "a", "a", "a", "b", "c")] == [False, True, True, True, False, False]
    assert isinstance(order("d"), RateLimited) and order("a") is True


# Room for sockets.


def test_an_address_has_so_many_sockets_and_room_again_when_one_closes(store: Store) -> None:
    sockets = store.connections()
    for name in ("1", "2"):
        sockets.add(name, b"peer", 2)
    with pytest.raises(Flooding):
        store.connections().add("3", b"peer", 2)
    assert sockets.get("3") is None
    sockets.add("other", b"another", 2)
    sockets.add("2", b"peer", 2)  # the same handshake again
    sockets.remove("1")
    sockets.add("3", b"peer", 2)
    assert [sockets.peer(name) for name in ("3", "other", "nobody")] == [b"peer", b"another", None]


def test_sockets_without_an_address_share_no_room(store: Store) -> None:
    sockets = store.connections()
    for name in "123":
        sockets.add(name)
    assert sockets.peer("3") is None and sockets.get("3") is not None


def test_a_device_has_so_many_sockets_that_were_heard_lately(store: Store) -> None:
    shop, sockets = store.open_shop(), store.connections()
    device = store.add_device(shop, "token")
    for name in "123":
        sockets.add(name)
    for name in "12":
        sockets.bind(name, "kitchen", shop.id, device=device, most=2)
    with pytest.raises(Flooding):
        sockets.bind("3", "kitchen", shop.id, device=device, most=2)
    sockets.bind("1", "kitchen", shop.id, device=device, most=2)  # says hello again
    store.pass_time(61)
    sockets.get("2")
    sockets.bind("3", "kitchen", shop.id, device=device, most=2)


def test_a_shop_has_so_many_followers_and_its_kitchens_beside_them(store: Store) -> None:
    shop, other, sockets = store.open_shop(), store.open_shop("rival"), store.connections()
    device = store.add_device(shop, "token")
    for name in "12345":
        sockets.add(name)
    sockets.bind("1", "guest", shop.id, most=2)
    sockets.bind("2", "board", shop.id, most=2)
    with pytest.raises(Flooding):
        sockets.bind("3", "guest", shop.id, most=2)
    sockets.bind("4", "kitchen", shop.id, device=device, most=2)
    sockets.bind("5", "guest", other.id, most=2)
    sockets.remove("1")
    sockets.bind("3", "guest", shop.id, most=2)


def test_where_there_is_room_a_revoked_device_is_still_refused(store: Store) -> None:
    shop, sockets = store.open_shop(), store.connections()
    device = store.add_device(shop, "token")
    store.revoke(device)
    sockets.add("1")
    with pytest.raises(Unauthorized):
        sockets.bind("1", "kitchen", shop.id, device=device, most=2)
