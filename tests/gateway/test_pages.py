"""The static pages: rewrites, caching, security headers, and nothing outside their folder."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.gateway.gateway_process import PROBE, GatewayProcess

BUILT = PROBE / "clients" / "built"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    ("path", "file"),
    [("/", "index.html"), ("/index.html", "index.html"), ("/s/noodle-house", "index.html"), ("/s/", "index.html"),
     ("/kitchen/", "kitchen/index.html"), ("/kitchen/orders", "kitchen/index.html"), ("/plain.txt", "plain.txt"),
     ("/assets/app-B1cD3fGh.js", "assets/app-B1cD3fGh.js"), ("/?a=1", "index.html")],
)  # fmt: skip
def test_a_path_is_a_file_or_rewritten_to_one(shared: GatewayProcess, path: str, file: str) -> None:
    reply = requests.get(shared.url + path)
    assert (reply.status_code, reply.content) == (200, (BUILT / file).read_bytes())


@pytest.mark.parametrize("path", ["/", "/kitchen/x", "/assets/app-B1cD3fGh.js", "/nothing-here"])
def test_every_page_has_the_security_headers(shared: GatewayProcess, path: str) -> None:
    reply = requests.get(shared.url + path, headers={"Accept": "text/html"})
    assert reply.headers["content-security-policy"] == CSP
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_hashed_assets_are_kept_for_ever_and_pages_are_asked_again(shared: GatewayProcess) -> None:
    asset = requests.get(shared.url + "/assets/app-B1cD3fGh.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"] == "text/javascript; charset=utf-8"
    page = requests.get(shared.url + "/")
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    again = requests.get(shared.url + "/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_texts_are_packed_for_who_can_unpack_them(shared: GatewayProcess) -> None:
    packed = requests.get(shared.url + "/", headers={"Accept-Encoding": "gzip"}, stream=True)
    raw = packed.raw.read(decode_content=False)
    whole = (BUILT / "index.html").read_bytes()
    assert gzip.decompress(raw) == whole and len(raw) < len(whole)
    assert requests.get(shared.url + "/", headers={"Accept-Encoding": "identity"}).content == whole
    assert packed.headers["vary"] == "accept-encoding"


def test_a_head_has_no_body(shared: GatewayProcess) -> None:
    reply = requests.head(shared.url + "/", headers={"Accept-Encoding": "identity"})
    assert (reply.status_code, reply.content) == (200, b"")
    assert int(reply.headers["content-length"]) == (BUILT / "index.html").stat().st_size


def test_a_missing_page_is_the_error_page_for_people_and_a_problem_for_programs(
    shared: GatewayProcess,
) -> None:
    person = requests.get(shared.url + "/nothing", headers={"Accept": "text/html"})
    assert (person.status_code, person.content) == (404, (BUILT / "missing.html").read_bytes())
    program = requests.get(shared.url + "/nothing")
    assert (program.status_code, program.json()["code"]) == (404, "not_found")
    assert requests.get(shared.url + "/kitchen/missing.js").status_code == 404
    assert requests.post(shared.url + "/").status_code == 404


def test_a_folder_without_its_slash_is_sent_on(shared: GatewayProcess) -> None:
    reply = requests.get(shared.url + "/kitchen?a=1", allow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (308, "kitchen/?a=1")
    assert requests.get(shared.url + "/kitchen").text == (BUILT / "kitchen" / "index.html").read_text()


@pytest.mark.parametrize(
    "path",
    ["/../serverless.yml", "/%2e%2e/serverless.yml", "/assets/../../serverless.yml", "/assets/..%2f..%2fserverless.yml",
     "//etc/passwd", "/..%5cserverless.yml", "/.hidden", "/assets/%00", "/plain.txt%00.html", "/assets/"],
)  # fmt: skip
def test_nothing_outside_the_folder_and_nothing_hidden_is_served(shared: GatewayProcess, path: str) -> None:
    with socket.create_connection(("127.0.0.1", shared.facts["port"]), timeout=10) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        reply = b""
        while data := client.recv(65536):
            reply += data
    assert reply.split(b" ", 2)[1] in (b"404", b"400")
    assert (
        b"component" not in reply
        and b"root:" not in reply
        and b"hidden" not in reply.partition(b"\r\n\r\n")[2]
    )


def test_a_link_out_of_the_folder_is_not_followed(
    start: Callable[..., GatewayProcess], tmp_path: Path
) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (pages / "link.txt").symlink_to(tmp_path / "secret.txt")
    (pages / "index.html").write_text("one")
    gateway = start("--pages", str(pages))
    assert requests.get(gateway.url + "/link.txt").status_code == 404
    assert requests.get(gateway.url + "/").text == "one"
    (pages / "index.html").write_text("another")
    assert requests.get(gateway.url + "/").text == "another", "a rebuilt page is seen without a restart"


def test_pages_that_are_not_built_are_warned_about(
    start: Callable[..., GatewayProcess], tmp_path: Path
) -> None:
    import shutil

    root = tmp_path / "root"
    shutil.copytree(PROBE, root)
    shutil.rmtree(root / "clients" / "built")
    gateway = start(root=root)
    assert (
        "clients/serverless.yml: inputs.src: there is no folder built/"
        in gateway.logged("pages_missing")["reason"]
    )
    assert requests.get(gateway.url + "/").status_code == 404
    assert requests.get(gateway.url + "/plain").status_code == 200
