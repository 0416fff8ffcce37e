"""The owner's day, from the store to the door: what is counted, what was sold out, and who may see it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from orderbell.adapters.memory_world import MarkRow
from orderbell.adapters.menufile import dump, parse
from orderbell.adapters.sql.admin import AdminStore
from orderbell.domain.menu import Shop
from support import contract
from support.books import store_order
from support.doors import DEVICE_TOKEN, Answer, House
from support.example import ORDER
from support.layer import MemoryStore, SqlStore, Store

PRIVATE = {"name": "Zhang Wei", "phone": "13800009876", "address": "Room 5, Lane 7"}


@pytest.fixture
def house(store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(store, monkeypatch)


def look(house: House, day: str = "today", token: str | None = DEVICE_TOKEN, **more: str) -> Answer:
    answer = house.show(token, day=day, **more)
    if "as" not in more:
        contract.validate_answer("/bill", "GET", answer.status, answer.body)
    return answer


def rows(answer: Answer) -> list[dict[str, str]]:
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.body[1:], newline="")))


def walk(house: House) -> list[str]:
    """Let five orders come and go in every way; return their numbers."""
    house.hello()
    numbers = []
    ways: tuple[tuple[tuple[str, dict[str, Any]], ...], ...] = (
        (("accept", {"minutes": 15}), ("start", {}), ("ready", {}), ("complete", {})),
        (("accept", {"minutes": 5}), ("start", {}), ("ready", {}), ("recall", {}), ("ready", {})),
        (("accept", {"minutes": 5}), ("cancel", {"reason": "other"})),
        (("reject", {"reason": "sold_out"}),),
        (),
    )
    for nth, way in enumerate(ways):
        placed = house.place(
            {**ORDER, "service": "delivery", "customer": PRIVATE, "note": "call Zhang"}, f"k{nth}"
        ).json["order"]
        numbers.append(placed["number"])
        for step, (name, more) in enumerate(way):
            assert house.command(name, id=f"{nth}-{step}", order=placed["id"], **more)["ok"] == (
                name != "complete"  # a delivery is dispatched first
            )
    return numbers


def test_a_day_is_counted_as_it_was(house: House) -> None:
    numbers = walk(house)
    found = look(house).json
    counts = {key: found[key] for key in ("orders", "completed", "rejected", "expired", "cancelled", "open")}
    assert counts == {"orders": 5, "completed": 0, "rejected": 1, "expired": 0, "cancelled": 1, "open": 3}
    assert found["revenue"] == 2 * 6400
    assert (found["accept"]["n"], found["prep"]["n"], found["latency"]["n"]) == (3, 2, 4)
    assert found["accept"]["p50"] <= found["accept"]["p95"] < 3600
    assert found["on_time"] == {"met": 2, "late": 0}
    assert [(one["number"], one["why"], one["reason"]) for one in found["missed"]] == [
        (numbers[2], "cancelled", "other"),
        (numbers[3], "rejected", "sold_out"),
    ]
    assert found["services"] == {"pickup": 0, "delivery": 5, "dine_in": 0}
    assert [hour["hour"] for hour in found["hours"]] == list(range(24))
    assert sum(hour["orders"] for hour in found["hours"]) == 5
    assert (found["shop"], found["timezone"], found["currency"]) == ("noodle-house", "Asia/Shanghai", "CNY")
    assert found["day"] == found["today"]


def test_the_same_day_as_a_table(house: House) -> None:
    numbers = walk(house)
    answer = look(house, **{"as": "csv"})
    found = rows(answer)
    assert [row["number"] for row in found] == numbers
    assert [row["status"] for row in found] == ["ready", "ready", "cancelled", "rejected", "placed"]
    assert {row["total"] for row in found} == {"64.00"}
    day = look(house).json["day"]
    assert answer.headers["content-disposition"] == f'attachment; filename="noodle-house-{day}.csv"'
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_in_it_says_who_ordered(house: House) -> None:
    walk(house)
    said = look(house).body + look(house, **{"as": "csv"}).body
    assert not [word for word in (*PRIVATE.values(), "Zhang", "13800009876"[-4:], "call") if word in said]


def test_a_revoked_device_may_not(house: House) -> None:
    house.store.revoke(house.device)
    assert look(house).problem == (401, "unauthorized")


def test_a_day_on_which_nothing_was_is_empty(house: House) -> None:
    house.place()
    for day in ("0001-01-01", "2026-02-28", "9999-12-31"):
        found = look(house, day).json
        assert (found["day"], found["orders"], found["sold_out"]) == (day, 0, [])
        assert rows(look(house, day, **{"as": "csv"})) == []


def test_every_shop_has_its_own_day(house: House) -> None:
    other = house.store.open_shop("tea-house", position=1)
    house.store.add_device(other, "theirs")
    house.place()
    house.hello()
    assert house.command("availability", item="tea", available=False)["ok"]
    theirs = look(house, token="theirs", shop="noodle-house").json
    assert (theirs["shop"], theirs["orders"], theirs["sold_out"]) == ("tea-house", 0, [])
    store_order(house.store, other)
    assert (look(house, token="theirs").json["orders"], look(house).json["orders"]) == (1, 1)


def test_yesterdays_orders_are_in_yesterdays_report(house: House) -> None:
    house.place(key="before")
    house.store.pass_day()
    house.place(key="after")
    now = look(house).json
    yesterday = str(date.fromisoformat(now["today"]) - timedelta(days=1))
    before = look(house, yesterday).json
    assert (now["orders"], before["orders"], before["today"]) == (1, 1, now["today"])


# What was sold out.


def test_every_mark_is_told_with_its_item_its_screen_and_its_time(house: House) -> None:
    house.hello()
    for nth, (item, available) in enumerate([("tea", "today"), ("beef-noodles", False), ("tea", True)]):
        assert house.command("availability", id=f"m{nth}", item=item, available=available)["ok"]
    assert house.command("availability", id="m0", item="tea", available="today")[
        "ok"
    ]  # a repeat of the first
    assert not house.command("availability", id="m9", item="pizza", available=False)["ok"]
    found = look(house).json["sold_out"]
    assert [(one["item"], one["name"], one["available"], one["device"]) for one in found] == [
        ("tea", "茶", "today", "till"),
        ("beef-noodles", "牛肉面", False, "till"),
        ("tea", "茶", True, "till"),
    ]
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)
    english = house.http(
        "GET",
        "/bill?day=today",
        headers={"Authorization": f"Bearer {DEVICE_TOKEN}", "Accept-Language": "en"},
    )
    assert english.json["sold_out"][0]["name"] == "Tea" and english.json["name"] == "Noodle House"


def test_a_mark_outlives_the_screen_that_made_it_and_the_item(house: House, store: Store) -> None:
    house.hello()
    assert house.command("availability", item="tea", available=False)["ok"]
    other = store.add_device(house.shop, "other screen")
    store.revoke(house.device)
    if isinstance(store, SqlStore):
        store.run("DELETE FROM item WHERE item_id = 'tea'")
        store.run("DELETE FROM device WHERE device_id = %s", house.device)
        [mark] = look(house, token="other screen").json["sold_out"]
        assert (mark["item"], mark["name"], mark["device"]) == ("tea", "tea", "")
    assert other and len(look(house, token="other screen").json["sold_out"]) == 1


def test_what_was_not_committed_was_not_marked(store: Store) -> None:
    shop = store.open_shop()
    with store.ledger().hold(shop.slug) as books:
        books.set_available("tea", False, today=False)
    found = store.days().day(shop.slug, None)
    assert found is not None and found.marks == ()


def mark_at(
    store: Store,
    shop: Shop,
    at: datetime,
    nth: int,
    item: str = "tea",
    *,
    available: bool = False,
    until: datetime | None = None,
) -> None:
    """Let an item have been marked at a moment."""
    if isinstance(store, MemoryStore):
        store.world.marks.append(MarkRow(shop.id, item, None, at, available, until))
    else:
        assert isinstance(store, SqlStore)
        sql = "INSERT INTO availability VALUES (%s, %s, %s, NULL, %s, %s, %s)"
        store.run(sql, shop.id, nth, item, at, available, until)


def order_at(store: Store, shop: Shop, at: datetime, day: date) -> None:
    """Let an order have been placed at a moment of a day."""
    order = store_order(store, shop)
    if isinstance(store, MemoryStore):
        row = store.world.orders[order.id]
        placed = replace(row.order, placed_at=at)
        store.world.orders[order.id] = replace(row, order=placed, business_day=day)
    else:
        assert isinstance(store, SqlStore)
        sql = "UPDATE orders SET placed_at = %s, business_day = %s, number = %s WHERE order_id = %s"
        store.run(sql, at, day, str(at), order.id)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [
        ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),  # 25 hours
        ("2026-03-29", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),  # 23 hours
    ],
)
def test_a_day_on_which_clocks_are_moved_begins_and_ends_at_its_midnights(
    store: Store, day: str, begins: str, ends: str
) -> None:
    shop = store.open_shop(timezone="Europe/Berlin")
    start, end, moment = utc(begins), utc(ends), timedelta(seconds=1)
    moments = (start - moment, start, end - moment, end)
    for nth, at in enumerate(moments, 1):
        mark_at(store, shop, at, nth)
        order_at(store, shop, at, date.fromisoformat(day))
    found = store.days().day(shop.slug, date.fromisoformat(day))
    assert found is not None
    assert [mark.at for mark in found.marks] == [start - moment, start, end - moment]  # it came in sold out
    assert [order.hour for order in found.orders] == [23, 0, 23, 0]


def test_what_a_day_began_without_is_told_before_its_own_marks(store: Store) -> None:
    shop = store.open_shop(timezone="UTC")
    before, midnight, noon = (utc(f"2026-03-{text}:00:00") for text in ("01T09", "02T00", "02T12"))
    moment = timedelta(seconds=1)
    mark_at(store, shop, before, 1, "tea")  # for good, and again later
    mark_at(store, shop, before + moment, 2, "tea")
    mark_at(store, shop, before, 3, "rice")
    mark_at(store, shop, before + moment, 4, "rice", available=True)  # back on the same day
    mark_at(store, shop, before, 5, "soup", until=midnight)  # back by itself
    mark_at(store, shop, before - moment, 6, "beef-noodles")
    mark_at(store, shop, noon, 7, "beef-noodles", available=True)
    mark_at(store, shop, noon + timedelta(days=1), 8, "tea", available=True)

    def told(day: int) -> list[tuple[str, datetime, bool]]:
        found = store.days().day(shop.slug, date(2026, 3, day))
        assert found is not None
        return [(mark.item, mark.at, mark.available) for mark in found.marks]

    assert told(2) == [
        ("beef-noodles", before - moment, False),
        ("tea", before + moment, False),
        ("beef-noodles", noon, True),
    ]
    assert told(3) == [("tea", before + moment, False), ("tea", noon + timedelta(days=1), True)]
    assert told(4) == []


def kept(store: Store) -> int:
    if isinstance(store, MemoryStore):
        return len(store.world.marks)
    assert isinstance(store, SqlStore)
    return int(store.run("SELECT count(*) FROM availability")[0][0])


def test_marks_are_kept_for_five_weeks(store: Store) -> None:
    shop = store.open_shop()
    with store.ledger().hold(shop.slug) as books:
        books.set_available("tea", False, today=False)
        books.commit()
    for days, left in ((34, 1), (2, 0)):
        store.pass_time(days * 24 * 3600)
        store.chores().purge()
        assert kept(store) == left


def test_an_import_that_changes_what_is_there_is_told_too(sql: SqlStore) -> None:
    shop, admin = sql.open_shop(), AdminStore(sql.url)
    file = dump(admin.export_shop(shop.slug))
    admin.import_shop(parse(file.replace("phone:", "accept_seconds: 200\nphone:"), "f"))  # another change
    sold_out = parse(file, "f")
    first, *others = sold_out.categories
    items = tuple(replace(item, available=False) for item in first.items)
    admin.import_shop(replace(sold_out, categories=(replace(first, items=items), *others)))
    found = sql.days().day(shop.slug, None)
    assert found is not None
    assert [(mark.item, mark.available, mark.today, mark.device) for mark in found.marks] == [
        ("beef-noodles", False, False, "")
    ]
