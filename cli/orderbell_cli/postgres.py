"""The embedded PostgreSQL: started as a direct child, never left behind. It listens on 127.0.0.1 only."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from orderbell_cli.cluster import NAME, STATE, Cluster, Say, ensure, environment, open_cluster
from orderbell_cli.errors import Failed, Stopped
from orderbell_cli.folder import Folder, Log
from orderbell_cli.network import free_port
from orderbell_cli.process import Child, commands, until

# Small, and silent about the values in statements: the log holds no personal data. Durable, as by default.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "1",
    "unix_socket_directories": "",  # a path too long for a socket is then no matter
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
_SINCE_18 = {"io_method": "sync"}  # no I/O worker processes: the data is small
_START_S = 120.0  # until it says that it starts up; what it does then, a long recovery for one, takes the time it takes
_TELL_S = 60.0
_PORTS = 5


class Postgres:
    """The PostgreSQL of one data folder. The caller holds the folder's lock."""

    name = "PostgreSQL"

    def __init__(
        self,
        folder: Folder,
        say: Say,
        *,
        settings: Mapping[str, str] | None = None,
        stopping: Callable[[], bool] = lambda: False,
        state: Path = STATE,
    ) -> None:
        """`settings` go over SETTINGS; `stopping` is asked while a start waits, and ends it."""
        self._folder, self._say, self._state = folder, say, state
        self._settings = {**SETTINGS, **(settings or {})}
        self._stopping = stopping
        self._child: Child | None = None
        self._log: Log | None = None
        self._awaited: _Awaited | None = None
        self.port = 0

    def start(self) -> str:
        """Make the cluster if there is none, start it, and return its address once it takes connections.

        The port is a free one at the first start, and stays when a server that died is started again.

        Raises:
            Failed: one line that says why not.
            Stopped: `stopping` held.
        """
        cluster, password, log = self._prepare()
        self.port = self._launch(cluster, log)
        return f"postgresql://{NAME}:{password}@127.0.0.1:{self.port}/{NAME}"

    def _prepare(self) -> tuple[Cluster, str, Log]:
        cluster = open_cluster(self._folder, self._say, self._state)
        end_leftovers(cluster, self._say)
        password = ensure(cluster, self._folder, self._say)
        self._log = self._log or self._folder.log("postgres.log")
        return cluster, password, self._log

    @property
    def pid(self) -> int:
        """The process id of the server, 0 when there is none."""
        return self._child.pid if self._child else 0

    def poll(self) -> int | None:
        """Return the server's exit status, None while it runs. One that recovers for long is told of now and then."""
        status = self._child.poll() if self._child else 0
        if self._awaited is not None and (status is not None or self._awaited.is_ready()):
            self._awaited = None
        return status

    def again(self) -> None:
        """Start a server that ended by itself, on the same port, without waiting: the other parts need to be seen to."""
        cluster, _, log = self._prepare()
        log.mark()
        self._child = self._spawn(cluster, self.port, log)
        self._awaited = _Awaited(cluster, self._child.pid, self._say)

    def stop(self, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop it in order: its clients are cut off, its data is on disk. In a hurry: not so."""
        self._end(hurry())
        if self._log is not None:
            self._log.close()
            self._log = None

    def _end(self, hurry: bool = False) -> None:
        if self._child is not None:
            self._child.stop((signal.SIGQUIT if hurry else signal.SIGINT, 20), (signal.SIGQUIT, 5))
            self._child = None

    def tidy(self) -> None:
        """Keep its log from growing for ever."""
        if self._log is not None:
            self._log.shorten()

    def _launch(self, cluster: Cluster, log: Log) -> int:
        said: list[str] = []
        for _ in range(1 if self.port else _PORTS):
            port = self.port or free_port()
            log.mark()
            self._child = self._spawn(cluster, port, log)
            if self._ready(cluster):
                return port
            said = log.since_mark()
            if not any("could not bind" in line for line in said):
                break  # if somebody took the free port before we did, another one helps; nothing else
        raise Failed(f"PostgreSQL did not start: {_reason(said)} (all of it: {log.path})")

    def _spawn(self, cluster: Cluster, port: int, log: Log) -> Child:
        return Child(
            self._command(cluster, port),
            death_signal=signal.SIGINT,  # a fast, clean shutdown
            account=cluster.account,
            env=environment(),
            cwd="/",
            output=log.file,
        )

    def _command(self, cluster: Cluster, port: int) -> list[str]:
        settings = {**self._settings, **(_SINCE_18 if cluster.binaries.major >= 18 else {})}
        settings["cluster_name"] = cluster.mark
        command = [str(cluster.binaries.bin / "postgres"), "-D", str(cluster.path), "-p", str(port)]
        return command + [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]

    def _ready(self, cluster: Cluster) -> bool:
        """Wait until the server says it takes connections. False: it ended, or it never began to start up."""
        assert self._child is not None
        awaited, told = _Awaited(cluster, self._child.pid, self._say), False
        while self._child.poll() is None and awaited.silent_s() < _START_S:
            if awaited.is_ready():
                return True
            if self._stopping():
                self._end()
                raise Stopped
            if not told and awaited.age_s() > 1:
                told = True
                self._say("Starting PostgreSQL ...")
            time.sleep(0.005)
        self._end()
        return False


class _Awaited:
    """A server that was launched and does not take connections yet."""

    def __init__(self, cluster: Cluster, pid: int, say: Say) -> None:
        self._path, self._pid, self._say = cluster.path, pid, say
        self._began = self._heard = self._told = time.monotonic()

    def age_s(self) -> float:
        """Return for how long it has been awaited."""
        return time.monotonic() - self._began

    def silent_s(self) -> float:
        """Return how long ago it said for the last time that it starts up."""
        return time.monotonic() - self._heard

    def is_ready(self) -> bool:
        """Tell whether it takes connections. Where it does not, a person is told so each minute."""
        now, status = time.monotonic(), _status(self._path)
        if status == (self._pid, "ready"):
            return True
        if status == (self._pid, "starting"):
            self._heard = now
        if now - self._told >= _TELL_S:
            self._told = now
            self._say(
                f"PostgreSQL has been starting for {self.age_s():.0f} s: it recovers what a crash left."
            )
        return False


def end_leftovers(cluster: Cluster, say: Say) -> None:
    """End the server that a killed `up` may have left, and see that its lock file does not stop the next.

    Raises:
        Failed: it does not end.
    """
    if not cluster.path.exists():
        return
    if _processes(cluster):
        say("Stopping the PostgreSQL of an orderbell that was killed ...")
    for number, seconds in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0)):
        for pid in _processes(cluster):
            _signal(pid, number)
        if until(lambda: not _processes(cluster), seconds):
            break
    else:
        left = ", ".join(map(str, _processes(cluster)))
        raise Failed(
            f"the PostgreSQL of {cluster.path} (process {left}) does not end: end it, then start again"
        )
    lock = _status(cluster.path)
    # A lock file whose process is gone the server clears itself, after a look at the shared memory. But any
    # process that has that id by now it takes for a server, and refuses to start.
    if lock and "postgres" not in commands().get(lock[0], "postgres"):
        (cluster.path / "postmaster.pid").unlink(missing_ok=True)


def _processes(cluster: Cluster) -> list[int]:
    """Return the server processes of a cluster: the first by its arguments, the others by their name."""
    server, title = f" -D {cluster.path} -p ", f"postgres: {cluster.mark}: "
    return [pid for pid, line in commands().items() if server in line or line.startswith(title)]


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise Failed(
            f"a PostgreSQL of this folder runs as another user (process {pid}): end it first"
        ) from None


def _status(path: Path) -> tuple[int, str] | None:
    """Return the process id and the status word that the server writes into its lock file."""
    try:
        lines = (path / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
    except (OSError, IndexError, ValueError):
        return None


def _reason(lines: list[str]) -> str:
    bad = [line for line in lines if re.search("FATAL:|PANIC:|could not|error:", line)]
    return re.sub(r"^.*?(FATAL|PANIC|LOG):\s*", "", (bad or lines or ["it ended without a word"])[-1])
