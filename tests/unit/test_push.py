"""The push adapter against a real HTTP server: what arrived, what is gone, and what may be tried again."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from orderbell.adapters.push.tencent import TencentPush
from orderbell.domain.errors import ConnectionGone, PushFailed
from support.layer import at_once

OK = b'{"errNo":0,"errMsg":"ok"}'


@dataclass
class Gateway:
    """A push endpoint that answers what a test tells it to, and keeps what came."""

    port: int = 0
    status: int = 200
    body: bytes = OK
    chunked: bool = False
    hang_up: bool = False
    then_close: bool = False
    silent: threading.Event | None = None
    came: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    lines: int = 0
    pushes: list[TencentPush] = field(default_factory=list)

    def push(self, request_id: Callable[[], str] = lambda: "req-1") -> TencentPush:
        self.pushes.append(TencentPush(f"http://127.0.0.1:{self.port}/api-1", "push-secret", request_id))
        return self.pushes[-1]

    def close(self) -> None:
        """Hang up what the pushes keep: in the product they live as long as their process."""
        for push in self.pushes:
            for line in push._idle:
                line.close()


class Server(ThreadingHTTPServer):
    """A server that takes many lines at once."""

    request_queue_size = 64
    daemon_threads = True


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    told = Gateway()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            told.lines += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.came.append((self.path, {k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
            if told.silent is not None:
                told.silent.wait(10)
            if told.hang_up:
                self.close_connection = True
                return
            self.send_response(told.status)
            if told.then_close:
                self.send_header("Connection", "close")
            if told.chunked:
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                half = len(told.body) // 2
                for part in (told.body[:half], told.body[half:], b""):
                    self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            else:
                self.send_header("Content-Length", str(len(told.body)))
                self.end_headers()
                self.wfile.write(told.body)

        def log_message(self, *_: object) -> None:
            return

    server = Server(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    told.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_frame_arrives_with_the_secret_and_the_id_of_the_request(gateway: Gateway) -> None:
    gateway.push().send("c/+=", '{"type":"pong","at":"面"}')
    ((path, headers, body),) = gateway.came
    assert path == "/api-1"
    assert (headers["authorization"], headers["x-request-id"]) == ("Bearer push-secret", "req-1")
    assert headers["content-type"] == "application/json"
    assert body == {
        "websocket": {
            "action": "data send",
            "secConnectionID": "c/+=",
            "dataType": "text",
            "data": '{"type":"pong","at":"面"}',
        }
    }


def test_a_close_says_its_code_and_reason(gateway: Gateway) -> None:
    gateway.push().close("c", 4401, "no device has this token")
    message = gateway.came[0][2]["websocket"]
    assert (message["action"], message["secConnectionID"]) == ("closing", "c")
    assert (message["code"], message["reason"]) == (4401, "no device has this token")


def test_many_frames_go_over_one_line(gateway: Gateway) -> None:
    push = gateway.push()
    for number in range(5):
        push.send("c", str(number))
    assert [body["websocket"]["data"] for _, _, body in gateway.came] == ["0", "1", "2", "3", "4"]
    assert gateway.lines == 1


def test_threads_do_not_share_a_line(gateway: Gateway) -> None:
    push = gateway.push()
    assert at_once(8, lambda n: [push.send(f"c{n}", str(k)) for k in range(20)]) == [[None] * 20] * 8
    for n in range(8):
        mine = [
            body["websocket"]
            for _, _, body in gateway.came
            if body["websocket"]["secConnectionID"] == f"c{n}"
        ]
        assert [message["data"] for message in mine] == [str(k) for k in range(20)]
    assert gateway.lines <= 8


def test_a_dead_connection_is_gone(gateway: Gateway) -> None:
    gateway.body = b'{"errNo":1001,"errMsg":"connection not found"}'
    with pytest.raises(ConnectionGone):
        gateway.push().send("c", "x")


def test_closing_what_is_gone_is_as_good(gateway: Gateway) -> None:
    gateway.body = b'{"errNo":1001,"errMsg":"connection not found"}'
    gateway.push().close("c", 1000, "")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_a_refused_push_may_be_tried_again(gateway: Gateway, status: int) -> None:
    gateway.status = status
    push = gateway.push()
    with pytest.raises(PushFailed, match=str(status)):
        push.send("c", "x")
    gateway.status = 200
    push.send("c", "x")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"{}", b'{"errMsg":"ok"}', b'{"errNo":'])
def test_an_answer_that_says_nothing_of_the_socket_is_a_failure_and_not_its_end(
    gateway: Gateway, body: bytes
) -> None:
    gateway.body = body
    with pytest.raises(PushFailed):
        gateway.push().send("c", "x")


@pytest.mark.parametrize("how", ["chunked", "then_close"])
def test_an_answer_may_come_in_chunks_or_as_the_last_of_its_line(gateway: Gateway, how: str) -> None:
    setattr(gateway, how, True)
    push = gateway.push()
    push.send("c", "1")
    push.send("c", "2")
    assert len(gateway.came) == 2


def test_a_line_that_breaks_before_the_answer_is_a_failure_and_the_next_push_has_a_new_one(
    gateway: Gateway,
) -> None:
    push = gateway.push()
    gateway.hang_up = True
    with pytest.raises(PushFailed):
        push.send("c", "x")
    gateway.hang_up = False
    push.send("c", "y")
    assert [body["websocket"]["data"] for _, _, body in gateway.came] == ["x", "y"]


def test_a_gateway_that_does_not_answer_does_not_hold_a_function_for_ever(gateway: Gateway) -> None:
    gateway.silent = threading.Event()
    with pytest.raises(PushFailed):
        gateway.push().send("c", "x")
    gateway.silent.set()


def test_where_nobody_listens_a_push_fails() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(PushFailed):
            TencentPush(f"http://127.0.0.1:{port}/api-1", "s", lambda: "").send("c", "x")


@pytest.mark.parametrize("request_id", ["a\r\nX-Evil: 1", "面", "", "x" * 5000])
def test_no_request_id_can_forge_a_header(gateway: Gateway, request_id: str) -> None:
    gateway.push(lambda: request_id).send("c", "x")
    assert "x-evil" not in gateway.came[0][1]


def test_the_secret_is_in_no_failure(gateway: Gateway) -> None:
    gateway.status = 401
    with pytest.raises(PushFailed) as failed:
        gateway.push().send("c", "x")
    assert "push-secret" not in str(failed.value)
