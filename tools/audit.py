"""`./dev audit`: every package of every lock, asked of a vulnerability database.

A check for a release, not part of `./dev test`: it needs a network that has advisories. Where there is none it fails.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from pathlib import Path

from tools.audit_verdict import Heard, read_allowed, read_npm_audit, read_pip_audit, verdict
from tools.locks import NPM_LOCKS, Package, normal, read_all
from tools.packages import AUDITING, packages
from tools.pages import node_environment, npm
from tools.steps import BIN, ROOT, alone, environment, say, stop

ALLOWED = ROOT / "tools" / "audit_allowed.txt"
PATIENCE_S = 300
NPM_WORDS = (
    "--json",
    "--package-lock-only",
    "--no-offline",
    *(f"--include={k}" for k in ("dev", "optional", "peer")),
)
"""Said each time: set to offline npm finds no hole and is content, and NODE_ENV=production leaves out the tools."""


def audit() -> None:
    """Ask, and end with status 1 unless every package was looked at and has no open hole."""
    with alone():
        packages(AUDITING)
        env = node_environment()
    locked = read_all()
    heard = [*_ask_pip_audit(locked), *_ask_npm(locked, env)]
    try:
        allowed = read_allowed(ALLOWED.read_text("utf-8"))
    except ValueError as wrong:
        stop(str(wrong))
    faults = list(verdict(locked, heard, allowed, datetime.now(timezone.utc).date()))
    for fault in faults:
        say(f"  {fault}")
    if faults:
        stop(f"audit: failed, {len(faults)} reasons above")
    print(f"{len(locked)} packages of {len({one.lock for one in locked})} locks: no open advisory")


def rounds(locked: list[Package]) -> list[list[Package]]:
    """Divide Python's packages so that no round has a name twice: pip-audit takes one version of each.

    A lock has two where Python's versions need them, and what this machine would not install is audited as well.
    """
    divided: list[dict[str, Package]] = []
    for one in {(normal(p.name), p.version): p for p in locked if p.kind == "pypi"}.values():
        room = next((names for names in divided if normal(one.name) not in names), None)
        if room is None:
            divided.append(room := {})
        room[normal(one.name)] = one
    return [list(names.values()) for names in divided]


def requirements(group: list[Package]) -> str:
    """Return a round in pip's form, without markers: every one counts."""
    lines = []
    for one in group:
        hashes = " ".join(f"--hash={algorithm}:{value}" for algorithm, value in one.hashes)
        lines.append(f"{one.name}=={one.version} {hashes}\n")
    return "".join(lines)


def _ask_pip_audit(locked: list[Package]) -> Iterator[Heard]:
    with tempfile.TemporaryDirectory() as folder:
        for number, group in enumerate(rounds(locked), 1):
            say(f"Asking for the advisories of {len(group)} Python packages ...")
            file = Path(folder) / f"round-{number}.txt"
            file.write_text(requirements(group), "utf-8")
            words: list[str | Path] = [
                BIN / "pip-audit",
                "--requirement",
                file,
                "--disable-pip",
                "--require-hashes",
            ]
            answer = _ask([*words, "--format", "json", "--progress-spinner", "off"], environment(), ROOT)
            yield read_pip_audit(*answer)


def _ask_npm(locked: list[Package], env: dict[str, str]) -> Iterator[Heard]:
    for lock in NPM_LOCKS:
        mine = [one for one in locked if one.lock == lock]
        say(f"Asking for the advisories of {len(mine)} packages of {lock} ...")
        words = npm(env, "audit", *NPM_WORDS)
        text, said = _ask(words, env, (ROOT / lock).parent)
        yield read_npm_audit(text, mine, said)


def _ask(command: Sequence[str | Path], env: dict[str, str], cwd: Path) -> tuple[str, str]:
    """Return what a program says on its two outputs. Its status is not asked: pip-audit's is 0 for what it skipped."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            env={**env, "NO_COLOR": "1"},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_S,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {PATIENCE_S} s"
    except OSError as error:
        return "", f"{command[0]}: {error.strerror}"
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
