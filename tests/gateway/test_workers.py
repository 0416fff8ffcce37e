"""Worker processes: warm, killed, respawned; the gateway lives on."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from support.waiting import until
from tests.gateway.gateway_process import PROBE, GatewayProcess

Start = Callable[..., GatewayProcess]


def ask(gateway: GatewayProcess, do: str, value: str = "", path: str = "/probe") -> requests.Response:
    return requests.get(gateway.url + path, params={"do": do, "value": value}, timeout=30)


def assert_unavailable(reply: requests.Response) -> None:
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
    assert reply.headers["retry-after"] == "1"
    assert reply.headers["content-type"] == "application/problem+json"
    assert "customer" not in reply.text


@pytest.mark.parametrize("do", ["raise", "exit", "spin", "unserialisable"])
def test_a_failing_function_is_a_503_and_the_next_call_works(shared: GatewayProcess, do: str) -> None:
    before = shared.pid
    assert_unavailable(ask(shared, do))
    assert ask(shared, "print").text == "printed"
    assert shared.pid == before and shared.process is not None and shared.process.poll() is None


def test_an_exception_keeps_the_worker_and_a_crash_replaces_it(start: Start) -> None:
    gateway = start("--max-instances", "1")
    first = ask(gateway, "pid").text
    ask(gateway, "raise")
    assert ask(gateway, "pid").text == first
    ask(gateway, "exit")
    assert ask(gateway, "pid").text != first


def test_a_worker_that_takes_too_long_is_killed(start: Start) -> None:
    gateway = start("--max-instances", "1")
    first = int(ask(gateway, "pid").text)
    assert_unavailable(ask(gateway, "spin"))
    assert gateway.logged("timeout")["function"] == "probe-function"
    until(lambda: first not in gateway.workers(), "the worker is gone")
    assert int(ask(gateway, "pid").text) != first


def test_the_endpoints_own_limit_answers_but_lets_the_function_finish(start: Start) -> None:
    gateway = start("--max-instances", "1")
    first = ask(gateway, "pid").text
    assert_unavailable(ask(gateway, "sleep", "1.5", path="/quick"))
    assert ask(gateway, "pid").text == first


def test_a_worker_killed_from_outside_is_replaced_though_nobody_calls(start: Start) -> None:
    gateway = start()
    first = int(ask(gateway, "pid").text)
    others = set(gateway.workers())
    os.kill(first, signal.SIGKILL)
    until(lambda: set(gateway.workers()) - others, "a new worker")
    assert ask(gateway, "print").text == "printed"


def test_an_idle_worker_is_used_again(start: Start) -> None:
    gateway = start()
    assert len({ask(gateway, "pid").text for _ in range(10)}) == 1


def busy(gateway: GatewayProcess, function: str = "patient") -> float:
    """Return how many workers of a function are at work."""
    return gateway.metric("workers", function=function, state="busy")


def waiting(gateway: GatewayProcess) -> float:
    return gateway.metric("waiting", function="patient")


def patient(gateway: GatewayProcess, do: str, value: object) -> requests.Response:
    return ask(gateway, do, str(value), path="/patient")


def test_calls_at_once_get_their_own_workers_up_to_the_limit(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "3", "--scale-after", "0")
    with ThreadPoolExecutor(8) as many:
        replies = [many.submit(patient, gateway, "hold", tmp_path / "go") for _ in range(8)]
        until(lambda: (busy(gateway), waiting(gateway)) == (3, 5), "three at work and five waiting")
        (tmp_path / "go").touch()
        assert len({reply.result().text for reply in replies}) <= 3
    assert len(gateway.workers()) == KINDS + 2


# Functions of the probe set that an endpoint calls: each has a warm worker.
KINDS = 4


def test_spare_workers_are_ended_but_one_stays(start: Start, tmp_path: Path) -> None:
    gateway = start("--scale-after", "0", "--instance-idle", "0.5")
    until(lambda: len(gateway.workers()) == KINDS, "one worker each")
    with ThreadPoolExecutor(4) as many:
        for _ in range(4):
            many.submit(patient, gateway, "hold", tmp_path / "go")
        until(lambda: busy(gateway) == 4 and waiting(gateway) == 0, "four at work")
        (tmp_path / "go").touch()
    until(lambda: len(gateway.workers()) == KINDS, "the spare ones end")
    assert patient(gateway, "print", "").text == "printed"
    assert len(gateway.workers()) == KINDS


def test_waiting_events_are_served_in_the_order_they_came(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1")
    with ThreadPoolExecutor(8) as many:
        many.submit(patient, gateway, "hold", tmp_path / "go")
        until(lambda: busy(gateway) == 1 and waiting(gateway) == 0, "a worker at work")
        for number in range(6):
            many.submit(patient, gateway, "note", number)
            until(lambda n=number: waiting(gateway) == n + 1, "the event waits")
        (tmp_path / "go").touch()
    assert (tmp_path / "events.jsonl").read_text().split() == list("012345")


def test_more_waiting_events_than_allowed_are_refused_at_once(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1", "--max-waiting", "2")
    patient(gateway, "pid", "")
    with ThreadPoolExecutor(8) as many:
        for taken in (0, 1, 2):
            many.submit(patient, gateway, "hold", tmp_path / "go")
            until(lambda n=taken: waiting(gateway) == n and busy(gateway) == 1, "the event is taken")
        assert_unavailable(patient(gateway, "pid", ""))
        (tmp_path / "go").touch()
    assert patient(gateway, "print", "").text == "printed"


def test_the_vendors_own_shapes_of_failure_can_be_had(start: Start) -> None:
    gateway = start("--platform-errors")
    for do, number in (("raise", 430), ("exit", 439), ("spin", 433)):
        reply = ask(gateway, do)
        assert (reply.status_code, reply.json()["statusCode"], reply.json()["errorCode"]) == (200, number, -1)
    reply = ask(gateway, "return", "3")
    assert (reply.status_code, reply.json()["errno"]) == (403, 403)
    assert ask(gateway, "sleep", "1.5", path="/quick").status_code == 504


def test_an_answer_of_the_wrong_form_is_a_503(shared: GatewayProcess) -> None:
    for value in ("3", "null", '{"statusCode": "200"}', '{"body": "x"}'):
        assert_unavailable(ask(shared, "return", value))


def test_an_answer_above_six_megabytes_is_a_failure(shared: GatewayProcess) -> None:
    assert len(ask(shared, "large", "2000000").content) == 2_000_000
    assert_unavailable(ask(shared, "large", "7000000"))
    assert ask(shared, "print").text == "printed"


def test_a_function_that_cannot_be_loaded_is_named_and_mended_without_a_restart(
    start: Start, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(PROBE, root)
    door = root / "function_probe" / "probe.py"
    working = door.read_text()
    door.write_text("import no_such_module\n" + working)
    gateway = start(root=root)
    failed = gateway.logged("init_failed", function="probe-function")
    assert (failed["function"], failed["type"]) == ("probe-function", "ModuleNotFoundError")
    assert "no_such_module" in failed["message"]
    assert_unavailable(ask(gateway, "print"))
    door.write_text(working)
    until(lambda: ask(gateway, "print").status_code == 200, "the mended function")


def test_a_function_that_hangs_while_loading_is_killed(start: Start, tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(PROBE, root)
    (root / "function_probe" / "probe.py").write_text("import time\ntime.sleep(60)\n")
    gateway = start("--init-timeout", "0.5", root=root)
    assert_unavailable(ask(gateway, "print"))
    assert gateway.logged("init_failed", function="probe-function")["type"] == "TimeoutError"


def test_what_a_function_prints_is_logged_with_its_request_id(start: Start) -> None:
    gateway = start()
    reply = ask(gateway, "print")
    one = reply.headers["x-request-id"]
    gateway.logged("output", request_id=one, line="one line", function="probe-function")
    gateway.logged("output", request_id=one, log={"two": "lines"})
    gateway.logged("output", request_id=one, line="from below")
    gateway.logged("output", request_id=one, log={"odd": "\ud800"})


def test_a_crash_is_logged_with_its_request_id(start: Start) -> None:
    gateway = start()
    one = ask(gateway, "exit").headers["x-request-id"]
    assert gateway.logged("crash", request_id=one)["function"] == "probe-function"


def test_the_text_of_an_exception_is_only_logged_on_request(start: Start) -> None:
    gateway, frank = start(), start("--show-errors")
    ask(gateway, "raise"), ask(frank, "raise")
    line = gateway.logged("exception")
    assert line["type"] == "ValueError"
    assert "probe.py" in line["trace"][-1] and "main_handler" in line["trace"][-1]
    assert "secret of a customer" not in gateway.log_file.read_text()
    assert frank.logged("exception")["message"] == "secret of a customer"


def test_workers_end_when_the_gateway_is_killed(start: Start) -> None:
    gateway = start()
    ask(gateway, "print")
    workers = gateway.workers()
    assert len(workers) >= 3
    with ThreadPoolExecutor(1) as one:
        spinning = one.submit(lambda: pytest.raises(requests.ConnectionError, ask, gateway, "spin"))
        until(lambda: busy(gateway, "probe-function") == 1, "a worker at work")
        os.kill(gateway.pid, signal.SIGKILL)
        spinning.result()
    gateway.wait()
    until(lambda: not [pid for pid in workers if running(pid)], "the workers end")


def running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_worker_outlives_the_signals_of_a_terminal(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1")
    first = int(patient(gateway, "pid", "").text)
    with ThreadPoolExecutor(1) as one:
        reply = one.submit(patient, gateway, "hold", tmp_path / "go")
        until(lambda: busy(gateway) == 1, "a worker at work")
        for number in (signal.SIGINT, signal.SIGTERM):
            os.kill(first, number)
        (tmp_path / "go").touch()
        assert reply.result().text == str(first)
    assert patient(gateway, "pid", "").text == str(first)


def test_a_worker_holds_little_before_its_function_asks_for_more(shared: GatewayProcess) -> None:
    modules = set(ask(shared, "modules").json())
    assert {"json", "os"} <= modules
    heavy = {
        "asyncio",
        "aiohttp",
        "socket",
        "subprocess",
        "threading",
        "logging",
        "orderbell_gateway",
        "yaml",
    }
    assert not modules & heavy
