"""Changing things: what a kitchen or a customer commands, once per command id."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from math import inf

from orderbell.domain import board
from orderbell.domain.errors import FieldError, Invalid, NotFound, Refused
from orderbell.domain.events import EventType
from orderbell.domain.menu import Accepting, Openness
from orderbell.domain.order import Order
from orderbell.domain.status import Actor, Move
from orderbell.service.delivery import Delivery
from orderbell.service.ports import Books, Ledger, Voice

AT_ONCE = 16
SEEN_BUDGET_S = 2.0
"""A screen that shows thousands for the first time must not hold a function for that."""

MAX_PAUSE = timedelta(days=366)

Change = Callable[[Order, datetime], tuple[Order, EventType]]
"""A change of an order at a time: the order after it, and what kind of event that is."""


@dataclass(frozen=True)
class By:
    """Who commands: `key` names the device or the order whose command ids these are."""

    actor: Actor
    key: str

    @property
    def device(self) -> str | None:
        """The id of the device, None where it is none."""
        kind, _, identity = self.key.partition(":")
        return identity if kind == "device" else None


@dataclass(frozen=True)
class Told:
    """What must be told after the commit."""

    order: Order | None = None
    shop: bool = False
    board: bool = False


NOTHING = Told()


class Kitchen:
    """Commands on orders, items and the shop. The shop comes from the connection, never from the command."""

    def __init__(self, ledger: Ledger, delivery: Delivery, voice: Voice) -> None:
        self._ledger = ledger
        self._delivery = delivery
        self._voice = voice

    def change_order(self, slug: str, by: By, command_id: str, order_id: str, change: Change) -> str:
        """Change an order and return the answer's frame.

        A refusal is an answer too: it is stored under the command's id, so that the id acts and answers once.

        Raises:
            Unavailable: nothing was changed, or its fate is unknown: the same id may be sent again.
        """

        def act(books: Books) -> Told:
            before = books.order(order_id)
            if before is None:
                raise NotFound("there is no such order")
            after, kind = change(before, books.held.now)
            if after is before:
                return NOTHING
            on_board = board.changes(before, after)
            books.change(after, self._voice.body(after), kind, board=on_board)
            return Told(order=after, board=on_board)

        return self._once(slug, by, command_id, act)

    def refuse(self, slug: str, by: By, command_id: str, error: Refused) -> str:
        """Answer a command whose form is wrong, and remember the answer as any other. Raises Unavailable."""

        def act(books: Books) -> Told:
            raise error

        return self._once(slug, by, command_id, act)

    def set_openness(self, slug: str, by: By, command_id: str, openness: Openness) -> str:
        """Open, slow, pause or close the shop and return the answer's frame. Raises Unavailable."""

        def act(books: Books) -> Told:
            if openness.paused_until is not None:
                _check_pause(openness.paused_until - books.held.now)
            if openness == books.held.shop.openness:
                return NOTHING
            books.set_openness(openness)
            return Told(shop=True)

        return self._once(slug, by, command_id, act)

    def set_available(
        self, slug: str, by: By, command_id: str, item: str, available: bool, *, today: bool
    ) -> str:
        """Mark an item as there or sold out and return the answer's frame. Raises Unavailable."""

        def act(books: Books) -> Told:
            if books.set_available(item, available, today=today, device=by.device) is None:
                raise NotFound(f"there is no item {item!r} on the menu")
            return Told(shop=True)

        return self._once(slug, by, command_id, act)

    def seen(self, slug: str, seq: int) -> None:
        """Note that everything up to `seq` is on a screen: orders that no screen had shown are `seen` now.

        Few at a time, so that a screen that shows many at once does not keep new orders waiting for the shop's row.

        Raises:
            Unavailable: not noted; the next ack does it.
        """
        end = time.monotonic() + SEEN_BUDGET_S
        while True:
            changed = self._each(slug, lambda books: books.unseen(seq, AT_ONCE), Order.seen)
            for order in changed:
                self._delivery.ring_order(order)
            if len(changed) < AT_ONCE or time.monotonic() > end:
                return  # the screen's next ack or ping goes on

    def expire(self, slug: str, until: float = inf) -> int:
        """Expire the shop's orders that nobody accepted in time, and return how many that were.

        Begins nothing after `until` (of the monotonic clock). Their customers are told by who calls this.

        Raises:
            UnknownShop: no shop has this slug.
            Unavailable: not done, or not to the end; the next sweep does it.
        """

        def expired(order: Order, at: datetime) -> Order:
            return order.move(Move.EXPIRE, Actor.SYSTEM, at)

        total = 0
        while time.monotonic() < until:
            number = len(self._each(slug, lambda books: books.overdue(AT_ONCE), expired))
            total += number
            if number < AT_ONCE:
                break
        return total

    def attend(self, slug: str) -> None:
        """Say so where the shop's screens can be seen and heard, or no longer can.

        Raises:
            UnknownShop: no shop has this slug.
            Unavailable: not done; the next sweep does it.
        """
        with self._ledger.hold(slug) as books:
            attended = books.attended()
            if attended is books.held.shop.attended:
                return
            books.set_attended(attended)
            shop_id, claims = books.held.shop.id, books.commit()
        self._delivery.ring_shop(shop_id, slug, claims)
        self._delivery.ring_guests(slug)

    def _each(
        self, slug: str, find: Callable[[Books], list[Order]], change: Callable[[Order, datetime], Order]
    ) -> list[Order]:
        """Change some orders in one transaction, tell the kitchens, and return them."""
        changed: list[Order] = []
        with self._ledger.hold(slug) as books:
            for order in find(books):
                after = change(order, books.held.now)
                books.change(after, self._voice.body(after), EventType.ORDER_UPDATED)
                changed.append(after)
            shop_id = books.held.shop.id
            claims = books.commit() if changed else None
        if changed:
            self._delivery.ring_shop(shop_id, slug, claims)
        return changed

    def _once(self, slug: str, by: By, command_id: str, act: Callable[[Books], Told]) -> str:
        with self._ledger.hold(slug) as books:
            answered = books.result(by.key, command_id)
            if answered is not None:
                return answered
            shop_id = books.held.shop.id
            told = NOTHING
            refusal: Refused | None = None
            try:
                told = act(books)
            except Refused as error:
                refusal = error  # raised before anything was written: what follows stores the refusal alone
            result = self._voice.result(command_id, refusal)
            books.remember(by.key, command_id, result)
            claims = books.commit()
        if claims or told is not NOTHING:
            self._delivery.ring_shop(shop_id, slug, claims)
        if told.order is not None:
            self._delivery.ring_order(told.order)
        if told.board:
            self._delivery.ring_boards(shop_id)
        if told.shop:
            self._delivery.ring_guests(slug)
        return result


