"""Functions in processes of their own, which end where a test says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from orderbell_cli.paths import PACKAGES
from support.programs import clean_environment

INSTANCE = Path(__file__).with_name("instance.py")
KILLS = ("kill before", "kill after")
CUTS = ("cut before", "cut after")


@dataclass(frozen=True)
class Run:
    """What an instance did: the steps that it began, and its answer unless it was killed. `backends`: its database's side."""

    killed: bool
    steps: tuple[str, ...]
    backends: tuple[int, ...]
    answer: Any


class Functions:
    """Starts an instance for each event: a cold one, so that its first connection and statements are steps too."""

    def __init__(self, process: subprocess.Popen[str], settings: dict[str, str]) -> None:
        assert process.stdin is not None and process.stdout is not None
        self._input: IO[str] = process.stdin
        self._output: IO[str] = process.stdout
        self.settings = settings

    def run(
        self,
        function: str,
        event: dict[str, Any],
        at: int | None = None,
        how: str = "",
        push_timeout_s: float | None = None,
    ) -> Run:
        """Let a new instance of a function (its file) run an event.

        Step `at`, from 0, is done to as `how` says: `kill before`, `kill after`, `cut before`, `cut after`, where a cut is
        the end of the database's connection. A push waits for its answer for `push_timeout_s`.
        """
        job = {"function": function, "event": event, "at": at, "how": how, "push_timeout_s": push_timeout_s}
        self._input.write(json.dumps({**job, "settings": self.settings}) + "\n")
        self._input.flush()
        said = self._output.readline()
        assert said, "no instance could be started, see the log above"
        found = json.loads(said)
        return Run(found["killed"], tuple(found["steps"]), tuple(found["backends"]), found["answer"])


@contextmanager
def functions(settings: dict[str, str]) -> Iterator[Functions]:
    """Give functions that have these settings."""
    path = os.pathsep.join(str(part) for part in PACKAGES)
    process = subprocess.Popen(
        [sys.executable, INSTANCE],
        env={**clean_environment(), "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Functions(process, settings)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)
