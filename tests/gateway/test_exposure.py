"""What the gateway refuses to show to others than this computer, and what its TLS is like."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from websockets.sync.client import connect

from orderbell_gateway.exposure import checked, tls_context
from orderbell_gateway.settings import ConfigError, read_settings
from tests.gateway.gateway_process import PROBE, TOKEN, GatewayProcess, start_failing
from tests.gateway.test_origins import handshake, status

Start = Callable[..., GatewayProcess]
GOOD = "Vv3-kq0ZrT8_wLx1c9Yh"
ROTATE = "PUSH_TOKEN_OLD"


def refusal(*flags: str, **environment: str) -> str:
    """Return what a start with these settings is refused with, "" if it is not."""
    try:
        checked(read_settings(["--root", ".", *flags], {"PUSH_TOKEN": GOOD, **environment}))
    except ConfigError as error:
        assert "\n" not in str(error)
        return str(error)
    return ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "orders.example", ""])
def test_plain_http_for_others_has_to_be_asked_for(host: str) -> None:
    said = refusal("--host", host)
    for way in ("--tls-cert", "--trust-proxy", "--plain-http"):
        assert way in said
    for asked in (["--plain-http"], ["--trust-proxy"], ["--tls-cert", "c.pem", "--tls-key", "k.pem"]):
        assert refusal("--host", host, *asked) == ""
    assert refusal("--host", host, GATEWAY_PLAIN_HTTP="yes") == ""
    assert "--plain-http" in refusal("--host", host, GATEWAY_PLAIN_HTTP="no")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "::1"])
def test_this_computer_alone_needs_no_tls(host: str) -> None:
    assert refusal("--host", host) == ""


def test_the_process_itself_refuses_and_binds_nothing(tmp_path: Path) -> None:
    code, said = start_failing(PROBE, "--host", "0.0.0.0", PUSH_TOKEN=GOOD, RECORD=str(tmp_path / "r"))
    assert (code, len(said.splitlines())) == (2, 1)
    assert "everybody on this network may read orders" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_nobody_but_a_proxy_may_claim_an_address(host: str) -> None:
    both = ("--trust-proxy", "--plain-http")
    assert "could claim any address" in refusal("--host", host, *both)
    assert "could claim any address" in refusal("--host", host, both[0], GATEWAY_PLAIN_HTTP="yes")
    assert refusal("--host", "127.0.0.1", *both) == ""


def test_half_a_certificate_is_none() -> None:
    assert "give both or none" in refusal("--tls-cert", "c.pem")
    assert "give both or none" in refusal("--tls-key", "k.pem")


WEAK = [
    "x", "fifteen-letters", "a" * 40, "changeme-changeme", "Change-Me-Change-Me!", "push_token_push_token",
    "secret-secret-secret", "your-long-random-secret-here", "test-test-test-test-1", "demo1234demo1234",
    "password-password", "orderbell-push-token", "0123456789012345",
]  # fmt: skip


@pytest.mark.parametrize("secret", WEAK)
def test_a_secret_that_can_be_guessed_is_for_this_computer_only(secret: str) -> None:
    open_to_others = ("--internal-host", "0.0.0.0")
    for given in ({"PUSH_TOKEN": secret}, {ROTATE: secret}):
        said = refusal(*open_to_others, **given)
        assert said.startswith(next(iter(given)) + " ") and "secrets.token_urlsafe" in said
        assert secret not in said or len(secret) < 2, "the secret itself is not printed"
        assert refusal(**given) == ""
    assert refusal(*open_to_others, **{ROTATE: GOOD[::-1]}) == ""


def test_no_secret_at_all_is_refused_everywhere() -> None:
    assert "PUSH_TOKEN is not set" in refusal(PUSH_TOKEN="")
    assert "PUSH_TOKEN is not set" in refusal("--internal-host", "0.0.0.0", PUSH_TOKEN="")
    assert "PUSH_TOKEN is not set" in refusal(PUSH_TOKEN="", PUSH_TOKEN_OLD=GOOD)
    assert "loopback" in refusal("--allow-unauthenticated-push", "--internal-host", "10.0.0.1")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Make a certificate of our own for localhost."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = str(folder / "cert.pem"), str(folder / "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-out", cert, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_the_gateway_speaks_tls_itself(start: Start, certificate: tuple[str, str]) -> None:
    cert, key = certificate
    gateway = start("--tls-cert", cert, "--tls-key", key, "--host", "0.0.0.0")
    assert gateway.url.startswith("https://127.0.0.1:")
    reply = requests.get(gateway.url + "/healthz", verify=cert, timeout=15)
    assert (reply.status_code, reply.json()["status"]) == (200, "ok")
    assert reply.headers["strict-transport-security"] == "max-age=31536000"
    trusting = ssl.create_default_context(cafile=cert)
    own = gateway.url
    with connect(gateway.ws("/ws"), ssl=trusting, origin=own) as client:  # type: ignore[arg-type]
        client.send("echo:over TLS")
        assert client.recv(timeout=15) == "over TLS"
        client.send("echo:" + "x" * 60_000)
        assert client.recv(timeout=15) == "x" * 60_000
    settings = read_settings(["--root", ".", "--tls-cert", cert, "--tls-key", key], {"PUSH_TOKEN": GOOD})
    ours = tls_context(settings)
    assert ours is not None and ours.minimum_version == ssl.TLSVersion.TLSv1_2
    old = ssl.create_default_context(cafile=cert)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")  # or our own side would not even try
    with pytest.warns(DeprecationWarning):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with (
        socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as plain,
        pytest.raises(ssl.SSLError),
    ):
        old.wrap_socket(plain, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"HTTP/1.1 200" not in _all(plain)
    assert requests.get(gateway.url + "/healthz", verify=cert, timeout=15).status_code == 200


def _all(client: socket.socket) -> bytes:
    got = b""
    try:
        while data := client.recv(65536):
            got += data
    except ConnectionError:
        pass
    return got


def test_files_that_are_no_certificate_stop_the_start(certificate: tuple[str, str], tmp_path: Path) -> None:
    cert, key = certificate
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    environment = {"PUSH_TOKEN": TOKEN, "RECORD": str(tmp_path / "r")}
    locked = str(tmp_path / "locked.pem")
    subprocess.run(["openssl", "ec", "-in", key, "-aes256", "-passout", "pass:x", "-out", locked], check=True)
    for one, other in ((cert, str(empty)), (cert, str(tmp_path / "missing.pem")), (cert, locked)):
        code, said = start_failing(PROBE, "--tls-cert", one, "--tls-key", other, **environment)
        assert (code, len(said.splitlines())) == (2, 1), said
        assert "must be PEM files that belong together" in said


def test_who_never_ends_the_tls_handshake_is_cut_off(start: Start, certificate: tuple[str, str]) -> None:
    cert, key = certificate
    gateway = start("--tls-cert", cert, "--tls-key", key, "--header-timeout", "0.3")
    with socket.create_connection(("127.0.0.1", gateway.facts["port"]), timeout=15) as silent:
        assert _all(silent) == b""


def test_only_tls_is_remembered(start: Start, shared: GatewayProcess) -> None:
    claimed = {"X-Forwarded-Proto": "https"}
    lone = requests.get(shared.url + "/healthz", headers=claimed, timeout=15)
    assert "strict-transport-security" not in lone.headers
    gateway = start("--trust-proxy")
    behind = requests.get(gateway.url + "/healthz", headers=claimed, timeout=15)
    assert behind.headers["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in requests.get(gateway.url + "/healthz", timeout=15).headers
    assert status(handshake(gateway, None)) == 101


def test_two_secrets_are_taken_while_the_push_secret_changes(start: Start) -> None:
    gateway = start(PUSH_TOKEN=GOOD, PUSH_TOKEN_OLD=TOKEN)
    with connect(gateway.ws("/ws")) as client:
        client.send("id:")  # the function pushes with the new one
        connection = client.recv(timeout=15)
        answers = {}
        for secret in (GOOD, TOKEN, GOOD + TOKEN, TOKEN[:-1], "", f"{GOOD},{TOKEN}"):
            websocket = {
                "action": "data send", "secConnectionID": connection, "dataType": "text", "data": secret,
            }  # fmt: skip
            reply = requests.post(
                gateway.push_url,
                data=json.dumps({"websocket": websocket}),
                headers={"Authorization": f"Bearer {secret}"},
                timeout=15,
            )
            answers[secret] = (reply.status_code, reply.json()["errNo"])
        assert [client.recv(timeout=15), client.recv(timeout=15)] == [GOOD, TOKEN]
    assert answers.pop(GOOD) == answers.pop(TOKEN) == (200, 0)
    assert set(answers.values()) == {(403, 403)}


def test_the_proxies_of_the_manual_pass_on_what_the_gateway_goes_by() -> None:
    """As text only: neither proxy is run here."""
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    nginx, caddy = page.partition("\nnginx:")[2].partition("```\n\n#")[0], page.partition("\nCaddy, ")[2]
    for line in (
        "Host $http_host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto $scheme",
        "X-Request-Id $request_id",
        "Upgrade $http_upgrade",
    ):
        assert f"proxy_set_header {line};" in nginx
    assert "proxy_http_version 1.1;" in nginx and "ssl_protocols       TLSv1.2 TLSv1.3;" in nginx
    assert "reverse_proxy 127.0.0.1:8080" in caddy and "header_up -X-Request-Id" in caddy
