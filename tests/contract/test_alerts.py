"""The owner's alerts on each store: made once, in time, sent at least once, and not when nobody needs them any more."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest

from orderbell.domain.errors import Unavailable
from orderbell.domain.ladder import Alert, AlertKind, AlertOutcome
from orderbell.domain.menu import Shop
from orderbell.domain.order import Order
from orderbell.domain.status import Move
from orderbell.entry.wiring import Wiring
from orderbell.service.alerts import Alerts
from orderbell.service.ports_alerts import AlertBook, Answer
from support.books import store_move, store_order
from support.layer import Store, at_once, place, wired

NO_ANSWER = Answer(None, "no answer")


class Owner:
    """A way to the owner that gives the planned answers in turn, then 204."""

    def __init__(self, *plan: int | Answer) -> None:
        self.plan = list(plan)
        self.got: list[Alert] = []

    def send(self, alert: Alert) -> Answer:
        self.got.append(alert)
        planned = self.plan.pop(0) if self.plan else 204
        return planned if isinstance(planned, Answer) else Answer(planned, f"answered {planned}")

    @property
    def kinds(self) -> list[AlertKind]:
        return [alert.kind for alert in self.got]


def soon() -> float:
    """Return a time of the monotonic clock by which a send is done."""
    return time.monotonic() + 30


def alerts(store: Store, owner: Owner) -> Alerts:
    return Alerts(store.alerts(), owner, chance=lambda: 0.5)


def step(one: Alerts) -> int:
    """Do what a sweep does."""
    one.note()
    return one.send(soon())


def pending(store: Store) -> int:
    return store.alerts().counts().pending


@pytest.fixture
def shop(store: Store) -> Shop:
    return store.open_shop(locale="en")


@pytest.fixture
def parts(store: Store) -> Wiring:
    return wired(store)


@pytest.fixture
def book(store: Store) -> AlertBook:
    return store.alerts()


@pytest.fixture
def order(store: Store, shop: Shop) -> Order:
    return store_order(store, shop)


def test_an_order_that_is_young_alarms_nobody(store: Store, order: Order) -> None:
    owner = Owner()
    store.pass_time(55)
    assert step(alerts(store, owner)) == 0
    assert owner.got == [] and pending(store) == 0


def test_an_order_that_nobody_accepts_alarms_after_one_and_after_two_minutes(
    store: Store, order: Order
) -> None:
    owner = Owner()
    one = alerts(store, owner)
    store.pass_time(61)
    assert step(one) == 1
    store.pass_time(30)
    assert step(one) == 0
    store.pass_time(30)
    assert step(one) == 1
    assert owner.kinds == [AlertKind.UNACCEPTED, AlertKind.UNACCEPTED_AGAIN]
    assert owner.got[0].id != owner.got[1].id


def test_an_alert_says_which_order_of_which_shop_and_whether_a_screen_showed_it(
    store: Store, shop: Shop, parts: Wiring
) -> None:
    order = place(parts)
    parts.kitchen.seen(shop.slug, 1)
    owner = Owner()
    store.pass_time(61)
    step(alerts(store, owner))
    (alert,) = owner.got
    assert (alert.order, alert.number, alert.total) == (order.id, order.number, order.total)
    assert (alert.shop, alert.shop_name, alert.locale) == (shop.slug, shop.name, "en")
    assert (alert.currency, alert.seen, alert.attempt) == ("CNY", True, 1)
    assert timedelta(seconds=61) <= alert.now - alert.placed_at < timedelta(seconds=75)
    assert alert.accept_by - alert.placed_at == timedelta(seconds=shop.accept_seconds)
    assert alert.created_at - alert.placed_at >= timedelta(seconds=61)


def test_an_order_that_no_screen_showed_is_told_so(store: Store, order: Order) -> None:
    owner = Owner()
    store.pass_time(61)
    step(alerts(store, owner))
    assert [alert.seen for alert in owner.got] == [False]


@pytest.mark.parametrize("move", [Move.ACCEPT, Move.REJECT])
def test_an_order_that_was_dealt_with_alarms_nobody(
    store: Store, shop: Shop, order: Order, move: Move
) -> None:
    owner = Owner()
    store_move(store, shop, order, move)
    store.pass_time(130)
    assert step(alerts(store, owner)) == 0
    assert owner.got == [] and pending(store) == 0


def test_an_alert_of_an_order_that_was_accepted_meanwhile_is_settled_and_not_sent(
    store: Store, shop: Shop, order: Order
) -> None:
    owner = Owner(500)
    one = alerts(store, owner)
    store.pass_time(61)
    assert step(one) == 0
    assert pending(store) == 1
    store_move(store, shop, order, Move.ACCEPT)
    store.pass_time(60)
    assert step(one) == 0
    assert len(owner.got) == 1
    assert store.alerts().counts() == (0, 0, 0)


def test_an_expired_order_alarms_and_what_was_not_delivered_before_is_settled(
    store: Store, shop: Shop, order: Order, parts: Wiring
) -> None:
    owner = Owner(NO_ANSWER)
    one = alerts(store, owner)
    store.pass_time(61)
    assert step(one) == 0
    store.pass_time(240)
    assert parts.kitchen.expire(shop.slug) == 1
    assert step(one) == 1
    assert owner.kinds == [AlertKind.UNACCEPTED, AlertKind.EXPIRED]
    assert step(one) == 0
    assert pending(store) == 0


def test_an_order_that_expired_a_day_ago_alarms_nobody(
    store: Store, shop: Shop, order: Order, parts: Wiring
) -> None:
    store.pass_time(25 * 3600)
    assert parts.kitchen.expire(shop.slug) == 1
    assert store.alerts().note() == 0


def test_alerts_are_noted_once_however_often_and_by_however_many(store: Store, shop: Shop) -> None:
    for _ in range(5):
        store_order(store, shop)
    store.pass_time(121)
    books = [store.alerts() for _ in range(4)]
    noted = at_once(4, lambda number: books[number].note())
    assert sum(noted) == 10
    assert [book.note() for book in books] == [0] * 4
    assert pending(store) == 10


def test_two_sweeps_at_once_send_nothing_twice(store: Store, shop: Shop) -> None:
    for _ in range(8):
        store_order(store, shop)
    store.pass_time(121)
    owners = [Owner(), Owner()]
    both = [alerts(store, owner) for owner in owners]
    both[0].note()
    sent = at_once(2, lambda number: both[number].send(soon()))
    ids = [alert.id for owner in owners for alert in owner.got]
    assert sum(sent) == len(ids) == len(set(ids)) == 16
    assert store.alerts().counts() == (0, 16, 0)


def test_a_taken_alert_is_nobody_elses_for_thirty_seconds_and_then_the_next_ones(
    store: Store, order: Order
) -> None:
    frozen, other = store.alerts(), store.alerts()
    store.pass_time(61)
    frozen.note()
    first = frozen.take()
    assert first is not None and first.attempt == 1
    store.pass_time(25)
    assert other.take() is None
    store.pass_time(6)
    second = other.take()
    assert second is not None
    assert (second.id, second.attempt) == (first.id, 2)


def test_one_that_was_frozen_does_not_put_off_what_another_has_taken(store: Store, order: Order) -> None:
    frozen, other = store.alerts(), store.alerts()
    store.pass_time(61)
    frozen.note()
    first = frozen.take()
    store.pass_time(31)
    second = other.take()
    assert first is not None and second is not None
    frozen.put_off(first, 0.0)
    assert frozen.take() is None
    other.put_off(second, 0.0)
    assert other.take() is not None


def test_one_that_was_frozen_and_did_deliver_ends_the_alert(store: Store, order: Order) -> None:
    frozen, other = store.alerts(), store.alerts()
    store.pass_time(61)
    frozen.note()
    first = frozen.take()
    store.pass_time(31)
    second = other.take()
    assert first is not None and second is not None
    frozen.end(first, AlertOutcome.SENT)
    other.end(second, AlertOutcome.SENT)
    other.put_off(second, 0.0)
    assert other.take() is None
    assert other.counts() == (0, 1, 0)


@pytest.mark.parametrize("answer", [Answer(None, "no answer"), 302, 400, 404, 429, 500, 503])
def test_what_was_not_taken_is_tried_again_under_the_same_id(
    store: Store, order: Order, answer: int | Answer
) -> None:
    owner = Owner(answer)
    one = alerts(store, owner)
    store.pass_time(61)
    assert step(one) == 0
    assert step(one) == 0  # not at once
    assert len(owner.got) == 1
    store.pass_time(5)
    assert step(one) == 1
    first, second = owner.got
    assert (second.id, second.attempt) == (first.id, 2)
    assert second.now - second.placed_at >= first.now - first.placed_at + timedelta(seconds=5)


def test_a_receiver_that_asks_for_time_is_given_it(store: Store, order: Order) -> None:
    owner = Owner(Answer(429, "answered 429", 40.0))
    one = alerts(store, owner)
    store.pass_time(61)
    step(one)
    store.pass_time(30)
    assert step(one) == 0
    store.pass_time(15)
    assert step(one) == 1


def test_a_receiver_that_wants_no_more_is_not_asked_again(store: Store, order: Order) -> None:
    owner = Owner(410)
    one = alerts(store, owner)
    store.pass_time(61)
    step(one)
    store.pass_time(50)
    step(one)
    assert len(owner.got) == 1
    assert store.alerts().counts() == (0, 0, 1)


def test_an_alert_is_given_up_after_a_day(store: Store, shop: Shop, order: Order, parts: Wiring) -> None:
    owner = Owner(NO_ANSWER)
    one = alerts(store, owner)
    store.pass_time(301)
    parts.kitchen.expire(shop.slug)
    step(one)
    store.pass_time(24 * 3600)
    assert one.send(soon()) == 0
    assert len(owner.got) == 1
    assert store.alerts().counts() == (0, 0, 1)


def test_a_silent_receiver_is_asked_once_in_a_sweep_and_an_answering_one_for_each(
    store: Store, shop: Shop
) -> None:
    for _ in range(3):
        store_order(store, shop)
    store.pass_time(61)
    silent, angry = Owner(*[NO_ANSWER] * 3), Owner(500, 500, 500)
    one = alerts(store, silent)
    step(one)
    assert len(silent.got) == 1
    store.pass_time(5)
    assert alerts(store, angry).send(soon()) == 0
    assert len(angry.got) == 3


def test_no_attempt_begins_after_the_time_is_over(store: Store, order: Order) -> None:
    owner = Owner()
    one = alerts(store, owner)
    store.pass_time(61)
    one.note()
    assert one.send(time.monotonic() - 1) == 0
    assert owner.got == [] and pending(store) == 1


def test_the_longest_waiting_is_sent_first(store: Store, shop: Shop) -> None:
    owner = Owner()
    one = alerts(store, owner)
    orders = []
    for _ in range(3):
        orders.append(store_order(store, shop))
        store.pass_time(61)
        one.note()
    one.send(soon())
    firsts = [alert.order for alert in owner.got if alert.kind is AlertKind.UNACCEPTED]
    assert firsts == [order.id for order in orders]


def test_what_waits_and_what_was_sent_is_measured(store: Store, shop: Shop) -> None:
    for _ in range(3):
        store_order(store, shop)
    one = alerts(store, Owner(410, 204, 500))
    store.pass_time(61)
    step(one)
    assert one.measure() == {
        "orderbell_alerts_pending": 1,
        "orderbell_alerts_sent_total": 1,
        "orderbell_alerts_failed_total": 1,
    }


def test_a_store_that_is_gone_is_said(store: Store, order: Order) -> None:
    store.switch_off()
    one = alerts(store, Owner())
    acts: list[Any] = [one.note, lambda: one.send(soon()), one.measure]
    for act in acts:
        with pytest.raises(Unavailable):
            act()
