"""The gateway as a child of `up`."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orderbell_cli import webhook
from orderbell_cli.errors import Failed, Stopped
from orderbell_cli.folder import Folder
from orderbell_cli.network import Doors, reachable_host
from orderbell_cli.paths import ROOT, child_environment
from orderbell_cli.process import Child

_START_S = 60.0
_STOP_S = 15.0  # its own grace for running work is 10


class Listen(Protocol):
    """Where the gateway listens."""

    @property
    def host(self) -> str:
        """Address of the public listener."""

    @property
    def port(self) -> int:
        """Port of the public listener; 0 is any."""

    @property
    def internal_port(self) -> int:
        """Port of the internal listener; 0 is any."""

    @property
    def doors(self) -> Doors:
        """What keeps the public listener from being read."""


@dataclass(frozen=True)
class Ready:
    """Where it can be reached."""

    port: int
    internal_port: int
    push_url: str
    url: str

    @property
    def internal_url(self) -> str:
        """Root of the internal listener."""
        return f"http://127.0.0.1:{self.internal_port}"


class Gateway:
    """The gateway process. It keeps its ports when it is started again."""

    name = "The gateway"

    def __init__(
        self,
        folder: Folder,
        say: Callable[[str], None],
        database_url: str,
        listen: Listen,
        pages: Path | None,
        stopping: Callable[[], bool],
    ) -> None:
        self._say, self._stopping = say, stopping
        self._host, self._port, self._internal_port = listen.host, listen.port, listen.internal_port
        self._pages, self._doors = pages, listen.doors.flags()
        token = os.environ.get("PUSH_TOKEN") or folder.secret("push_token")
        self._env = {**child_environment(), "DATABASE_URL": database_url, "PUSH_TOKEN": token}
        self._env |= webhook.settings(folder)
        self._ready_file = folder.path / "gateway.ready"
        self._log = folder.log("gateway.log")
        self._child: Child | None = None
        # When we are gone this end is closed and the gateway, which reads the other, ends.
        self._lifeline, self._held = os.pipe()

    def start(self) -> Ready:
        """Start it and wait until it listens.

        Raises:
            Failed: it ended instead, or took too long.
            Stopped: somebody asked us to stop.
        """
        self._log.mark()
        self._ready_file.unlink(missing_ok=True)
        self._spawn()
        ready = self._wait()
        self._port, self._internal_port = ready.port, ready.internal_port
        return ready

    def again(self) -> None:
        """Start it again on the same ports, without waiting."""
        self._log.mark()
        self._spawn()

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        return self._child.poll() if self._child else 0

    def stop(self, hurry: Callable[[], bool]) -> None:
        """Let it finish what it does and close its sockets; at once if `hurry` holds."""
        if self._child is None:
            return
        self._child.send(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_S
        while self._child.wait(0.1) is None and time.monotonic() < deadline and not hurry():
            pass
        self._child.stop((signal.SIGTERM, 0))
        self._ready_file.unlink(missing_ok=True)
        self._log.close()

    def tidy(self) -> None:
        """Keep its log from growing for ever."""
        self._log.shorten()

    def _spawn(self) -> None:
        command = [sys.executable, "-m", "orderbell_gateway", "--root", str(ROOT), "--host", self._host]
        command += ["--port", str(self._port), "--internal-port", str(self._internal_port)]
        command += ["--ready-file", str(self._ready_file), "--lifeline", str(self._lifeline)]
        command += ["--pages", str(self._pages)] if self._pages else []
        command += self._doors
        self._child = Child(command, env=self._env, output=self._log.file, pass_fds=[self._lifeline])

    def _wait(self) -> Ready:
        assert self._child is not None
        began, told = time.monotonic(), False
        while time.monotonic() - began < _START_S:
            ready = self._read_ready()
            if ready:
                return ready
            if self._stopping():
                raise Stopped
            if self._child.poll() is not None:
                raise Failed(f"the gateway did not start: {self._last_words()} (all of it: {self._log.path})")
            if not told and time.monotonic() - began > 1:
                told = True
                self._say("Starting the gateway ...")
            time.sleep(0.01)
        raise Failed(f"the gateway did not start within {_START_S:.0f} s (its log: {self._log.path})")

    def _read_ready(self) -> Ready | None:
        try:
            said = json.loads(self._ready_file.read_bytes())
        except FileNotFoundError:
            return None
        scheme = said["url"].partition(":")[0]
        url = f"{scheme}://{reachable_host(self._host)}:{said['port']}"
        return Ready(said["port"], said["internal_port"], said["push_url"], url)

    def _last_words(self) -> str:
        lines = [line for line in self._log.since_mark() if line.strip()] or ["it said nothing"]
        try:
            said = json.loads(lines[-1])
            return str(said.get("error") or said.get("message") or said.get("event"))
        except (ValueError, AttributeError):
            return lines[-1].removeprefix("orderbell_gateway: ")
