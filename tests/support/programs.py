"""Programs of this project as a test starts them: watched, with a deadline, and gone at the end."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from orderbell_cli.paths import child_environment
from orderbell_cli.process import until

DEADLINE_S = 40.0


def orderbell(*words: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command of orderbell to its end."""
    return subprocess.run(
        [sys.executable, "-m", "orderbell_cli.main", *map(str, words)],
        env={**clean_environment(), **(env or {})},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
    )


def clean_environment() -> dict[str, str]:
    """Return our environment without the settings that an operator may have."""
    unwanted = ("DATABASE_URL", "PUSH_", "DB_", "GATEWAY_", "ALERT_", "RATE_", "PRIVACY_")
    return {name: value for name, value in child_environment().items() if not name.startswith(unwanted)}


class Running:
    """A program whose output is read as it comes."""

    def __init__(self, command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [str(word) for word in command],
            env={**clean_environment(), **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def line(self, containing: str) -> str:
        """Wait for a line that contains the text."""
        while True:
            line = self._queue.get(timeout=DEADLINE_S)
            if line is None:
                raise AssertionError(f"no line with {containing!r} in:\n" + "\n".join(self.lines))
            self.lines.append(line)
            if containing in line:
                return line

    def family(self) -> list[psutil.Process]:
        """Return it and all that descends from it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def wait(self) -> int:
        """Wait for its end, keep the lines it said, and return its exit status."""
        status = self.process.wait(DEADLINE_S)
        while (line := self._queue.get(timeout=DEADLINE_S)) is not None:
            self.lines.append(line)
        self._reader.join(DEADLINE_S)
        return status

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        family = self.family() if self.process.poll() is None else []
        for each in family:
            if each.is_running():
                each.kill()
        self.process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Up(Running):
    """`orderbell up` on free ports."""

    def __init__(self, data: Path, *words: str, env: dict[str, str] | None = None) -> None:
        self.data = data
        command = [sys.executable, "-m", "orderbell_cli.main", "up", "--data", data, "--port", "0"]
        super().__init__([*command, "--internal-port", "0", *words], env)

    def ready(self) -> dict[str, Any]:
        """Wait until it has printed its links; return what run.json says."""
        self.line("Stop: Ctrl-C")
        told: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        return told


def all_gone(family: Sequence[psutil.Process]) -> bool:
    """Wait until none of the processes runs; return whether that came. What still runs is killed all the same."""
    gone = until(lambda: not any(_runs(each) for each in family), DEADLINE_S)
    for each in [] if gone else family:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    return gone


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def is_root() -> bool:
    """Return whether we may become another user."""
    return os.geteuid() == 0
