"""A screen's token is changed after 30 days without a gap, and ends when the screen leaves: on real stores, through the doors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from orderbell.service.ports import Device
from orderbell.wire.tokens import digest
from support import contract
from support.databases import OPERATOR
from support.doors import DEVICE_TOKEN, House
from support.layer import SqlStore, Store, until

DAY_S = 24 * 3600
OTHER = "other/+="


@pytest.fixture
def house(store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(store, monkeypatch)


def hello(house: House, token: str, connection: str) -> str | None:
    """Say hello; return the new token that the welcome brings, if any."""
    house.open(connection)
    frames = house.say({"type": "hello", "role": "kitchen", "token": token}, connection)
    welcome: dict[str, Any] = frames[0]
    assert welcome["type"] == "welcome"
    contract.validate_frame(welcome)
    return welcome.get("token")


def is_refused(house: House, token: str, connection: str) -> bool:
    house.open(connection)
    assert house.say({"type": "hello", "role": "kitchen", "token": token}, connection) == []
    assert house.show(token, day="today").problem == (401, "unauthorized")
    return house.closed(connection) == 4401


def test_a_token_is_changed_after_30_days_and_both_hold_until_the_new_one_is_used(
    house: House, store: Store
) -> None:
    assert hello(house, DEVICE_TOKEN, "young") is None
    store.pass_time(30 * DAY_S - 60)
    assert hello(house, DEVICE_TOKEN, "still young") is None
    store.pass_time(120)
    new = hello(house, DEVICE_TOKEN, "a")
    assert new is not None and new != DEVICE_TOKEN and len(new) == 43
    assert hello(house, DEVICE_TOKEN, "b") == new  # two pages of a screen, or a welcome that was lost
    assert house.show(DEVICE_TOKEN, day="today").status == 200
    assert hello(house, new, "d") is None
    assert is_refused(house, DEVICE_TOKEN, "e")
    assert house.show(new, day="today").status == 200
    store.pass_time(31 * DAY_S)
    assert hello(house, new, "f") not in (None, new)


def test_a_new_token_that_is_first_used_over_http_ends_the_old_one_too(house: House, store: Store) -> None:
    store.pass_time(31 * DAY_S)
    new = hello(house, DEVICE_TOKEN, "a")
    assert new is not None
    assert house.show(new, day="today").status == 200
    assert is_refused(house, DEVICE_TOKEN, "b")


def test_who_uses_a_new_token_while_another_does_so_first_is_let_in(sql: SqlStore) -> None:
    shop = sql.open_shop()
    device = sql.add_device(shop, DEVICE_TOKEN)
    ledger = sql.ledger()
    ledger.renew(device, digest("new"))
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with closing(psycopg2.connect(sql.url, options=OPERATOR)) as other, ThreadPoolExecutor(1) as pool:
        with other.cursor() as cursor:
            cursor.execute("UPDATE device SET token_hash = next_hash, next_hash = NULL")
        late = pool.submit(ledger.device, digest("new"))
        until(lambda: sql.run(waits))
        other.commit()
        assert late.result() == Device(device, shop.slug)


def test_a_revoked_screen_is_out_with_both_of_its_tokens(house: House, store: Store) -> None:
    store.pass_time(31 * DAY_S)
    new = hello(house, DEVICE_TOKEN, "a")
    assert new is not None
    store.revoke(house.device)
    assert is_refused(house, new, "b") and is_refused(house, DEVICE_TOKEN, "c")


def test_a_screen_that_leaves_is_out_with_all_its_sockets_and_no_other_is(house: House, store: Store) -> None:
    store.add_device(house.shop, OTHER)
    for connection in ("one", "two"):
        assert hello(house, DEVICE_TOKEN, connection) is None
    assert hello(house, OTHER, "other") is None
    assert house.say({"type": "unpair"}, "one") == []
    assert (house.closed("one"), house.closed("two"), house.closed("other")) == (4409, 4409, None)
    assert is_refused(house, DEVICE_TOKEN, "again")
    assert house.show(OTHER, day="today").status == 200
    assert house.command("availability", "other", item="tea", available=True)["ok"]


def test_only_a_kitchens_screen_can_leave(house: House, store: Store) -> None:
    house.follow(house.place(), "customer")
    house.hello("guest", role="guest", shop=house.shop.slug)
    house.open("nobody")
    for connection in ("customer", "guest", "nobody"):
        (error,) = house.say({"type": "unpair"}, connection)
        assert (error["type"], error["code"]) == ("error", "unauthorized")
        contract.validate_frame(error)
        assert house.closed(connection) is None
