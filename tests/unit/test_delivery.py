"""The bell when something goes wrong beside it: it never raises, and it leaves nothing running behind."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from orderbell.adapters.memory_connections import MemoryConnections, MemoryPush
from orderbell.domain.errors import Unavailable
from orderbell.entry.wiring import assemble
from orderbell.service.wall import EVERYTHING, Wall
from support.books import bound_kitchen
from support.food import DRAFT
from support.layer import MemoryStore, new_key, place, print_of, wired


class Unsettled(MemoryConnections):
    """Connections of which one cannot be settled: its database went away."""

    def settle(self, connection_id: str, lease: datetime, sent: int, acked: int | None = None) -> None:
        if connection_id == "a":
            raise Unavailable("the database went away")
        super().settle(connection_id, lease, sent, acked)


class Slow(MemoryPush):
    """A push of which one socket takes its time."""

    def __init__(self) -> None:
        super().__init__()
        self.returned, self.done = threading.Event(), threading.Event()

    def send(self, connection_id: str, text: str) -> None:
        if connection_id == "b":
            self.returned.wait(0.3)
            self.done.set()
        super().send(connection_id, text)


def test_a_drain_that_fails_for_one_screen_has_ended_for_all_when_it_returns(memory: MemoryStore) -> None:
    shop, push, wall = memory.open_shop(), Slow(), Wall(EVERYTHING)
    for name in ("a", "b"):
        bound_kitchen(memory.connections(), shop, memory.add_device(shop, name), name)
    parts = assemble(
        memory.ledger(), Unsettled(memory.world, wall), memory.chores(), push, days=memory.days(), wall=wall
    )
    place(parts)  # the next request would share the instance's one database connection with what still runs
    ended = push.done.is_set()
    push.returned.set()
    assert ended


def test_an_order_is_taken_though_nobody_can_be_told(
    memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = memory.open_shop()
    push = MemoryPush()
    bound_kitchen(memory.connections(), shop, memory.add_device(shop, "a"), "a")
    push.failing.add("a")
    assert place(wired(memory, push)).number == "A11"
    parts = wired(memory, push)
    monkeypatch.setattr(parts.delivery._connections, "claim", unavailable)
    placed = parts.ordering.place(DRAFT, new_key(), print_of(DRAFT))
    assert (placed.order.number, placed.replayed) == ("A12", False)


def unavailable(*_: object) -> None:
    raise Unavailable("the database went away")
