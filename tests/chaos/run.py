"""One chaos run: a world, its clients, the faults, the quiet afterwards, and the verdict."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import uvloop

from chaos import ledger
from chaos.check import judge
from chaos.evidence import Evidence, read
from chaos.history import History
from chaos.nemesis import Nemesis
from chaos.plan import NAMES, plan
from chaos.rules_screens import GRACE_S
from chaos.workload import ACCEPT_S, Workload, workload
from chaos.world import World

_LONGEST_S = 3600.0
"""A run that waits for so many orders gives up after this."""


@dataclass(frozen=True)
class Wish:
    """What to run: for `seconds`, or until `orders` were answered 2xx."""

    seed: int
    seconds: float = 60.0
    orders: int | None = None

    @property
    def command(self) -> str:
        """The command that repeats it."""
        much = f"--seconds {self.seconds:g}" if self.orders is None else f"--orders {self.orders}"
        return f"./dev chaos {much} --seed {self.seed}"


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    wish: Wish
    evidence: Evidence
    findings: dict[str, list[str]]
    """What each rule of the checker found."""
    unexercised: list[str]
    """What was to happen in the run and did not: then it proves nothing."""

    @property
    def good(self) -> bool:
        """Whether nothing was found, and everything was really tried."""
        return not any(self.findings.values()) and not self.unexercised


def run(wish: Wish, folder: Path, history: Path, say: Callable[[str], None] = lambda line: None) -> Outcome:
    """Run and judge. `folder` is empty, every user may pass through it; `history` is the file to write.

    Raises:
        Failed: the system could not be started, or ended by itself.
    """
    uvloop.run(_run(wish, folder, history, say))
    evidence = read(history)
    return Outcome(wish, evidence, judge(evidence), unexercised(evidence))


async def _run(wish: Wish, folder: Path, path: Path, say: Callable[[str], None]) -> None:
    with History(path) as history:
        history.write(
            "run",
            seed=wish.seed,
            seconds=wish.seconds,
            orders=wish.orders,
            began=datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        )
        async with World(folder, Random(f"{wish.seed}/push")) as world:
            async with workload(world, wish.seed, history) as clients:
                history.restart()
                await _faults(wish, world, clients, history, say)
                history.write("healed")
                await clients.finish(GRACE_S)
            history.write("ended")
            history.close()
            await asyncio.to_thread(ledger.append, path, world.database_url)


async def _faults(
    wish: Wish, world: World, clients: Workload, history: History, say: Callable[[str], None]
) -> None:
    def enough(at: float) -> bool:
        return (
            at >= wish.seconds
            if wish.orders is None
            else len(clients.acked) >= wish.orders or at > _LONGEST_S
        )

    nemesis = Nemesis(world, clients.screens, history)
    playing = asyncio.create_task(
        nemesis.play(plan(wish.seed, wish.seconds if wish.orders is None else None), enough)
    )
    told = 0.0
    try:
        while not playing.done():
            await asyncio.wait((playing,), timeout=0.2)
            world.check()
            clients.check()
            if history.now() - told >= 10:
                told = history.now()
                say(f"{told:5.0f} s  {len(clients.acked)} orders taken")
        await playing
    finally:
        playing.cancel()
        await asyncio.gather(playing, return_exceptions=True)


def unexercised(evidence: Evidence) -> list[str]:
    """Return what the faults were to bring about and did not."""
    met = {line["name"] for line in evidence.faults if line["kind"] == "fault.end" and line["met"]}
    shifts = clock_shifts(evidence)
    ends = {attempt.end for attempt in evidence.attempts}
    wanted = {
        **{f"fault: {name}": name in met for name in NAMES},
        "an event came twice on the wire": evidence.counts["repeated events"] > 0,
        "a screen saw a gap and asked": evidence.counts["resume"] > 0,
        "a screen came back": evidence.counts["lost"] > 0,
        "a screen took a snapshot": evidence.counts["snapshot"] > 0,
        "a screen asked over HTTP": evidence.counts["polled"] > 0,
        "the fate of a POST was unknown": "unknown" in ends,
        "a POST was answered from its key": evidence.counts["replays"] > 0,
        "a command was sent again": evidence.counts["again"] > 0,
        "a customer followed an order": bool(evidence.followed),
        "a sweep ran to its end": evidence.meters.get("sweeps", 0) > 0,
        "an order expired": any(row["status"] == "expired" for row in evidence.orders.values())
        or evidence.end < 1.5 * ACCEPT_S,  # too short a run for one
        "a function's clock was ahead": shifts["ahead"] > 0,
        "a function's clock was behind": shifts["behind"] > 0,
    }
    return [name for name, happened in wanted.items() if not happened]


def clock_shifts(evidence: Evidence) -> dict[str, int]:
    """Return how many orders were placed by a function whose clock was right, ahead or behind by half an hour or more.

    An order's id is a UUIDv7: it holds the time of the function's host; `placed_at` is the database's.
    """
    shifts = {"right": 0, "ahead": 0, "behind": 0}
    for order, row in evidence.orders.items():
        off = int(order.replace("-", "")[:12], 16) / 1000 - row["placed_at"]
        shifts["ahead" if off > 1800 else "behind" if off < -1800 else "right"] += 1
    return shifts
