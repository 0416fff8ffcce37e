"""A full disk: orders are refused, none that was taken is lost, and they are taken again once there is room."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from support.parts import EACH_SECOND, ask
from support.postgres import open_folder
from support.programs import is_root
from support.system import Screen, System, running_system
from support.waiting import until

SIZE_MIB = 160


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of its own, on which everything of a system is: PostgreSQL, its log, the gateway's log."""
    with open_folder() as folder:
        mount = folder / "disk"
        mount.mkdir()
        options = f"size={SIZE_MIB}m,mode=0755"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "orderbell-test", mount], check=True)
        try:
            yield mount
        finally:
            subprocess.run(["umount", mount], check=True)


def fill(disk: Path) -> Path:
    """Take every byte that is free, and return the file that has them."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def place(system: System, number: int) -> str | None:
    """Place an order; return its id, or None where it was refused as it should be."""
    answer = system.post(key=f"order {number}")
    if answer.status_code in (200, 201):
        return str(answer.json()["order"]["id"])
    assert answer.status_code == 503 and "Retry-After" in answer.headers, answer.text
    return None


def has_crashed(system: System) -> bool:
    """Use up what PostgreSQL has left of its write-ahead log; say whether that has ended it."""
    try:
        ask(system, "SELECT pg_logical_emit_message(true, 'test', repeat('x', 1000000))")
    except psycopg2.OperationalError:
        return True
    return False


@pytest.mark.skipif(not is_root() or shutil.which("mount") is None, reason="only root can make a small disk")
def test_a_full_disk_refuses_orders_loses_none_and_goes_on_by_itself_when_there_is_room(disk: Path) -> None:
    taken: set[str] = set()
    with running_system(disk / "data", SWEEP_CRON=EACH_SECOND) as system:
        with Screen(system, system.pair()) as screen:
            screen.until(lambda s: s.seq is not None)
            taken.add(str(place(system, 0)))
            filler = fill(disk)
            number = 1
            while order := place(system, number):  # what PostgreSQL had laid by is used up first
                taken.add(order)
                number += 1
                fill(disk)
            assert "No space left on device" in (disk / "data" / "postgres.log").read_text()
            until(lambda: has_crashed(system), "PostgreSQL cannot go on without a place for its own log")
            assert place(system, number) is None
            filler.unlink()
            taken.add(until(lambda: place(system, number), "orders are taken again", 60))
            screen.until(lambda s: taken <= set(s.shown))
            assert sorted(screen.shown) == sorted(taken)
        assert {row[0] for row in ask(system, "SELECT order_id::text FROM orders")} == taken
