"""Steps of `./dev`: said, run quietly, done once, and never two at a time."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PATHS = [str(ROOT / part) for part in ("layer/python", "gateway", "cli")]

Command = Sequence[str | Path]


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is the command's own."""
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """End with one line."""
    sys.exit(f"dev: {text}")


def environment() -> dict[str, str]:
    """Return the environment in which this project's programs run."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)])
    others = [
        part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part and part not in PATHS
    ]
    ours = {"PATH": path, "PYTHONPATH": os.pathsep.join(PATHS + others), "VIRTUAL_ENV": str(VENV)}
    return {**os.environ, **ours, "ORDERBELL_PROGRAM": "./dev"}


def attempt(what: str, command: Command, env: dict[str, str] | None = None, cwd: Path = ROOT) -> str | None:
    """Run a step quietly, with a line that says what is going on; return what it said if it failed."""
    say(f"{what} ...")
    began = time.monotonic()
    try:
        done = subprocess.run(
            [str(word) for word in command],
            env={**(env or os.environ), "NO_COLOR": "1"},  # its words are shown later, by us
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    seconds = time.monotonic() - began
    if done.returncode:
        return done.stdout.decode(errors="replace").strip()[-6000:] or f"status {done.returncode}"
    if seconds > 1:
        say(f"  done ({seconds:.1f} s)")
    return None


def run(what: str, command: Command, env: dict[str, str] | None = None, cwd: Path = ROOT) -> None:
    """Run a step quietly; if it fails show what it said, and end."""
    wrong = attempt(what, command, env, cwd)
    if wrong is not None:
        say(wrong)
        stop(f"{what}: failed, see above")


def works(command: Command) -> bool:
    """Return whether a program runs at all; a shim on PATH may not."""
    try:
        return subprocess.run([str(word) for word in command], capture_output=True).returncode == 0
    except OSError:
        return False


def become(command: Command, env: dict[str, str] | None = None) -> NoReturn:
    """Become the command: signals reach it, its exit status is ours."""
    sys.stdout.flush()
    words = [str(word) for word in command]
    env = env or environment()
    if os.name == "nt":
        sys.exit(subprocess.run(words, env=env).returncode)
    try:
        os.execvpe(words[0], words, env)
    except OSError as error:
        stop(f"{words[0]}: {error.strerror}")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Let one `./dev` at a time install or build."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(stamp: Path, key: str, work: Callable[[], None]) -> None:
    """Do the work unless the stamp says that it was done for this key."""
    if stamp.is_file() and stamp.read_text() == key:
        return
    stamp.unlink(missing_ok=True)
    work()
    stamp.write_text(key)


def digest(*files: Path) -> str:
    """Return a hash over the names and contents of files of this checkout."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def apt(*names: str) -> bool:
    """Install Debian's packages if we may; return whether that worked."""
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", *names]
    return (
        attempt("Asking Debian for its list of packages", ["apt-get", "update", "-qq"], env) is None
        and attempt(f"Installing {', '.join(names)}", command, env) is None
    )
