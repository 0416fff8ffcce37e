"""The Python packages: .venv, and in it what a lock names, checked by their hashes."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from pathlib import Path

from tools.steps import PYTHON, ROOT, VENV, apt, digest, once, run, stop, works

RUNNING = "requirements.lock"
TESTING = "requirements-test.lock"
AUDITING = "requirements-audit.lock"  # what `./dev audit` asks with; nobody else needs it


def packages(lock: str = RUNNING) -> None:
    """See that .venv exists and holds what the lock names. The second time this costs nothing."""
    if not PYTHON.exists():
        run("Making .venv", _venv_command())
    if lock == RUNNING and _is_current(TESTING) and _pins(RUNNING) <= _pins(TESTING):
        return  # `up` after `test` has all it needs
    once(_stamp(lock), digest(ROOT / lock), lambda: _install(lock))


def _stamp(lock: str) -> Path:
    return VENV / f"{lock}.stamp"


def _is_current(lock: str) -> bool:
    return _stamp(lock).is_file() and _stamp(lock).read_text() == digest(ROOT / lock)


def _pins(lock: str) -> set[str]:
    return set(re.findall(r"^[\w.-]+==\S+", (ROOT / lock).read_text(), re.MULTILINE))


def _install(lock: str) -> None:
    uv = _uv()
    tool: list[str | Path] = (
        [uv, "pip", "install", "--python", PYTHON] if uv else [PYTHON, "-m", "pip", "install"]
    )
    run(f"Installing the packages of {lock}", [*tool, "--quiet", "--require-hashes", "-r", ROOT / lock])


def _uv() -> str | None:
    uv = shutil.which("uv")
    return uv if uv and works([uv, "--version"]) else None


def _venv_command() -> list[str | Path]:
    uv = _uv()
    if uv:
        return [uv, "venv", "--quiet", "--seed", "--clear", "--python", sys.executable, VENV]
    if importlib.util.find_spec("ensurepip") is None and not apt("python3-venv"):
        stop("this Python cannot make a virtual environment: apt-get install python3-venv")
    return [sys.executable, "-m", "venv", "--clear", VENV]
