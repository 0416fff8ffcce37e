"""What acks, resumes and the other roles do to cursors (service/ports.py, `Connections`)."""

from __future__ import annotations

import pytest

from orderbell.domain.events import EventType
from orderbell.domain.menu import Shop
from orderbell.domain.order import Order
from orderbell.service.ports import Connections
from orderbell.wire import voice
from support.books import bound_kitchen, seqs, store_events, store_order
from support.layer import Store

SCREEN = "screen/+="


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop()


@pytest.fixture
def connections(store: Store, shop: Shop) -> Connections:
    """Connections with one kitchen's, whose cursor is at 0; the log has ten events."""
    connections = store.connections()
    bound_kitchen(connections, shop, store.add_device(shop, "secret"))
    store_events(store, shop, 10)
    return connections


def push(connections: Connections, shop: Shop) -> list[int]:
    """Push what the screen lacks, once; return the seqs."""
    claims = connections.claim(shop.id)
    for claim in claims:
        connections.settle(claim.connection, claim.lease, claim.events[-1].seq)
    return [seq for claim in claims for seq in seqs(claim)]


def cursor(connections: Connections) -> tuple[int, int]:
    found = connections.get(SCREEN)
    assert found is not None
    return found.sent, found.acked


def test_what_is_not_acked_in_time_is_sent_again_from_the_ack(
    store: Store, shop: Shop, connections: Connections
) -> None:
    push(connections, shop)
    connections.ack(SCREEN, 4)
    assert push(connections, shop) == []
    store.pass_time(2)
    assert push(connections, shop) == [5, 6, 7, 8, 9, 10]


def test_what_is_acked_is_not_sent_again(store: Store, shop: Shop, connections: Connections) -> None:
    push(connections, shop)
    connections.ack(SCREEN, 10)
    store.pass_time(60)
    assert push(connections, shop) == []


def test_waiting_for_an_ack_does_not_delay_what_is_new(
    store: Store, shop: Shop, connections: Connections
) -> None:
    push(connections, shop)
    store_events(store, shop, 2)
    assert push(connections, shop) == [11, 12]


def test_an_ack_moves_the_cursor_and_an_older_one_does_not_move_it_back(
    connections: Connections, shop: Shop
) -> None:
    push(connections, shop)
    for seq in (7, 3):
        assert connections.ack(SCREEN, seq) is False
    assert cursor(connections) == (10, 7)


def test_an_ack_beyond_the_log_is_refused_and_changes_nothing(connections: Connections) -> None:
    assert connections.ack(SCREEN, 11) is None
    assert cursor(connections) == (0, 0)


def test_an_ack_of_what_we_do_not_know_we_sent_is_believed(shop: Shop, connections: Connections) -> None:
    assert connections.ack(SCREEN, 8) is False  # a crash between push and settle leaves the cursor behind
    assert push(connections, shop) == [9, 10]


def test_an_ack_says_whether_an_order_was_never_on_a_screen_before(
    store: Store, shop: Shop, connections: Connections
) -> None:
    ledger = store.ledger()
    order = store_order(store, shop)
    assert connections.ack(SCREEN, 10) is False
    assert connections.ack(SCREEN, 11) is True
    with ledger.hold(shop.slug) as books:
        seen = order.seen(books.held.now)
        books.change(seen, voice.body(seen), EventType.ORDER_UPDATED)
        books.commit()
    assert connections.ack(SCREEN, 11) is False


def test_only_a_kitchen_acks_and_resumes(shop: Shop, connections: Connections) -> None:
    connections.add("nobody")
    connections.bind("guest", "guest", shop.id)
    for name in ("nobody", "guest", "unknown"):
        assert connections.ack(name, 1) is None
        assert connections.resume(name, 1) is False


def test_a_resume_puts_the_cursor_back_and_the_rest_is_sent_again(
    shop: Shop, connections: Connections
) -> None:
    push(connections, shop)
    connections.ack(SCREEN, 9)
    assert connections.resume(SCREEN, 6) is True
    assert cursor(connections) == (6, 6)
    assert push(connections, shop) == [7, 8, 9, 10]


