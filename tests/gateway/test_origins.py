"""Whose pages may open a WebSocket: a browser says whose page asks, and only our own and the listed ones get in."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orderbell_gateway.origins import Origins
from support.waiting import until
from tests.gateway.gateway_process import PROBE, TOKEN, GatewayProcess, running, start_failing

Start = Callable[..., GatewayProcess]
HOST = "orders.example:8080"
LISTED = "https://shop.example, http://[2001:db8::1]:81"


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    record = tmp_path_factory.mktemp("record") / "events.jsonl"
    with running(PROBE, PUSH_TOKEN=TOKEN, RECORD=str(record), ALLOWED_ORIGINS=LISTED) as started:
        yield started


def handshake(gateway: GatewayProcess, origin: str | None, host: str = HOST, **headers: str) -> bytes:
    """Open a WebSocket as a page of `origin` would and return the whole answer."""
    named = {"Host": host, **headers, **({} if origin is None else {"Origin": origin})}
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as client:
        client.sendall(
            f"GET /ws HTTP/1.1\r\n{lines}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n".encode()
        )
        return client.recv(65536)


def asked(gateway: GatewayProcess) -> Counter[str]:
    """Return how often the socket's function was asked what."""
    record = Path(gateway.environment["RECORD"])
    lines = record.read_text().splitlines() if record.exists() else []
    return Counter(json.loads(line)["websocket"]["action"] for line in lines)


def all_told_of(gateway: GatewayProcess) -> bool:
    """Say whether the function knows of the end of each socket that was open before."""
    found = asked(gateway)
    return found["connecting"] == found["closing"]


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


TAKEN = [
    None,  # no browser
    "http://orders.example:8080",
    "http://ORDERS.example:8080",
    "HTTP://orders.example:8080",
    "https://shop.example",
    "https://shop.example:443",
    "https://Shop.Example",
    "http://[2001:db8::1]:81",
]
REFUSED = [
    "null",
    "",
    "https://evil.example",
    "https://shop.example.evil.example",  # ours as a prefix
    "https://evilshop.example",  # ours as a suffix
    "https://evil-shop.example",
    "https://shop.example@evil.example",
    "https://evil.example#https://shop.example",
    "https://evil.example/https://shop.example",
    "https://evil.example\\shop.example",
    "https://shop.example/",
    "https://shop.example/x",
    "https://shop.example?x",
    "https://shop.example:444",
    "https://shop.example:0443x",
    "https://shop.example:",
    "https://shop.example.",  # another host to a browser
    "http://shop.example",
    "https://shop.example https://evil.example",
    "https://shop.example, https://evil.example",
    "https://shop.example\u212a",
    "https://\u017fhop.example",  # folds to an s, and is none
    "ftp://shop.example",
    "wss://shop.example",
    "file://",
    "//shop.example",
    "shop.example",
    "https:shop.example",
    "https://",
    "http://orders.example",  # our own host, another port
    "http://orders.example:80",
    "http://orders.example.:8080",
    "http://xorders.example:8080",
    "http://127.0.0.1:8080",
    "http://[2001:db8::1]",
    "http://[2001:db8::1",
    "*",
]


@pytest.mark.parametrize("origin", TAKEN)
def test_our_own_pages_listed_ones_and_no_browser_are_taken(
    gateway: GatewayProcess, origin: str | None
) -> None:
    assert status(handshake(gateway, origin)) == 101


@pytest.mark.parametrize("origin", REFUSED)
def test_another_page_is_refused_and_no_function_is_asked(gateway: GatewayProcess, origin: str) -> None:
    until(lambda: all_told_of(gateway), "the sockets of the tests before are forgotten")
    before = asked(gateway)
    answer = handshake(gateway, origin)
    assert status(answer) == 403
    document = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert (document["code"], document["detail"]) == ("refused", "this origin is not allowed")
    assert asked(gateway) == before


def test_an_origin_is_its_own_only_with_the_host_of_the_request(gateway: GatewayProcess) -> None:
    assert status(handshake(gateway, "http://orders.example", "orders.example")) == 101
    assert status(handshake(gateway, "http://orders.example:80", "orders.example")) == 101
    assert status(handshake(gateway, "http://orders.example", "other.example")) == 403


def test_a_header_of_the_client_does_not_make_it_https(gateway: GatewayProcess) -> None:
    own = "https://orders.example:8080"
    assert status(handshake(gateway, own, X_Forwarded_Proto="https")) == 403
    assert status(handshake(gateway, "http://a.example", X_Forwarded_Host="a.example")) == 403


def test_a_page_that_came_over_tls_which_no_proxy_told_of_is_refused_with_the_remedy(
    gateway: GatewayProcess,
) -> None:
    """A proxy that forgets X-Forwarded-Proto shuts out every page of ours: the operator is told, once."""
    remedy = "the page is https and no proxy said so: --trust-proxy and X-Forwarded-Proto"
    for _ in range(2):
        answer = handshake(gateway, "https://orders.example:8080")
        assert status(answer) == 403
        document = json.loads(answer.partition(b"\r\n\r\n")[2])
        assert (document["code"], document["detail"]) == ("refused", remedy)
        gateway.logged("http", request_id=document["request_id"], outcome="origin")
    assert len(gateway.log("origin", level="warning", reason=remedy)) == 1
    assert gateway.metric("handshakes_refused_total", reason="origin") >= 2


def test_two_origins_are_none(gateway: GatewayProcess) -> None:
    two = "https://shop.example\r\nOrigin: https://shop.example"
    assert status(handshake(gateway, two)) == 403


def test_without_a_list_only_our_own_pages_are_taken(shared: GatewayProcess) -> None:
    assert status(handshake(shared, "http://" + HOST)) == 101
    assert status(handshake(shared, "https://shop.example")) == 403


def test_a_trusted_proxy_says_whether_it_was_https(start: Start) -> None:
    gateway = start("--trust-proxy")
    own = "https://orders.example"
    assert status(handshake(gateway, own, "orders.example", X_Forwarded_Proto="https")) == 101
    assert status(handshake(gateway, own, "orders.example", X_Forwarded_Proto="wss")) == 101  # Traefik's word
    assert status(handshake(gateway, own, "orders.example", X_Forwarded_Proto="https, http")) == 403
    assert status(handshake(gateway, own, "orders.example", X_Forwarded_Proto="ws")) == 403
    assert status(handshake(gateway, own, "orders.example")) == 403


def test_the_gateways_own_list_goes_before_the_functions(start: Start) -> None:
    gateway = start("--allowed-origins", "https://a.example", ALLOWED_ORIGINS="https://b.example")
    assert status(handshake(gateway, "https://a.example")) == 101
    assert status(handshake(gateway, "https://b.example")) == 403


@pytest.mark.parametrize(
    "listed", ["*", "null", "shop.example", "https://shop.example/", "https://*.example"]
)
def test_what_is_no_origin_cannot_be_listed(listed: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Origins([listed])


def test_a_wrong_list_stops_the_start_in_one_line(tmp_path: Path) -> None:
    code, said = start_failing(
        PROBE, PUSH_TOKEN=TOKEN, RECORD=str(tmp_path / "r"), ALLOWED_ORIGINS="https://a.example,*"
    )
    assert code == 2
    assert said.splitlines() == [
        "orderbell_gateway: ALLOWED_ORIGINS must be origins like https://shop.example with commas between, got '*'"
    ]
