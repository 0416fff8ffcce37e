"""Child processes that end with us, also where the system does not see to it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import psutil

from orderbell_cli.process import Child, commands, until
from support.programs import Running, all_gone

HOLDER = """
import time
from orderbell_cli.process import Child
child = Child(["sleep", "600"], shell_watches={watches})
print("pid", child.pid, flush=True)
time.sleep(600)
"""


def test_a_child_ends_when_we_are_killed() -> None:
    _dies_with_its_parent(watches=False)


def test_a_child_ends_when_we_are_killed_where_only_a_shell_can_see_to_it() -> None:
    _dies_with_its_parent(watches=True)


def _dies_with_its_parent(*, watches: bool) -> None:
    with Running([sys.executable, "-c", HOLDER.format(watches=watches)]) as holder:
        child = psutil.Process(int(holder.line("pid").split()[1]))
        family = holder.family()
        assert child in family
        holder.process.kill()
        assert all_gone(family)


def test_the_shell_that_watches_goes_with_the_child() -> None:
    before = set(psutil.Process().children(recursive=True))
    child = Child(["sleep", "600"], shell_watches=True)
    child.stop((signal.SIGTERM, 10))
    assert child.poll() == -signal.SIGTERM
    assert until(lambda: set(psutil.Process().children(recursive=True)) == before, 10)


def test_a_child_that_does_not_listen_is_killed_at_last(tmp_path: Path) -> None:
    said = tmp_path / "said"
    with said.open("wb") as output:
        child = Child(["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.1; done"], output=output)
    assert until(lambda: "deaf" in said.read_text(), 10)
    child.stop((signal.SIGTERM, 0.2))
    assert child.poll() == -signal.SIGKILL


def test_the_processes_are_listed_with_their_arguments() -> None:
    child = Child(["sleep", "599.25"])
    try:
        assert until(lambda: commands().get(child.pid) == "sleep 599.25", 10)
    finally:
        child.stop((signal.SIGTERM, 10))
