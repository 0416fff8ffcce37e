"""The buckets of `memory`: `service.ports_limits.Limits` in this process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from orderbell.adapters.memory_world import MemoryWorld
from orderbell.domain.rates import Draw, left, refilled


class MemoryLimits:
    """Buckets of a world."""

    def __init__(self, world: MemoryWorld) -> None:
        self._world = world

    def take(self, draws: Sequence[Draw]) -> list[float]:
        """Take one token of each bucket, or of none."""
        with self._world.data() as world:
            now = world.clock()
            has = []
            for bucket, rate, _ in draws:
                tokens, at = world.rates.get(bucket, (rate.burst, now))
                has.append(refilled(tokens, now - at, rate))
            for draw, before, after in zip(draws, has, left(has, draws), strict=True):
                if after != before:
                    world.rates[draw.bucket] = (after, now)
            return has

    def forget(self, seconds: float) -> int:
        """Remove buckets that nobody used for so long."""
        with self._world.data() as world:
            before = world.clock() - timedelta(seconds=seconds)
            old = [bucket for bucket, (_, at) in world.rates.items() if at < before]
            for bucket in old:
                del world.rates[bucket]
            return len(old)