def test_a_resume_takes_the_lease_from_whoever_has_it(shop: Shop, connections: Connections) -> None:
    (lost,) = connections.claim(shop.id)
    connections.resume(SCREEN, 2)
    assert push(connections, shop) == [3, 4, 5, 6, 7, 8, 9, 10]
    connections.settle(SCREEN, lost.lease, 5)
    assert cursor(connections)[0] == 10


def test_a_resume_beyond_the_log_is_refused_and_changes_nothing(shop: Shop, connections: Connections) -> None:
    push(connections, shop)
    assert connections.resume(SCREEN, 11) is False
    assert cursor(connections) == (10, 0)


def test_a_resume_ends_the_wait_after_a_failure(shop: Shop, connections: Connections) -> None:
    (claim,) = connections.claim(shop.id)
    connections.failed(SCREEN, claim.lease)
    connections.resume(SCREEN, 0)
    assert push(connections, shop) == list(range(1, 11))


@pytest.fixture
def order(store: Store, shop: Shop) -> Order:
    return store_order(store, shop)


def follow(connections: Connections, shop: Shop, order: Order, name: str, sent: int) -> None:
    lease = connections.bind(name, "customer", shop.id, order=order.id, lang="en")
    connections.settle(name, lease, sent)


def test_customers_that_have_an_older_version_are_claimed(
    store: Store, shop: Shop, connections: Connections, order: Order
) -> None:
    other = store_order(store, shop)
    follow(connections, shop, order, "old", 1)
    follow(connections, shop, order, "new", 3)
    follow(connections, shop, other, "elsewhere", 1)
    assert [f.connection for f in connections.claim_followers(order.id, 3)] == ["old"]


def test_a_claimed_customer_is_free_again_when_it_is_settled(
    shop: Shop, connections: Connections, order: Order
) -> None:
    follow(connections, shop, order, "c", 1)
    (follower,) = connections.claim_followers(order.id, 2)
    assert follower.lang == "en"
    assert connections.claim_followers(order.id, 3) == []
    connections.settle("c", follower.lease, 2)
    assert connections.claim_followers(order.id, 2) == []
    assert [f.connection for f in connections.claim_followers(order.id, 3)] == ["c"]


def test_guests_that_have_an_older_state_are_claimed(
    store: Store, shop: Shop, connections: Connections
) -> None:
    tea_house = store.open_shop("tea-house")
    for name, of, sent in (("old", shop, 4), ("new", shop, 10), ("elsewhere", tea_house, 0)):
        connections.settle(name, connections.bind(name, "guest", of.id), sent)
    (guest,) = connections.claim_guests(shop.id, 10)
    assert guest.connection == "old"
    assert connections.claim_guests(shop.id, 11)[0].connection == "new"


def test_customers_of_a_shop_are_named_without_being_taken(
    shop: Shop, connections: Connections, order: Order
) -> None:
    follow(connections, shop, order, "c", 1)
    for _ in range(2):
        assert [f.connection for f in connections.customers(shop.id)] == ["c"]
    assert [f.connection for f in connections.claim_followers(order.id, 2)] == ["c"]


def test_kitchens_customers_and_guests_are_told_apart(
    shop: Shop, connections: Connections, order: Order
) -> None:
    follow(connections, shop, order, "customer", 0)
    connections.settle("guest", connections.bind("guest", "guest", shop.id), 0)
    assert [claim.connection for claim in connections.claim(shop.id)] == [SCREEN]
    assert [f.connection for f in connections.claim_guests(shop.id, 99)] == ["guest"]
    assert [f.connection for f in connections.claim_followers(order.id, 99)] == ["customer"]


def test_wrong_codes_are_counted_for_each_socket(connections: Connections) -> None:
    connections.add("c")
    assert [connections.wrong_code("c") for _ in range(3)] == [1, 2, 3]
    assert connections.wrong_code(SCREEN) == 1


def test_what_a_screen_says_of_itself_is_taken_for_known_and_unknown_sockets(
    connections: Connections,
) -> None:
    connections.ready(SCREEN, '{"visible":true}')
    connections.ready("unknown", '{"visible":true}')
    assert connections.get("unknown") is None
