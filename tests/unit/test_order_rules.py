"""What customers may do to their order, and what belongs to an order however it moves (protocol.md 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from orderbell.domain.errors import Conflict, RateLimited
from orderbell.domain.order import HistoryEntry, Order
from orderbell.domain.placing import place
from orderbell.domain.status import OPEN, Actor, Move, Status
from support.food import DRAFT, MENU, NOON, SHOP

OVER = [status for status in Status if status not in OPEN]


def order_in(status: Status, by: Actor = Actor.KITCHEN) -> Order:
    order = place(SHOP, MENU, DRAFT, order_id="o", number="A11", at=NOON)
    return replace(order, status=status, history=(*order.history, HistoryEntry(status, NOON, by)))


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_customer_cancels_a_placed_order_at_once() -> None:
    cancelled = order_in(Status.PLACED, Actor.CUSTOMER).ask_cancel(NOON)
    assert (cancelled.status, cancelled.version) == (Status.CANCELLED, 2)
    assert cancelled.history[-1] == HistoryEntry(Status.CANCELLED, NOON, Actor.CUSTOMER, "customer_asked")


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.PREPARING, Status.READY])
def test_later_a_customers_cancel_is_a_request_that_the_kitchen_decides(status: Status) -> None:
    asked = order_in(status).ask_cancel(NOON)
    assert (asked.status, asked.version, asked.cancel_requested_at) == (status, 2, NOON)
    assert asked.ask_cancel(after(1)) is asked
    assert asked.move(Move.CANCEL, Actor.KITCHEN, NOON, reason="customer_asked").status is Status.CANCELLED


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.PREPARING, Status.READY])
def test_the_kitchen_may_keep_an_order_and_the_customer_may_ask_again(status: Status) -> None:
    asked = order_in(status).ask_cancel(NOON)
    kept = asked.keep()
    assert (kept.status, kept.version, kept.cancel_requested_at) == (status, 3, None)
    assert kept.keep() is kept
    assert kept.ask_cancel(after(1)).cancel_requested_at == after(1)


def test_an_order_that_is_over_cannot_be_kept() -> None:
    with pytest.raises(Conflict):
        order_in(Status.PLACED).ask_cancel(NOON).keep()


def test_a_customer_that_cancelled_may_say_so_again() -> None:
    cancelled = order_in(Status.PLACED).ask_cancel(NOON)
    assert cancelled.ask_cancel(after(1)) is cancelled


@pytest.mark.parametrize("status", [Status.DISPATCHED, Status.COMPLETED, Status.REJECTED, Status.EXPIRED])
def test_an_order_that_is_away_or_over_cannot_be_cancelled(status: Status) -> None:
    with pytest.raises(Conflict):
        order_in(status).ask_cancel(NOON)


def test_a_first_nudge_is_possible_five_minutes_after_placing_and_not_before() -> None:
    order = order_in(Status.ACCEPTED)
    with pytest.raises(RateLimited) as refused:
        order.nudge(after(5) - timedelta(seconds=1))
    assert refused.value.retry_after_s in (1, 2)
    nudged = order.nudge(after(5))
    assert (nudged.nudges, nudged.nudged_at, nudged.version) == (1, after(5), 2)


def test_a_promised_time_before_that_allows_a_nudge_earlier() -> None:
    order = order_in(Status.PLACED).move(Move.ACCEPT, Actor.KITCHEN, NOON, minutes=3)
    with pytest.raises(RateLimited):
        order.nudge(after(2.9))
    assert order.nudge(after(3)).nudges == 1


def test_a_promised_time_after_that_does_not_delay_a_nudge() -> None:
    order = order_in(Status.PLACED).move(Move.ACCEPT, Actor.KITCHEN, NOON, minutes=30)
    assert order.nudge(after(5)).nudges == 1


def test_nudges_are_three_minutes_apart() -> None:
    order = order_in(Status.ACCEPTED).nudge(after(5))
    with pytest.raises(RateLimited):
        order.nudge(after(7.9))
    assert order.nudge(after(8)).nudges == 2


def test_an_order_is_nudged_five_times_at_most() -> None:
    order = order_in(Status.ACCEPTED)
    for nth in range(5):
        order = order.nudge(after(5 + 3 * nth))
    with pytest.raises(Conflict):
        order.nudge(after(60))


@pytest.mark.parametrize("status", OVER)
def test_an_order_that_is_over_cannot_be_nudged(status: Status) -> None:
    with pytest.raises(Conflict):
        order_in(status).nudge(after(60))


def test_how_long_to_wait_is_never_too_short() -> None:
    order = order_in(Status.ACCEPTED)
    for seconds in (0, 0.5, 150, 299, 299.999):
        with pytest.raises(RateLimited) as refused:
            order.nudge(NOON + timedelta(seconds=seconds))
        assert order.nudge(NOON + timedelta(seconds=seconds + refused.value.retry_after_s)).nudges == 1


def test_messages_are_kept_in_order_with_who_said_them() -> None:
    order = (
        order_in(Status.ACCEPTED).say(Actor.CUSTOMER, "快一点", NOON).say(Actor.KITCHEN, "5 min", after(1))
    )
    assert [(said.sender, said.text) for said in order.messages] == [
        (Actor.CUSTOMER, "快一点"),
        (Actor.KITCHEN, "5 min"),
    ]
    assert order.version == 3


def test_a_talk_has_fifty_messages_at_most() -> None:
    order = order_in(Status.ACCEPTED)
    for _ in range(50):
        order = order.say(Actor.CUSTOMER, "?", NOON)
    with pytest.raises(Conflict, match="50"):
        order.say(Actor.KITCHEN, "!", NOON)


def test_an_order_is_seen_once() -> None:
    seen = order_in(Status.PLACED).seen(after(1))
    assert (seen.seen_at, seen.version) == (after(1), 2)
    assert seen.seen(after(2)) is seen


def test_as_placed_is_the_order_before_anything_happened_to_it() -> None:
    placed = place(SHOP, MENU, DRAFT, order_id="o", number="A11", at=NOON)
    order = placed.seen(NOON).move(Move.ACCEPT, Actor.KITCHEN, NOON, minutes=1).nudge(after(5))
    order = order.say(Actor.KITCHEN, "soon", NOON).ask_cancel(after(6))
    order = order.move(Move.START, Actor.KITCHEN, NOON)
    assert order.as_placed() == placed
