"""Whether a kitchen is attended, on real stores: the screens' own words, kept up to date by the sweep, told to everybody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.errors import Unauthorized, Unavailable
from orderbell.domain.menu import Accepting, Openness, Shop
from orderbell.entry.wiring import Wiring
from support.food import DRAFT
from support.layer import SqlStore, Store, new_key, place, print_of, wired

SCREEN, TOKEN = "screen/+=", "secret/+="
CLOSED = Openness(Accepting.CLOSED, None, None)


@pytest.fixture
def push() -> MemoryPush:
    return MemoryPush()


@pytest.fixture
def parts(store: Store, push: MemoryPush) -> Wiring:
    return wired(store, push)


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


@pytest.fixture
def device(store: Store, parts: Wiring, shop: Shop) -> str:
    """A screen that is connected."""
    device = store.add_device(shop, TOKEN)
    parts.sessions.opened(SCREEN)
    parts.sessions.hello_kitchen(SCREEN, TOKEN, None, None, None)
    return device


def ping(parts: Wiring, *, attends: bool) -> None:
    connection = parts.sessions.get(SCREEN)
    assert connection is not None
    said = {"visible": attends, "audible": attends, "awake": True}
    parts.sessions.ping(connection, json.dumps(said), attends=attends)


def sweep(parts: Wiring) -> dict[str, float]:
    measured = parts.sweeper.sweep()
    assert measured is not None
    return measured


def log(store: Store, shop: Shop) -> list[str]:
    return [event.type.value for event in store.ledger().events(shop.id, 0, 100)]


def attended(parts: Wiring) -> bool:
    return parts.catalog.standing("noodle-house").shop.attended


def told(push: MemoryPush, connection: str) -> list[bool]:
    """Return what a connection was told of `attended`, by frames after its welcome."""
    frames: list[Any] = [json.loads(text) for text in push.frames(connection)]
    shops = [frame["shop"] for frame in frames if frame["type"] == "shop"]
    events = [event for frame in frames if frame["type"] == "events" for event in frame["events"]]
    return [shop["attended"] for shop in shops + [event["shop"] for event in events if "shop" in event]]


def test_a_shop_is_attended_while_a_screen_says_that_it_can_be_seen_and_heard(
    store: Store, parts: Wiring, push: MemoryPush, shop: Shop, device: str
) -> None:
    parts.sessions.opened("guest")
    parts.sessions.hello_guest("guest", shop.slug, None)
    mine = parts.ordering.place(DRAFT, new_key(), print_of(DRAFT))
    parts.sessions.opened("customer")
    parts.sessions.hello_customer("customer", mine.order.id, mine.token, None)
    before = log(store, shop)
    ping(parts, attends=False)
    sweep(parts)
    assert not attended(parts) and log(store, shop) == before

    ping(parts, attends=True)
    ping(parts, attends=True)
    assert log(store, shop) == before
    assert sweep(parts)["orderbell_shops_unattended"] == 0
    assert attended(parts)
    assert told(push, SCREEN) == told(push, "guest") == told(push, "customer") == [True]
    store.pass_time(20)
    ping(parts, attends=True)
    store.pass_time(20)
    sweep(parts)
    assert log(store, shop) == [*before, "shop.updated"]  # it goes on, and that is no news

    store.pass_time(11)
    assert sweep(parts)["orderbell_shops_unattended"] == 1
    sweep(parts)
    assert not attended(parts)
    assert told(push, "guest") == told(push, "customer") == [True, False]
    assert log(store, shop) == [*before, "shop.updated", "shop.updated"]
    place(parts)  # it takes orders all the same


def test_a_screen_without_a_socket_says_so_by_asking(
    store: Store, parts: Wiring, shop: Shop, device: str
) -> None:
    parts.sessions.poll(TOKEN, 0, None)
    sweep(parts)
    assert not attended(parts)
    parts.sessions.poll(TOKEN, 0, None, attends=True)
    sweep(parts)
    assert attended(parts)


def test_a_revoked_screen_does_not_count(store: Store, parts: Wiring, shop: Shop, device: str) -> None:
    ping(parts, attends=True)
    sweep(parts)
    store.revoke(device)
    sweep(parts)
    assert not attended(parts)
    store.connections().attend(device)
    with pytest.raises(Unauthorized):
        parts.sessions.poll(TOKEN, 0, None, attends=True)
    sweep(parts)
    assert not attended(parts)


def test_another_shops_screen_does_not_count_and_a_closed_shop_needs_none(
    store: Store, parts: Wiring, shop: Shop, device: str
) -> None:
    store.open_shop("tea-house")
    store.open_shop("night-bar", openness=CLOSED)
    ping(parts, attends=True)
    assert sweep(parts)["orderbell_shops_unattended"] == 1
    assert [parts.catalog.standing(slug).shop.attended for slug in ("noodle-house", "tea-house")] == [
        True,
        False,
    ]


def test_one_shop_that_is_held_does_not_keep_the_others_waiting(
    store: Store, parts: Wiring, shop: Shop, device: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = store.open_shop("a-tea-house")
    store.connections().attend(store.add_device(other, "another"))
    ping(parts, attends=True)
    hold = parts.ledger.hold

    def hold_one(slug: str) -> Any:
        if slug == other.slug:
            raise Unavailable("somebody else holds this shop")
        return hold(slug)

    monkeypatch.setattr(parts.ledger, "hold", hold_one)
    sweep(parts)
    assert attended(parts) and not parts.catalog.standing("a-tea-house").shop.attended
    monkeypatch.undo()
    sweep(parts)
    assert parts.catalog.standing("a-tea-house").shop.attended


def test_pings_write_no_row_of_the_shop_and_seldom_one_of_the_device(
    sql: SqlStore,
) -> None:
    shop = sql.open_shop()
    device = sql.add_device(shop, TOKEN)
    versions = "SELECT s.xmin::text, d.xmin::text FROM shop s JOIN device d USING (shop_id)"
    connections = sql.connections()
    ((shop_before, _),) = sql.run(versions)
    connections.attend(device)
    first = sql.run(versions)
    connections.attend(device)
    assert sql.run(versions) == first
    sql.pass_time(6)
    moved = sql.run(versions)
    connections.attend(device)
    assert sql.run(versions)[0][1] != moved[0][1] and sql.run(versions)[0][0] == shop_before
