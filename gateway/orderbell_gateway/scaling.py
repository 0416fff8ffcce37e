"""How many workers a function may have, and when one more is worth its start."""

from __future__ import annotations

import os
from dataclasses import dataclass

# A function that cannot be loaded is tried again after these pauses (seconds), the last one for ever.
BACKOFF_S = (0.1, 0.5, 2.0, 5.0)
# Loading a function is work for a whole core: more at once delay each other, and the events that have a worker already
# (bench/README.md, reconnect: when all screens come back together, every function wants all its workers).
STARTING_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
# One that is not loaded by then may be stuck: the next is begun beside it.
SLOW_START_S = 1.0


@dataclass(frozen=True)
class PoolLimits:
    """How many workers and waiting events one function may have, and for how long (seconds)."""

    instances: int
    waiting: int
    timeout_s: float
    init_s: float
    idle_s: float
    scale_after_s: float


def patience(limits: PoolLimits, instances: int, starting: int) -> float:
    """Return how long (seconds) an event waits before one more worker is begun for it.

    Not at all when there is none, and longer while others are being loaded.
    """
    usual = limits.scale_after_s if instances else 0.0
    return usual + max(0, starting + 1 - STARTING_AT_ONCE) * SLOW_START_S
