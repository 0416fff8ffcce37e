"""What a ledger owes to a shop's local day: pickup numbers that start again, and "sold out today"."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from orderbell.domain.menu import Shop, pickup_code
from support.books import store_order
from support.layer import MemoryStore, SqlStore, Store

EAST, WEST = "Pacific/Kiritimati", "Pacific/Midway"
"""25 hours apart: never the same day."""


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


def set_timezone(store: Store, shop: Shop, zone: str) -> None:
    """Correct a shop's time zone, as an import of its file does."""
    if isinstance(store, MemoryStore):
        row = store.world.shops[shop.id]
        store.world.shops[shop.id] = replace(row, shop=replace(row.shop, timezone=zone))
    else:
        assert isinstance(store, SqlStore)
        store.run("UPDATE shop SET timezone = %s WHERE shop_id = %s", zone, shop.id)


def test_numbers_of_a_day_are_given_in_turn(store: Store, shop: Shop) -> None:
    numbers = [store_order(store, shop).number for _ in range(12)]
    assert numbers == [pickup_code(nth) for nth in range(1, 13)]


def test_each_shop_counts_for_itself(store: Store, shop: Shop) -> None:
    other = store.open_shop("tea-house")
    assert [store_order(store, of).number for of in (shop, other, shop)] == ["A11", "A11", "A12"]


def test_numbers_start_again_on_the_next_day(store: Store, shop: Shop) -> None:
    first = [store_order(store, shop).number for _ in range(2)]
    store.pass_day()
    assert [store_order(store, shop).number for _ in range(2)] == first == ["A11", "A12"]


@pytest.mark.parametrize("zone", [EAST, WEST, "Asia/Shanghai", "America/New_York"])
def test_the_day_is_the_day_where_the_shop_is(store: Store, zone: str) -> None:
    store.open_shop(timezone=zone)
    with store.ledger().hold("noodle-house") as books:
        assert books.held.today == books.held.now.astimezone(ZoneInfo(zone)).date()


def test_numbers_start_again_at_midnight_where_the_shop_is_and_not_before(memory: MemoryStore) -> None:
    shop = memory.open_shop()  # its clock stands at 12:00 in Shanghai
    numbers = [store_order(memory, shop).number]
    for hours in (11.9, 0.2):
        memory.pass_time(hours * 3600)
        numbers.append(store_order(memory, shop).number)
    assert numbers == ["A11", "A12", "A11"]


def test_numbers_stay_unique_in_a_day_when_the_shops_time_zone_is_corrected_and_back(
    store: Store, shop: Shop
) -> None:
    given = []
    for zone in (EAST, WEST, EAST):
        set_timezone(store, shop, zone)
        given.append((zone, store_order(store, shop).number))
    assert len(set(given)) == 3


def test_sold_out_today_ends_at_the_shops_next_midnight(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    with ledger.hold(shop.slug) as books:
        now = books.held.now
        tomorrow = now.astimezone(ZoneInfo(shop.timezone)).date() + timedelta(days=1)
        assert books.set_available("tea", False, today=True) == 1
        books.commit()
    midnight = datetime.combine(tomorrow, time(), ZoneInfo(shop.timezone))
    menu = store.ledger().menu(shop.id)
    tea = menu.items["tea"]
    assert tea.unavailable_until == midnight
    assert not tea.is_available(midnight - timedelta(seconds=1))
    assert tea.is_available(midnight)
    standing = ledger.standing(shop.slug)
    assert standing is not None and menu.version == standing.shop.menu_version == 2


def test_sold_out_lasts_until_somebody_says_otherwise(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    for available in (False, True):
        with ledger.hold(shop.slug) as books:
            now = books.held.now
            books.set_available("tea", available, today=False)
            books.commit()
        tea = store.ledger().menu(shop.id).items["tea"]
        assert tea.is_available(now) is tea.is_available(now + timedelta(days=99)) is available


def test_an_item_back_before_midnight_is_back_at_once(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    for available, today in ((False, True), (True, False)):
        with ledger.hold(shop.slug) as books:
            books.set_available("tea", available, today=today)
            now = books.held.now
            books.commit()
    assert store.ledger().menu(shop.id).items["tea"].is_available(now)


def test_an_item_that_is_not_on_the_menu_costs_no_seq(store: Store, shop: Shop) -> None:
    ledger = store.ledger()
    with ledger.hold(shop.slug) as books:
        assert books.set_available("pizza", False, today=False) is None
        books.commit()
    store_order(store, shop)
    assert [event.seq for event in ledger.events(shop.id, 0, 9)] == [1]
    assert ledger.menu(shop.id).version == 1
