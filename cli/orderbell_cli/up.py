"""`orderbell up`: the whole system. It starts the parts, prints the links, keeps them alive, stops them.

It stays small while it waits: what needs SQLAlchemy runs in a short process of its own (`db prepare`).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orderbell_cli import links, webhook
from orderbell_cli.errors import Failed, Stopped
from orderbell_cli.folder import Folder, Running
from orderbell_cli.gateway import Gateway
from orderbell_cli.network import Doors, behind_proxy, check_encrypted, check_port
from orderbell_cli.paths import ROOT, child_environment, given_database
from orderbell_cli.postgres import Postgres
from orderbell_cli.process import Child
from orderbell_cli.upkeep import Part, Upkeep

_OLD_GATEWAY_S = 12.0  # its grace for running work is 10 s
_TICK_S = 60.0  # how often logs, and a database that recovers for long, are looked at when nothing happens


@dataclass(frozen=True)
class Options:
    """The flags of `up`."""

    host: str
    port: int
    internal_port: int
    data: Path
    demo: bool
    doors: Doors = Doors()


def say(line: str) -> None:
    """Tell the person at the terminal."""
    with contextlib.suppress(
        OSError
    ):  # the terminal is closed, or `head` has seen enough: we still stop in order
        print(line, flush=True)


class Up:
    """One run of the system."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._folder = Folder(options.data)
        self._signals = 0
        self._upkeep: list[Upkeep] = []
        self._parts: list[Part] = []  # in the order of their start

    def run(self) -> None:
        """Start everything, keep it running until somebody asks us to stop, and stop it again.

        Raises:
            Failed: it cannot be started. Nothing is left running then.
        """
        wake = self._listen()
        try:
            self._start()
            self._keep(wake)
        except Stopped:
            pass
        finally:
            self._stop()

    def _stopping(self) -> bool:
        return self._signals > 0

    def _listen(self) -> int:
        """Take note of signals; return what becomes readable when one arrives."""
        wake, write = os.pipe()
        for end in (wake, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only wakes us
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # `nohup` stays nohup. An ignored SIGINT is only a shell's way with background jobs.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._asked)
        return wake

    def _asked(self, number: int, frame: object) -> None:
        self._signals += 1

    def _start(self) -> None:
        began = time.monotonic()
        options, folder = self._options, self._folder
        check_encrypted(options.host, options.doors, os.environ)
        folder.create()
        folder.lock()
        # The gateway of an `up` that was killed stops in order: it may hold the ports for a moment.
        patience_s = _OLD_GATEWAY_S if folder.withdraw() else 0.0
        check_port(options.host, options.port, "--port", patience_s)
        check_port("127.0.0.1", options.internal_port, "--internal-port", patience_s)
        url = given_database()
        if url is None:
            postgres = Postgres(folder, say, stopping=self._stopping)
            self._parts.append(postgres)
            url = postgres.start()
        prepared = self._prepare(url)
        pages = ROOT / "clients" / "dist"
        gateway = Gateway(folder, say, url, options, pages if pages.is_dir() else None, self._stopping)
        self._parts.append(gateway)
        ready = gateway.start()
        folder.announce(Running(os.getpid(), ready.url, ready.internal_url, ready.push_url, url))
        self._upkeep = [Upkeep(part, time.monotonic()) for part in self._parts]
        proxy, seconds = behind_proxy(options.doors, os.environ), time.monotonic() - began
        links.show(say, ready.url, prepared["kitchens"], folder, seconds, options.host, proxy)
        if not pages.is_dir():
            say("The pages are not built: only the interface answers. `./dev build` builds them.")

    def _prepare(self, url: str) -> dict[str, Any]:
        """Bring the tables up to date, fill an empty database with the demo shops, make pairing codes."""
        command = [sys.executable, "-m", "orderbell_cli.main", "db", "prepare"]
        command += [] if self._options.demo else ["--no-demo"]
        env = {**child_environment(), "DATABASE_URL": url, **webhook.settings(self._folder)}
        child = Child(command, env=env, output=subprocess.PIPE, errors=subprocess.PIPE)
        if not self._stopping() and child.wait(1) is None:
            say("Preparing the tables ...")
        while child.poll() is None:
            if self._stopping():
                child.stop((signal.SIGTERM, 5))
                raise Stopped
            child.wait(0.1)
        output, errors = child.read()
        if self._stopping():
            raise Stopped
        if child.poll() != 0:
            lines = errors.strip().splitlines() or [f"it ended with status {child.poll()}"]
            raise Failed(lines[-1].removeprefix("orderbell: "))
        prepared: dict[str, Any] = json.loads(output)
        if prepared["demo"]:
            say(f"Demo shops: {', '.join(prepared['demo'])}.")
        for gap in prepared["gaps"]:
            say(f"Warning: the wall between shops does not hold: {gap} (`doctor` says how to mend it).")
        return prepared

    def _keep(self, wake: int) -> None:
        while not self._stopping():
            now = time.monotonic()
            waits = [each.look(now, say) for each in self._upkeep]
            select.select([wake], [], [], min(_TICK_S, *waits))
            while True:
                try:
                    if len(os.read(wake, 512)) < 512:
                        break
                except BlockingIOError:
                    break

    def _stop(self) -> None:
        """Stop the parts, last first: nobody may order any more when the database goes."""
        if self._parts and self._stopping():
            say("\nStopping ...")
        for part in reversed(self._parts):
            part.stop(hurry=lambda: self._signals > 1)
        self._folder.withdraw_and_unlock()
        if self._parts and self._stopping():
            say("Stopped.")
