"""The pages can be installed, open without a network, and take a new release at once."""

from __future__ import annotations

import json
import re
import shutil
import struct
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from browser.people import TABLET, Open
from playwright.sync_api import Page, expect

from support.system import Screen, System
from support.waiting import until

ROOT = Path(__file__).parents[2]
DIST = ROOT / "clients" / "dist"
READY = "navigator.serviceWorker.ready.then(() => true)"


def png_size(data: bytes) -> str:
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    return "{}x{}".format(*struct.unpack(">II", data[16:24]))


@pytest.mark.parametrize(
    ("page", "colour", "display"), [("/", "#faf7f2", "standalone"), ("/kitchen/", "#0f1417", "fullscreen")]
)
def test_a_page_has_what_makes_it_installable(system: System, page: str, colour: str, display: str) -> None:
    html = system.get(page).text
    link = re.search(r'<link rel="manifest" href="([^"]+)"', html)
    assert link and f'content="{colour}"' in html
    answer = system.get(link[1])
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    facts = {key: manifest[key] for key in ("id", "start_url", "scope", "display", "theme_color", "lang")}
    assert facts == {
        "id": page, "start_url": page, "scope": page, "display": display, "theme_color": colour, "lang": "zh-CN",
    }  # fmt: skip
    assert manifest["name"] and manifest["short_name"]
    drawn = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"] if icon["type"] == "image/png"}
    assert drawn == {(size, kind) for size in ("192x192", "512x512") for kind in ("any", "maskable")}
    for icon in manifest["icons"]:
        picture = system.get(icon["src"])
        assert picture.headers["content-type"] == icon["type"]
        if icon["type"] == "image/png":
            assert png_size(picture.content) == icon["sizes"], icon
    touch = re.search(r'<link rel="apple-touch-icon" href="([^"]+)"', html)
    assert touch and png_size(system.get(touch[1]).content) == "180x180"


