"""A shop's log, one screen, and between them a wire that does everything a wire can do wrong. Every step is judged.

`test_client_log` takes the steps that hypothesis chooses, `cases` those of seeded dice: what a step means is said here only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.model import reducer
from tests.model.book import Book, Written, still
from tests.model.reducer import JSON, Applied, Log

REACH = 12
"""A screen that lacks more events than this gets a snapshot. The product's is 1000, which no short walk comes to."""

Apply = Callable[[Log, JSON], Applied]


@dataclass
class Line:
    """What the server notes of a connection."""

    epoch: str
    sent: int = 0
    acked: int = 0


@dataclass
class World:
    """Book, wire and screen. `apply` is what is under test; `recorded` is told each thing that happens to the log."""

    apply: Apply = reducer.apply
    recorded: Callable[[JSON, Log], None] = lambda step, log: None
    book: Book = field(default_factory=Book)
    log: Log = Log()
    line: Line | None = None
    down: list[JSON] = field(default_factory=list)
    """Frames on their way to the screen, oldest first."""
    up: list[JSON] = field(default_factory=list)
    """Frames on their way to the server, oldest first."""
    polled: list[JSON] = field(default_factory=list)
    """Answers to what the screen asked by HTTP, oldest first; they belong to no connection."""
    painted: int | None = None
    """The seq that the screen owes an ack for, or None."""
    applied: dict[str, int] = field(default_factory=dict)
    """How far this page ever came in each epoch."""
    announced: set[tuple[str | None, str]] = field(default_factory=set)
    """(epoch, order) that this page has rung for as new."""

    def __post_init__(self) -> None:
        self.connect()

    # the server

    def hear(self, killed: bool = False) -> None:
        """The server takes the next frame of the screen; `killed`: it dies before it has answered a hello."""
        if not self.up:
            return
        frame, line, book = self.up.pop(0), self.line, self.book
        if frame["type"] == "hello":
            known = self._within_reach(frame["epoch"], frame["seq"])
            start = frame["seq"] if known else 0
            self.line = Line(book.epoch, start, start)
            if not known and not (killed and book.seq):  # of an empty log there is nothing to miss
                self.down.append(book.snapshot())
                self.line = Line(book.epoch, book.seq, book.seq)
        elif line is None:
            self.connect()  # closed with 1013: come again
        elif frame["seq"] > book.seq:
            return
        elif frame["type"] == "ack":
            assert frame["seq"] <= self.applied.get(line.epoch, 0), (
                f"acknowledged what was never shown: {frame}"
            )
            line.acked, line.sent = max(line.acked, frame["seq"]), max(line.sent, frame["seq"])
        elif frame["type"] == "resume":
            line.sent, line.acked = frame["seq"], min(line.acked, frame["seq"])

    def _within_reach(self, epoch: str | None, seq: int) -> bool:
        """Say whether a screen that has so much gets the events that follow, or a snapshot."""
        return epoch == self.book.epoch and 0 <= self.book.seq - seq <= REACH

    def push(self, count: int) -> None:
        """The server sends at most `count` events of those that it has not sent."""
        if self.line is None or self.line.sent >= self.book.seq:
            return
        frame = self.book.events(self.line.sent, count)
        self.line.sent += len(frame["events"])
        self.down.append(frame)

    def send_again(self) -> None:
        """The server goes back to what was acknowledged: it was not in time."""
        if self.line is not None:
            self.line.sent = self.line.acked

    def restore(self, seq: int, forgotten: bool) -> None:
        """A backup takes the database's place; `forgotten`: it does not know the connection.

        The operator is told to forget them all (docs/operations.md), and this is why: a connection that is known learns of it by
        the next event only, and an ack names no epoch. Here one event follows, and nothing of before is still under way.
        """
        self.book.restore(seq)
        self.polled.clear()
        if forgotten or self.line is None:
            self.line = None
            return
        self.up.clear()
        self.down.clear()
        self.painted = None
        self.line = Line(self.book.epoch, min(self.line.sent, seq), min(self.line.acked, seq))
        self.book.place()

    # the wire

    def connect(self) -> None:
        """The connection ends with all that is on it; the screen says hello on another."""
        self.line, self.painted = None, None
        self.down.clear()
        self.up[:] = [{"type": "hello", "epoch": self.log.epoch, "seq": self.log.seq}]

    def deliver(self, nth: int = 0) -> None:
        """A frame arrives, not always the oldest."""
        if self.down:
            self.receive(self.down.pop(nth % len(self.down)))

    def lose(self, nth: int) -> None:
        """A frame is lost on its way to the screen. Without its first one a connection is of no use: it is forgotten."""
        if self.down and self.down.pop(nth % len(self.down))["type"] == "snapshot":
            self.line = None

    def repeat(self, nth: int) -> None:
        """A frame arrives and will arrive again."""
        if self.down:
            frame = self.down[nth % len(self.down)]
            self.down.append(frame)
            self.receive(frame)

    def tear(self, nth: int, at: int) -> None:
        """A batch loses an event; no server does this, and a screen must see it all the same."""
        if not self.down:
            return
        frame = self.down[nth % len(self.down)]
        if frame.get("events"):
            left = list(frame["events"])
            left.pop(at % len(left))
            self.down[nth % len(self.down)] = {**frame, "events": left}

    def lose_answer(self) -> None:
        """A frame of the screen is lost; not a hello: without one there is no line."""
        if self.up and self.up[0]["type"] != "hello":
            self.up.pop(0)

    def poll(self) -> None:
        """The screen asks by HTTP, and the answer is under way; asking is also an ack."""
        log, book = self.log, self.book
        known = log.epoch is not None and self._within_reach(log.epoch, log.seq)
        self.polled.append(book.events(log.seq, 32) if known else book.snapshot())

    def answer(self, nth: int) -> None:
        """An answer by HTTP arrives, late perhaps. It asks for no ack: that is the next question."""
        if self.polled:
            owed = self.painted
            self.receive(self.polled.pop(nth % len(self.polled)))
            self.painted = owed

    # the screen

    def receive(self, frame: JSON) -> None:
        """The screen takes a frame and does what must be done."""
        before = self.log
        self.log, effects, dropped = self.apply(before, frame)
        self.recorded({"op": "frame", "frame": frame, "dropped": dropped, "effects": effects}, self.log)
        self._judge(before, frame, effects)
        for effect in effects:
            if effect["do"] == "ack":
                self.painted = effect["seq"]
            elif effect["do"] == "resume":
                self.up.append({"type": "resume", "seq": effect["seq"]})
            elif effect["do"] == "restart":
                self.log = reducer.start_over(self.log)
                self.connect()

    def paint(self) -> None:
        """What was applied can be seen: the screen acknowledges it."""
        if self.painted is not None:
            self.up.append({"type": "ack", "seq": self.painted})
            self.painted = None

    def dismiss(self, nth: int) -> None:
        """Somebody taps away an order that is gone."""
        if self.log.gone:
            key = sorted(self.log.gone)[nth % len(self.log.gone)]
            self.log = reducer.dismiss(self.log, key)
            self.recorded({"op": "dismiss", "id": key}, self.log)

    def reload(self) -> None:
        """The page is loaded again."""
        self.log = reducer.reload(self.log)
        self.applied.clear()
        self.announced.clear()
        self.polled.clear()
        self.recorded({"op": "reload"}, self.log)
        self.connect()

    # judging

    def _judge(self, before: Log, frame: JSON, effects: list[JSON]) -> None:
        """What must be so after every frame, said without the rules that the reducer follows."""
        log = self.log
        if log.epoch is None:
            assert log == before
            return
        assert log.seq <= self.book.length(log.epoch), "the log is not that long"
        assert log.orders == self.book.board(log.epoch, log.seq), "the board is no prefix of the log"
        assert log.seq >= self.applied.get(log.epoch, 0), "the screen went back"
        self.applied[log.epoch] = log.seq
        rings = [(effect["tone"], effect["orders"]) for effect in effects if effect["do"] == "ring"]
        if frame["type"] == "events":
            start = before.seq if before.epoch == log.epoch else 0
            new = self.book.written(log.epoch, start, log.seq)
            assert rings == list(self._audible(new).items())
        else:
            assert len(rings) <= 1
            assert all(tone == "new" and not before.orders.keys() & keys for tone, keys in rings)
        news = [(log.epoch, key) for tone, keys in rings if tone == "new" for key in keys]
        assert not self.announced.intersection(news), "the same order rang as new again"
        self.announced.update(news)
        waiting = [key for key, order in log.orders.items() if order["status"] == "placed"]
        assert all(key in before.orders or (log.epoch, key) in self.announced for key in waiting), (
            "it never rang"
        )
        assert not set(log.gone) & set(log.orders)
        assert not {order["id"] for order in log.done} & set(log.orders)
        assert all(effect["seq"] == log.seq for effect in effects if effect["do"] in ("ack", "resume"))

    def _audible(self, new: list[Written]) -> dict[str, list[str]]:
        """Return the orders of each tone that a frame must ring: those on the screen that nobody has dealt with."""
        shown = self.log.orders.keys() | self.log.gone.keys()
        orders = self.book.as_of(self.log.epoch, self.log.seq)
        found: dict[str, list[str]] = {}
        for written in new:
            key = written.event["order"]["id"] if written.tone else ""
            if written.tone and key in shown and still(written.tone, orders[key]):
                keys = found.setdefault(written.tone, [])
                keys += [key] if key not in keys else []
        return found

    def settle(self) -> None:
        """The wire heals: nothing is lost any more, in no more rounds than there are things to say."""
        for _ in range(self.book.seq + 8):
            if self.line is None and not self.up:
                self.connect()  # its ping was refused
            while self.up:
                self.hear()
            self.send_again()
            while self.line is not None and self.line.sent < self.book.seq:
                self.push(32)
            while self.down:
                self.deliver()
            self.paint()
            if not self.up and self.line is not None and self.line.acked == self.book.seq:
                break
        self.check_settled()

    def check_settled(self) -> None:
        """The screen shows the whole log, and the server knows it."""
        book = self.book
        assert (self.log.epoch, self.log.seq) == (book.epoch, book.seq), "the screen stays behind"
        assert self.log.orders == book.board(book.epoch, book.seq)
        assert self.line is not None and self.line.acked == book.seq, "the server never learned it"

    def check_replay(self, size: int) -> None:
        """A snapshot at any k and the events after it, in batches of `size`, give the snapshot at the end."""
        last = reducer.apply(Log(), self.book.snapshot()).log.orders
        for start in range(self.book.seq + 1):
            log = self.apply(Log(), self.book.snapshot(start)).log
            while log.seq < self.book.seq:
                came = log.seq
                log = self.apply(log, self.book.events(came, size)).log
                assert log.seq > came
            assert log.orders == last, f"a snapshot at {start} and what follows it is no snapshot at the end"
