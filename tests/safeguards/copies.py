"""Copies of this checkout with something taken out, and tests run in them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.safeguards.removal import Edit
from tools.pages import page_tools
from tools.steps import ROOT

PARTS = (
    "apigateway", "cli", "clients", "db", "docs", "gateway", "layer", "tests", "tools", "bench",
    "dev", "pyproject.toml", "serverless.yml", "requirements.lock", "requirements-test.lock", "requirements-node.lock",
)  # fmt: skip
NOT_COPIED = shutil.ignore_patterns("node_modules", "dist", "build", "__pycache__", ".*_cache")
TIMEOUT_S = 300
BROKEN = (
    "SyntaxError",
    "ImportError",
    "ModuleNotFoundError",
    "NameError",
    "AttributeError",
    "TypeError",
    "ReferenceError",
)
"""What a removal that is itself a mistake raises."""


_installing = threading.Lock()


class Stale(Exception):
    """A text that is to be taken out is not there, or not once: the list must follow the code."""


@dataclass(frozen=True)
class Outcome:
    """How tests went: by name `passed`, `failed`, or what kept a test from being one; and what was printed."""

    tests: dict[str, str]
    printed: str


def copy(folder: Path, edits: Iterable[Edit] = ()) -> Path:
    """Copy what tests need of this checkout into a folder, with edits made; what is installed is linked.

    Raises:
        Stale: a text that an edit replaces does not stand in its file once.
    """
    folder.mkdir(parents=True)
    functions = [path.name for path in ROOT.glob("function_*") if path.is_dir()]
    for name in (*PARTS, *functions):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=NOT_COPIED)
        else:
            shutil.copy2(source, folder / name)
    for edit in edits:
        file = folder / edit.file
        text = file.read_text("utf-8")
        if text.count(edit.find) != 1:
            raise Stale(f"{edit.file} has {text.count(edit.find)} times, and not once: {edit.find!r}")
        file.write_text(text.replace(edit.find, edit.replace), "utf-8")
    return folder


def run_python(folder: Path, tests: Iterable[str], database: str) -> Outcome:
    """Run pytest in a copy on a PostgreSQL server that is there."""
    report = folder / "report.xml"
    names = list(tests)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-o",
        "junit_family=xunit1",
        *names,
    ]
    env = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "PYTEST_"))
    }
    done = _run([*command, f"--junit-xml={report}"], folder, {**env, "TEST_DATABASE_URL": database})
    found = dict.fromkeys(names, f"did not run (pytest ended with {done.returncode})")
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        name = f"{case.get('file')}::{case.get('name')}"
        if name in found:
            found[name] = _said(case)
    return Outcome(found, done.stdout)


def run_pages(folder: Path, tests: Iterable[str]) -> Outcome:
    """Run tests of the pages' code in a copy, with this checkout's Node and packages."""
    with _installing:
        env = page_tools()
    clients, report = folder / "clients", folder / "report.xml"
    names = list(tests)
    wanted = {name.partition("::")[0] for name in names}
    for file in (clients / "tests").glob("*.test.ts"):  # the runner takes all that are there
        if f"clients/tests/{file.name}" not in wanted:
            file.unlink()
    packages = clients / "node_modules"
    packages.mkdir()
    for path in (ROOT / "clients" / "node_modules").iterdir():
        if path.name != ".cache":  # the copy's own: the runner writes its bundles there
            (packages / path.name).symlink_to(path)
    node = shutil.which("node", path=env["PATH"]) or "node"
    words = [node, "tests/run.mjs", "--test-reporter=junit", f"--test-reporter-destination={report}"]
    done = _run(words, clients, env)
    found = dict.fromkeys(names, f"did not run (node ended with {done.returncode})")
    titles = {name.partition("::")[2]: name for name in names}
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        if case.get("name") in titles:
            found[titles[str(case.get("name"))]] = _said(case)
    return Outcome(found, done.stdout)


def _run(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=TIMEOUT_S,
    )  # fmt: skip


def _said(case: ElementTree.Element) -> str:
    """Return how a test went. A test that could not begin, or broke off where nothing was compared, is no proof."""
    for kind in ("error", "skipped"):
        if case.find(kind) is not None:
            return f"{kind}: {_message(case.find(kind))}"
    failure = case.find("failure")
    if failure is None:
        return "passed"
    if any(
        word in _message(failure)
        for word in ("SyntaxError", "ImportError", "ModuleNotFoundError", "NameError")
    ):
        return f"broken: {_message(failure)}"
    return "failed"


def _message(found: ElementTree.Element | None) -> str:
    return "" if found is None else str(found.get("message", ""))[:300]
