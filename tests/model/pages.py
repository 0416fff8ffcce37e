"""The pages of a service, and the way to them, which fails as it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from orderbell.adapters.memory_connections import MemoryPush
from orderbell.domain.errors import PushFailed
from tests.model.reducer import JSON, Log

FAULTS = ("gone", "failed", "failed after", "killed", "killed after", "lost")
"""What a next push comes to: no such connection; not done; done and said otherwise; the function dies before it, or after; said
to be done, and never seen again."""


class Killed(BaseException):
    """The function's process ends here: nothing catches this."""


class BadPush(MemoryPush):
    """A way to the sockets on which a connection's next push can go wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: dict[str, str] = {}

    def send(self, connection_id: str, text: str) -> None:
        fault = self.faults.pop(connection_id, None)
        if fault == "gone":
            self.hang_up(connection_id)
        if fault == "failed":
            raise PushFailed("not delivered")
        if fault == "killed":
            raise Killed
        if fault == "lost":
            if json.loads(text)["type"] != "events":
                self.hang_up(connection_id)  # nobody acknowledges these: they are lost with their line only
            return
        super().send(connection_id, text)
        if fault == "failed after":
            raise PushFailed("delivered, and said otherwise")
        if fault == "killed after":
            raise Killed


@dataclass
class Page:
    """A page on a socket: what came and waits to be looked at."""

    name: str
    hello: JSON
    connections: int = 0
    inbox: list[JSON] = field(default_factory=list)

    @property
    def connection(self) -> str:
        """The id of its latest connection."""
        return f"{self.name}/{self.connections}"


@dataclass
class Screen(Page):
    """A kitchen's."""

    log: Log = Log()
    owed: int | None = None
    """The seq to acknowledge once it is painted."""
    rung: set[str] = field(default_factory=set)


@dataclass
class Customer(Page):
    """A customer's."""

    shown: JSON | None = None
