"""What the store of connections owes: leases that are never shared, cursors, windows, and resending (service/ports.py)."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from orderbell.domain.errors import Unauthorized
from orderbell.domain.menu import Shop
from orderbell.service.ports import Claim, Connections
from support.books import CLOSED, bound_kitchen, seqs, store_events, store_order
from support.layer import Store, at_once

BATCH, WINDOW = 32, 128


class Scene(NamedTuple):
    """A shop, its screen's device, and one instance's connections."""

    store: Store
    shop: Shop
    device: str
    connections: Connections

    def claim(self, connection: str | None = None) -> list[Claim]:
        return self.connections.claim(self.shop.id, connection)

    def claim_one(self) -> Claim:
        (claim,) = self.claim()
        return claim

    def settle(self, claim: Claim) -> None:
        self.connections.settle(claim.connection, claim.lease, claim.events[-1].seq)

    def cursor(self, connection: str = "screen/+=") -> tuple[int, int]:
        found = self.connections.get(connection)
        assert found is not None
        return found.sent, found.acked


@pytest.fixture
def scene(store: Store) -> Scene:
    shop = store.open_shop()
    return Scene(store, shop, store.add_device(shop, "secret/+="), store.connections())


@pytest.fixture
def bound(scene: Scene) -> Scene:
    """A scene with one bound kitchen connection whose cursor is at 0, and three events."""
    bound_kitchen(scene.connections, scene.shop, scene.device)
    store_events(scene.store, scene.shop, 3)
    return scene


def test_a_socket_that_opened_is_known_and_nobody_yet(scene: Scene) -> None:
    scene.connections.add("c/+=")
    found = scene.store.connections().get("c/+=")
    assert found is not None
    assert (found.id, found.role, found.shop, found.device, found.order) == ("c/+=", None, None, None, None)
    assert (found.sent, found.acked, found.last_seq) == (0, 0, 0)
    assert 0 <= found.age_s < 10


def test_the_age_of_a_socket_grows(scene: Scene) -> None:
    scene.connections.add("c")
    scene.store.pass_time(11)
    found = scene.connections.get("c")
    assert found is not None and 11 <= found.age_s < 21


def test_a_socket_may_be_noted_twice_and_forgotten_twice(scene: Scene) -> None:
    scene.connections.add("c")
    scene.connections.add("c")
    scene.connections.remove("c")
    scene.connections.remove("c")
    assert scene.connections.get("c") is None


def test_a_bound_socket_says_who_it_is_and_how_long_the_log_is(bound: Scene) -> None:
    found = bound.connections.get("screen/+=")
    assert found is not None
    assert (found.role, found.shop_id, found.shop) == ("kitchen", bound.shop.id, bound.shop.slug)
    assert (found.device, found.order, found.last_seq) == (bound.device, None, 3)


def test_a_socket_that_was_never_noted_can_be_bound(scene: Scene) -> None:
    scene.connections.bind("c", "guest", scene.shop.id, lang="en", sent=2)
    found = scene.connections.get("c")
    assert found is not None and (found.role, found.lang, found.sent) == ("guest", "en", 2)


def test_binding_again_makes_it_somebody_else(bound: Scene) -> None:
    order = store_order(bound.store, bound.shop)
    bound.connections.bind("screen/+=", "customer", bound.shop.id, order=order.id)
    found = bound.connections.get("screen/+=")
    assert found is not None
    assert (found.role, found.device, found.order, found.sent) == ("customer", None, order.id, 0)


def test_nobody_pushes_to_a_socket_between_bind_and_settle(scene: Scene) -> None:
    store_events(scene.store, scene.shop, 3)
    lease = scene.connections.bind("c", "kitchen", scene.shop.id, device=scene.device)
    assert scene.claim() == []
    scene.connections.settle("c", lease, 1, acked=1)
    claim = scene.claim_one()
    assert (claim.connection, claim.after, seqs(claim)) == ("c", 1, [2, 3])


def test_a_claim_is_what_a_screen_lacks_with_what_is_needed_to_say_it(bound: Scene) -> None:
    ledger = bound.store.ledger()
    claim = bound.claim_one()
    standing = ledger.standing(bound.shop.slug)
    assert standing is not None
    assert (claim.connection, claim.after, claim.epoch) == ("screen/+=", 0, standing.epoch)
    assert list(claim.events) == ledger.events(bound.shop.id, 0, 9)


def test_a_commit_takes_the_screens_that_lack_it_or_leaves_them_to_be_asked_for(bound: Scene) -> None:
    with bound.store.ledger().hold(bound.shop.slug) as books:
        books.set_openness(CLOSED)
        claims = books.commit()
    if claims is None:
        claims = bound.claim()
    assert [(claim.connection, seqs(claim)) for claim in claims] == [("screen/+=", [1, 2, 3, 4])]
    assert bound.claim() == []


def test_a_claimed_connection_is_not_claimed_again_until_it_is_settled(bound: Scene) -> None:
    claim = bound.claim_one()
    assert bound.claim() == []
    store_events(bound.store, bound.shop, 1)
    assert bound.store.connections().claim(bound.shop.id) == []
    bound.settle(claim)
    assert seqs(bound.claim_one()) == [4]


def test_a_screen_that_lacks_nothing_is_not_claimed(bound: Scene) -> None:
    bound.settle(bound.claim_one())
    assert bound.claim() == []


def test_only_the_named_connection_is_claimed_and_only_in_its_shop(bound: Scene) -> None:
    bound_kitchen(bound.connections, bound.shop, bound.device, "other")
    tea_house = bound.store.open_shop("tea-house")
    assert bound.connections.claim(tea_house.id) == []
    assert [claim.connection for claim in bound.claim("other")] == ["other"]
    assert [claim.connection for claim in bound.claim()] == ["screen/+="]


def test_a_screen_whose_device_was_revoked_while_it_said_hello_is_not_claimed(scene: Scene) -> None:
    scene.store.revoke(scene.device)  # after hello looked the token up, before it bound the connection
    with pytest.raises(Unauthorized):
        bound_kitchen(scene.connections, scene.shop, scene.device)
    store_events(scene.store, scene.shop, 1)
    assert scene.claim() == []


def test_claimers_that_come_at_once_never_share_a_connection(scene: Scene) -> None:
    names = [f"screen/{number}" for number in range(20)]
    for name in names:
        bound_kitchen(scene.connections, scene.shop, scene.device, name)
    store_events(scene.store, scene.shop, 1)
    instances = [scene.store.connections() for _ in range(8)]
    claimed = at_once(8, lambda n: [claim.connection for claim in instances[n].claim(scene.shop.id)])
    # who comes second passes over what is taken at that moment; what it passed over the first one has
    assert sorted(name for some in claimed for name in some) == sorted(names)


def test_a_lease_ends_by_itself(bound: Scene) -> None:
    bound.claim_one()
    bound.store.pass_time(1)
    assert bound.claim() == []
    bound.store.pass_time(10)
    assert seqs(bound.claim_one()) == [1, 2, 3]


def test_a_lost_lease_settles_nothing(bound: Scene) -> None:
    lost = bound.claim_one()
    bound.store.pass_time(10)
    mine = bound.claim_one()
    assert mine.lease != lost.lease
    bound.settle(lost)
    bound.connections.failed(lost.connection, lost.lease)
    assert bound.cursor() == (0, 0)
    assert bound.claim() == []
    bound.settle(mine)
    assert bound.cursor() == (3, 0)


def test_settling_does_not_bring_back_a_forgotten_socket(bound: Scene) -> None:
    claim = bound.claim_one()
    bound.connections.remove("screen/+=")
    bound.settle(claim)
    bound.connections.failed(claim.connection, claim.lease)
    assert bound.connections.get("screen/+=") is None


def test_settle_and_claim_goes_on_with_what_was_written_while_the_lease_was_held(bound: Scene) -> None:
    claim = bound.claim_one()
    store_events(bound.store, bound.shop, 2)
    (next_one,) = bound.connections.settle_and_claim(claim, bound.shop.id)
    assert (next_one.after, seqs(next_one)) == (3, [4, 5])
    assert bound.connections.settle_and_claim(next_one, bound.shop.id, "screen/+=") == []
    assert bound.cursor() == (5, 0)


def test_a_failed_push_is_due_again_after_a_moment_and_not_at_once(bound: Scene) -> None:
    claim = bound.claim_one()
    bound.connections.failed(claim.connection, claim.lease)
    assert bound.claim() == []
    bound.store.pass_time(0.1)
    assert seqs(bound.claim_one()) == [1, 2, 3]


def fail(scene: Scene, times: int) -> None:
    for _ in range(times):
        claim = scene.claim_one()
        scene.connections.failed(claim.connection, claim.lease)
        scene.store.pass_time(31)


def test_the_wait_doubles_with_each_failure(bound: Scene) -> None:
    fail(bound, 5)
    claim = bound.claim_one()
    bound.connections.failed(claim.connection, claim.lease)
    bound.store.pass_time(1.5)  # after the sixth failure it is 3.2 s, at least half of it after the jitter
    assert bound.claim() == []
    bound.store.pass_time(1.8)
    assert bound.claim() != []


def test_the_wait_is_thirty_seconds_at_most(bound: Scene) -> None:
    fail(bound, 14)
    claim = bound.claim_one()
    bound.connections.failed(claim.connection, claim.lease)
    bound.store.pass_time(14)
    assert bound.claim() == []
    bound.store.pass_time(16.1)
    assert bound.claim() != []


def test_a_push_that_worked_ends_the_waiting(bound: Scene) -> None:
    fail(bound, 8)
    bound.settle(bound.claim_one())
    store_events(bound.store, bound.shop, 1)
    claim = bound.claim_one()
    bound.connections.failed(claim.connection, claim.lease)
    bound.store.pass_time(0.1)
    assert seqs(bound.claim_one()) == [4]


def push_all(scene: Scene) -> int:
    """Claim and settle until there is nothing more to claim; return how many events were pushed."""
    pushed = 0
    while claims := scene.claim():
        assert 0 < len(claims[0].events) <= BATCH
        assert seqs(claims[0]) == list(
            range(claims[0].after + 1, claims[0].after + 1 + len(claims[0].events))
        )
        pushed += len(claims[0].events)
        scene.settle(claims[0])
    return pushed


def test_a_screen_that_never_acks_gets_a_window_of_events_and_no_more(scene: Scene) -> None:
    bound_kitchen(scene.connections, scene.shop, scene.device)
    store_events(scene.store, scene.shop, 300)
    assert push_all(scene) == WINDOW
    scene.connections.ack("screen/+=", 100)
    assert push_all(scene) == BATCH * 4  # the first batch that begins inside the window is whole


def test_a_screen_that_acks_gets_everything_in_order(scene: Scene) -> None:
    bound_kitchen(scene.connections, scene.shop, scene.device)
    store_events(scene.store, scene.shop, 300)
    got: list[int] = []
    while claims := scene.claim():
        got += seqs(claims[0])
        scene.settle(claims[0])
        scene.connections.ack("screen/+=", got[-1])
    assert got == list(range(1, 301))
