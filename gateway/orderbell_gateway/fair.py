"""The events that wait for a function: a line for each address, served in turn, so that a flood waits behind itself.

Within a line the oldest goes first. No I/O.
"""

from __future__ import annotations

import ipaddress
from collections import deque

from .jobs import Job


def line_of(peer: str) -> str:
    """Return what counts as one address: all of an IPv4 one, the /64 of an IPv6 one, which one subscriber has whole."""
    if ":" not in peer:
        return peer
    try:
        address = ipaddress.IPv6Address(peer.partition("%")[0])
    except ValueError:
        return peer
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else str(ipaddress.IPv6Network((int(address) >> 64 << 64, 64)))


class FairQueue:
    """Waiting jobs. False when it is empty."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Job]] = {}  # in the order of their turns
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, job: Job) -> None:
        """Put a job at the end of its address's line; a new line has its turn after those that wait already."""
        self._lines.setdefault(job.line, deque()).append(job)
        self._count += 1

    def popleft(self) -> Job:
        """Take out the first of the line whose turn it is; the line's next turn comes after all others.

        Raises:
            IndexError: nothing waits.
        """
        if not self._lines:
            raise IndexError("nothing waits")
        name = next(iter(self._lines))
        line = self._lines.pop(name)
        job = line.popleft()
        if line:
            self._lines[name] = line
        self._count -= 1
        return job

    def give_way(self, job: Job) -> Job | None:
        """Take out the newest job of the longest line, to make room for `job`; None where that would not be fairer."""
        longest = max(self._lines.values(), key=len, default=None)
        own = self._lines.get(job.line, ())
        if longest is None or len(longest) <= len(own) + 1:
            return None
        self._count -= 1
        return longest.pop()

    def since(self) -> float:
        """Return since when the oldest waits.

        Raises:
            ValueError: nothing waits.
        """
        return min(line[0].since for line in self._lines.values())
