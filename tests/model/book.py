"""A shop's log as the server keeps it: orders move, each change is an event, and a restored backup begins another epoch."""

from __future__ import annotations

import itertools
from typing import NamedTuple

from orderbell.domain.status import MOVES, OPEN, Actor, Status
from tests.model.reducer import JSON, Board

AT = "2026-11-21T10:00:00Z"
_OPEN = {status.value for status in OPEN}


class Written(NamedTuple):
    """An event, and what a kitchen must hear when it first comes: known from what was done, not from what was sent."""

    event: JSON
    tone: str | None


class Book:
    """The log of one shop, with what every epoch of it ever held."""

    def __init__(self) -> None:
        self._epochs = itertools.count(1)
        self._ids = itertools.count(1)
        self.epoch = f"e{next(self._epochs)}"
        self.log: list[Written] = []
        self._worlds: list[Board] = [{}]
        """Every order, open or not, as of each seq; never changed, only followed by another."""
        self._past = {self.epoch: (self.log, self._worlds)}

    # reading

    @property
    def seq(self) -> int:
        """How long the log is."""
        return len(self.log)

    def orders(self) -> Board:
        """Return every order as it is now."""
        return self._worlds[-1]

    def board(self, epoch: str, seq: int) -> Board:
        """Return the open orders as of a moment of an epoch."""
        return {key: order for key, order in self.as_of(epoch, seq).items() if order["status"] in _OPEN}

    def as_of(self, epoch: str | None, seq: int) -> Board:
        """Return every order as of a moment of an epoch; of none there is nothing to return."""
        return self._past[epoch][1][seq] if epoch else {}

    def length(self, epoch: str) -> int:
        """Return how long the log of an epoch became."""
        return len(self._past[epoch][0])

    def written(self, epoch: str, after: int, to: int) -> list[Written]:
        """Return the events of an epoch after a seq, up to another."""
        return self._past[epoch][0][after:to]

    def snapshot(self, seq: int | None = None) -> JSON:
        """Return the frame that says what is open, now or as of a seq."""
        seq = self.seq if seq is None else seq
        open_now = list(self.board(self.epoch, seq).values())
        return {"type": "snapshot", "epoch": self.epoch, "seq": seq, "orders": open_now}

    def events(self, after: int, count: int) -> JSON:
        """Return the frame with at most `count` events after a seq."""
        events = [written.event for written in self.log[after : after + count]]
        return {"type": "events", "epoch": self.epoch, "prev": after, "events": events}

    # writing: each returns whether there was anything to do

    def place(self) -> bool:
        """A customer orders."""
        order = {
            "id": f"o{next(self._ids)}",
            "status": "placed",
            "version": 1,
            "placed_at": AT,
            "cancel_requested_at": None,
            "nudges": 0,
            "history": [_step("placed", "customer")],
            "messages": [],
        }
        return self._write("order.placed", order, "new")

    def move(self, order: JSON, nth: int) -> bool:
        """Somebody takes one of the moves that the table has for an order."""
        status = Status(order["status"])
        moves = [
            (step.to, by)
            for (start, _), step in MOVES.items()
            if start is status
            for by in sorted(step.actors)
        ]
        if not moves:
            return False
        to, by = moves[nth % len(moves)]
        history = [*order["history"], _step(to.value, by.value)]
        taken_away = to in (Status.CANCELLED, Status.EXPIRED) and by is not Actor.KITCHEN
        return self._change(order, "cancelled" if taken_away else None, status=to.value, history=history)

    def ask_to_cancel(self, order: JSON) -> bool:
        """A customer wants an order cancelled that the kitchen has accepted."""
        late = order["status"] in ("accepted", "preparing", "ready")
        if not late or order["cancel_requested_at"] is not None:
            return False
        return self._change(order, "cancelled", cancel_requested_at=AT)

    def nudge(self, order: JSON) -> bool:
        """A customer reminds the kitchen."""
        if order["status"] not in _OPEN:
            return False
        return self._change(order, "nudge", "order.nudged", nudges=order["nudges"] + 1)

    def say(self, order: JSON, by: str) -> bool:
        """Somebody writes a message; an order that is over has ears too."""
        messages = [*order["messages"], {"from": by, "text": "hi", "at": AT}]
        tone = "message" if by == "customer" else None
        return self._change(order, tone, "order.message", messages=messages)

    def touch(self, order: JSON) -> bool:
        """An order changes in a way that nobody hears: it was seen, for example."""
        return self._change(order, None)

    def open_or_pause(self, accepting: str) -> bool:
        """The shop opens, pauses, ..."""
        event = {"seq": self.seq + 1, "type": "shop.updated", "at": AT, "shop": {"accepting": accepting}}
        self._append(event, None, self._worlds[-1])
        return True

    def restore(self, seq: int) -> None:
        """A backup takes the log's place: what came after `seq` never was, and another epoch begins."""
        self.epoch = f"e{next(self._epochs)}"
        self.log = self.log[:seq]
        self._worlds = self._worlds[: seq + 1]
        self._past[self.epoch] = (self.log, self._worlds)

    def _change(self, order: JSON, tone: str | None, kind: str = "order.updated", **over: object) -> bool:
        return self._write(kind, {**order, **over, "version": order["version"] + 1}, tone)

    def _write(self, kind: str, order: JSON, tone: str | None) -> bool:
        event = {"seq": self.seq + 1, "type": kind, "at": AT, "order": order}
        self._append(event, tone, {**self._worlds[-1], order["id"]: order})
        return True

    def _append(self, event: JSON, tone: str | None, world: Board) -> None:
        self.log.append(Written(event, tone))
        self._worlds.append(world)


def still(tone: str, order: JSON) -> bool:
    """Say whether a kitchen that only now hears of something must still hear it: of what others have dealt with it need not."""
    by_the_kitchen = order["history"][-1]["by"] == "kitchen"
    return bool(
        {
            "new": order["status"] == "placed",
            "cancelled": order["cancel_requested_at"] or not (order["status"] in _OPEN or by_the_kitchen),
            "nudge": order["status"] in _OPEN,
            "message": [each["from"] for each in order["messages"]][-1:] == ["customer"],
        }[tone]
    )


def _step(status: str, by: str) -> JSON:
    return {"status": status, "at": AT, "by": by, "reason": None}
