"""`orderbell up` beyond this computer: what it wants to see first, and what its links say."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest
import requests

from orderbell_cli.links import reach
from support.programs import Up, orderbell


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_it_does_not_serve_the_street_in_the_clear_unless_asked_to(data: Path, host: str) -> None:
    done = orderbell("up", "--data", data, "--host", host, "--port", "0", "--internal-port", "0")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    for way in (f"--host {host} ", "--tls-cert", "--trust-proxy", "--plain-http"):
        assert way in done.stderr
    assert not data.exists(), "nothing was started"


def test_whoever_reaches_the_port_is_not_believed_as_a_proxy_is(data: Path) -> None:
    words = ("--host", "0.0.0.0", "--port", "0", "--internal-port", "0", "--trust-proxy", "--plain-http")
    done = orderbell("up", "--data", data, *words)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "could claim any address" in done.stderr
    assert not data.exists(), "nothing was started"


def test_it_serves_the_network_in_the_clear_when_asked_to_and_over_tls(data: Path, tmp_path: Path) -> None:
    with Up(data, "--no-demo", "--host", "0.0.0.0", "--plain-http") as up:
        told = up.ready()
        text = "\n".join(up.lines)
        assert f"Customers   {told['url']}/" in text and "0.0.0.0" not in text
        assert requests.get(f"{told['url']}/healthz", timeout=10).ok, (
            "the link is one of an address of this computer"
        )
        assert not any("these links" in line or "these at" in line for line in up.lines)
        up.process.send_signal(signal.SIGTERM)
        assert up.wait() == 0
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-out", cert, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    with Up(data, "--no-demo", "--tls-cert", cert, "--tls-key", key) as up:
        told = up.ready()
        assert told["url"].startswith("https://127.0.0.1:")
        assert requests.get(f"{told['url']}/healthz", verify=str(cert), timeout=10).status_code == 200
        assert any("Only this computer" in line for line in up.lines)
        assert not any("--plain-http" in line for line in up.lines)
        seen = orderbell("doctor", "--data", data).stdout
        assert f"ok    gateway: {told['internal_url']} answers 200" in seen


def test_the_links_say_who_can_open_them() -> None:
    own, secure, network = "http://127.0.0.1:1", "https://127.0.0.1:1", "http://192.0.2.7:1"
    assert reach(own, "127.0.0.1", proxy=False).endswith("--host 0.0.0.0 --plain-http")
    assert reach(secure, "127.0.0.1", proxy=False).endswith("--host 0.0.0.0")
    assert reach(network, "0.0.0.0", proxy=False) == ""
    for url, host in ((own, "127.0.0.1"), (network, "0.0.0.0")):
        said = reach(url, host, proxy=True)
        assert "at your proxy's address" in said and "--plain-http" not in said
