"""Where the embedded PostgreSQL keeps its files, as whom it runs, and how its database is made."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from orderbell_cli import binaries
from orderbell_cli.binaries import Binaries
from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder
from orderbell_cli.process import Account, Child

STATE = Path("/var/lib/orderbell")
POINTER = "pg.location"
NAME = "orderbell"  # of the database and of its owner, who is no superuser
# Only the application's own account may log in, only over loopback, and only with its password.
_HBA = f"host {NAME} {NAME} 127.0.0.1/32 scram-sha-256\n"
# Nobody can log in as the superuser: initdb's methods are "reject", and _HBA leaves it out.
_INITDB = ("--encoding=UTF8", "--locale=C", "--username=postgres", "--auth=reject", "--no-instructions")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cluster:
    """The files of one PostgreSQL, the programs for them, and the account to run these as if we are root."""

    path: Path
    account: Account | None
    binaries: Binaries

    @property
    def mark(self) -> str:
        """A name for its processes that no other cluster has."""
        return f"orderbell-{hashlib.sha256(bytes(self.path)).hexdigest()[:12]}"

    def sql(self, *statements: str) -> None:
        """Run statements without a server, as the superuser. By standard input: no secret in an argument."""
        command: list[Path | str] = [self.binaries.bin / "postgres", "--single", "-D", self.path, "postgres"]
        _run(command, self.account, "".join(f"{statement}\n" for statement in statements))


def open_cluster(folder: Folder, say: Say, state: Path = STATE) -> Cluster:
    """Return the cluster of a data folder; its files may not be made yet.

    Raises:
        Failed: it belongs to somebody else, cannot be reached, or needs another PostgreSQL than is here.
    """
    home, account = _place(folder.path, say, state)
    path = home / "pg"
    found = binaries.find(_major(path))
    return Cluster(path, account, binaries.usable_by(found, account, home) if account else found)


def ensure(cluster: Cluster, folder: Folder, say: Say) -> str:
    """Make the files if there are none, and return the database's password. No server may be running."""
    exists = cluster.path.exists()
    lost = exists and not (folder.path / "pg_password").exists()
    password = folder.secret("pg_password")
    if lost:
        # DDL binds no values; the password is of our own making: letters, digits, - and _.
        change = f"ALTER ROLE {NAME} PASSWORD '{password}'"  # allowed(sql-by-string): made by Folder.secret
        cluster.sql(change)
    if not exists:
        say("Creating the database (first start only) ...")
        _create(cluster, password)
    if cluster.path.parent != folder.path and not (folder.path / POINTER).exists():
        folder.write(POINTER, f"{cluster.path.parent}\n")
    return password


def environment() -> dict[str, str]:
    """Return what the server's programs see: no PG* setting, no secret, no library path of ours."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _create(cluster: Cluster, password: str) -> None:
    """Make it under another name and rename it, so that one killed midway is simply made again."""
    new = Cluster(cluster.path.with_name("pg.new"), cluster.account, cluster.binaries)
    shutil.rmtree(new.path, ignore_errors=True)
    new.path.mkdir(mode=0o700)
    if new.account:
        os.chown(new.path, new.account.uid, new.account.gid)
    _run([new.binaries.bin / "initdb", "-D", new.path, *_INITDB], new.account)
    # The folder is the account's by now: as root, follow no link it may have put there.
    with os.fdopen(os.open(new.path / "pg_hba.conf", os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW), "w") as file:
        file.write(_HBA)
    made = f"CREATE ROLE {NAME} LOGIN PASSWORD '{password}'"  # allowed(sql-by-string): as in ensure()
    new.sql(made, f"CREATE DATABASE {NAME} OWNER {NAME}")
    new.path.rename(cluster.path)


def _run(command: list[Path | str], account: Account | None, text: str = "") -> None:
    read, write = os.pipe()
    os.write(write, text.encode())  # a few hundred bytes: a pipe holds them
    os.close(write)
    with os.fdopen(read, "rb") as stdin:
        child = Child(
            command,
            death_signal=signal.SIGKILL,  # what it was making is thrown away
            account=account,
            env=environment(),
            cwd="/",
            stdin=stdin,
            output=subprocess.PIPE,
            errors=subprocess.PIPE,
        )
    output, errors = child.read()
    # The server without a server ends with 0 even when a statement failed.
    wrong = [line for line in errors.splitlines() if re.search(r"\b(ERROR|FATAL|PANIC|error):", line)]
    if child.poll() or wrong:
        said = wrong or errors.splitlines() or output.splitlines() or ["no reason given"]
        raise Failed(f"PostgreSQL could not make its database: {said[0].strip()}")


def _major(path: Path) -> int | None:
    """Return the version that made the cluster, None if there is none yet."""
    try:
        return int((path / "PG_VERSION").read_text())
    except FileNotFoundError:
        if path.exists():
            raise Failed(f"{path} is no database of PostgreSQL: move it away") from None
        return None


def _place(data: Path, say: Say, state: Path) -> tuple[Path, Account | None]:
    """Return the folder that holds the cluster and, if we are root, the account to run it as."""
    inside = data / "pg"
    if os.geteuid() == 0:
        return _place_as_owner(data, inside) if inside.exists() else _place_as_nobody(data, say, state)
    if inside.exists() and inside.stat().st_uid != os.geteuid():
        raise Failed(f"{inside} belongs to user {_user(inside)}: start as that user, or give another --data")
    if (data / POINTER).exists():
        raise Failed(
            f"the database of {data} was made by root: start as root, or give another folder with --data"
        )
    return data, None


def _place_as_owner(data: Path, inside: Path) -> tuple[Path, Account]:
    state = inside.stat()
    account = Account(state.st_uid, state.st_gid)
    if not binaries.may_enter(data, account):
        raise Failed(
            f"user {_user(inside)}, who owns {inside}, cannot reach it: a folder above it is closed to others"
        )
    return data, account


def _place_as_nobody(data: Path, say: Say, state: Path) -> tuple[Path, Account]:
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Failed(
            "PostgreSQL refuses to run as root, and there is no user nobody: start as a user"
        ) from None
    nobody, pointer = Account(entry.pw_uid, entry.pw_gid), data / POINTER
    if not pointer.exists() and binaries.may_enter(data, nobody):
        return data, nobody
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if home.parent != state or not (home / "pg").is_dir():
            raise Failed(
                f"the database of {data} is not in {home} any more: put it back, or delete {pointer} "
                "to begin with an empty one"
            )
    else:
        home = state / f"{data.parent.name or 'root'}-{hashlib.sha256(bytes(data)).hexdigest()[:12]}"
        _make(state, 0o755)
        _make(home, 0o711)
    if not binaries.may_enter(home, nobody):
        raise Failed(f"user nobody can reach neither {data} nor {home}: give another folder with --data")
    say(f"The database is in {home}: its user, nobody, cannot reach {data}.")
    return home, nobody


def _make(folder: Path, mode: int) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(mode)  # ours; mkdir alone would leave the mode to the umask


def _user(path: Path) -> str:
    try:
        return path.owner()
    except KeyError:
        return str(path.stat().st_uid)
