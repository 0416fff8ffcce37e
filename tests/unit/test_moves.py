"""How an order may move: every status x move x actor x service, against a table written from protocol.md 2.4."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from orderbell.domain.errors import Conflict
from orderbell.domain.order import HistoryEntry, Order
from orderbell.domain.placing import place
from orderbell.domain.status import Actor, Move, Service, Status
from support.food import DRAFT, MENU, NOON, SHOP

LEADS_TO = {
    "placed": {"accept": "accepted", "reject": "rejected", "expire": "expired", "cancel": "cancelled"},
    "accepted": {"start": "preparing", "cancel": "cancelled"},
    "preparing": {"ready": "ready", "cancel": "cancelled"},
    "ready": {
        "complete": "completed",
        "dispatch": "dispatched",
        "cancel": "cancelled",
        "recall": "preparing",
    },
    "dispatched": {"complete": "completed"},
    "completed": {"recall": "ready"},
}
REPEATS = {
    "accepted": "accept",
    "preparing": "start",
    "ready": "ready",
    "dispatched": "dispatch",
    "completed": "complete",
    "rejected": "reject",
    "expired": "expire",
    "cancelled": "cancel",
}
"""The move that brought an order where it is: said again by the same, it is a success that changes nothing."""


def an_order(status: Status = Status.PLACED, service: Service = Service.PICKUP) -> Order:
    """Return an order that came straight to a status, at NOON."""
    order = place(SHOP, MENU, replace(DRAFT, service=service), order_id="o", number="A11", at=NOON)
    if status is Status.PLACED:
        return order
    by = Actor.SYSTEM if status is Status.EXPIRED else Actor.KITCHEN
    return replace(order, status=status, history=(*order.history, HistoryEntry(status, NOON, by)))


def may(status: str, move: str, actor: str, service: str) -> bool:
    """Say who may make a move that leads somewhere."""
    if move == "expire":
        return actor == "system"
    if move == "cancel" and status == "placed":
        return actor in ("customer", "kitchen")
    if (status, move) == ("ready", "complete"):
        return actor == "kitchen" and service != "delivery"
    if move == "dispatch" or status == "dispatched":
        return actor == "kitchen" and service == "delivery"
    return actor == "kitchen"


def expected(order: Order, move: Move, actor: Actor) -> str | None:
    """Return the status after a move, or None where it is a conflict."""
    now = order.status.value
    to = LEADS_TO.get(now, {}).get(move.value)
    if to is not None and may(now, move.value, actor.value, order.service.value):
        return to
    by_the_same = REPEATS.get(now) == move.value and order.history[-1].by is actor
    return now if by_the_same else None


CASES = list(itertools.product(Status, Move, Actor, Service))


@pytest.mark.parametrize(("status", "move", "actor", "service"), CASES, ids=lambda value: value.value)
def test_a_move_leads_where_the_protocol_says_or_is_a_conflict(
    status: Status, move: Move, actor: Actor, service: Service
) -> None:
    order = an_order(status, service)
    to = expected(order, move, actor)
    if to is None:
        with pytest.raises(Conflict):
            order.move(move, actor, NOON)
    elif to == status.value:
        assert order.move(move, actor, NOON) is order
    else:
        after = order.move(move, actor, NOON, reason="other")
        assert (after.status.value, after.version) == (to, order.version + 1)
        assert after.history == (*order.history, HistoryEntry(Status(to), NOON, actor, "other"))


def test_the_cross_product_is_whole_and_has_as_many_allowed_moves_as_the_protocol() -> None:
    assert len(CASES) == 729
    allowed = [case for case in CASES if expected(an_order(case[0], case[3]), case[1], case[2])]
    moving = [c for c in allowed if REPEATS.get(c[0].value) != c[1].value]
    # pickup, dine-in, and delivery, which is dispatched and then completed
    assert len(moving) == 13 + 13 + 14


def test_accepting_with_minutes_promises_a_time() -> None:
    after = an_order().move(Move.ACCEPT, Actor.KITCHEN, NOON, minutes=25)
    assert after.promised_at == NOON + timedelta(minutes=25)


def test_accepting_again_with_other_minutes_changes_nothing() -> None:
    once = an_order().move(Move.ACCEPT, Actor.KITCHEN, NOON, minutes=25)
    assert once.move(Move.ACCEPT, Actor.KITCHEN, NOON + timedelta(seconds=9), minutes=40) is once


@pytest.mark.parametrize("status", [Status.READY, Status.COMPLETED])
def test_an_order_can_be_recalled_for_ten_minutes(status: Status) -> None:
    order = an_order(status)
    order.move(Move.RECALL, Actor.KITCHEN, NOON + timedelta(minutes=10))
    with pytest.raises(Conflict, match="10 minutes"):
        order.move(Move.RECALL, Actor.KITCHEN, NOON + timedelta(minutes=10, seconds=1))


def test_recalling_a_recalled_order_again_changes_nothing() -> None:
    recalled = an_order(Status.READY).move(Move.RECALL, Actor.KITCHEN, NOON)
    assert recalled.move(Move.RECALL, Actor.KITCHEN, NOON) is recalled


def test_an_order_that_is_being_prepared_for_the_first_time_cannot_be_recalled() -> None:
    order = an_order().move(Move.ACCEPT, Actor.KITCHEN, NOON).move(Move.START, Actor.KITCHEN, NOON)
    with pytest.raises(Conflict):
        order.move(Move.RECALL, Actor.KITCHEN, NOON)


def test_a_conflict_names_the_status_and_the_move() -> None:
    with pytest.raises(Conflict, match="an order that is completed cannot accept"):
        an_order(Status.COMPLETED).move(Move.ACCEPT, Actor.KITCHEN, NOON)
    with pytest.raises(Conflict, match="a delivery order that is ready cannot complete"):
        an_order(Status.READY, Service.DELIVERY).move(Move.COMPLETE, Actor.KITCHEN, NOON)
