"""An order, and how it moves. How it is placed is in `placing`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from orderbell.domain.errors import Conflict, RateLimited
from orderbell.domain.status import MOVES, OPEN, OUTCOME, RECALL_WINDOW_S, Actor, Move, Service, Status

NUDGE_AFTER = timedelta(minutes=5)
NUDGE_EVERY = timedelta(minutes=3)
NUDGES = 5
MESSAGES = 50


@dataclass(frozen=True)
class DraftLine:
    """What a customer asks for in one line."""

    item: str
    quantity: int
    options: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Customer:
    """Who ordered. `phone` and `address` are None where the service needs none."""

    name: str
    phone: str | None
    address: str | None


@dataclass(frozen=True)
class Draft:
    """An order before it is one: well formed, not yet priced."""

    shop: str
    service: Service
    table: str | None
    customer: Customer
    lines: tuple[DraftLine, ...]
    note: str = ""
    expected_total: int | None = None


@dataclass(frozen=True)
class ChosenOption:
    """A choice as it was sold."""

    id: str
    name: str
    price: int


@dataclass(frozen=True)
class Line:
    """A line as it was sold; names and prices are copies, so that a later menu changes nothing. Money in minor units."""

    item: str
    name: str
    quantity: int
    unit_price: int
    options: tuple[ChosenOption, ...]
    note: str

    @property
    def amount(self) -> int:
        """quantity x unit_price."""
        return self.quantity * self.unit_price


@dataclass(frozen=True)
class HistoryEntry:
    """One status with when, by whom and why."""

    status: Status
    at: datetime
    by: Actor
    reason: str | None = None


@dataclass(frozen=True)
class Message:
    """One line of the talk between a customer and the shop."""

    sender: Actor
    text: str
    at: datetime


@dataclass(frozen=True)
class Order:
    """An order at one `version`. Every change raises the version by one."""

    id: str
    number: str
    shop: str
    status: Status
    version: int
    service: Service
    table: str | None
    lines: tuple[Line, ...]
    currency: str
    note: str
    placed_at: datetime
    accept_by: datetime
    customer: Customer
    history: tuple[HistoryEntry, ...]
    seen_at: datetime | None = None
    promised_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    nudges: int = 0
    nudged_at: datetime | None = None
    messages: tuple[Message, ...] = ()

    @property
    def total(self) -> int:
        """The sum of the lines, in minor units."""
        return sum(line.amount for line in self.lines)

    def as_placed(self) -> Order:
        """Return the order as it was when it was placed: what the same Idempotency-Key gets again."""
        return replace(
            self, status=Status.PLACED, version=1, history=self.history[:1], seen_at=None, promised_at=None,
            cancel_requested_at=None, nudges=0, nudged_at=None, messages=(),
        )  # fmt: skip

    def move(
        self, move: Move, actor: Actor, at: datetime, *, reason: str | None = None, minutes: int | None = None
    ) -> Order:
        """Return the order after `move`, or itself where the move repeats what is so already.

        Raises:
            Conflict: the table forbids it, or the time to call it back has passed.
        """
        step = MOVES.get((self.status, move))
        if step is None or actor not in step.actors:
            if self._repeats(move, actor):
                return self
            raise Conflict(f"an order that is {self.status.value} cannot {move.value}")
        if step.services is not None and self.service not in step.services:
            raise Conflict(f"a {self.service.value} order that is {self.status.value} cannot {move.value}")
        if move is Move.RECALL and at - self.history[-1].at > timedelta(seconds=RECALL_WINDOW_S):
            raise Conflict("an order can be recalled for 10 minutes only")
        moved = replace(
            self, status=step.to, version=self.version + 1,
            history=(*self.history, HistoryEntry(step.to, at, actor, reason)),
            # Who acts on it has it on a screen, whatever became of the ack.
            seen_at=at if self.seen_at is None and actor is Actor.KITCHEN else self.seen_at,
        )  # fmt: skip
        if move is Move.ACCEPT and minutes is not None:
            moved = replace(moved, promised_at=at + timedelta(minutes=minutes))
        return moved

    def _repeats(self, move: Move, actor: Actor) -> bool:
        if move is Move.RECALL:
            return (
                self.status is Status.PREPARING
                and len(self.history) > 1
                and self.history[-2].status is Status.READY
            )
        if OUTCOME[move] is not self.status:
            return False
        return self.history[-1].by is actor

    def ask_cancel(self, at: datetime) -> Order:
        """Cancel for the customer: at once while placed, afterwards as a request that the kitchen decides.

        Raises:
            Conflict: it is too late for either.
        """
        if self.status in (Status.PLACED, Status.CANCELLED):
            return self.move(Move.CANCEL, Actor.CUSTOMER, at, reason="customer_asked")
        if self.status not in (Status.ACCEPTED, Status.PREPARING, Status.READY):
            raise Conflict(f"an order that is {self.status.value} cannot be cancelled")
        if self.cancel_requested_at is not None:
            return self
        return replace(self, cancel_requested_at=at, version=self.version + 1)

    def keep(self) -> Order:
        """Decline the customer's wish to cancel, for the kitchen; the same order where there is none.

        Raises:
            Conflict: the order is over.
        """
        if self.status not in OPEN:
            raise Conflict(f"an order that is {self.status.value} cannot be kept")
        if self.cancel_requested_at is None:
            return self
        return replace(self, cancel_requested_at=None, version=self.version + 1)

    def nudge(self, at: datetime) -> Order:
        """Remind the kitchen: not before 5 minutes or the promised time, then one in 3 minutes, 5 at most.

        Raises:
            Conflict: the order is over, or was nudged 5 times.
            RateLimited: too early.
        """
        if self.status not in OPEN:
            raise Conflict(f"an order that is {self.status.value} cannot be nudged")
        if self.nudges >= NUDGES:
            raise Conflict(f"an order can be nudged {NUDGES} times")
        first = self.placed_at + NUDGE_AFTER
        earliest = min(first, self.promised_at) if self.promised_at else first
        if self.nudged_at is not None:
            earliest = max(earliest, self.nudged_at + NUDGE_EVERY)
        if at < earliest:
            wait_s = int((earliest - at).total_seconds()) + 1
            raise RateLimited(f"too early to nudge, try again in {wait_s} s", wait_s)
        return replace(self, nudges=self.nudges + 1, nudged_at=at, version=self.version + 1)

    def say(self, sender: Actor, text: str, at: datetime) -> Order:
        """Add a message.

        Raises:
            Conflict: the talk is full.
        """
        if len(self.messages) >= MESSAGES:
            raise Conflict(f"an order has at most {MESSAGES} messages")
        return replace(self, messages=(*self.messages, Message(sender, text, at)), version=self.version + 1)

    def seen(self, at: datetime) -> Order:
        """Note that a first screen has it; a second screen changes nothing."""
        return self if self.seen_at is not None else replace(self, seen_at=at, version=self.version + 1)
