"""When which fault comes, from the seed alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Kind:
    """A kind of fault, and how long one lasts (seconds, from and to)."""

    name: str
    least_s: float = 0.0
    most_s: float = 0.0


KINDS = (
    Kind("kill worker"),
    Kind("kill sweeper"),
    Kind("kill gateway"),
    Kind("kill PostgreSQL"),
    Kind("power cut"),
    Kind("freeze worker", 2.0, 8.0),
    Kind("clients cut"),
    Kind("clients silent", 1.0, 3.0),
    Kind("clients rotten", 1.0, 4.0),
    Kind("clients slow", 1.0, 3.0),
    Kind("clients torn", 1.0, 1.0),
    Kind("database cut"),
    Kind("database silent", 1.0, 3.0),
    Kind("database rotten", 1.0, 4.0),
    Kind("database slow", 1.0, 3.0),
    Kind("database torn", 1.0, 1.0),
    Kind("push cut"),
    Kind("push silent", 0.5, 2.0),
    Kind("push torn", 3.0, 3.0),
    Kind("push status_500", 1.0, 3.0),
    Kind("push hang", 1.0, 3.0),
    Kind("push delivered_then_502", 1.0, 3.0),
    Kind("push twice", 1.0, 3.0),
    Kind("push late", 1.0, 3.0),
    Kind("screen away", 0.5, 5.0),
    Kind("screen vanishes", 0.5, 3.0),
    Kind("screen never acks", 3.0, 8.0),
    Kind("screen reloads"),
    Kind("screen polls", 2.0, 5.0),
)
NAMES = tuple(kind.name for kind in KINDS)

CALM_S = 5.0
"""The run begins without faults: what delivery takes then is what the faults are compared with."""


@dataclass(frozen=True)
class Fault:
    """One fault: when it begins (seconds since the start), its kind, how long it lasts, and two numbers for its target."""

    at: float
    name: str
    lasts_s: float
    target: float
    extent: float


_ROUND_S = 55.0
"""In this time each kind has come, at the usual pace of a fault in 1.5 s."""


def plan(seed: int, seconds: float | None = None) -> Iterator[Fault]:
    """Give faults without end. Each kind comes once before any comes again; some overlap.

    In a run of fewer `seconds` than a round takes they come faster.
    """
    random = Random(f"{seed}/plan")
    pace = 1.0 if seconds is None else max(0.1, min(1.0, (seconds - CALM_S) / _ROUND_S))
    at = CALM_S
    while True:
        for kind in random.sample(KINDS, len(KINDS)):
            lasts = random.uniform(kind.least_s, kind.most_s)
            if seconds is not None:  # nothing goes on long after the time for faults
                lasts = max(kind.least_s, min(lasts, seconds - at))
            yield Fault(round(at, 3), kind.name, round(lasts, 3), random.random(), random.random())
            at += pace * random.uniform(0.6, 2.4)
