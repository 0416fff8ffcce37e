"""HTTP that is not quite HTTP: one refusal or the end, never an answer to what is hidden behind, never our fault."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from orderbell_gateway.framing import Head, client_address, fault
from tests.gateway.framing_cases import ALONE, CLEAR, REFUSED, SMUGGLED
from tests.gateway.gateway_process import GatewayProcess

NEXT = b"GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module", autouse=True)
def nothing_of_all_this_is_a_defect(shared: GatewayProcess) -> Iterator[None]:
    before = len(shared.log("defect"))
    yield
    assert len(shared.log("defect")) == before
    assert shared.process is not None and shared.process.poll() is None


def answers(gateway: GatewayProcess, sent: bytes) -> list[int]:
    """Send bytes, read to the end of the connection, and return the status of every answer."""
    reply = b""
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as client:
        try:
            client.sendall(sent)
            while data := client.recv(65536):
                reply += data
        except ConnectionError:  # closed while we still send: that is an answer too
            pass
    assert not reply or reply.startswith(b"HTTP/1.")
    return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", reply)]


def served(gateway: GatewayProcess) -> float:
    """Return how many requests to no endpoint were answered: the hidden ones go there."""
    return gateway.metric("http_requests_total", method="GET", route="", status="404")


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_one_request_is_refused_and_nothing_behind_it_is_read(
    shared: GatewayProcess, case: str
) -> None:
    before = served(shared)
    found = answers(shared, REFUSED[case])
    assert len(found) <= 1
    assert all(400 <= status < 500 for status in found), found
    assert served(shared) == before, "the hidden request was served"
    assert answers(shared, NEXT) == [404], "the next connection works"
    assert served(shared) == before + 1


@pytest.mark.parametrize("case", CLEAR)
def test_what_is_clear_has_its_answer_and_so_has_what_follows(shared: GatewayProcess, case: str) -> None:
    sent, status = CLEAR[case]
    assert answers(shared, sent + NEXT) == [status, 404]


@pytest.mark.parametrize("case", ALONE)
def test_what_follows_the_offer_of_another_protocol_is_not_read(shared: GatewayProcess, case: str) -> None:
    sent, status = ALONE[case]
    before = served(shared)
    assert answers(shared, sent + SMUGGLED) == [status]
    assert served(shared) == before


ONE = Head("GET", "/", False, ["x:8080"], [], False, False)


@pytest.mark.parametrize(
    ("head", "wrong"),
    [
        (ONE, ""),
        (replace(ONE, hosts=[]), "send one Host header"),
        (replace(ONE, hosts=[], old=True), ""),
        (replace(ONE, hosts=["x", "x"]), "send one Host header"),
        (replace(ONE, hosts=["x y"]), "the Host header is no host"),
        (replace(ONE, target="http://X:8080/a?b"), ""),
        (replace(ONE, target="http://x:8080?b"), ""),
        (replace(ONE, target="http://x/a"), "the address names another host than the Host header"),
        (replace(ONE, target="x"), "the address names another host than the Host header"),
        (replace(ONE, codings=["Chunked"]), ""),
        (replace(ONE, codings=["chunked", "chunked"]), "the only Transfer-Encoding is chunked"),
        (replace(ONE, upgrade=True), ""),
        (replace(ONE, upgrade=True, sized=True), "a WebSocket handshake has no body"),
    ],
)
def test_the_rules_hold_though_the_parser_should_let_more_through(head: Head, wrong: str) -> None:
    assert fault(head) == wrong


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:50123", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:50123", "2001:db8::7"),
        ("[2001:DB8::7]", "2001:db8::7"),
        ("203.0.113.9, 192.0.2.7:50123", "192.0.2.7"),
        ("192.0.2.7, x", ""),
        ("192.0.2.7:x", ""),
        ("[192.0.2.7", ""),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_the_address_is_the_last_one_without_its_port(given: str, address: str) -> None:
    assert client_address({"x-forwarded-for": given}) == address
