"""`orderbell up`: one command starts everything, keeps it alive, and leaves nothing behind."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from orderbell_cli.folder import Log
from orderbell_cli.paths import child_environment
from orderbell_cli.process import until
from orderbell_cli.upkeep import DELAYS_S, HEALTHY_S, Upkeep
from support.postgres import running_postgres
from support.programs import Up, all_gone, orderbell

# Stands in for the gateway where one has to misbehave. PYTHONPATH of the test comes before ours.
REFUSES = """
import sys
sys.exit("orderbell_gateway: PUSH_TOKEN is empty: set it")
"""


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/healthz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def part(up: Up, name: str) -> psutil.Process:
    """Return the child of `up` whose command line has the name."""
    own = psutil.Process(up.process.pid)
    return next(each for each in own.children() if any(name in word for word in each.cmdline()))


def test_one_command_gives_links_that_work(data: Path) -> None:
    with Up(data) as up:
        told = up.ready()
        text = "\n".join(up.lines)
        url = told["url"]
        assert f"Customers   {url}/" in text
        codes = re.findall(rf"{url}/kitchen/#pair=(\w+)", text)
        assert len(codes) == len(set(codes)) == 3
        assert "█" in text
        assert answers(url)
        shops = requests.get(f"{url}/get_shop_info", timeout=10).json()["shops"]
        assert {shop["slug"] for shop in shops} == {"noodle-house", "coffee-bar", "burger-place"}


def test_run_json_tells_where_it_runs_and_only_while_it_runs(data: Path) -> None:
    with Up(data) as up:
        told = up.ready()
        assert set(told) == {"pid", "url", "internal_url", "push_url", "database_url"}
        assert told["pid"] == up.process.pid
        assert (data / "run.json").stat().st_mode & 0o777 == 0o600
        assert (data / "push_token").stat().st_mode & 0o777 == 0o600
        up.process.send_signal(signal.SIGTERM)
        assert up.wait() == 0
    assert not (data / "run.json").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_in_order_when_asked(data: Path, number: signal.Signals) -> None:
    with Up(data, "--no-demo") as up:
        up.ready()
        family = up.family()
        up.process.send_signal(number)
        assert up.wait() == 0
        assert up.lines[-1] == "Stopped."
        assert all_gone(family)
    log = (data / "postgres.log").read_text()
    assert "database system is shut down" in log
    assert '"event": "stopped"' in (data / "gateway.log").read_text()


def test_it_stops_in_order_when_asked_while_it_starts(data: Path) -> None:
    with Up(data) as up:
        up.line("Creating the database")
        up.process.send_signal(signal.SIGINT)
        assert up.wait() == 0
    assert not any("ready" in line for line in up.lines)
    with Up(data, "--no-demo") as up:
        assert answers(up.ready()["url"])


def test_killed_it_leaves_no_process_and_all_data(data: Path) -> None:
    with Up(data) as up:
        up.ready()
        family = up.family()
        assert len(family) > 7
        up.process.kill()
        assert all_gone(family)
    with Up(data, "--no-demo") as up:
        url = up.ready()["url"]
        assert len(requests.get(f"{url}/get_shop_info", timeout=10).json()["shops"]) == 3


def test_killed_it_can_be_started_again_while_its_gateway_still_holds_the_ports(data: Path) -> None:
    with Up(data, "--no-demo") as up:
        told = up.ready()
        gateway = part(up, "orderbell_gateway")
        gateway.suspend()  # it will stop in order, but not yet
        up.process.kill()
        ports = [str(urlsplit(told[name]).port) for name in ("url", "internal_url")]
        with Up(data, "--no-demo", "--port", ports[0], "--internal-port", ports[1]) as again:
            assert until(lambda: not (data / "run.json").exists(), 30)
            gateway.resume()
            assert again.ready()["url"] == told["url"]
            assert answers(told["url"])


def test_a_taken_port_is_one_clear_line_and_nothing_is_started(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for flag in ("--port", "--internal-port"):
            done = orderbell("up", "--data", data, "--port", "0", "--internal-port", "0", flag, str(port))
            assert done.returncode == 1
            why = f"port {port} is taken by another program: stop it, or choose another with {flag}"
            assert done.stderr == f"orderbell: {why}\n"
            assert done.stdout == ""
    assert not (data / "pg").exists()


def test_a_second_one_on_the_same_folder_is_one_clear_line(data: Path) -> None:
    with Up(data, "--no-demo") as up:
        url = up.ready()["url"]
        done = orderbell("up", "--data", data, "--port", "0", "--internal-port", "0")
        assert done.returncode == 1
        assert f"another orderbell (process {up.process.pid}, {url}) is using {data}" in done.stderr
        assert done.stderr.count("\n") == 1
        assert answers(url)
        assert (data / "run.json").exists()


def test_a_gateway_that_dies_is_started_again_on_its_port(data: Path) -> None:
    with Up(data, "--no-demo") as up:
        url = up.ready()["url"]
        gateway = part(up, "orderbell_gateway")
        gateway.kill()
        up.line("The gateway ended by itself")
        assert until(lambda: answers(url), 30)
        assert part(up, "orderbell_gateway").pid != gateway.pid


def test_a_database_that_dies_is_started_again_and_orders_go_on(data: Path) -> None:
    with Up(data) as up:
        url = up.ready()["url"]
        assert answers(url)
        part(up, "postgres").kill()
        up.line("PostgreSQL ended by itself")
        assert until(lambda: answers(url), 30)
        assert len(requests.get(f"{url}/get_shop_info", timeout=10).json()["shops"]) == 3


def test_the_database_of_the_environment_takes_the_place_of_our_own(data: Path) -> None:
    with running_postgres() as url, Up(data, env={"DATABASE_URL": url}) as up:
        told = up.ready()
        assert told["database_url"] == url
        assert answers(told["url"])
        assert not (data / "pg").exists()
        up.process.send_signal(signal.SIGINT)
        assert up.wait() == 0


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://nobody:x@127.0.0.1:1/none", "127.0.0.1"),
        ("mysql://nobody:x@127.0.0.1/none", "DATABASE_URL must look like postgresql://"),
    ],
)
def test_a_wrong_database_address_is_one_clear_line(data: Path, url: str, said: str) -> None:
    done = orderbell("up", "--data", data, "--port", "0", "--internal-port", "0", env={"DATABASE_URL": url})
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("orderbell: ") and said in last and "nobody:x" not in last
    assert done.stderr.count("\n") == 1


def test_a_gateway_that_refuses_to_start_is_one_clear_line(data: Path, tmp_path: Path) -> None:
    (tmp_path / "orderbell_gateway").mkdir()
    (tmp_path / "orderbell_gateway" / "__init__.py").touch()
    (tmp_path / "orderbell_gateway" / "__main__.py").write_text(REFUSES)
    path = os.pathsep.join([str(tmp_path), child_environment()["PYTHONPATH"]])
    done = orderbell(
        "up", "--data", data, "--port", "0", "--internal-port", "0", "--no-demo", env={"PYTHONPATH": path}
    )
    assert done.returncode == 1
    assert "the gateway did not start: PUSH_TOKEN is empty: set it" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "database system is shut down" in (data / "postgres.log").read_text()


class Dying:
    """A part that is dead whenever one looks."""

    name = "The part"

    def __init__(self) -> None:
        self.starts = 0

    def again(self) -> None:
        self.starts += 1

    def poll(self) -> int | None:
        return 1

    def stop(self, hurry: object) -> None: ...

    def tidy(self) -> None: ...


def test_a_part_that_keeps_dying_is_tried_for_ever_at_longer_and_longer_intervals() -> None:
    dying, said, now = Dying(), list[str](), 1000.0
    upkeep = Upkeep(dying, now)
    waits = []
    while dying.starts < 50:
        wait = upkeep.look(now, said.append)
        if wait == float("inf"):  # it was started, and died at once
            wait = 0.01
        elif wait:
            waits.append(wait)
        now += wait
    assert waits[-1] == max(waits) == DELAYS_S[-1]
    assert now - 1000 >= sum(DELAYS_S)
    assert "The part ended 7 times in a row" in said[-1] and len(said) == len(DELAYS_S) + 1


def test_a_part_that_dies_now_and_then_is_always_started_again() -> None:
    dying, now = Dying(), 1000.0
    upkeep = Upkeep(dying, now)
    for _ in range(50):
        now += HEALTHY_S + 1
        assert upkeep.look(now, lambda line: None) == float("inf")
    assert dying.starts == 50


class OnAFullDisk(Dying):
    """A part for which there is no room: neither for its log nor for its start."""

    def again(self) -> None:
        super().again()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def tidy(self) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_ends_nobody_who_keeps_the_parts_alive() -> None:
    part, said, now = OnAFullDisk(), list[str](), 1000.0
    upkeep = Upkeep(part, now)
    while part.starts < 10:
        now += upkeep.look(now, said.append)
    assert any("No space left on device" in line for line in said)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="nothing here stands in for a full disk")
@pytest.mark.parametrize("full", [False, True])
def test_a_log_that_grew_too_big_is_shortened_even_where_there_is_no_room_for_its_older_part(
    tmp_path: Path, full: bool
) -> None:
    log, older = Log(tmp_path / "postgres.log"), tmp_path / "postgres.log.1"
    size = 20 * 1024 * 1024 + 1
    os.truncate(log.path, size)
    if full:
        older.symlink_to("/dev/full")
    log.shorten()
    assert log.size() == 0
    assert older.exists() is not full and (full or older.stat().st_size == size)
    log.close()
