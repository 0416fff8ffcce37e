"""The doors on a real database: what a fake cannot show about texts, types and transactions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.doors import DEVICE_TOKEN, SCREEN, House
from support.example import ORDER
from support.layer import SqlStore

TEXTS = ["面 ☕ é", "'; DROP TABLE orders; --", "\\u0000 %s $1 {}", "a\nb\tc", "𝟘👨‍👩‍👧", '"}]\\']


@pytest.fixture
def house(sql: SqlStore, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(sql, monkeypatch)


def test_an_order_walks_from_phone_to_table_and_back(house: House) -> None:
    house.hello()
    placed = house.place()
    house.follow(placed)
    order = placed.json["order"]["id"]
    house.say({"type": "ack", "seq": 1})
    for name, more in (("accept", {"minutes": 15}), ("start", {}), ("ready", {}), ("complete", {})):
        assert house.command(name, id=name, order=order, **more)["ok"]
    shown = [frame["order"] for frame in house.heard("customer") if frame["type"] == "order"]
    assert [now["status"] for now in shown] == ["placed", "accepted", "preparing", "ready", "completed"]
    assert [now["version"] for now in shown] == [2, 3, 4, 5, 6]
    assert house.show(placed.json["token"], order=order).json["order"] == shown[-1]
    again = house.place()
    assert (again.status, again.body) == (200, placed.body)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_comes_back_as_it_was_sent(house: House, text: str) -> None:
    customer = {"name": text, "phone": "10086", "address": text}
    lines = [{"item": "tea", "quantity": 1, "note": text}]
    placed = house.place(
        {**ORDER, "customer": customer, "lines": lines, "note": text, "expected_total": None}
    )
    assert placed.status == 201
    answer = house.show(placed.json["token"], order=placed.json["order"]["id"]).json["order"]
    assert (answer["customer"]["name"], answer["customer"]["address"], answer["note"]) == (text, text, text)
    assert answer["lines"][0]["note"] == text
    _, snapshot = house.hello()
    assert snapshot["orders"][0]["note"] == text
    assert house.command("message", id=text[:60], order=answer["id"], text=text)["ok"]
    assert house.heard() == []


@pytest.mark.parametrize("slug", ["\x00", "\udc80", "noodle-house\x00", "面" * 5000, "'"])
def test_a_shop_whose_name_no_database_holds_is_unknown(house: House, slug: str) -> None:
    assert house.http("GET", f"/get_shop_info?shop={slug}").problem == (404, "unknown_shop")


@pytest.mark.parametrize("token", ["\udc80", "\x00", "x" * 100_000, "面"])
def test_any_text_may_be_offered_as_a_token(house: House, token: str) -> None:
    order = house.place().json["order"]["id"]
    assert house.show(token, order=order).problem == (404, "not_found")
    headers = {"Authorization": f"Bearer {token}"}
    assert house.http("GET", "/bill?after=0", headers=headers).status in (401, 200)


@pytest.mark.parametrize("order", ["o1", "", "x" * 64, "{01a1fda8-0e63-77db-a94a-6ddf5d9bb20e}"])
def test_what_is_no_id_of_an_order_never_reaches_the_database(house: House, order: str) -> None:
    house.hello()
    assert house.show("t", order=order).problem == (404, "not_found")
    assert house.command("start", order=order)["error"]["code"] in ("not_found", "validation")
    house.hello("c", role="customer", order=order, token="t")
    assert house.closed("c") == 4401


def test_the_largest_seqs_and_sums_that_the_protocol_allows_do_no_harm(house: House) -> None:
    house.hello(epoch="e", seq=2**53 - 1)
    for kind in ("ack", "resume"):
        assert house.say({"type": kind, "seq": 2**53 - 1})[0]["code"] == "validation"
    assert house.show(DEVICE_TOKEN, after=10**15 - 1).json["type"] == "snapshot"
    assert house.place({**ORDER, "expected_total": 10**11}).problem == (409, "price_changed")


def test_a_refused_command_is_remembered_and_changes_nothing(house: House, sql: SqlStore) -> None:
    house.hello()
    order = house.place().json["order"]["id"]
    first = house.command("ready", order=order)
    assert (first["ok"], first["error"]["code"]) == (False, "conflict")
    assert house.command("ready", order=order) == first
    assert sql.run("SELECT count(*) FROM command") == [(1,)]
    assert sql.run("SELECT last_seq FROM shop") == [(1,)]


def test_what_a_screen_says_of_itself_is_kept(house: House, sql: SqlStore) -> None:
    house.hello()
    ready = {"visible": True, "audible": False, "awake": True}
    house.say({"type": "ping", "ready": ready})
    assert sql.run("SELECT ready FROM connection WHERE connection_id = %s", SCREEN) == [(ready,)]


def test_no_name_phone_address_or_token_is_in_the_log_of_events(house: House, sql: SqlStore) -> None:
    customer = {"name": "Li Lei", "phone": "13800001234", "address": "Room 5"}
    token = house.place({**ORDER, "service": "delivery", "customer": customer}).json["token"]
    stored: Any = json.dumps(sql.run("SELECT payload::text FROM event"))
    assert not [word for word in (*customer.values(), token) if word in stored]


def test_no_secret_is_stored_as_it_is(house: House, sql: SqlStore) -> None:
    house.store.add_code(house.shop, "K7QM2XPA")
    token = house.place(key="key of this order").json["token"]
    house.open("new")
    paired = house.say({"type": "pair", "code": "K7QM2XPA"}, "new")[0]["token"]
    tables = [row[0] for row in sql.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    dump = "".join(str(sql.run(f"SELECT * FROM {table}")) for table in tables)  # noqa: S608
    assert not [secret for secret in (token, paired, "K7QM2XPA", "key of this order") if secret in dump]
