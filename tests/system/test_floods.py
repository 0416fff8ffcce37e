"""Floods on the whole system: what one address may not, another still may, and the functions' instances agree on it."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from support.example import ORDER
from support.layer import at_once
from support.parts import ask
from support.postgres import open_folder
from support.system import System, running_system
from support.waiting import DEADLINE_S

HERE, THERE = "127.0.0.2", "127.0.0.3"
RATES = "orders_ip=6/0.01,sockets_ip=9/0.01,open_ip=3,pair_ip=2/0.01,commands_device=2/0.01"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A system with small rates, and with two instances of each function for the asking."""
    settings = {"RATE_LIMITS": RATES, "GATEWAY_SCALE_AFTER": "0.001"}
    with open_folder() as folder, running_system(folder / "data", **settings) as running:
        yield running


def place(system: System, source: str, key: str | None = None) -> tuple[int, str | None, Any]:
    """Place an order from an address of this machine; return status, Retry-After and body."""
    parts = urlsplit(system.url)
    line = http.client.HTTPConnection(
        parts.hostname or "", parts.port, timeout=DEADLINE_S, source_address=(source, 0)
    )
    try:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4())}
        line.request("POST", "/bill", json.dumps(ORDER), headers)
        answer = line.getresponse()
        return answer.status, answer.headers["Retry-After"], json.loads(answer.read())
    finally:
        line.close()


def opened(system: System, source: str) -> ClientConnection:
    return connect(system.ws, source_address=(source, 0), open_timeout=DEADLINE_S)


def close_code(socket: ClientConnection) -> int | None:
    """Read until the socket is closed and return the code."""
    try:
        while True:
            socket.recv(DEADLINE_S)
    except ConnectionClosed as closed:
        return None if closed.rcvd is None else closed.rcvd.code


def test_orders_above_an_addresss_rate_are_refused_by_all_instances_and_not_stored(system: System) -> None:
    before = ask(system, "SELECT count(*) FROM orders")
    kept = str(uuid.uuid4())
    assert place(system, HERE, kept)[0] == 201
    answers = at_once(8, lambda n: [place(system, HERE) for _ in range(2)])
    found = [answer for each in answers for answer in each]
    assert sorted(status for status, _, _ in found) == [201] * 5 + [429] * 11
    for status, again, body in found:
        if status == 429:
            assert again is not None and 1 <= int(again) <= 100
            assert (body["status"], body["code"], body["errors"]) == (429, "rate_limited", [])
    assert place(system, HERE, kept)[0] == 200
    assert place(system, THERE)[0] == 201
    assert ask(system, "SELECT count(*) FROM orders") == [(before[0][0] + 7,)]


def test_sockets_of_an_address_are_refused_by_number_and_by_rate_with_the_time_to_come_again(
    system: System,
) -> None:
    with ExitStack() as three:
        for _ in range(3):
            three.enter_context(opened(system, HERE))
        with pytest.raises(InvalidStatus) as full:
            three.enter_context(opened(system, HERE))
        assert (full.value.response.status_code, full.value.response.headers["Retry-After"]) == (429, "60")
    statuses = []
    for _ in range(6):
        try:
            with opened(system, HERE):
                statuses.append(101)
        except InvalidStatus as refused:
            statuses.append(refused.response.status_code)
            body = refused.response.body
            assert body is not None and json.loads(body)["code"] == "rate_limited"
    assert statuses[-1] == 429 and statuses.count(101) <= 5
    with opened(system, THERE) as other:
        other.send(json.dumps({"type": "hello", "role": "guest", "shop": "noodle-house"}))
        assert json.loads(other.recv(DEADLINE_S))["type"] == "welcome"


def test_pairing_and_commands_above_their_rates_close_the_socket(system: System) -> None:
    source = "127.0.0.4"
    with opened(system, source) as socket:
        socket.send(json.dumps({"type": "pair", "code": system.pairing_code(), "name": "till"}))
        token = json.loads(socket.recv(DEADLINE_S))["token"]
        socket.send(json.dumps({"type": "hello", "role": "kitchen", "token": token}))
        for number in range(7):
            command = {"type": "command", "id": str(number), "name": "shop", "accepting": "open"}
            socket.send(json.dumps(command))
        results = []
        try:
            while True:
                frame = json.loads(socket.recv(DEADLINE_S))
                if frame["type"] == "result":
                    results.append(frame.get("error", {}).get("code", "ok"))
        except ConnectionClosed as closed:
            assert closed.rcvd is not None and closed.rcvd.code == 4429
        assert results == ["ok", "ok"] + ["rate_limited"] * 4
    for last in (False, True):
        with opened(system, source) as socket:
            socket.send(json.dumps({"type": "pair", "code": "WRONG234", "name": "till"}))
            if last:
                assert close_code(socket) == 4429
            else:
                assert json.loads(socket.recv(DEADLINE_S))["type"] == "error"
