"""What is left after SIGKILL: every order, and no process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from support.postgres import open_folder
from support.system import Screen, System, running_system
from support.waiting import until


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found / "data"


def family(system: System) -> list[psutil.Process]:
    """Every process of the system."""
    parent = psutil.Process(system.process.pid)
    return [parent, *parent.children(recursive=True)]


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def test_a_sigkill_loses_no_order_and_leaves_no_process(folder: Path) -> None:
    with running_system(folder) as system:
        token = system.pair()
        with Screen(system, token) as kitchen:
            placed = [system.post(key=f"before-{n}") for n in range(5)]
            first = placed[0].json()["order"]["id"]
            kitchen.until_order(placed[-1].json()["order"]["id"])
            assert kitchen.command("accept", order=first, minutes=10)["ok"]
            kitchen.until_order(first, "accepted")
            epoch, seq = kitchen.epoch, kitchen.seq
            processes = family(system)
            assert len(processes) > 3
            system.kill()
            until(lambda: not living(processes), f"every process has ended, left: {living(processes)}")
    with running_system(folder) as again:
        for answer in placed:
            body = answer.json()
            order = again.get(f"/bill?order={body['order']['id']}", body["token"]).json()["order"]
            assert order["lines"] == body["order"]["lines"]
        assert again.post(key="before-0").status_code == 200
        fresh = again.post(key="after").json()["order"]["id"]
        with Screen(again, token, epoch, seq) as back:
            back.until(lambda screen: fresh in screen.orders)
            assert back.shown == [fresh]
        with Screen(again, token) as whole:
            whole.until(lambda screen: screen.seq is not None)
            assert set(whole.orders) == {*(answer.json()["order"]["id"] for answer in placed), fresh}


def test_a_stop_leaves_no_process(folder: Path) -> None:
    with running_system(folder) as system:
        processes = family(system)
        system.stop()
        assert system.process.returncode == 0
        assert not living(processes)


def test_a_killed_worker_loses_nothing_and_the_gateway_lives_on(folder: Path) -> None:
    with running_system(folder) as system:
        system.post()
        workers = [one for one in family(system) if "worker.py" in " ".join(one.cmdline())]
        assert workers
        for worker in workers:
            worker.kill()
        until(lambda: system.post().status_code == 201, "orders are taken again")