@pytest.mark.parametrize("page", ["/", "/kitchen/", "/board/", "/day/"])
def test_a_worker_is_asked_after_every_time_and_everything_that_it_keeps_is_there(
    system: System, page: str
) -> None:
    worker = system.get(f"{page}sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache"
    files = re.search(r"FILES = (\[.*?\]);", worker.text)
    assert files and f'ADDRESS = "{page}"' in worker.text
    kept = set(json.loads(files[1]))
    for name in kept:
        assert "immutable" in system.get(name).headers["cache-control"], name
    assert set(re.findall(r"/assets/[^\"]+", system.get(page).text)) <= kept


def test_without_a_network_the_last_menu_and_the_last_state_are_shown_and_said_to_be_old(
    system: System, open_page: Open
) -> None:
    placed = system.post().json()
    phone = open_page(system.url, workers=True)
    phone.evaluate(READY)
    phone.get_by_role("link", name=re.compile("Alley Noodle House(?! \\d)")).click()
    phone.get_by_role("button", name=re.compile("^Add one")).first.click()
    menu = phone.url
    phone.goto(f"{system.url}/o/{placed['order']['id']}#t={placed['token']}")
    number = phone.get_by_text(placed["order"]["number"], exact=True)
    expect(phone.get_by_text("Live · ")).to_be_visible()

    phone.context.set_offline(True)
    phone.reload()
    expect(number).to_be_visible()
    old = phone.get_by_role("status").filter(has_text="Not connected")
    expect(old).to_contain_text(re.compile(r"As of \d\d:\d\d\."))
    expect(phone.get_by_text("Live · ")).to_be_hidden()
    expect(phone.get_by_role("button", name="Cancel order")).to_be_disabled()
    phone.goto(menu)
    expect(
        phone.get_by_text(re.compile(r"Not connected: this is the menu as of \d\d:\d\d\."))
    ).to_be_visible()
    expect(phone.get_by_role("heading", name="Braised beef noodles")).to_be_visible()
    expect(phone.get_by_role("button", name=re.compile("View cart"))).to_be_visible()
    phone.goto(system.url)
    shops = phone.get_by_role("list", name="Choose a shop")
    expect(shops.get_by_role("link", name=re.compile("Alley Noodle House(?! \\d)"))).to_be_visible()
    phone.get_by_role("link", name=re.compile(f"^Order {placed['order']['number']} ")).click()
    expect(old).to_be_visible()

    with Screen(system, system.pair()) as screen:
        screen.until_order(placed["order"]["id"])
        assert screen.command("accept", order=placed["order"]["id"], minutes=15)["ok"]
    phone.context.set_offline(False)
    expect(phone.get_by_role("status").filter(has_text=re.compile("^Accepted$"))).to_be_visible()
    expect(old).to_be_hidden()


def test_the_kitchens_page_opens_without_a_network(system: System, open_page: Open) -> None:
    screen = open_page(f"{system.url}/kitchen/", TABLET, workers=True)
    screen.evaluate(READY)
    screen.context.set_offline(True)
    screen.reload()
    expect(screen.get_by_role("textbox").first).to_be_visible()


class _Host(SimpleHTTPRequestHandler):
    """A host of static files that answers the interface's addresses with 503."""

    def do_GET(self) -> None:
        if self.path.startswith(("/get_shop_info", "/bill", "/pgws")):
            self.send_error(503)
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")  # its dates are too coarse for two releases a second
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The built pages on a static host whose files a test may change."""
    pages = tmp_path / "pages"
    shutil.copytree(DIST, pages)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(pages)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", pages
    server.shutdown()
    server.server_close()
    thread.join()


def release(pages: Path, name: str) -> None:
    """Put a release on the host: another document, and the worker that belongs to it."""
    document, worker = pages / "index.html", pages / "sw.js"
    html = re.sub(
        r'(<meta name="release"[^>]*>)?</head>',
        f'<meta name="release" content="{name}"></head>',
        document.read_text(),
    )
    document.write_text(html)
    worker.write_text(re.sub(r'CACHE = FAMILY \+ "[^"]*"', f'CACHE = FAMILY + "{name}"', worker.read_text()))


def shown(page: Page) -> Any:
    return page.evaluate("document.querySelector('meta[name=release]')?.content")


def kept(page: Page) -> list[str]:
    """The releases that are kept whole, oldest first."""
    names: list[str] = page.evaluate(
        """async () => {
          const names = await caches.keys();
          const whole = await Promise.all(names.map((name) => caches.match("/", { cacheName: name })));
          return names.filter((_, index) => whole[index]).map((name) => name.split(" ").at(-1));
        }"""
    )
    return names


def look_for_a_release(page: Page) -> None:
    """What the browser does by itself within seconds."""
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update()).catch(() => {})")
    settled = "navigator.serviceWorker.getRegistration().then((one) => !one?.installing && !one?.waiting)"
    until(lambda: page.evaluate(settled), "the new worker is taken, or refused")


def keeps(page: Page, *names: str) -> None:
    until(lambda: kept(page) == [*names], f"the kept releases are {names}")


def test_a_release_is_taken_at_once_kept_whole_and_the_worker_can_be_taken_back(
    host: tuple[str, Path], open_page: Open
) -> None:
    url, pages = host
    release(pages, "one")
    page = open_page(url, workers=True)
    page.evaluate(READY)
    keeps(page, "one")
    names = ["one", "two", "three", "four"]
    for count, name in enumerate(names[1:], start=2):
        release(pages, name)
        page.reload()
        assert shown(page) == name, "the network's document, not the worker's"
        look_for_a_release(page)
        keeps(page, *names[:count][-3:])
    page.context.set_offline(True)
    page.reload()
    assert shown(page) == "four"
    page.context.set_offline(False)

    half = (
        pages / "index.html"
    )  # the document is of the next release, its files and the worker's list are not
    whole = half.read_text()
    half.write_text(whole.replace("</head>", '<script type="module" src="/assets/next.js"></script></head>'))
    worker = pages / "sw.js"
    worker.write_text(worker.read_text().replace('FAMILY + "four"', 'FAMILY + "half"'))
    page.reload()
    look_for_a_release(page)
    keeps(page, "two", "three", "four")
    page.context.set_offline(True)
    page.reload()
    assert shown(page) == "four" and "next.js" not in page.content()
    page.context.set_offline(False)

    off = (ROOT / "clients" / "sw" / "off.js").read_text().replace("__ADDRESS__", '"/"')
    worker.write_text(off)
    half.write_text(whole)
    page.reload()
    look_for_a_release(page)
    keeps(page)
    page.goto(f"{url}icon-192.png")  # no page of ours, which would register again
    gone = "navigator.serviceWorker.getRegistrations().then((all) => all.length === 0)"
    until(lambda: page.evaluate(gone), "the worker has taken itself away")
