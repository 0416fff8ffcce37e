"""Limits: what a client may send, how long it may take, how much it may leave unread."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from support.waiting import until
from tests.gateway.gateway_process import TOKEN, GatewayProcess
from tests.gateway.raw_client import RawClient

Start = Callable[..., GatewayProcess]


def closed_with(client: object) -> int:
    """Wait until the gateway closes a client and return the code."""
    with pytest.raises(ConnectionClosed):
        while True:
            client.recv(timeout=15)  # type: ignore[attr-defined]
    return client.protocol.close_code  # type: ignore[attr-defined, no-any-return]


def test_who_sends_nothing_is_closed_4408(start: Start) -> None:
    gateway = start("--first-frame-timeout", "0.5")
    with connect(gateway.ws("/ws")) as silent, connect(gateway.ws("/ws")) as speaks:
        speaks.send("hello")
        assert closed_with(silent) == 4408
        speaks.send("echo:still here")
        assert speaks.recv(timeout=10) == "still here"


def test_a_ping_is_no_message(start: Start) -> None:
    gateway = start("--first-frame-timeout", "0.5")
    with connect(gateway.ws("/ws")) as client:
        client.ping()
        assert closed_with(client) == 4408


def test_an_idle_socket_is_closed_1001(start: Start) -> None:
    gateway = start("--idle-timeout", "0.5")
    with connect(gateway.ws("/ws")) as client:
        client.send("hello")
        assert closed_with(client) == 1001
    assert gateway.logged("socket_closed")["by"] == "gateway"


@pytest.mark.parametrize("size", [1000, 1001, 5000, 200_000])
def test_a_message_above_the_limit_closes_1009(start: Start, size: int) -> None:
    gateway = start("--max-message-bytes", "1000")
    with connect(gateway.ws("/ws")) as client:
        client.send("echo:" + "x" * (size - 5))
        if size == 1000:
            assert client.recv(timeout=10) == "x" * 995
        else:
            assert closed_with(client) == 1009


def test_a_message_in_pieces_is_measured_as_a_whole(start: Start) -> None:
    gateway = start("--max-message-bytes", "1000")
    with connect(gateway.ws("/ws")) as client:
        client.send(["x" * 500, "x" * 501])
        assert closed_with(client) == 1009


def test_text_that_is_not_unicode_closes_1007(start: Start) -> None:
    gateway = start()
    with connect(gateway.ws("/ws")) as client:
        client.send(b"\xff", text=True)
        assert closed_with(client) == 1007


def test_a_flood_closes_4429(start: Start, tmp_path: Path) -> None:
    gateway = start("--inbox-frames", "5")
    with connect(gateway.ws("/ws")) as client:
        client.send(f"hold:{tmp_path / 'go'}")
        with contextlib.suppress(ConnectionClosed):  # the end may come while we still send
            for _ in range(7):
                client.send("x")
        assert closed_with(client) == 4429
    (tmp_path / "go").touch()


def test_a_socket_is_closed_1013_when_its_function_is_overrun(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1", "--max-waiting", "1")
    with (
        connect(gateway.ws("/ws")) as one,
        connect(gateway.ws("/ws")) as two,
        connect(gateway.ws("/ws")) as three,
    ):
        one.send(f"hold:{tmp_path / 'go'}")
        two.send("x")
        until(lambda: gateway.metric("waiting", function="socket") == 1, "an event waits")
        three.send("x")
        assert closed_with(three) == 1013
        (tmp_path / "go").touch()


def test_sockets_above_the_cap_are_refused_503(start: Start) -> None:
    gateway = start("--max-sockets", "2")
    with connect(gateway.ws("/ws")), connect(gateway.ws("/ws")):
        with pytest.raises(InvalidStatus) as error, connect(gateway.ws("/ws")):
            pass
        assert error.value.response.status_code == 503
        assert error.value.response.headers["retry-after"] == "1"
    until(lambda: requests.get(gateway.url + "/healthz").json()["sockets"] == 0, "the sockets are gone")
    with connect(gateway.ws("/ws")):
        pass


def test_connections_above_the_cap_are_refused(start: Start) -> None:
    gateway = start("--max-connections", "3")
    address = ("127.0.0.1", gateway.facts["port"])
    held = [socket.create_connection(address, timeout=10) for _ in range(3)]
    with socket.create_connection(address, timeout=10) as one_more:
        assert one_more.recv(1000).startswith(b"HTTP/1.1 503 ")
    for client in held:
        client.close()
    until(lambda: _healthy(gateway), "it serves again")


def _healthy(gateway: GatewayProcess) -> bool:
    try:
        return requests.get(gateway.url + "/healthz").status_code == 200
    except requests.ConnectionError:
        return False


def test_a_slow_reader_is_closed_and_cut_off_and_the_others_go_on(start: Start) -> None:
    gateway = start("--send-buffer-bytes", "100000", "--close-timeout", "0.5")
    with connect(gateway.ws("/ws")) as other:
        slow = RawClient(gateway)
        slow.send("id:")
        one = slow.recv()
        for _ in range(5000):
            answer = _push(gateway, one, "x" * 20_000)
            if answer != 0:
                break
        assert answer == 1003, "the buffer has no end"
        assert _push(gateway, one, "x") == 1001
        assert gateway.logged("socket_closed", code=1013)["by"] == "gateway"
        assert requests.get(gateway.url + "/healthz").json()["sockets"] == 1
        other.send("echo:others go on")
        assert other.recv(timeout=10) == "others go on"
        slow.socket.close()


def _push(gateway: GatewayProcess, connection: str, data: str) -> int:
    websocket = {"action": "data send", "secConnectionID": connection, "dataType": "text", "data": data}
    reply = requests.post(
        gateway.push_url, json={"websocket": websocket}, headers={"Authorization": f"Bearer {TOKEN}"}
    )
    return int(reply.json()["errNo"])


def test_a_peer_that_vanished_is_noticed(start: Start) -> None:
    gateway = start("--ping-interval", "0.5", "--pong-timeout", "0.5")
    with connect(gateway.ws("/ws")) as alive:
        mute = RawClient(gateway)
        gateway.logged("socket_closed", by="lost", code=1006)
        mute.socket.close()
        alive.send("echo:still here")
        assert alive.recv(timeout=10) == "still here"


@pytest.mark.parametrize(("path", "limit"), [("/post", 1000), ("/probe", 1_048_576)])
def test_a_body_above_the_limit_is_refused_413(shared: GatewayProcess, path: str, limit: int) -> None:
    assert requests.post(shared.url + path, data=b"x" * limit).status_code == 200
    reply = requests.post(shared.url + path, data=b"x" * (limit + 1))
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")
    in_pieces = requests.post(shared.url + path, data=iter([b"x" * limit, b"x"]))
    assert (in_pieces.status_code, in_pieces.json()["code"]) == (413, "too_large")


def test_a_body_in_pieces_arrives_whole(shared: GatewayProcess) -> None:
    reply = requests.post(shared.url + "/probe", data=iter([b"one ", b"two"]))
    assert reply.json()["event"]["body"] == "one two"


def raw(gateway: GatewayProcess, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as client:
        client.sendall(sent)
        reply = b""
        while data := client.recv(65536):
            reply += data
        return reply


def test_a_header_that_never_ends_is_cut_off(start: Start) -> None:
    gateway = start("--header-timeout", "0.5")
    assert raw(gateway, b"GET /probe HTTP/1.1\r\nHost: x\r\nx: ") == b""
    assert raw(gateway, b"") == b""


def test_a_second_header_that_never_ends_is_cut_off_too(start: Start) -> None:
    gateway = start("--keepalive-timeout", "0.5")
    reply = raw(gateway, b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\nGET /plain HTTP/1.1\r\nx: ")
    assert reply.count(b"HTTP/1.1 200 OK") == 1


def test_a_body_that_never_comes_is_refused_408(start: Start) -> None:
    gateway = start("--body-timeout", "0.5")
    reply = raw(gateway, b"POST /probe HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
    assert reply.startswith(b"HTTP/1.1 408 ")
    assert json.loads(reply.partition(b"\r\n\r\n")[2])["code"] == "request_timeout"


def test_who_asks_before_sending_a_body_is_told_to_go_on(shared: GatewayProcess) -> None:
    with socket.create_connection(("127.0.0.1", shared.facts["port"]), timeout=10) as client:
        client.sendall(b"POST /post HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 100 Continue")
        client.sendall(b"{}")
        assert client.recv(10_000).startswith(b"HTTP/1.1 200 OK")
        client.sendall(
            b"POST /post HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n"
        )
        assert client.recv(10_000).startswith(b"HTTP/1.1 413 ")
