"""A history, read and sorted for the rules of `check.py`. It shares no code with the workload that wrote it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

Line = dict[str, Any]
Findings = Iterator[str]
OPEN = ("placed", "accepted", "preparing", "ready", "dispatched")


class Event(NamedTuple):
    """One event of a shop's log, as a screen applied it or as the database has it."""

    seq: int
    type: str
    order: str | None = None
    version: int | None = None
    status: str | None = None


class Attempt(NamedTuple):
    """How one POST ended: ok, refused or unknown (the run ended before it did)."""

    at: float
    key: str
    shop: str
    end: str
    order: str | None


class Life:
    """One life of a screen's page: what it applied, in its order."""

    def __init__(self, screen: str, page: int) -> None:
        self.screen, self.page = screen, page
        self.steps: list[Line] = []
        """Its `events`, `snapshot` and `final` lines."""

    @property
    def shop(self) -> str:
        """The shop whose screen it is."""
        return self.screen.rpartition("/")[0]


class Evidence:
    """Everything that a history says."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self.head: Line = {}
        self.shops: dict[str, Line] = {}
        self.orders: dict[str, Line] = {}
        self.log: dict[str, list[Event]] = defaultdict(list)
        self.clock = 0.0
        """The database's, at the end (seconds since 1970)."""
        self.meters: Line = {}
        self.stored_results: dict[str, bool] = {}
        self.screens: dict[str, str] = {}
        self.lives: dict[tuple[str, int], Life] = {}
        self.attempts: list[Attempt] = []
        self.first_tried: dict[str, float] = {}
        self.looks: list[Line] = []
        self.followed: dict[str, list[Line]] = defaultdict(list)
        self.commands: dict[str, Line] = {}
        self.results: dict[str, list[bool]] = defaultdict(list)
        self.faults: list[Line] = []
        self.counts: Counter[str] = Counter()
        self.end = 0.0
        for line in lines:
            self.counts[line["kind"]] += 1
            self.end = max(self.end, line.get("at", 0.0))
            self._take(line)

    def _take(self, line: Line) -> None:
        kind = line["kind"]
        if kind in ("events", "snapshot", "final"):
            name = (line["screen"], line["page"])
            self.lives.setdefault(name, Life(*name)).steps.append(line)
        elif kind.startswith("place"):
            self._place(line, kind)
        elif kind.startswith("db."):
            self._stored(line, kind)
        elif kind == "run":
            self.head = line
        elif kind == "paired":
            self.screens[line["screen"]] = line["shop"]
        elif kind == "look":
            self.looks.append(line)
        elif kind == "followed":
            self.followed[line["page"]].append(line)
        elif kind == "command":
            self.commands[line["id"]] = line
        elif kind == "result":
            self.results[line["id"]].append(line["ok"])
        elif kind.startswith("fault."):
            self.faults.append(line)
        elif kind == "repeats":
            self.counts["repeated events"] += line["count"]

    def _place(self, line: Line, kind: str) -> None:
        if kind == "place":
            self.first_tried.setdefault(line["key"], line["at"])
        else:
            end = kind.partition(".")[2]
            self.attempts.append(Attempt(line["at"], line["key"], line["shop"], end, line.get("order")))
            if line.get("status") == 200:
                self.counts["replays"] += 1

    def _stored(self, line: Line, kind: str) -> None:
        if kind == "db.shop":
            self.shops[line["shop"]] = line
        elif kind == "db.order":
            self.orders[line["order"]] = line
        elif kind == "db.event":
            self.log[line["shop"]].append(Event(*line["event"]))
        elif kind == "db.clock":
            self.clock = line["now"]
        elif kind == "db.meters":
            self.meters = line
        else:
            self.stored_results[line["id"]] = line["ok"]

    # ---- what several rules ask

    def acked(self) -> dict[str, Attempt]:
        """Return the first answer 2xx of each order."""
        first: dict[str, Attempt] = {}
        for attempt in self.attempts:
            if attempt.end == "ok" and attempt.order is not None:
                first.setdefault(attempt.order, attempt)
        return first

    def last_fault_end(self) -> float:
        """Return when the last fault ended (seconds since the start), 0 without faults."""
        return max((line["at"] for line in self.faults), default=0.0)


def read(path: Path) -> Evidence:
    """Read a history file."""
    with path.open(encoding="utf-8") as file:
        return Evidence(json.loads(line) for line in file)
