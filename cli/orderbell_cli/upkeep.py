"""When a part of the system that ended by itself is started again.

It is never given up: what keeps a part down after it once ran lies outside of it, as a full disk does, and when that
is mended nobody should have to start anything.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Protocol

from orderbell_cli.errors import Failed

# Seconds before each new start, the last of them for ever. One that has stayed up for HEALTHY_S begins again at the first.
DELAYS_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
HEALTHY_S = 60.0


class Part(Protocol):
    """A part of the running system."""

    name: str

    def again(self) -> None:
        """Start it again, where and as it was."""

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Stop it in order, or at once when `hurry` holds."""

    def tidy(self) -> None:
        """Keep its log from growing for ever."""


class Upkeep:
    """Keeps one part alive."""

    def __init__(self, part: Part, now: float) -> None:
        self._part = part
        self._failures = 0
        self._began = now
        self._due: float | None = None

    def look(self, now: float, say: Callable[[str], None]) -> float:
        """See to the part; return in how many seconds to look again at the latest."""
        with contextlib.suppress(OSError):  # a disk that is full, or broken, stops nothing that runs
            self._part.tidy()
        if self._due is None:
            status = self._part.poll()
            if status is None:
                return float("inf")
            if now - self._began > HEALTHY_S:
                self._failures = 0
            self._tell(status, say)
            self._due = now + DELAYS_S[min(self._failures, len(DELAYS_S) - 1)]
            self._failures += 1
        if self._due > now:
            return self._due - now
        self._due = None
        self._began = now
        try:
            self._part.again()
        except (Failed, OSError) as error:  # it counts as having ended
            if self._failures <= len(DELAYS_S):
                say(str(error))
            return 0.0
        return float("inf")

    def _tell(self, status: int, say: Callable[[str], None]) -> None:
        """Say that it ended, but not for ever."""
        name, failures = self._part.name, self._failures
        if failures < len(DELAYS_S):
            say(f"{name} ended by itself (status {status}): starting it again.")
        elif failures == len(DELAYS_S):
            say(
                f"{name} ended {failures + 1} times in a row, see its log: trying every {DELAYS_S[-1]:.0f} s now."
            )
