"""One event on its way to a function, and how it can fail."""

from __future__ import annotations

import asyncio
from time import perf_counter


class Failed(Exception):
    """The function gave no answer. `kind`: exception, timeout, crash, overloaded, init."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail


class Job:
    """One event on its way."""

    __slots__ = ("body", "request_id", "answer", "since", "line", "queued", "started")

    def __init__(
        self, body: bytes, request_id: str, answer: asyncio.Future[bytes], since: float, line: str = ""
    ) -> None:
        self.body = body
        self.request_id = request_id
        self.answer = answer
        self.since = since
        """Of the loop's clock, for its timers; the last two are finer, for the metrics."""
        self.line = line
        """Whose event it is: see fair.py. "" is nobody's, a timer's."""
        self.queued = self.started = perf_counter()

    def fail(self, kind: str, detail: str) -> None:
        """Tell whoever waits that there will be no answer."""
        if not self.answer.done():
            self.answer.set_exception(Failed(kind, detail))
