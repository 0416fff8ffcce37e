"""The data folder of one orderbell: lock, secrets, logs, and what a running `up` tells other commands."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from orderbell_cli.errors import Failed
from orderbell_cli.process import until

_LOG_LIMIT = 20 * 1024 * 1024
_LOCK_WAIT_S = 0.3  # a command that only looks whether we run holds it for a moment


@dataclass(frozen=True)
class Running:
    """What run.json says while `up` runs."""

    pid: int
    url: str
    internal_url: str
    push_url: str
    database_url: str


class Folder:
    """A data folder. Everything in it is ours; everything above it is not."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()  # one folder, one name, whatever link leads to it
        self._lock: int | None = None

    def create(self) -> None:
        """Make the folder if need be and see that we can write in it.

        Raises:
            Failed: we cannot.
        """
        try:
            if not self.path.is_dir():
                self.path.mkdir(parents=True)
                # Root hands the database to an ordinary user, who has to pass; each file has its own mode.
                self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
            with tempfile.TemporaryFile(dir=self.path):
                pass
        except OSError as error:
            raise Failed(
                f"cannot write in the data folder {self.path}: {error.strerror}: give another one with --data"
            ) from None

    def lock(self) -> None:
        """Take the folder for this process; the system gives it back when the process ends, however it ends.

        Raises:
            Failed: another process has it.
        """
        try:
            self._lock = os.open(self.path / "up.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
            self._own(self.path / "up.lock")
            if not until(self._try_lock, _LOCK_WAIT_S):
                self.unlock()
                raise self._taken()
        except OSError as error:
            raise Failed(f"cannot lock {self.path}/up.lock: {error.strerror}") from None

    def _try_lock(self) -> bool:
        assert self._lock is not None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _taken(self) -> Failed:
        running = self._read()
        who = f" (process {running.pid}, {running.url})" if running else ""
        return Failed(
            f"another orderbell{who} is using {self.path}: stop it, or give another folder with --data"
        )

    def unlock(self) -> None:
        """Give the folder back."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def running(self) -> Running | None:
        """Return what the `up` that runs on this folder says; None if none does, or it was killed."""
        try:
            probe = os.open(self.path / "up.lock", os.O_RDWR | os.O_NOFOLLOW)
        except OSError:
            return None
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return self._read()
        finally:
            os.close(probe)
        return None

    def _read(self) -> Running | None:
        try:
            said = json.loads((self.path / "run.json").read_bytes())
            return Running(**{field.name: said[field.name] for field in fields(Running)})
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def announce(self, running: Running) -> None:
        """Write run.json."""
        self.write("run.json", json.dumps(asdict(running)) + "\n")

    def withdraw(self) -> bool:
        """Remove run.json, and say whether there was one."""
        try:
            (self.path / "run.json").unlink()
        except FileNotFoundError:
            return False
        return True

    def withdraw_and_unlock(self) -> None:
        """Leave the folder as it is when nothing runs."""
        if self._lock is not None:
            self.withdraw()
            self.unlock()

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        """Return the secret kept in the file `name`, made at random the first time."""
        path = self.path / name
        with contextlib.suppress(FileNotFoundError):
            kept = path.read_text().strip()
            if kept:
                return kept
        self.write(name, make() + "\n")
        return path.read_text().strip()

    def write(self, name: str, text: str) -> None:
        """Write a file that only its owner can read, whole or not at all."""
        handle, temporary = tempfile.mkstemp(dir=self.path, prefix=f".{name}.")
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        self._own(Path(temporary))
        Path(temporary).replace(self.path / name)

    def log(self, name: str) -> Log:
        """Return the log file `name` of this folder."""
        log = Log(self.path / name)
        self._own(log.path)
        return log

    def _own(self, path: Path) -> None:
        """Give a file that root made to the folder's owner, who may start without root next time."""
        if os.geteuid() == 0:
            owner = self.path.stat()
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


class Log:
    """A file that a child writes to. It is shortened when it has grown too big, one older part is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        self.file = os.fdopen(os.open(path, flags, 0o600), "ab")
        self._mark = 0
        self.mark()

    def mark(self) -> None:
        """Remember the end, for `since_mark`, and shorten the file if need be."""
        self.shorten()
        self._mark = self.size()

    def shorten(self) -> None:
        """Keep only the older part of a file that has grown too big, under another name; not even that on a full disk."""
        if self.size() > _LOG_LIMIT:
            older = self.path.with_name(self.path.name + ".1")
            try:
                shutil.copyfile(self.path, older)
            except OSError:
                older.unlink(missing_ok=True)
            os.truncate(self.path, 0)  # the child appends, so it goes on at the new end
            self._mark = 0

    def size(self) -> int:
        """Return its size in bytes."""
        return self.path.stat().st_size

    def since_mark(self) -> list[str]:
        """Return the lines written since `mark`."""
        with self.path.open("rb") as file:
            file.seek(self._mark)
            return file.read().decode(errors="replace").splitlines()

    def close(self) -> None:
        """Close our end."""
        self.file.close()
