"""The end: in order, at once, with the parent; and the starts that are refused because of a port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from support.waiting import until
from tests.gateway.gateway_process import PROBE, TOKEN, GatewayProcess, start_failing
from tests.gateway.raw_client import RawClient
from tests.gateway.test_workers import ask, busy, patient, running

Start = Callable[..., GatewayProcess]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_the_sockets_1001_and_exits_0(start: Start, tmp_path: Path, number: int) -> None:
    gateway = start()
    workers = gateway.workers()
    with connect(gateway.ws("/ws")) as client:
        client.send("hello")
        os.kill(gateway.pid, number)
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=10)
        assert client.protocol.close_code == 1001
    assert gateway.wait() == 0
    assert not [pid for pid in workers if running(pid)]
    assert not gateway.ready_file.exists()
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    actions = [json.loads(line)["websocket"]["action"] for line in lines]
    assert actions == ["connecting", "data send", "closing"], "the functions were told of the end"
    assert gateway.log("stopped")


def test_what_runs_is_finished_and_nothing_new_is_taken(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1")
    with ThreadPoolExecutor(1) as one, requests.Session() as kept:
        assert kept.get(gateway.url + "/plain").status_code == 200
        reply = one.submit(patient, gateway, "hold", tmp_path / "go")
        until(lambda: busy(gateway) == 1, "a worker at work")
        os.kill(gateway.pid, signal.SIGTERM)
        gateway.logged("stopping")
        with pytest.raises(requests.ConnectionError):
            requests.get(gateway.url + "/plain")
        (tmp_path / "go").touch()
        assert reply.result().status_code == 200
    assert gateway.wait() == 0


def test_what_does_not_finish_in_the_grace_is_ended(start: Start) -> None:
    gateway = start("--shutdown-grace", "0.5")
    with ThreadPoolExecutor(1) as one:
        one.submit(lambda: pytest.raises(requests.ConnectionError, ask, gateway, "spin"))
        until(lambda: busy(gateway, "probe-function") == 1, "a worker at work")
        workers = gateway.workers()
        os.kill(gateway.pid, signal.SIGTERM)
        assert gateway.wait() == 0
    assert not [pid for pid in workers if running(pid)]


def test_a_client_that_does_not_answer_the_close_does_not_hold_the_end_up(start: Start) -> None:
    gateway = start("--close-timeout", "0.5")
    mute = RawClient(gateway)
    os.kill(gateway.pid, signal.SIGTERM)
    assert gateway.wait() == 0
    mute.socket.close()


def test_a_second_signal_ends_at_once(start: Start) -> None:
    gateway = start("--shutdown-grace", "600", "--close-timeout", "600")
    mute = RawClient(gateway)  # does not answer the close frame: the orderly end waits for it
    workers = gateway.workers()
    os.kill(gateway.pid, signal.SIGINT)
    gateway.logged("stopping")

    def gone() -> bool:
        assert gateway.process is not None
        if gateway.process.poll() is None:
            os.kill(gateway.pid, signal.SIGINT)
        return gateway.process.poll() is not None

    until(gone, "the second signal counts")
    assert gateway.wait() == 1
    mute.socket.close()
    until(lambda: not [pid for pid in workers if running(pid)], "the workers end")


def test_the_same_wish_told_twice_is_one_wish(start: Start) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")):
        os.kill(gateway.pid, signal.SIGINT)
        os.kill(gateway.pid, signal.SIGTERM)
    assert gateway.wait() == 0


def test_a_broken_lifeline_ends_the_gateway_in_order(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    environment = {"PUSH_TOKEN": TOKEN, "RECORD": str(tmp_path / "record")}
    gateway = GatewayProcess(PROBE, "--lifeline", str(reader), folder=tmp_path, environment=environment)
    gateway.start(pass_fds=(reader,))
    os.close(reader)
    assert requests.get(gateway.url + "/plain").status_code == 200
    os.close(writer)
    assert gateway.wait() == 0
    assert gateway.log("stopped")


def test_a_gateway_with_a_lifeline_dies_with_its_parent(tmp_path: Path) -> None:
    """The parent is killed; another process still holds its end of the pipe, so only the kernel can tell."""
    reader, writer = os.pipe()
    parent = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen(sys.argv[2:], pass_fds=(int(sys.argv[1]),))\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    environment = {"PUSH_TOKEN": TOKEN, "RECORD": str(tmp_path / "record")}
    gateway = GatewayProcess(PROBE, "--lifeline", str(reader), folder=tmp_path, environment=environment)
    process = subprocess.Popen(
        [sys.executable, "-c", parent, str(reader), *gateway.command],
        pass_fds=(reader,), env=gateway.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    pid = int(process.stdout.readline())
    until(gateway.ready_file.exists, "the gateway listens")
    process.kill()
    process.wait()
    process.stdout.close()
    until(lambda: not running(pid), "the gateway ends")
    os.close(reader), os.close(writer)


@pytest.mark.parametrize("flag", ["--port", "--internal-port"])
def test_a_taken_port_is_one_line_that_says_how_to_mend_it(flag: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, said = start_failing(PROBE, flag, str(port), PUSH_TOKEN="s", RECORD="r")
    assert code == 2
    assert said == (
        f"orderbell_gateway: port {port} is taken: stop the other program or start with {flag} N\n"
    )


def test_the_ready_file_says_where_everything_is(shared: GatewayProcess) -> None:
    facts = json.loads(shared.ready_file.read_text())
    assert facts["pid"] == shared.pid
    assert facts["url"] == f"http://127.0.0.1:{facts['port']}"
    assert facts["push_url"].startswith(f"http://127.0.0.1:{facts['internal_port']}/api-")
    line = shared.logged("listening")
    assert {name: line[name] for name in facts} == facts
