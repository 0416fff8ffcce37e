"""The guests' board on real stores: what is on it, who is told when it changes, and that it says nothing of anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.menu import Shop
from orderbell.domain.order import Customer, Draft, Order
from orderbell.domain.status import Actor, Move, Service
from orderbell.entry.wiring import Wiring
from orderbell.service.kitchen import By, asking_cancel, moving, saying
from support.food import DRAFT
from support.layer import MemoryStore, Store, place, wired

BOARD = "board/+="
KITCHEN = By(Actor.KITCHEN, "device:1")
AT_TABLE = replace(DRAFT, service=Service.DINE_IN, table="12")
AT_HOME = replace(DRAFT, service=Service.DELIVERY, customer=Customer("Li Lei", "13800001234", "Here 1"))


class Counter:
    """A shop whose kitchen moves orders, and what its boards are shown."""

    def __init__(self, store: Store, **shop: Any) -> None:
        self.store = store
        self.push = MemoryPush()
        self.parts: Wiring = wired(store, self.push)
        self.shop: Shop = store.open_shop(**shop)
        self._commands: Iterator[int] = iter(range(1000))

    def look(self, connection: str = BOARD, shop: str | None = None) -> None:
        self.parts.sessions.opened(connection)
        self.parts.sessions.hello_board(connection, shop or self.shop.slug, None)

    def order(self, *moves: Move, draft: Draft = DRAFT) -> Order:
        order = place(self.parts, draft)
        for move in moves:
            self.move(order, move)
        return order

    def move(self, order: Order, move: Move) -> None:
        reason = "sold_out" if move is Move.CANCEL else None
        change = moving(move, Actor.KITCHEN, reason=reason, minutes=10 if move is Move.ACCEPT else None)
        answer = self.parts.kitchen.change_order(
            order.shop, KITCHEN, f"c{next(self._commands)}", order.id, change
        )
        assert json.loads(answer)["ok"], answer

    def shown(self, connection: str = BOARD) -> list[tuple[list[str], list[str]]]:
        """Return each board that a screen was sent: the codes in work, and the codes that are ready."""
        return [
            tuple([entry["number"] for entry in frame[name]] for name in ("preparing", "ready"))  # type: ignore[misc]
            for frame in self.frames(connection)
        ]

    def frames(self, connection: str = BOARD) -> list[dict[str, Any]]:
        frames = [json.loads(text) for text in self.push.frames(connection)]
        return [frame for frame in frames if frame["type"] == "board"]


@pytest.fixture
def counter(store: Store) -> Counter:
    return Counter(store)


def test_a_board_shows_what_is_in_work_and_what_is_ready_and_nothing_else(
    store: Store, counter: Counter
) -> None:
    counter.order()
    made = counter.order(Move.ACCEPT)
    store.pass_time(1, orders=False)
    table = counter.order(Move.ACCEPT, Move.START, draft=AT_TABLE)
    counter.order(Move.ACCEPT, draft=AT_HOME)
    first = counter.order(Move.ACCEPT, Move.START, Move.READY)
    store.pass_time(1, orders=False)
    second = counter.order(Move.ACCEPT, Move.START, Move.READY)
    counter.order(Move.ACCEPT, Move.START, Move.READY, Move.COMPLETE)
    store.open_shop("tea-house")
    counter.order(Move.ACCEPT, draft=replace(DRAFT, shop="tea-house"))

    board = store.ledger().board(counter.shop.id)
    assert (board.shop, board.seq) == (counter.shop.slug, store.ledger().snapshot(counter.shop.id)[1])
    assert [entry.number for entry in board.preparing] == [made.number, table.number]  # the oldest first
    assert [entry.number for entry in board.ready] == [second.number, first.number]  # the newest first
    assert [entry.service for entry in board.preparing] == [Service.PICKUP, Service.DINE_IN]

    store.pass_time(24 * 3600 + 1)
    board = store.ledger().board(counter.shop.id)
    assert (board.preparing, board.ready) == ((), ())  # a plate that nobody marked as taken


def turn_day(store: Store) -> None:
    """Let the shop's next day have begun just now."""
    if isinstance(store, MemoryStore):
        for key, row in store.world.orders.items():
            store.world.orders[key] = replace(row, business_day=row.business_day - timedelta(days=1))
    else:
        store.pass_day()


def test_a_code_of_the_day_before_calls_nobody_who_has_it_today(store: Store, counter: Counter) -> None:
    yesterdays = counter.order(Move.ACCEPT, Move.START, Move.READY)
    other = counter.order(Move.ACCEPT, Move.START, Move.READY)
    turn_day(store)
    board = store.ledger().board(counter.shop.id)
    assert {entry.number for entry in board.ready} == {yesterdays.number, other.number}  # guests still wait
    todays = counter.order()
    assert todays.number == yesterdays.number
    assert [entry.number for entry in store.ledger().board(counter.shop.id).ready] == [other.number]
    counter.move(todays, Move.ACCEPT)
    board = store.ledger().board(counter.shop.id)
    assert [entry.number for entry in board.preparing] == [todays.number]
    assert [entry.number for entry in board.ready] == [other.number]
    store.pass_time(4 * 3600 + 1)
    assert store.ledger().board(counter.shop.id).ready == ()  # not the whole next day


