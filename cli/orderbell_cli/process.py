"""Child processes that do not outlive us: Linux keeps that promise itself, elsewhere a shell does."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from orderbell_cli.errors import Failed

_PR_SET_PDEATHSIG = 1
_POLL_S = 0.01
_PROC = Path("/proc/self/cmdline")


@dataclass(frozen=True)
class Account:
    """The user a child runs as, when that is not us."""

    uid: int
    gid: int


def _tied_to_parent(death_signal: int) -> Callable[[], None]:
    """Return what a child runs first: it asks Linux for a signal when the thread that forked it dies."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return prepare


class Child:
    """A running child. It gets `death_signal` when we die, however we die.

    Fork from the main thread only: Linux ties the death signal to the thread, not to the process.
    It has a session of its own, so that Ctrl-C reaches us alone and we stop the parts in their order.
    """

    def __init__(
        self,
        argv: Sequence[str | os.PathLike[str]],
        *,
        death_signal: int = signal.SIGTERM,
        account: Account | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | os.PathLike[str] | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        output: int | IO[bytes] | None = None,
        errors: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
        shell_watches: bool = sys.platform != "linux",
    ) -> None:
        self._process = subprocess.Popen(
            argv,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            preexec_fn=None if shell_watches else _tied_to_parent(death_signal),
            env=env,
            cwd=cwd,
            stdin=stdin,
            stdout=output,
            stderr=output if errors is None else errors,
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self._watcher = self._watch(death_signal) if shell_watches else None

    def _watch(self, death_signal: int) -> subprocess.Popen[bytes]:
        """Start a shell that sends the signal when its standard input, held open by us, ends."""
        script = f'cat >/dev/null; kill -{int(death_signal)} "$0"'
        return subprocess.Popen(
            ["/bin/sh", "-c", script, str(self.pid)], stdin=subprocess.PIPE, start_new_session=True
        )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, number: int) -> None:
        """Send it a signal; a child that is gone is no error."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        status = self._process.poll()
        if status is not None:
            self._dismiss_watcher()
        return status

    def wait(self, seconds: float) -> int | None:
        """Wait for its end and return its exit status, None if it still runs then."""
        until(lambda: self.poll() is not None, seconds)
        return self.poll()

    def stop(self, *steps: tuple[int, float]) -> None:
        """Send each signal in turn and wait so many seconds after it; SIGKILL at last."""
        for number, seconds in steps:
            if self.poll() is not None:
                return
            self.send(number)
            self.wait(seconds)
        if self.poll() is None:
            self.send(signal.SIGKILL)
            self._process.wait()
            self._dismiss_watcher()

    def _dismiss_watcher(self) -> None:
        # Before its stdin closes: the process id may already be somebody else's.
        watcher, self._watcher = self._watcher, None
        if watcher is not None:
            os.killpg(watcher.pid, signal.SIGKILL)
            watcher.communicate()

    def read(self) -> tuple[str, str]:
        """Wait for its end and return its output and its errors, where they were given as pipes."""
        output, errors = self._process.communicate()
        self._dismiss_watcher()
        return (output or b"").decode(errors="replace"), (errors or b"").decode(errors="replace")


def until(done: Callable[[], bool], seconds: float) -> bool:
    """Poll `done` until it holds or the time is over; return whether it held."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def commands() -> dict[int, str]:
    """Return the command line of every process we can see, by process id."""
    if _PROC.exists():
        return dict(_from_proc())
    try:
        listing = subprocess.run(["ps", "-axo", "pid=,command="], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise Failed(f"cannot list the processes: {error}") from None
    rows = (line.split(None, 1) for line in listing.stdout.splitlines())
    return {int(row[0]): row[1] for row in rows if len(row) == 2}


def _from_proc() -> list[tuple[int, str]]:
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):  # it ended meanwhile
            words = Path(entry.path, "cmdline").read_bytes().decode(errors="replace")
            found.append((int(entry.name), words.replace("\0", " ").strip()))
    return found
