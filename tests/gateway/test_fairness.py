"""A flood from one address waits behind itself: nobody else waits for it."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from orderbell_gateway.bucket import Bucket
from orderbell_gateway.fair import FairQueue, line_of
from orderbell_gateway.jobs import Job
from support.waiting import until
from tests.gateway.gateway_process import GatewayProcess

Start = Callable[..., GatewayProcess]
ONE, TWO, THREE = "203.0.113.1", "203.0.113.2", "2001:db8::3"


# ---- the queue alone


@pytest.fixture
def job() -> Iterator[Callable[..., Job]]:
    loop = asyncio.new_event_loop()
    yield lambda name, line, since=0.0: Job(name.encode(), name, loop.create_future(), since, line)
    loop.close()


def names(queue: FairQueue) -> list[str]:
    return [queue.popleft().request_id for _ in range(len(queue))]


def test_addresses_take_turns_and_within_one_the_oldest_goes_first(job: Callable[..., Job]) -> None:
    queue = FairQueue()
    for name in ("a1", "a2", "a3", "b1", "c1", "c2"):
        queue.append(job(name, name[0]))
    assert len(queue) == 6
    assert names(queue) == ["a1", "b1", "c1", "a2", "c2", "a3"]
    assert not queue
    with pytest.raises(IndexError):
        queue.popleft()


def test_who_comes_back_has_no_turn_before_those_that_wait(job: Callable[..., Job]) -> None:
    queue = FairQueue()
    for name in ("a1", "b1", "c1"):
        queue.append(job(name, name[0]))
    assert queue.popleft().request_id == "a1"
    queue.append(job("a2", "a"))
    assert names(queue) == ["b1", "c1", "a2"]


def test_the_longest_line_makes_room_but_not_for_one_as_long(job: Callable[..., Job]) -> None:
    queue = FairQueue()
    assert queue.give_way(job("x", "x")) is None
    for name in ("a1", "a2", "a3", "b1"):
        queue.append(job(name, name[0]))
    assert queue.give_way(job("a4", "a")) is None
    gone = queue.give_way(job("b2", "b"))
    assert gone is not None and gone.request_id == "a3"
    assert queue.give_way(job("b2", "b")) is None, "two and one: it would only be the other way round"
    assert names(queue) == ["a1", "b1", "a2"]


def test_the_oldest_is_known_wherever_it_waits(job: Callable[..., Job]) -> None:
    queue = FairQueue()
    queue.append(job("a1", "a", 5.0)), queue.append(job("b1", "b", 3.0)), queue.append(job("a2", "a", 1.0))
    assert queue.since() == 3.0


@pytest.mark.parametrize(
    ("peer", "line"),
    [("203.0.113.1", "203.0.113.1"), ("2001:db8:0:1::5", "2001:db8:0:1::/64"), ("2001:db8:0:1:ffff::", "2001:db8:0:1::/64"),
     ("::ffff:203.0.113.1", "203.0.113.1"), ("fe80::1%eth0", "fe80::/64"), ("", ""), ("no:address", "no:address")],
)  # fmt: skip
def test_an_address_is_what_one_subscriber_has(peer: str, line: str) -> None:
    assert line_of(peer) == line


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket()
    assert [bucket.take(1000.0, 3, 2) for _ in range(5)] == [True, True, True, False, False]
    assert [bucket.take(1000.5, 3, 2) for _ in range(2)] == [True, False]
    assert [bucket.take(9000.0, 3, 2) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(8000.0, 3, 2), "a clock that goes back gives nothing"
    assert all(bucket.take(9000.0, 0, 2) and bucket.take(9000.0, 3, 0) for _ in range(9))


# ---- through the doors


def ask(gateway: GatewayProcess, peer: str, do: str, value: object) -> requests.Response:
    asked, named = {"do": do, "value": str(value)}, {"X-Forwarded-For": peer}
    return requests.get(gateway.url + "/patient", params=asked, headers=named, timeout=30)


def waiting(gateway: GatewayProcess, function: str = "patient") -> tuple[float, float]:
    """Return how many events of a function are worked at and how many wait."""
    busy = gateway.metric("workers", function=function, state="busy")
    return busy, gateway.metric("waiting", function=function)


def test_requests_of_another_address_do_not_wait_for_a_flood(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1", "--max-waiting", "6", "--trust-proxy")
    with ThreadPoolExecutor(12) as many:
        many.submit(ask, gateway, ONE, "hold", tmp_path / "go")
        until(lambda: waiting(gateway) == (1, 0), "a worker at work")
        flood = []
        for number in range(6):
            flood.append(many.submit(ask, gateway, ONE, "note", f"flood-{number}"))
            until(lambda n=number: waiting(gateway) == (1, n + 1), "the event waits")
        assert ask(gateway, ONE, "note", "x").status_code == 503, "the queue is full"
        other = many.submit(ask, gateway, TWO, "note", "two")
        assert flood.pop().result().status_code == 503, "the flood's newest made room"
        third = many.submit(ask, gateway, THREE, "note", "three")
        assert flood.pop().result().status_code == 503
        (tmp_path / "go").touch()
        assert {reply.result().status_code for reply in (other, third, *flood)} == {200}
    said = (tmp_path / "events.jsonl").read_text().split()
    assert said == ["flood-0", "two", "three", "flood-1", "flood-2", "flood-3"]


def seen(tmp_path: Path) -> list[str]:
    lines = map(json.loads, (tmp_path / "events.jsonl").read_text().splitlines())
    texts = [line["websocket"].get("data", "") for line in lines]
    return [text for text in texts if text.startswith("say")]


def test_messages_of_another_address_do_not_wait_for_a_flood(start: Start, tmp_path: Path) -> None:
    gateway = start("--max-instances", "1", "--trust-proxy")
    with ExitStack() as stack:

        def opened(peer: str) -> ClientConnection:
            named: Any = {"X-Forwarded-For": peer}
            return stack.enter_context(connect(gateway.ws("/ws"), additional_headers=named))

        holder, other, flood = opened(ONE), opened(TWO), [opened(ONE) for _ in range(4)]
        holder.send(f"hold:{tmp_path / 'go'}")
        until(lambda: waiting(gateway, "socket") == (1, 0), "a worker at work")
        for number, client in enumerate(flood):
            client.send(f"say-{number}")
            until(lambda n=number: waiting(gateway, "socket") == (1, n + 1), "the message waits")
        other.send("say-other")
        until(lambda: waiting(gateway, "socket") == (1, 5), "the other's message waits")
        (tmp_path / "go").touch()
        until(lambda: len(seen(tmp_path)) == 5, "all messages")
    assert seen(tmp_path) == ["say-0", "say-other", "say-1", "say-2", "say-3"]


def test_one_connection_that_sends_too_fast_is_closed_4429(start: Start) -> None:
    gateway = start("--message-burst", "5", "--message-rate", "0.001")
    with connect(gateway.ws("/ws")) as other:
        for send in (lambda client: client.send("x"), lambda client: client.ping()):
            with connect(gateway.ws("/ws")) as client:
                for _ in range(5):
                    send(client)
                client.send("x")
                with pytest.raises(ConnectionClosed):
                    client.recv(timeout=15)
                assert client.protocol.close_code == 4429
                assert client.protocol.close_reason == "too many messages in a short time"
        other.send("echo:others go on")
        assert other.recv(timeout=15) == "others go on"


def answered(gateway: GatewayProcess, source: str) -> tuple[int, socket.socket]:
    """Open a connection from an address of this computer; return the status of its first answer, and it."""
    client = socket.create_connection(
        ("127.0.0.1", gateway.facts["port"]), timeout=15, source_address=(source, 0)
    )
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    return int(client.recv(65536).split(b" ", 2)[1]), client


@pytest.mark.parametrize(("flags", "third"), [((), 503), (("--trust-proxy",), 200)])
def test_one_address_has_so_many_connections_and_a_proxy_as_many_as_it_likes(
    start: Start, flags: tuple[str, ...], third: int
) -> None:
    gateway = start("--max-peer-connections", "2", *flags)
    held = [answered(gateway, "127.0.0.1") for _ in range(3)]
    held.append(answered(gateway, "127.0.0.2"))
    assert [status for status, _ in held] == [200, 200, third, 200]
    for _, client in held:
        client.close()

    def free() -> bool:
        status, client = answered(gateway, "127.0.0.1")
        client.close()
        return status == 200

    until(free, "the address is let in again")
