"""What a kitchen's page knows: the rules of protocol.md 2.3, as clients/lib/log.ts has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from chaos.wire import Event, Frame, Order

OPEN = frozenset(("placed", "accepted", "preparing", "ready", "dispatched"))


@dataclass
class Taken:
    """What a frame did to the page."""

    applied: list[Event] = field(default_factory=list)
    snapshot: bool = False
    rung: list[Order] = field(default_factory=list)
    """Orders announced as new."""
    repeats: int = 0
    resume: int | None = None
    restart: bool = False


class Page:
    """One life of a page, from its load to its end."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.epoch: str | None = None
        self.seq = 0
        self.orders: dict[str, Order] = {}
        self.dropped = 0

    def take(self, frame: Frame) -> Taken:
        """Apply a snapshot or a batch of events."""
        return self._snapshot(frame) if frame.type == "snapshot" else self._events(frame)

    def _snapshot(self, frame: Frame) -> Taken:
        if self.epoch == frame.epoch and frame.seq < self.seq:
            return Taken()  # a late one, older than the page
        rung = [one for one in frame.orders if one.status == "placed" and one.id not in self.orders]
        self.epoch, self.seq = frame.epoch, frame.seq
        self.orders = {one.id: one for one in frame.orders}
        return Taken(snapshot=True, rung=rung)

    def _events(self, frame: Frame) -> Taken:
        if self.epoch is None:
            if frame.prev != 0:
                return Taken(resume=0)
            self.epoch = frame.epoch
        if frame.epoch != self.epoch:
            self.epoch, self.seq = None, 0
            return Taken(restart=True)
        if frame.prev > self.seq:
            return Taken(resume=self.seq)
        taken = Taken()
        for event in frame.events:
            if event.seq <= self.seq:
                taken.repeats += 1
            elif event.seq == self.seq + 1:
                self._apply(event, taken)
            else:
                taken.resume = self.seq
                break
        self.dropped += taken.repeats
        return taken

    def _apply(self, event: Event, taken: Taken) -> None:
        self.seq = event.seq
        taken.applied.append(event)
        order = event.order
        if order is None:
            return
        if event.type == "order.placed" and order.status == "placed":
            taken.rung.append(order)
        if order.status in OPEN:
            self.orders[order.id] = order
        else:
            self.orders.pop(order.id, None)
