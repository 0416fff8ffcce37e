"""Kitchen screens: pairing by a one-use code, and what a token is worth (service/ports.py, `Ledger`)."""

from __future__ import annotations

import pytest

from orderbell.domain.errors import Unavailable
from orderbell.domain.menu import Shop
from orderbell.service.ports import Connections, Device, Ledger
from orderbell.wire.tokens import digest
from support.layer import SqlStore, Store, at_once

CODE, TOKEN = "AB/CD+EF=", "token/+="


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


def test_a_code_makes_a_device_of_its_shop_whose_token_is_then_known(store: Store, shop: Shop) -> None:
    store.add_code(shop, CODE)
    device = store.ledger().pair(digest(CODE), "left till", digest(TOKEN))
    assert device is not None and device.shop == shop.slug
    assert store.ledger().device(digest(TOKEN)) == device


def test_a_code_works_once(store: Store, shop: Shop) -> None:
    store.add_code(shop, CODE)
    ledger = store.ledger()
    assert ledger.pair(digest(CODE), "first", digest("t1")) is not None
    assert ledger.pair(digest(CODE), "second", digest("t2")) is None
    assert ledger.device(digest("t2")) is None


def test_of_eight_that_use_a_code_at_once_one_is_paired(store: Store, shop: Shop) -> None:
    store.add_code(shop, CODE)
    ledgers = [store.ledger() for _ in range(8)]
    paired = at_once(8, lambda n: ledgers[n].pair(digest(CODE), str(n), digest(f"t{n}")))
    assert sorted(type(answer) is Device for answer in paired) == [False] * 7 + [True]
    known = [n for n in range(8) if ledgers[0].device(digest(f"t{n}"))]
    assert [paired[n] is not None for n in known] == [True]


def test_a_code_works_for_its_time_and_not_longer(store: Store, shop: Shop) -> None:
    store.add_code(shop, "in time", minutes=10)
    store.add_code(shop, "too late", minutes=10)
    ledger = store.ledger()
    store.pass_time(9 * 60)
    assert ledger.pair(digest("in time"), "till", digest("t1")) is not None
    store.pass_time(61)
    assert ledger.pair(digest("too late"), "till", digest("t2")) is None
    assert ledger.device(digest("t2")) is None


def test_a_code_that_nobody_made_pairs_nobody(store: Store, shop: Shop) -> None:
    assert store.ledger().pair(digest("WRONG"), "till", digest(TOKEN)) is None


def test_a_token_that_nobody_has_names_no_device(store: Store, shop: Shop) -> None:
    store.add_device(shop, TOKEN)
    assert store.ledger().device(digest("another")) is None


def test_a_revoked_device_is_none(store: Store, shop: Shop) -> None:
    revoked, kept = store.add_device(shop, TOKEN), store.add_device(shop, "kept")
    ledger = store.ledger()
    store.revoke(revoked)
    assert ledger.device(digest(TOKEN)) is None
    assert ledger.device(digest("kept")) == Device(kept, shop.slug)


def ledger_calls(ledger: Ledger) -> list[object]:
    return [
        lambda: ledger.hold("noodle-house").__enter__(),
        lambda: ledger.by_key("noodle-house", b"k"),
        lambda: ledger.order_of("01a1fda8-0e63-77db-a94a-6ddf5d9bb20e"),
        lambda: ledger.shops(),
        lambda: ledger.standing("noodle-house"),
        lambda: ledger.menu(1),
        lambda: ledger.snapshot(1),
        lambda: ledger.events(1, 0, 1),
        lambda: ledger.device(b"t"),
        lambda: ledger.pair(b"c", "till", b"t"),
        lambda: ledger.healthy(),
    ]


def connections_calls(connections: Connections) -> list[object]:
    return [
        lambda: connections.add("c"),
        lambda: connections.remove("c"),
        lambda: connections.get("c"),
        lambda: connections.bind("c", "guest", 1),
        lambda: connections.claim(1),
        lambda: connections.claim_guests(1, 1),
        lambda: connections.claim_followers("01a1fda8-0e63-77db-a94a-6ddf5d9bb20e", 1),
        lambda: connections.customers(1),
        lambda: connections.ack("c", 1),
        lambda: connections.resume("c", 1),
        lambda: connections.ready("c", "{}"),
        lambda: connections.wrong_code("c"),
    ]


def test_every_call_says_unavailable_where_the_store_cannot_be_reached(store: Store, shop: Shop) -> None:
    store.switch_off()
    for call in (*ledger_calls(store.ledger()), *connections_calls(store.connections())):
        with pytest.raises(Unavailable):
            call()  # type: ignore[operator]


def test_a_healthy_store_says_so(store: Store) -> None:
    store.ledger().healthy()


def test_a_statement_that_waits_too_long_is_unavailable_and_leaves_nothing_open(sql: SqlStore) -> None:
    shop = sql.open_shop()
    waiting = sql.ledger()
    with sql.ledger().hold(shop.slug), pytest.raises(Unavailable), waiting.hold(shop.slug):
        raise AssertionError("two hold one shop")
    with waiting.hold(shop.slug) as books:
        assert books.held.last_seq == 0