def _check_pause(lasts: timedelta) -> None:
    if not timedelta(0) < lasts <= MAX_PAUSE:
        detail = "this time is past" if lasts <= timedelta(0) else f"must be within {MAX_PAUSE.days} days"
        raise Invalid("some fields are wrong", (FieldError("/paused_until", detail),))


def moving(move: Move, actor: Actor, *, reason: str | None = None, minutes: int | None = None) -> Change:
    """Return the change that a move of the state machine makes."""

    def change(order: Order, at: datetime) -> tuple[Order, EventType]:
        return order.move(move, actor, at, reason=reason, minutes=minutes), EventType.ORDER_UPDATED

    return change


def asking_cancel(order: Order, at: datetime) -> tuple[Order, EventType]:
    """Cancel for the customer, or ask the kitchen to."""
    return order.ask_cancel(at), EventType.ORDER_UPDATED


def keeping(order: Order, _: datetime) -> tuple[Order, EventType]:
    """The kitchen goes on with an order that its customer wanted to cancel."""
    return order.keep(), EventType.ORDER_UPDATED


def nudging(order: Order, at: datetime) -> tuple[Order, EventType]:
    """Remind the kitchen."""
    return order.nudge(at), EventType.ORDER_NUDGED


def saying(sender: Actor, text: str) -> Change:
    """Return the change that a message makes."""

    def change(order: Order, at: datetime) -> tuple[Order, EventType]:
        return order.say(sender, text, at), EventType.ORDER_MESSAGE

    return change


def openness(accepting: str, busy_minutes: int | None, paused_until: datetime | None) -> Openness:
    """Return what a `shop` command asks for.

    Raises:
        Invalid: minutes without busy, or a time without a pause or without a zone.
    """
    wanted = Accepting(accepting)
    errors = []
    if busy_minutes is not None and wanted is not Accepting.BUSY:
        errors.append(FieldError("/busy_minutes", "goes with accepting: busy"))
    if paused_until is not None and wanted is not Accepting.PAUSED:
        errors.append(FieldError("/paused_until", "goes with accepting: paused"))
    if paused_until is not None and paused_until.utcoffset() is None:
        errors.append(FieldError("/paused_until", "needs a time zone, as in 2026-11-21T12:30:00Z"))
    elif paused_until is not None:
        try:
            paused_until = paused_until.astimezone(timezone.utc)
        except OverflowError:
            errors.append(FieldError("/paused_until", "no calendar has this time"))
    if errors:
        raise Invalid("some fields are wrong", tuple(errors))
    return Openness(wanted, busy_minutes, paused_until)
