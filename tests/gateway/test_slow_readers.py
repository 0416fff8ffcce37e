"""Clients that read too slowly, with the usual limits: what they can hold of our memory, and for how long."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import requests
from websockets.sync.client import connect

from support.waiting import until
from tests.gateway.gateway_process import TOKEN, GatewayProcess
from tests.gateway.raw_client import RawClient

Start = Callable[..., GatewayProcess]
EVENT = "x" * 1300  # about an order


class Pusher:
    """A function's line to the push endpoint."""

    def __init__(self, gateway: GatewayProcess, connection: str) -> None:
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {TOKEN}"
        self.url = gateway.push_url
        self.connection = connection
        self.bytes = 0

    def push(self, data: str = EVENT) -> int:
        """Push once and return the errNo."""
        websocket = {
            "action": "data send",
            "secConnectionID": self.connection,
            "dataType": "text",
            "data": data,
        }
        answer = self.session.post(self.url, json={"websocket": websocket}, timeout=20).json()
        self.bytes += len(data)
        return int(answer["errNo"])


@pytest.fixture
def slow(start: Start) -> Callable[..., tuple[GatewayProcess, RawClient, Pusher]]:
    def begin(*flags: str) -> tuple[GatewayProcess, RawClient, Pusher]:
        gateway = start(*flags)
        client = RawClient(gateway)
        client.send("id:")
        return gateway, client, Pusher(gateway, client.recv())

    return begin


def test_who_never_reads_is_closed_before_a_megabyte_waits_anywhere(
    slow: Callable[..., tuple[GatewayProcess, RawClient, Pusher]],
) -> None:
    """In our buffer or in the kernel's: what waits there are orders that nobody sees."""
    gateway, client, pusher = slow()
    while (answer := pusher.push()) == 0:
        assert pusher.bytes < 1_000_000
    assert answer == 1003
    assert gateway.logged("socket_closed", code=1013)["by"] == "gateway"
    with connect(gateway.ws("/ws")) as other:
        other.send("echo:others go on")
        assert other.recv(timeout=10) == "others go on"
    client.socket.close()


def test_who_reads_a_byte_now_and_then_is_closed_after_a_while(
    slow: Callable[..., tuple[GatewayProcess, RawClient, Pusher]],
) -> None:
    """Its buffer never fills, and yet nothing that is pushed to it arrives in time."""
    gateway, client, pusher = slow("--send-timeout", "1", "--send-buffer-bytes", "100000000")
    for _ in range(400):
        assert pusher.push() == 0

    def closed() -> bool:
        client.socket.recv(1)
        return pusher.push("x") == 1003

    until(closed, "it is closed")
    assert gateway.logged("socket_closed", code=1013)["by"] == "gateway"
    client.socket.close()


def test_a_screens_whole_backlog_arrives_on_a_slow_line_though_events_follow_it(
    slow: Callable[..., tuple[GatewayProcess, RawClient, Pusher]],
) -> None:
    """Or else it would be closed, come back, begin with the same backlog, and never get it."""
    _, client, pusher = slow()
    assert pusher.push("x" * 4_000_000) == 0
    for _ in range(20):
        assert pusher.push() == 0
    left = pusher.bytes
    while left > 0:
        came = len(client.socket.recv(65_536))
        assert came, "it was closed"
        left -= came
    client.socket.close()


def test_who_leaves_an_answer_unread_is_cut_off(start: Start, tmp_path: Path) -> None:
    """One of 16 MB, as the kernel takes some without telling us; who reads it on gets all of it."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "index.html").write_bytes(b"x" * 16_000_000)
    gateway = start("--pages", str(pages), "--send-timeout", "0.5")
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", gateway.facts["port"]))
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        head = client.recv(12)
        assert head == b"HTTP/1.1 200"
        # What the kernel has taken still comes, so that the client itself learns nothing yet.
        own, end = psutil.Process(gateway.pid), client.getsockname()
        until(lambda: end not in [each.raddr for each in own.net_connections("tcp")], "it is cut off")
    assert len(requests.get(gateway.url + "/", timeout=30).content) == 16_000_000