def test_a_code_of_today_stays_until_it_is_taken(store: Store) -> None:
    counter = Counter(store, timezone="UTC")  # noon there, where the clock is a test's
    order = counter.order(Move.ACCEPT, Move.START, Move.READY)
    store.pass_time(6 * 3600)
    assert [entry.number for entry in store.ledger().board(counter.shop.id).ready] == [order.number]


def test_a_code_stands_in_its_list_since_it_came_into_it(store: Store, counter: Counter) -> None:
    order = counter.order(Move.ACCEPT)
    store.pass_time(1, orders=False)
    counter.move(order, Move.START)
    (entry,) = store.ledger().board(counter.shop.id).preparing
    found = store.ledger().order_of(order.id)
    assert found is not None and entry.since == found[0].history[1].at  # accepted, not started
    store.pass_time(1, orders=False)
    counter.move(order, Move.READY)
    store.pass_time(1, orders=False)
    counter.move(order, Move.RECALL)
    (entry,) = store.ledger().board(counter.shop.id).preparing
    found = store.ledger().order_of(order.id)
    assert found is not None and entry.since == found[0].history[-1].at  # it is made anew


def test_every_board_of_the_shop_is_shown_each_move_once(store: Store, counter: Counter) -> None:
    store.open_shop("tea-house")
    counter.look("left")
    counter.look("right")
    counter.look("elsewhere", "tea-house")
    order = counter.order()
    assert counter.shown("left") == [([], [])]  # placed is no promise
    code = order.number
    counter.move(order, Move.ACCEPT)
    counter.parts.kitchen.change_order(
        counter.shop.slug, KITCHEN, "said", order.id, saying(Actor.KITCHEN, "hi")
    )
    counter.parts.kitchen.change_order(counter.shop.slug, KITCHEN, "please", order.id, asking_cancel)
    for move in (Move.START, Move.READY, Move.RECALL, Move.READY, Move.COMPLETE, Move.RECALL, Move.CANCEL):
        counter.move(order, move)
    rejected = counter.order()
    counter.move(rejected, Move.REJECT)
    making, called, gone = ([code], []), ([], [code]), ([], [])
    expected = [gone, making, making, called, making, called, gone, called, gone]
    assert counter.shown("left") == counter.shown("right") == expected
    assert counter.shown("elsewhere") == [([], [])]
    counter.parts.sweeper.sweep()
    assert counter.shown("left") == expected  # nothing was owed
    everything = "".join(text for each in ("left", "right") for text in counter.push.frames(each))
    assert "Li Lei" not in everything and "1380000" not in everything and order.id not in everything


@pytest.mark.parametrize("by", ["sweep", "ping", "move"])
def test_a_board_that_was_not_reached_is_shown_it_by_whoever_comes_next(
    store: Store, counter: Counter, by: str
) -> None:
    counter.look()
    order = counter.order()
    counter.push.failing.add(BOARD)
    counter.move(order, Move.ACCEPT)
    counter.push.failing.clear()
    store.pass_time(5)
    if by == "sweep":
        counter.parts.sweeper.sweep()
    elif by == "ping":
        connection = counter.parts.sessions.get(BOARD)
        assert connection is not None
        counter.parts.sessions.ping(connection, None)
    else:
        counter.move(order, Move.START)
    assert counter.shown()[1:] == [([order.number], [])]


def test_what_moves_while_a_board_says_hello_is_shown(
    store: Store, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = counter.order()
    send = counter.push.send

    def move_after_the_first_board(connection_id: str, text: str) -> None:
        send(connection_id, text)
        if json.loads(text)["type"] == "board":
            monkeypatch.setattr(counter.push, "send", send)
            counter.move(order, Move.ACCEPT)  # its lease is the hello's: the mover cannot push

    monkeypatch.setattr(counter.push, "send", move_after_the_first_board)
    counter.look()
    assert counter.shown() == [([], []), ([order.number], [])]


def test_a_board_that_is_gone_is_forgotten_and_a_silent_one_is_asked(store: Store, counter: Counter) -> None:
    counter.look("gone")
    counter.push.hang_up("gone")
    counter.look()
    counter.order(Move.ACCEPT)
    assert counter.parts.sessions.get("gone") is None
    store.pass_time(61)
    counter.parts.sweeper.sweep()
    assert json.loads(counter.push.frames(BOARD)[-1])["type"] == "pong"
    store.pass_time(600)
    counter.parts.sweeper.sweep()
    assert counter.push.closed[BOARD][0] == 1013
