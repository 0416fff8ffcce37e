"""A page of another site, in the browser in which a kitchen's screen is open: it reads nothing and rides on nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from browser.people import START, TABLET
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.example import ORDER
from support.parts import ask
from support.system import System

TRIES = """async (at) => {
  const said = (promise) => promise.then((value) => value, (error) => `refused: ${error.name}`);
  const read = (path, options) => said(fetch(at + path, options).then(async (answer) => answer.text()));
  const heard = (thing) => new Promise((done) => {
    for (const kind of ["open", "load", "message"]) thing[`on${kind}`] = () => done(`heard: ${kind}`);
    for (const kind of ["error", "close"]) thing[`on${kind}`] = () => done("refused");
  });
  const element = (name, values) => {
    const made = Object.assign(document.createElement(name), values);
    const told = heard(made);
    document.body.append(made);
    return told;
  };
  return {
    "shops read": await read("/get_shop_info"),
    "shops read with cookies": await read("/get_shop_info", {credentials: "include"}),
    "stream read": await read("/bill?after=0", {credentials: "include"}),
    "stream read with a token": await read("/bill?after=0", {headers: {Authorization: "Bearer TOKEN"}}),
    "shops seen without CORS": await read("/get_shop_info", {mode: "no-cors"}),
    "order as JSON": await read("/bill", {method: "POST", body: "ORDER",
      headers: {"Content-Type": "application/json", "Idempotency-Key": "evil"}}),
    "order as a simple request": await read("/bill", {method: "POST", mode: "no-cors", body: "ORDER"}),
    "order deleted": await read("/bill?order=x", {method: "DELETE"}),
    "socket": await heard(new WebSocket(at.replace("http", "ws") + "/pgws")),
    "event source": await heard(new EventSource(at + "/bill?after=0")),
    "script": await element("script", {src: at + "/get_shop_info"}),
    "style": await element("link", {rel: "stylesheet", href: at + "/get_shop_info"}),
    "picture": await element("img", {src: at + "/bell.svg"}),
    "page as a fetch": await read("/kitchen/"),
    "worker": await said(navigator.serviceWorker.register(at + "/kitchen/worker.js").then(() => "registered")),
    "worker over its own": await said(navigator.serviceWorker.register("/worker.js", {scope: at + "/kitchen/"})
      .then(() => "registered")),
    "what is kept": JSON.stringify([document.cookie, Object.keys(localStorage), (await caches.keys())]),
  };
}"""
OURS = ("shops read", "page as a fetch", "stream read", "socket", "picture")
BEACON = """([at, order]) => {
  const form = Object.assign(document.createElement("form"),
    {method: "POST", action: at + "/bill", enctype: "text/plain", target: "there"});
  form.append(Object.assign(document.createElement("input"), {name: order.slice(0, -1) + ',"x":"', value: '"}'}));
  document.body.append(form);
  form.submit();
  return navigator.sendBeacon(at + "/bill", order);
}"""


class Evil(BaseHTTPRequestHandler):
    """Every path is the same empty page, without any policy."""

    def do_GET(self) -> None:
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        body = (
            b""
            if kind == "text/javascript"
            else b"<!doctype html><title>evil</title><iframe name=there></iframe>"
        )
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def evil() -> Iterator[str]:
    """The address of another site: another name, another port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def office(browser: Browser, system: System) -> Iterator[BrowserContext]:
    """A browser in which a kitchen's screen is paired and open."""
    context = browser.new_context(viewport=TABLET)
    context.set_default_timeout(15_000)
    kitchen = context.new_page()
    kitchen.goto(f"{system.url}/kitchen/#pair={system.pairing_code()}")
    expect(kitchen.get_by_role("button", name=START)).to_be_visible()
    yield context
    context.close()


def visit(office: BrowserContext, evil: str) -> Page:
    page = office.new_page()
    page.goto(evil)
    return page


def test_a_page_of_another_site_reads_nothing_and_rides_on_nothing(
    office: BrowserContext, system: System, evil: str
) -> None:
    orders = ask(system, "SELECT count(*) FROM orders")
    kitchen = office.pages[0]
    kept = kitchen.evaluate("Object.values(localStorage)")
    assert kept, "there is something to steal"
    tries = TRIES.replace("ORDER", json.dumps(ORDER).replace('"', '\\"')).replace("TOKEN", "stolen")
    got = visit(office, evil).evaluate(tries, system.url)
    assert json.loads(got.pop("what is kept")) == ["", [], []]
    assert not any(each in json.dumps(got) for each in kept)
    # What a page may send without asking first it may not read: an empty text is an answer that is kept from it.
    blind = {got.pop("order as a simple request"), got.pop("shops seen without CORS")}
    assert blind <= {"", "refused: TypeError"}
    assert {name: answer for name, answer in got.items() if not answer.startswith("refused")} == {}
    assert ask(system, "SELECT count(*) FROM orders") == orders
    ours = kitchen.evaluate(
        tries, system.url
    )  # the same from our own page: it is the origin that was refused
    assert {name for name in OURS if ours[name].startswith("refused")} == set()


def test_forms_and_beacons_of_another_site_place_no_order(
    office: BrowserContext, system: System, evil: str
) -> None:
    orders = ask(system, "SELECT count(*) FROM orders")
    page = visit(office, evil)
    with page.expect_response(lambda answer: answer.request.frame.name == "there") as by_form:
        assert page.evaluate(BEACON, [system.url, json.dumps(ORDER)])
    assert by_form.value.status == 415
    system.get("/healthz")
    assert ask(system, "SELECT count(*) FROM orders") == orders


@pytest.mark.parametrize("path", ["/", "/kitchen/", "/day/", "/board/"])
def test_no_page_of_ours_is_framed_by_another_site(
    office: BrowserContext, system: System, evil: str, path: str
) -> None:
    page = visit(office, evil)
    with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        page.evaluate("(src) => { document.querySelector('iframe').src = src; }", system.url + path)


def test_a_page_that_opened_ours_loses_hold_of_it(office: BrowserContext, system: System, evil: str) -> None:
    page = visit(office, evil)
    with office.expect_page() as opened:
        page.evaluate("(url) => { window.held = window.open(url); }", f"{system.url}/kitchen/")
    expect(opened.value.get_by_role("button", name=START)).to_be_visible()
    assert opened.value.evaluate("window.opener") is None
    assert page.evaluate("[window.held.closed, window.held.length]") == [True, 0]
