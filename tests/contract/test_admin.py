"""The operator's store on a real PostgreSQL: shops and screens in and out, and what can go wrong."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg2
import pytest

from orderbell.adapters.menufile import ShopFile, dump, parse
from orderbell.adapters.sql import admin
from orderbell.adapters.sql.admin import AdminStore, DeviceRow, ImportResult, ShopRow, db_folder
from orderbell.domain.errors import (
    Conflict,
    MenuError,
    NotFound,
    OrderbellError,
    SettingsError,
    Unavailable,
    UnknownShop,
)
from support.databases import OPERATOR

DEMO = [parse(path.read_text("utf-8"), path.name) for path in sorted((db_folder() / "demo").glob("*.yaml"))]

CAFE = """\
slug: corner-cafe
name: Corner Café
locale: en
currency: EUR
timezone: Europe/Berlin
menu:
- id: coffee
  name: Coffee
  items:
  - id: latte
    name: {zh-CN: 拿铁, en: Latte}
    description: With milk
    price: 4.10
    options:
    - id: milk
      name: Milk
      min: 1
      max: 1
      choices:
      - {id: whole, name: Whole milk}
      - {id: oat, name: Oat milk, price: 0.50}
  - {id: espresso, name: Espresso, price: 2.60}
- id: cakes
  name: Cakes
  items: []
