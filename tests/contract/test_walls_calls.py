"""The wall as calls meet it: one shop each, whatever the statements forget, on both stores."""

from __future__ import annotations

import re

import pytest

from orderbell.adapters.sql.admin_walls import WallStore
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.domain.errors import UnknownShop
from orderbell.entry import admin
from orderbell.service.wall import Wall, WallBreached
from orderbell.wire import tokens
from support.books import CLOSED, bound_kitchen, store_order, write_order
from support.databases import FREE
from support.doors import House
from support.layer import SqlStore, Store

# The first wall taken down: statements that forgot which shop they are for.

_BOUND = re.compile(r"\b((?:[a-z]\.)?shop_id) = (\$\d+)(::bigint)?")
FORGETFUL = {
    **STATEMENTS,
    **{
        name: _BOUND.sub(r"(\2::bigint IS NOT NULL OR \1 IS NULL)", STATEMENTS[name])
        for name in ("order", "unseen", "has_unseen", "events", "result", "day_orders", "day_marks")
    },
}


def test_a_kitchen_gets_nothing_of_another_shop_from_statements_that_forget_the_shop(
    sql: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.layer.STATEMENTS", FORGETFUL)
    house = House(sql, monkeypatch)
    rival = sql.open_shop("rival")
    sql.add_device(rival, "rivals-token")
    theirs = house.place().json["order"]["id"]
    before = sql.run("SELECT o::text FROM orders o") + sql.run("SELECT e::text FROM event e ORDER BY seq")
    house.open("spy")
    house.say({"type": "hello", "role": "kitchen", "token": "rivals-token"}, "spy")
    epoch = str(sql.run("SELECT epoch FROM shop WHERE slug = 'rival'")[0][0])
    sql.run("UPDATE shop SET last_seq = 9 WHERE slug = 'rival'")
    house.say({"type": "resume", "seq": 0}, "spy")
    house.say({"type": "ack", "seq": 1}, "spy")
    house.say({"type": "ping", "seq": 1}, "spy")
    house.say({"type": "command", "id": "1", "name": "accept", "order": theirs, "minutes": 5}, "spy")
    bearer = {"Authorization": "Bearer rivals-token"}
    answers = [
        house.http("GET", f"/bill?after=0&epoch={epoch}", headers=bearer),
        house.http("GET", "/bill?day=today", headers=bearer),
        house.http("GET", f"/bill?order={theirs}", headers=bearer),
    ]
    assert [answer.status for answer in answers] == [200, 200, 404]
    told = house.push.frames("spy") + [answer.body for answer in answers[:2]]
    assert any('"not_found"' in frame for frame in told), told
    assert theirs not in "".join(told) and "order.placed" not in "".join(told)
    after = sql.run("SELECT o::text FROM orders o") + sql.run("SELECT e::text FROM event e ORDER BY seq")
    assert after == before


# The wall as the use cases know it, on both stores.


def test_a_call_opens_one_shop_and_no_second_one(store: Store) -> None:
    mine, other = store.open_shop("mine"), store.open_shop("other")
    wall = Wall()
    ledger = store.ledger(wall)
    with ledger.hold("mine") as books:
        write_order(books)
        books.commit()
    with pytest.raises(WallBreached), ledger.hold("other"):
        raise AssertionError("another shop was held")
    assert wall.scope == f"shop:{mine.id}"
    wall.nobody()
    with ledger.hold("other") as books:
        books.set_openness(CLOSED)
        books.commit()
    with pytest.raises(UnknownShop), ledger.hold("none"):
        pass
    assert [event.type.value for event in store.ledger().events(other.id, 0, 9)] == ["shop.updated"]


def test_nobody_and_another_shop_find_an_empty_ledger(store: Store) -> None:
    mine, other = store.open_shop("mine"), store.open_shop("other")
    order = store_order(store, mine, "key")
    wall = Wall()
    ledger, connections = store.ledger(wall), store.connections(wall)
    bound_kitchen(store.connections(), mine, store.add_device(mine, "token"))

    def found() -> list[object]:
        return [
            ledger.order_of(order.id) is not None,
            ledger.by_key("mine", tokens.digest("key")) is not None,
            ledger.has_unseen(mine.id, 1),
            ledger.snapshot(mine.id)[2] != [],
            ledger.events(mine.id, 0, 9) != [],
            connections.ack("screen/+=", 1) is True,
        ]

    assert found() == [False] * 6
    wall.shop(other.id)
    assert found() == [False] * 6
    wall.nobody()
    wall.order(order.id)
    assert ledger.order_of(order.id) and not ledger.events(mine.id, 0, 9)
    wall.nobody()
    wall.shop(mine.id)
    assert found() == [True] * 6


def test_a_new_connection_is_told_that_its_call_is_nobodys(sql: SqlStore) -> None:
    """Else PostgreSQL refuses it, as it does a session that never said whose it is."""
    shop = sql.open_shop()
    store_order(sql, shop)
    assert not sql.ledger(Wall()).snapshot(shop.id)[2]


def test_after_an_error_the_database_is_told_again_whose_call_it_is(sql: SqlStore) -> None:
    mine, other = sql.open_shop("mine"), sql.open_shop("other")
    store_order(sql, mine)
    wall = Wall()
    ledger = sql.ledger(wall)
    with ledger.hold("mine"):
        assert ledger.snapshot(mine.id)[2]
    assert ledger.snapshot(mine.id)[2], "the transaction was undone, and with it what it told"
    wall.nobody()
    with pytest.raises(UnknownShop), ledger.hold("none"):
        pass
    assert not ledger.snapshot(mine.id)[2]
    wall.shop(other.id)
    assert not ledger.snapshot(mine.id)[2]


def test_a_role_that_no_wall_holds_is_told_to_the_operator(sql: SqlStore) -> None:
    if not sql.run("SELECT 1 FROM pg_roles WHERE rolname = %s", FREE):
        pytest.skip("the server of TEST_DATABASE_URL has no role with BYPASSRLS for us")
    name = sql.run("SELECT current_database()")[0][0]
    sql.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {FREE}")
    sql.run(f'ALTER DATABASE "{name}" SET role = {FREE}')
    assert WallStore(sql.url).gaps() == ["the role of DATABASE_URL is a superuser or has BYPASSRLS"]
    (wall,) = [check for check in admin(sql.url).check() if check.name == "wall around shops"]
    assert not wall.ok and "NOBYPASSRLS" in wall.remedy


def test_a_wall_that_was_taken_down_is_told_to_the_operator(sql: SqlStore) -> None:
    assert WallStore(sql.url).gaps() == []
    sql.run("ALTER TABLE event NO FORCE ROW LEVEL SECURITY")
    sql.run("DROP POLICY wall_order ON order_line")
    assert WallStore(sql.url).gaps() == ["row-level security is changed or off for order_line, event"]
