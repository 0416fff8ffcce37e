"""The system under test: `orderbell up` as it is, with proxies on its three roads and functions whose clocks are wrong."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import sys
import sysconfig
import venv
from pathlib import Path
from random import Random, randrange
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg2

from chaos.proxy import Proxy
from chaos.push_proxy import PushProxy
from orderbell.entry import admin
from orderbell_cli.errors import Failed
from orderbell_cli.paths import ROOT
from orderbell_cli.process import Child
from support.programs import all_gone, clean_environment

SETTINGS = {
    "SWEEP_CRON": "* * * * * * *",
    # A line that went dead is noticed within a short run too.
    "GATEWAY_PING_INTERVAL": "4",
    "GATEWAY_PONG_TIMEOUT": "3",
    "LOG_LEVEL": "WARNING",
    "RATE_LIMITS": "off",  # thousands of people, and one address
    "GATEWAY_MAX_PEER_CONNECTIONS": "0",
}
_START_S = 60.0


def function_python(folder: Path, ports: dict[str, int]) -> Path:
    """Make a Python in `folder` with this one's packages, in which functions run on hosts as `function_host.py` says."""
    venv.EnvBuilder(symlinks=True).create(folder)
    names = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", vars=names))
    (packages / "real.pth").write_text(
        "\n".join(sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})) + "\n"
    )
    shutil.copy(Path(__file__).with_name("function_host.py"), packages / "sitecustomize.py")
    (packages / "host.json").write_text(json.dumps(ports))
    return folder / "bin" / "python"


def free_port() -> int:
    """Return a free port that no outgoing connection of this machine is given while what listens there is away."""
    while True:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", randrange(15_000, 30_000)))
            return int(probe.getsockname()[1])


class World:
    """A running system whose parts can be killed. Everything it owns is gone when the block ends."""

    def __init__(self, folder: Path, random: Random) -> None:
        """`folder` is empty and open to every user (support.postgres.open_folder)."""
        self.folder = folder
        self.clients, self.database, self.push = Proxy(), Proxy(), PushProxy(random)
        self.database_url = ""
        self.up: Child | None = None
        self.stopped = False
        """We stopped it ourselves: it is not expected to run."""
        self._ports = [str(free_port()), str(free_port())]
        self._python = Path(sys.executable)
        self._family: list[psutil.Process] = []

    @property
    def url(self) -> str:
        """The public address, through the proxy."""
        return f"http://127.0.0.1:{self.clients.port}"

    async def __aenter__(self) -> World:
        for proxy in (self.clients, self.database, self.push):
            await proxy.start()
        ports = {"DATABASE_URL": self.database.port, "PUSH_URL": self.push.port}
        self._python = function_python(self.folder / "python", ports)
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped = True
        self._family += self.family()
        try:
            if self.up is not None:
                for process in self._family:  # a stopped one cannot end
                    _send(process, signal.SIGCONT)
                self.up.stop((signal.SIGTERM, 30.0))
        finally:
            all_gone(self._family)
            for proxy in (self.clients, self.database, self.push):
                await proxy.stop()

    async def start(self) -> None:
        """Start `orderbell up` on its data, and wait until it says that it runs.

        Raises:
            Failed: it ended, or took too long.
        """
        data = self.folder / "data"
        command: list[str | Path] = [self._python, "-m", "orderbell_cli.main", "up", "--data", data]
        command += ["--port", self._ports[0], "--internal-port", self._ports[1]]
        with (self.folder / "up.out").open("ab") as output:
            self.up = Child(command, cwd=ROOT, env={**clean_environment(), **SETTINGS}, output=output)
        told = await self._told(data / "run.json")
        public, internal = urlsplit(told["url"]), urlsplit(told["internal_url"])
        self.database_url = told["database_url"]
        self.clients.upstream = ("127.0.0.1", public.port or 80)
        self.push.upstream = ("127.0.0.1", internal.port or 80)
        self.database.upstream = ("127.0.0.1", urlsplit(self.database_url).port or 5432)
        self.stopped = False

    async def _told(self, file: Path) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        end = loop.time() + _START_S
        assert self.up is not None
        while loop.time() < end and self.up.poll() is None:
            if file.exists():
                told: dict[str, Any] = json.loads(file.read_bytes())
                if told["pid"] == self.up.pid:
                    return told
            await asyncio.sleep(0.02)
        raise Failed(f"`up` did not start: {(self.folder / 'up.out').read_text()[-2000:]}")

    async def power_cut(self) -> None:
        """Kill every process at once, then start `up` again, as after a power cut (the disk keeps what it was given)."""
        assert self.up is not None
        self.stopped = True
        family = self.family()
        self._family += family
        for process in family:
            _send(process, signal.SIGKILL)
        while self.up.poll() is None or psutil.wait_procs(family, timeout=0)[1]:
            await asyncio.sleep(0.01)
        await self.start()

    def check(self) -> None:
        """See that `up` runs, unless we ended it.

        Raises:
            Failed: it ended by itself.
        """
        if not self.stopped and self.up is not None and self.up.poll() is not None:
            said = (self.folder / "up.out").read_text()[-2000:]
            raise Failed(f"`up` ended by itself with status {self.up.poll()}: {said}")

    # ---- the parts

    def family(self) -> list[psutil.Process]:
        """Return every process of the system."""
        if self.up is None or self.up.poll() is not None:
            return []
        try:
            root = psutil.Process(self.up.pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def gateway(self) -> psutil.Process | None:
        """Return the gateway, None while there is none."""
        return next((one for one in self._children() if "orderbell_gateway" in _words(one)), None)

    def postgres(self) -> psutil.Process | None:
        """Return PostgreSQL's first process, None while there is none."""
        return next((one for one in self._children() if " -D " in _words(one)), None)

    def workers(self, function: str = "") -> list[psutil.Process]:
        """Return the workers of a function, or of all."""
        gateway = self.gateway()
        if gateway is None:
            return []
        try:
            found = [one for one in gateway.children() if "worker.py" in _words(one)]
        except psutil.NoSuchProcess:
            return []
        mine = [one for one in found if function in _folder(one)]
        return sorted(mine, key=lambda one: int(one.pid))

    def _children(self) -> list[psutil.Process]:
        if self.up is None or self.up.poll() is not None:
            return []
        try:
            return psutil.Process(self.up.pid).children()
        except psutil.NoSuchProcess:
            return []

    # ---- what the operator does

    def hurry(self, shop: str, seconds: int) -> None:
        """Let the orders of a shop expire after so many seconds, for a run that is too short for the usual five minutes."""
        opened = contextlib.closing(psycopg2.connect(self.database_url))
        with opened as connection, connection, connection.cursor() as cursor:
            cursor.execute("UPDATE shop SET accept_seconds = %s WHERE slug = %s", (seconds, shop))

    def pairing_code(self, shop: str) -> str:
        """Return a fresh pairing code of a shop."""
        return str(admin(self.database_url, None, None).pair(shop).code)


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _folder(process: psutil.Process) -> str:
    try:
        return str(process.cwd())
    except psutil.Error:
        return ""


def _send(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.Error:
        return
