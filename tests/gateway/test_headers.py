"""What every answer tells a browser: load nothing else, show it nowhere else, keep nothing, tell nobody."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import ExitStack

import pytest
import requests

from tests.gateway.gateway_process import GatewayProcess

Start = Callable[..., GatewayProcess]
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
OTHER_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
GET, BAD = "GET {} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n", "NONSENSE\r\n\r\n"
FOREVER = "public, max-age=31536000, immutable"
# What it is, the request, the status, whether it has a page's own policy, how long it may be kept.
ANSWERS = [
    ("a page", GET.format("/"), 200, True, "no-cache"),
    ("an asset", GET.format("/assets/app-B1cD3fGh.js"), 200, True, FOREVER),
    ("the page for what is missing", GET.format("/nothing"), 404, True, "no-cache"),
    ("a folder without its slash", GET.format("/kitchen"), 308, True, "no-store"),
    ("nothing", GET.format("/nothing").replace("text/html", "*/*"), 404, False, "no-store"),
    ("a function's answer", GET.format("/plain"), 200, False, "no-store"),
    ("a function's failure", GET.format("/probe?do=raise"), 503, False, "no-store"),
    ("another method", GET.format("/plain").replace("GET", "DELETE"), 405, False, "no-store"),
    ("a preflight", GET.format("/plain").replace("GET", "OPTIONS"), 204, False, "no-store"),
    ("a WebSocket without an upgrade", GET.format("/ws"), 426, False, "no-store"),
    ("health", GET.format("/healthz"), 200, False, "no-store"),
    ("no HTTP", BAD, 400, False, "no-store"),
    ("two hosts", GET.format("/").replace("Accept", "Host"), 400, False, "no-store"),
    ("too long an address", GET.format("/" + "x" * 9000), 431, False, "no-store"),
    (
        "too large a body",
        "POST /post HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\nConnection: close\r\n\r\n",
        413,
        False,
        "no-store",
    ),
    (
        "a handshake of another page",
        GET.format("/ws").replace("Connection: close", "Connection: Upgrade\r\nUpgrade: websocket")[:-2]
        + "Origin: http://evil.example\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n",
        403,
        False,
        "no-store",
    ),
]


def ask(gateway: GatewayProcess, sent: str) -> tuple[int, dict[str, list[str]]]:
    """Return the status and the headers of the answer, each with all its values."""
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as client:
        client.sendall(sent.encode())
        reply = b""
        while b"\r\n\r\n" not in reply and (data := client.recv(65536)):
            reply += data
    first, *lines = reply.partition(b"\r\n\r\n")[0].decode().split("\r\n")
    headers: dict[str, list[str]] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        headers.setdefault(name.lower(), []).append(value)
    return int(first.split(" ")[1]), headers


def held(headers: dict[str, list[str]], page: bool, kept: str) -> None:
    """See that the headers say what they must, once each."""
    for name, value in ALWAYS.items():
        assert headers.get(name) == [value], name
    assert headers.get("content-security-policy") == [PAGE_CSP if page else OTHER_CSP]
    assert headers.get("cache-control") == [kept]
    policy = headers["permissions-policy"]
    assert len(policy) == 1
    assert {"camera=()", "microphone=()", "geolocation=()", "screen-wake-lock=(self)"} <= set(
        policy[0].split(", ")
    )
    assert "strict-transport-security" not in headers, "nothing here goes over TLS"
    assert "set-cookie" not in headers
    assert headers["server"] == ["orderbell-gateway"] or "server" not in headers


@pytest.mark.parametrize(
    ("sent", "status", "page", "kept"), [one[1:] for one in ANSWERS], ids=[one[0] for one in ANSWERS]
)
def test_every_kind_of_answer_has_the_headers(
    shared: GatewayProcess, sent: str, status: int, page: bool, kept: str
) -> None:
    got, headers = ask(shared, sent)
    assert got == status
    held(headers, page, kept)


def test_the_refusal_of_one_connection_too_many_has_them_too(start: Start) -> None:
    gateway = start("--max-connections", "1")
    with ExitStack() as stack:
        held_open = stack.enter_context(requests.Session())
        assert held_open.get(gateway.url + "/healthz", timeout=15).status_code == 200
        status, headers = ask(gateway, "")
    assert (status, headers["retry-after"]) == (503, ["1"])
    held({**headers, "server": ["orderbell-gateway"]}, False, "no-store")


def test_a_function_may_say_how_long_its_answer_is_kept(shared: GatewayProcess) -> None:
    answer = {"statusCode": 200, "headers": {"Cache-Control": "public, max-age=60"}, "body": "x"}
    asked = {"do": "return", "value": json.dumps(answer)}
    reply = requests.get(shared.url + "/probe", params=asked, timeout=15)
    assert reply.headers["cache-control"] == "public, max-age=60"
    assert reply.headers["content-security-policy"] == OTHER_CSP
