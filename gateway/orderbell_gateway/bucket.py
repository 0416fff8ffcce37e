"""How fast one client may send: a token bucket. No I/O; it is told the time."""

from __future__ import annotations


class Bucket:
    """What one client has left."""

    __slots__ = ("left", "at")

    def __init__(self) -> None:
        self.left = float("inf")
        """Whole messages and parts of one; infinity until the first: the bucket is full."""
        self.at = 0.0

    def take(self, now: float, burst: int, per_second: float) -> bool:
        """Take one message out at `now` (seconds); False when there is none left. A 0 is no limit."""
        if not burst or not per_second:
            return True
        self.left = min(float(burst), self.left + max(0.0, now - self.at) * per_second)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        return True
