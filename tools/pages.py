"""The two pages: a Node that is new enough, their tools, and the build."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from tools.packages import packages
from tools.steps import BUILD, ROOT, attempt, digest, environment, once, run, say, stop

CLIENTS = ROOT / "clients"
DIST = CLIENTS / "dist"
NODE = "requirements-node.lock"
_NOT_SOURCES = {"node_modules", "dist", "tests"}


def pages() -> None:
    """Build the pages if their sources have changed."""
    parts = [part for part in CLIENTS.iterdir() if part.name not in _NOT_SOURCES]
    sources = [
        file for part in parts for file in ([part] if part.is_file() else part.rglob("*")) if file.is_file()
    ]
    stamp, key = BUILD / "pages.stamp", digest(*sources)
    if not (DIST / "index.html").is_file():
        stamp.unlink(missing_ok=True)

    once(stamp, key, _build)


def _build() -> None:
    """Build beside what is served, and change over at once: a system that is running never has half a build."""
    env, made, old = page_tools(), BUILD / "pages", BUILD / "pages-before"
    for left in (made, old):
        shutil.rmtree(left, ignore_errors=True)
    run("Building the pages", npm(env, "run", "build"), {**env, "ORDERBELL_DIST": str(made)}, CLIENTS)
    if DIST.exists():
        DIST.rename(old)
    made.rename(DIST)
    shutil.rmtree(old, ignore_errors=True)


def page_tools() -> dict[str, str]:
    """See that the pages' tools are there; return the environment to run them in."""
    return _installed(CLIENTS, "the pages' tools")


def lighthouse_tools() -> dict[str, str]:
    """See that Lighthouse is there; return the environment to run it in."""
    return _installed(ROOT / "tools" / "lighthouse", "Lighthouse")


def _installed(folder: Path, what: str) -> dict[str, str]:
    env = node_environment()

    def install() -> None:
        run(f"Installing {what}", npm(env, "ci"), env, folder)

    key = digest(folder / "package.json", folder / "package-lock.json")
    once(folder / "node_modules" / ".orderbell-stamp", key, install)
    return env


def check_pages() -> None:
    """See that the pages' types are right."""
    env = page_tools()
    run("tsc", npm(env, "run", "check"), env, CLIENTS)


def test_pages() -> None:
    """Run the pages' own tests."""
    env = page_tools()
    wrong = attempt("Testing the pages' own code", npm(env, "test"), env, CLIENTS)
    if wrong is not None:
        say(wrong)
        stop("the pages' own tests failed, see above")


def npm(env: dict[str, str], *words: str) -> list[str]:
    """Return the command for npm as this environment has it."""
    return [shutil.which("npm", path=env["PATH"]) or "npm", *words]


def node_environment() -> dict[str, str]:
    """See that Node and npm are there; return the environment to run them in."""
    env = environment()
    if shutil.which("npm") and _is_new_enough(shutil.which("node")):
        return env
    packages(NODE)  # puts node and npm into .venv's programs, which come first
    if not _is_new_enough(shutil.which("node", path=env["PATH"])):
        stop("no Node that runs here: install Node 20.19 or newer, with npm")
    return env


def _is_new_enough(node: str | Path | None) -> bool:
    """Return whether this Node is one that Vite runs on: 20.19 or 22.12 and newer."""
    if node is None:
        return False
    said = re.match(
        r"v(\d+)\.(\d+)", subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    )
    version = (int(said[1]), int(said[2])) if said else (0, 0)
    return version >= (22, 12) or (20, 19) <= version < (21, 0)
