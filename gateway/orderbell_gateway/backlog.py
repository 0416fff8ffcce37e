"""What waits for one client, as seen at each push: how much, and for how long. No I/O; it is told the time."""

from __future__ import annotations

from .limits import Limits


class Backlog:
    """What a client has not taken yet.

    One message of any size may be on its way and does not count: the first for which something waits, or the one that the
    buffer has no room for (a screen's whole backlog). What came after it does. While a message larger than the
    buffer is on its way, the time begins anew with each `send_buffer_bytes` that were taken: a slow line gets it, a
    client that reads nothing does not keep it for longer than any other.
    """

    __slots__ = ("aside", "after", "left", "since")

    def __init__(self) -> None:
        self.aside = 0
        """Size of the message that does not count, 0 when none is on its way."""
        self.after = 0
        """Bytes that were written after it."""
        self.left = 0
        """How much of it, and of what waited before it, was left when the time began."""
        self.since = 0.0
        """When the time began, 0 when nothing waits."""

    def wrote(self, size: int, pending: int, limits: Limits) -> None:
        """Take note of a message; `pending` is what waited before it."""
        if self.aside:
            self.after += size
        elif not pending or pending + size > limits.send_buffer_bytes:
            self.aside, self.after, self.left = size, 0, pending + size

    def is_too_much(self, pending: int, now: float, limits: Limits) -> bool:
        """Tell whether a client leaves too much unread, or has left something unread at each push for too long."""
        if not pending:
            self.aside = self.after = 0
            self.since = 0.0
            return False
        left = pending - self.after
        large = self.aside > limits.send_buffer_bytes
        if large and (left <= 0 or self.left - left >= limits.send_buffer_bytes):
            self.left, self.since = left, now
        if left <= 0:
            self.aside = self.after = 0
        self.since = self.since or now
        late = limits.send_s and now >= self.since + limits.send_s
        counted = self.after + max(0, left - self.aside) if self.aside else pending
        return bool(late) or counted > limits.send_buffer_bytes