"""


def cafe(*changes: tuple[str, str]) -> ShopFile:
    text = CAFE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse(text, "cafe.yaml")


class Sql:
    """The database by the back door: what another process would see and do."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def open(self) -> Iterator[psycopg2.extensions.cursor]:
        connection = psycopg2.connect(self.url, options=OPERATOR)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def __call__(self, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with self.open() as cursor:
            cursor.execute(statement, arguments or None)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def store(empty_database_url: str) -> AdminStore:
    made = AdminStore(empty_database_url)
    made.upgrade()
    return made


@pytest.fixture
def sql(empty_database_url: str) -> Sql:
    return Sql(empty_database_url)


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not happen in 20 s"
        time.sleep(0.01)


# Shops.


def test_a_new_shop_has_a_secret_and_an_empty_log(store: AdminStore, sql: Sql) -> None:
    assert store.is_empty()
    assert store.import_shop(cafe()) == ImportResult("corner-cafe", created=True, changed=True)
    assert not store.is_empty()
    ((secret, accepting, version, last_seq, state_seq),) = sql(
        "SELECT secret, accepting, menu_version, last_seq, state_seq FROM shop"
    )
    assert len(bytes(secret)) == 32 and (accepting, version, last_seq, state_seq) == ("open", 1, 0, 0)
    assert sql("SELECT count(*) FROM event") == [(0,)]


def test_no_two_shops_have_the_same_secret(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    store.import_shop(cafe(("slug: corner-cafe", "slug: other-cafe")))
    assert sql("SELECT count(DISTINCT secret), count(DISTINCT epoch) FROM shop") == [(2, 2)]


def test_what_is_imported_is_exported_the_same(store: AdminStore) -> None:
    shop_file = cafe(
        ("currency: EUR", "currency: EUR\nphone: 030 23125\nposition: 4\naccept_seconds: 120"),
        ("locale: en", "locale: en\nages: {amber: 8, red: 15}"),
    )
    store.import_shop(shop_file)
    assert store.export_shop("corner-cafe") == shop_file
    assert parse(dump(store.export_shop("corner-cafe")), "again") == shop_file


def test_the_same_file_again_changes_nothing(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    before = sql("SELECT s::text FROM shop s")
    assert store.import_shop(cafe()) == ImportResult("corner-cafe", created=False, changed=False)
    assert sql("SELECT s::text FROM shop s") == before
    assert sql("SELECT count(*) FROM event") == [(0,)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("price: 4.10", "price: 4.20"),
        ("name: Espresso", "name: Ristretto"),
        ("name: Corner Café", "name: Café at the corner"),
        ("{zh-CN: 拿铁, en: Latte}", "Latte"),
        ("description: With milk", "description: With a lot of milk"),
        ("timezone: Europe/Berlin", "timezone: Europe/Paris"),
        ("min: 1", "min: 0"),
        ("price: 0.50", "price: 0.60"),
        ("  - {id: espresso, name: Espresso, price: 2.60}\n", ""),
        ("      - {id: whole, name: Whole milk}\n", ""),
        ("- id: cakes\n  name: Cakes\n  items: []\n", ""),
        ("locale: en", "locale: en\nphone: 030 23125"),
        ("locale: en", "locale: en\naccept_seconds: 60"),
        ("locale: en", "locale: en\nages: {amber: 5, red: 12}"),
        ("locale: en", "locale: en\nposition: 7"),
    ],
)
def test_any_change_is_told_once(store: AdminStore, sql: Sql, old: str, new: str) -> None:
    store.import_shop(cafe())
    changed = cafe((old, new))
    assert store.import_shop(changed) == ImportResult("corner-cafe", created=False, changed=True)
    assert sql("SELECT menu_version, last_seq, state_seq FROM shop") == [(2, 1, 1)]
    assert sql("SELECT seq, type, order_id, payload FROM event") == [(1, "menu.updated", None, None)]
    assert store.export_shop("corner-cafe") == changed
    assert not store.import_shop(changed).changed


def test_the_order_of_a_menu_is_the_order_of_its_file(store: AdminStore) -> None:
    store.import_shop(cafe())
    shop_file = cafe()
    coffee, cakes = shop_file.categories
    latte, espresso = coffee.items
    (milk,) = latte.options
    latte = replace(latte, options=(replace(milk, choices=milk.choices[::-1]),))
    turned = replace(shop_file, categories=(cakes, replace(coffee, items=(espresso, latte))))
    assert store.import_shop(turned).changed
    assert store.export_shop("corner-cafe") == turned


def test_an_import_keeps_what_the_shop_is(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    order_id, device_id = placed_order(sql), paired_device(sql)
    sql("UPDATE shop SET accepting = 'busy', busy_minutes = 20")
    kept = "SELECT shop_id, epoch, secret::text, accepting, busy_minutes, created_at FROM shop"
    before = sql(kept)
    store.import_shop(cafe(("price: 4.10", "price: 4.20")))
    assert sql(kept) == before
    assert sql("SELECT order_id::text FROM orders") == [(order_id,)]
    assert sql("SELECT device_id::text FROM device") == [(device_id,)]


def test_an_import_leaves_other_shops_alone(store: AdminStore, sql: Sql) -> None:
    other = cafe(("slug: corner-cafe", "slug: other-cafe"))
    store.import_shop(cafe())
    store.import_shop(other)
    store.import_shop(cafe(("price: 4.10", "price: 4.20")))
    assert store.export_shop("other-cafe") == other
    assert sql("SELECT last_seq FROM shop WHERE slug = 'other-cafe'") == [(0,)]


def available(sql: Sql) -> dict[str, tuple[bool, datetime | None]]:
    rows = sql(
        "SELECT item_id, available, unavailable_until FROM item"
        " UNION ALL SELECT item_id || '/' || choice_id, available, NULL FROM choice"
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def test_what_the_kitchen_sold_out_stays_sold_out(store: AdminStore, sql: Sql) -> None:
    tomorrow = datetime(2030, 1, 1, tzinfo=timezone.utc)
    store.import_shop(cafe())
    sql("UPDATE item SET available = false WHERE item_id = 'latte'")
    sql("UPDATE item SET unavailable_until = %s WHERE item_id = 'espresso'", tomorrow)
    sql("UPDATE choice SET available = false WHERE choice_id = 'oat'")
    before = available(sql)
    assert not store.import_shop(cafe()).changed
    assert store.import_shop(cafe(("price: 4.10", "price: 4.20"))).changed
    assert available(sql) == before
    assert before["latte"] == (False, None) and before["espresso"] == (True, tomorrow)
    assert before["latte/oat"] == (False, None) and before["latte/whole"] == (True, None)


def test_a_sold_out_dish_may_move_to_another_heading(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    sql("UPDATE item SET available = false WHERE item_id = 'espresso'")
    espresso = "  - {id: espresso, name: Espresso, price: 2.60}\n"
    store.import_shop(cafe((espresso, ""), ("  items: []\n", "  items:\n" + espresso)))
    assert sql("SELECT category_id, available FROM item WHERE item_id = 'espresso'") == [("cakes", False)]


def test_the_file_may_say_what_is_sold_out_and_what_is_back(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    sql("UPDATE item SET unavailable_until = now() + interval '1 day' WHERE item_id = 'latte'")
    sql("UPDATE choice SET available = false WHERE choice_id = 'oat'")
    said = cafe(
        ("price: 4.10", "price: 4.10\n    available: true"),
        ("price: 0.50", "price: 0.50, available: true"),
        ("price: 2.60", "price: 2.60, available: false"),
    )
    assert store.import_shop(said).changed
    assert available(sql)["latte"] == (True, None) and available(sql)["latte/oat"] == (True, None)
    assert available(sql)["espresso"] == (False, None)
    assert not store.import_shop(said).changed


def test_an_export_says_what_is_sold_out_for_good_and_not_what_is_so_today(
    store: AdminStore, sql: Sql
) -> None:
    store.import_shop(cafe())
    until_tomorrow = "unavailable_until = now() + interval '1 day'"
    sql(f"UPDATE item SET available = false, {until_tomorrow} WHERE item_id = 'latte'")  # noqa: S608 (a constant)
    sql("UPDATE item SET available = false WHERE item_id = 'espresso'")
    exported = store.export_shop("corner-cafe")
    items = {item.id: item.available for category in exported.categories for item in category.items}
    assert items == {"latte": True, "espresso": False}
    assert not store.import_shop(exported).changed


def test_an_import_waits_for_who_holds_the_shop_and_comes_after_them(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    with ThreadPoolExecutor(1) as pool:
        with sql.open() as cursor:
            cursor.execute("UPDATE shop SET last_seq = last_seq + 1, state_seq = last_seq + 1")
            cursor.execute(
                "INSERT INTO event (shop_id, seq, type) SELECT shop_id, 1, 'shop.updated' FROM shop"
            )
            importing = pool.submit(store.import_shop, cafe(("price: 4.10", "price: 4.20")))
            until(lambda: sql("SELECT 1 FROM pg_locks WHERE NOT granted"))
        assert importing.result(20).changed
    assert sql("SELECT seq, type FROM event ORDER BY seq") == [(1, "shop.updated"), (2, "menu.updated")]
    assert sql("SELECT last_seq, state_seq FROM shop") == [(2, 2)]


def test_imports_at_the_same_moment_leave_no_hole_in_the_log(store: AdminStore, sql: Sql) -> None:
    start = threading.Barrier(4)

    def bring(cents: int) -> ImportResult:
        start.wait(20)
        return store.import_shop(cafe(("price: 4.10", f"price: 4.{cents}")))

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(bring, range(20, 24)))
    assert [result.created for result in results].count(True) == 1
    assert [seq for (seq,) in sql("SELECT seq FROM event ORDER BY seq")] == [1, 2, 3]
    assert sql("SELECT menu_version, last_seq FROM shop") == [(4, 3)]


def test_an_import_that_fails_leaves_no_trace(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    shop_file = cafe(("price: 4.10", "price: 4.20"))
    (milk,) = shop_file.categories[0].items[0].options
    broken = replace(shop_file.categories[0].items[0], options=(milk, milk))
    with pytest.raises(Unavailable):
        store.import_shop(replace(shop_file, categories=(replace(shop_file.categories[0], items=(broken,)),)))
    assert store.export_shop("corner-cafe") == cafe()
    assert sql("SELECT last_seq FROM shop") == [(0,)]


def test_a_time_zone_that_the_database_does_not_know_is_refused(store: AdminStore) -> None:
    with pytest.raises(MenuError, match="corner-cafe: the database does not know the time zone 'Mars/Base'"):
        store.import_shop(replace(cafe(), timezone="Mars/Base"))
    assert store.is_empty()


def test_a_list_of_shops_says_how_each_stands(store: AdminStore, sql: Sql) -> None:
    assert store.shops() == []
    store.import_shop(cafe(("locale: en", "locale: en\nposition: 2")))
    store.import_shop(
        cafe(("slug: corner-cafe", "slug: first"), ("name: Corner Café", "name: {zh-CN: 第一, en: First}"))
    )
    sql("UPDATE shop SET accepting = 'paused', paused_until = now() - interval '1 s' WHERE slug = 'first'")
    sql("UPDATE shop SET accepting = 'closed' WHERE slug = 'corner-cafe'")
    paired_device(sql)
    sql("UPDATE device SET revoked_at = now() WHERE device_id = %s", paired_device(sql))
    placed_order(sql)
    sql("UPDATE orders SET status = 'completed' WHERE order_id = %s", placed_order(sql))
    assert store.shops() == [
        ShopRow("first", "First", "EUR", "open", devices=0, open_orders=0),  # the pause is over
        ShopRow("corner-cafe", "Corner Café", "EUR", "closed", devices=1, open_orders=1),
    ]


# Demo shops.


def test_the_demo_shops_come_to_an_empty_database_and_only_there(store: AdminStore, sql: Sql) -> None:
    slugs = ["noodle-house", "coffee-bar", "burger-place"]
    assert store.load_demo(DEMO) == slugs
    assert [row.slug for row in store.shops()] == slugs
    for path in (db_folder() / "demo").glob("*.yaml"):
        assert store.export_shop(path.stem) == parse(path.read_text("utf-8"), path.name)
    sql("DELETE FROM shop WHERE slug <> 'coffee-bar'")
    assert store.load_demo(DEMO) == []
    assert [row.slug for row in store.shops()] == ["coffee-bar"]


def test_starts_at_the_same_moment_load_the_demo_once(store: AdminStore) -> None:
    with ThreadPoolExecutor(3) as pool:
        loaded = list(pool.map(lambda _: len(store.load_demo(DEMO)), range(3)))
    assert sorted(loaded) == [0, 0, 3]


# Screens.


def shop_id_of(sql: Sql) -> int:
    ((shop_id,),) = sql("SELECT shop_id FROM shop WHERE slug = 'corner-cafe'")
    return int(shop_id)


def paired_device(sql: Sql, name: str = "Kitchen") -> str:
    made = "INSERT INTO device (shop_id, name, token_hash) VALUES (%s, %s, %s) RETURNING device_id::text"
    ((device_id,),) = sql(made, shop_id_of(sql), name, os.urandom(32))
    return str(device_id)


def placed_order(sql: Sql) -> str:
    ((order_id,),) = sql(
        """
        INSERT INTO orders (order_id, shop_id, business_day, number, idem_hash, fingerprint, token_hash,
            status, version, service, total, currency, customer_name, placed_seq, placed_at, accept_by,
            history)
        SELECT gen_random_uuid(), %s, current_date, 'A' || n, %s, '', '', 'placed', 1,
            'pickup', 410, 'EUR', 'Li Lei', n, now(), now(), '[]'
        FROM (SELECT count(*) + 1 AS n FROM orders) AS next
        RETURNING order_id::text
        """,
        shop_id_of(sql),
        os.urandom(32),
    )
    return str(order_id)


def connected(sql: Sql, connection_id: str, device_id: str) -> None:
    add = "INSERT INTO connection (connection_id, role, shop_id, device_id) VALUES (%s, 'kitchen', %s, %s)"
    sql(add, connection_id, shop_id_of(sql), device_id)


def test_a_pairing_code_is_good_for_ten_minutes_of_the_databases_clock(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    ends = store.new_pairing("corner-cafe", b"h" * 32)
    ((code, shop_id, lasts, expires_at, used_at),) = sql(
        "SELECT code_hash, shop_id, expires_at - created_at, expires_at, used_at FROM pairing_code"
    )
    assert (bytes(code), shop_id, lasts, used_at) == (b"h" * 32, shop_id_of(sql), timedelta(minutes=10), None)
    assert ends == expires_at and ends.tzinfo is not None


def test_a_pairing_code_that_waits_is_not_given_to_another(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    first = store.new_pairing("corner-cafe", b"h")
    with pytest.raises(Conflict):
        store.new_pairing("corner-cafe", b"h")
    assert sql("SELECT expires_at FROM pairing_code") == [(first,)]


@pytest.mark.parametrize("over", ["used_at = now()", "expires_at = now() - interval '1 second'"])
def test_a_pairing_code_that_is_over_may_come_again(store: AdminStore, sql: Sql, over: str) -> None:
    store.import_shop(cafe())
    first = store.new_pairing("corner-cafe", b"h")
    sql(f"UPDATE pairing_code SET {over}")  # noqa: S608 (one of the two above)
    again = store.new_pairing("corner-cafe", b"h")
    assert again > first
    assert sql("SELECT expires_at, used_at FROM pairing_code") == [(again, None)]


def test_old_pairing_codes_are_swept(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    store.new_pairing("corner-cafe", b"old")
    sql("UPDATE pairing_code SET expires_at = now() - interval '2 days'")
    store.new_pairing("corner-cafe", b"new")
    assert [bytes(code) for (code,) in sql("SELECT code_hash FROM pairing_code")] == [b"new"]


def test_a_list_of_screens_has_the_revoked_ones_too(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    first, second = paired_device(sql, "Grill"), paired_device(sql, "Counter")
    sql("UPDATE device SET last_seen_at = now() WHERE device_id = %s", first)
    store.revoke(second)
    rows = sql("SELECT device_id::text, created_at, last_seen_at, revoked_at FROM device ORDER BY created_at")
    (_, born, seen, _), (_, second_born, _, revoked) = rows
    assert seen is not None and revoked is not None
    assert store.devices() == [
        DeviceRow(first, "corner-cafe", "Grill", born, seen, None),
        DeviceRow(second, "corner-cafe", "Counter", second_born, None, revoked),
    ]


def test_revoking_a_screen_forgets_its_connections_and_no_others(store: AdminStore, sql: Sql) -> None:
    store.import_shop(cafe())
    mine, other = paired_device(sql), paired_device(sql)
    connected(sql, "b+/=2", mine)
    connected(sql, "a+/=1", mine)
    connected(sql, "c+/=3", other)
    assert store.revoke(mine) == ["a+/=1", "b+/=2"]
    assert sql("SELECT connection_id FROM connection") == [("c+/=3",)]
    revoked = "SELECT device_id::text, revoked_at FROM device WHERE revoked_at IS NOT NULL"
    ((revoked_id, at),) = sql(revoked)
    assert revoked_id == mine
    assert store.revoke(mine) == []
    assert sql(revoked) == [(mine, at)]


# What can go wrong.


@pytest.mark.parametrize("slug", ["nowhere", "", "'; DROP TABLE shop; --"])
def test_an_unknown_shop_is_named(store: AdminStore, slug: str) -> None:
    with pytest.raises(UnknownShop, match=re.escape(repr(slug))):
        store.export_shop(slug)
    with pytest.raises(UnknownShop, match=re.escape(repr(slug))):
        store.new_pairing(slug, b"h")


@pytest.mark.parametrize("device_id", [str(uuid.UUID(int=7)), "kitchen", ""])
def test_an_unknown_screen_is_named(store: AdminStore, device_id: str) -> None:
    with pytest.raises(NotFound, match=re.escape(repr(device_id))):
        store.revoke(device_id)


def with_login(url: str, password: str, *, port: int | None = None, name: str | None = None) -> str:
    parts = urlsplit(url)
    where = f"{parts.hostname}:{port or parts.port}/{name or parts.path[1:]}"
    return f"postgresql://{parts.username}:{quote(password, safe='')}@{where}"


def assert_one_clear_line(error: OrderbellError, secret: str) -> None:
    text = str(error)
    assert "\n" not in text and secret not in text and quote(secret, safe="") not in text
    cause = error.__cause__
    while cause is not None:
        assert secret not in str(cause)
        cause = cause.__cause__


def calls(store: AdminStore) -> list[Callable[[], object]]:
    return [
        store.upgrade,
        store.current,
        store.is_empty,
        store.shops,
        lambda: store.load_demo(DEMO),
        store.devices,
        store.clock_skew_s,
        lambda: store.import_shop(cafe()),
        lambda: store.export_shop("corner-cafe"),
        lambda: store.new_pairing("corner-cafe", b"h"),
        lambda: store.revoke(str(uuid.UUID(int=7))),
    ]


def test_a_database_that_is_not_there_is_unavailable_in_one_line() -> None:
    with socket.socket() as nobody:  # bound and not listening: the port is refused, and nobody else takes it
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        store = AdminStore(f"postgres://chef:geheim-%2F@127.0.0.1:{port}/shop")
        for call in calls(store):
            with pytest.raises(
                Unavailable, match=f"'shop' at 127.0.0.1:{port} does not serve: .*refused"
            ) as error:
                call()
            assert_one_clear_line(error.value, "geheim-/")


def test_a_wrong_password_is_unavailable_and_not_shown(empty_database_url: str) -> None:
    store = AdminStore(with_login(empty_database_url, "geheim-/", name="no-such-database"))
    with pytest.raises(Unavailable) as error:
        store.shops()
    assert_one_clear_line(error.value, "geheim-/")


def test_a_password_in_the_databases_own_words_is_blotted_out(empty_database_url: str) -> None:
    parts = urlsplit(empty_database_url)
    store = AdminStore(f"postgresql://geheim:geheim@{parts.hostname}:{parts.port}/shop")
    with pytest.raises(Unavailable, match=r"\*\*\*") as error:
        store.shops()
    assert "geheim" not in str(error.value)


def test_a_database_without_tables_says_how_to_mend_it(empty_database_url: str) -> None:
    store = AdminStore(empty_database_url)
    for call in (store.is_empty, store.shops, store.devices, lambda: store.import_shop(cafe())):
        with pytest.raises(
            Unavailable, match="has not this version's tables: start `orderbell up` or init_db"
        ):
            call()


@pytest.mark.parametrize(
    "url",
    [
        "", "geheim", "mysql://chef:geheim@127.0.0.1/shop", "host=127.0.0.1 password=geheim",
        "postgresql://chef:geheim@127.0.0.1:port/shop", "postgresql://chef:geheim@[::1/shop",
        "postgresql://chef:geheim@127.0.0.1/shop?colour=red", "postgresql://chef:geheim%zz@127.0.0.1/shop",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_database_is_a_settings_error(url: str) -> None:
    with pytest.raises(SettingsError, match=r"^DATABASE_URL must look like postgresql://") as error:
        AdminStore(url)
    assert_one_clear_line(error.value, "geheim")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_both_spellings_of_the_address_are_good(empty_database_url: str, scheme: str) -> None:
    rest = empty_database_url.partition("://")[2]
    assert AdminStore(f"{scheme}://{rest}").current()[0] is None


def test_a_lock_is_not_waited_for_without_end(
    store: AdminStore, sql: Sql, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "lock_timeout=5000" in admin.OPTIONS and "statement_timeout=30000" in admin.OPTIONS
    monkeypatch.setattr(admin, "OPTIONS", admin.OPTIONS.replace("5000", "200"))
    with sql.open() as cursor:
        cursor.execute("LOCK TABLE shop")
        with pytest.raises(Unavailable, match="does not serve: canceling statement due to lock timeout"):
            store.shops()


def test_the_clocks_are_compared(store: AdminStore) -> None:
    assert abs(store.clock_skew_s()) < 60


def test_how_long_ago_the_last_sweep_ended(store: AdminStore, sql: Sql) -> None:
    assert store.swept_s() is None
    sql("INSERT INTO task (name, done_at) VALUES ('sweep', clock_timestamp() - interval '1 hour')")
    age_s = store.swept_s()
    assert age_s is not None and 3600 <= age_s < 3700
