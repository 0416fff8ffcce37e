"""How much script and style a page loads before it can be used: on a bad line each KB is time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from browser.people import PHONE, START, TABLET
from playwright.sync_api import Browser

from support.system import System
from support.waiting import until

KB = 1024

# Notes when what a person came for is there; what is asked for after that has cost nobody a wait.
_NOTE = """
window.usable = 0;
new MutationObserver((changes, watch) => {
  const there = [...document.querySelectorAll("button, h1, h2, section")].some((each) =>
    /%s/.test(each.getAttribute("aria-label") ?? each.textContent));
  if (!there) return;
  window.usable = performance.now();
  watch.disconnect();
}).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
"""
_LOADED = """() => performance.getEntriesByType("resource")
  .filter(({name, startTime}) => /\\.(js|css)$/.test(new URL(name).pathname) && startTime < window.usable)
  .map(({name, encodedBodySize}) => [new URL(name).pathname, encodedBodySize])"""


def _weight(system: System, browser: Browser, path: str, usable: str, size: Any, device: Any = None) -> int:
    """Open a page for the first time; return the bytes of script and style, as gzip sent them, until it was usable."""
    entries = [{"name": "orderbell.device", "value": json.dumps(device)}] if device else []
    kept: Any = {"cookies": [], "origins": [{"origin": system.url, "localStorage": entries}]}
    context = browser.new_context(
        viewport=size,
        locale="zh-CN",
        storage_state=kept,
    )
    try:
        page = context.new_page()
        page.add_init_script(_NOTE % usable)
        page.goto(system.url + path)
        if path == "/kitchen/":
            page.get_by_role("button", name=START).click()
        until(lambda: page.evaluate("window.usable"), f"{path} is usable")
        files = dict(page.evaluate(_LOADED))
    finally:
        context.close()
    assert files and all(files.values()), files
    print(f"{path}: {sum(files.values())} bytes in {len(files)} files")  # noqa: T201 - shown with -s
    return sum(files.values())


def test_a_menu_is_usable_after_25_kb(system: System, browser: Browser) -> None:
    assert _weight(system, browser, "/s/noodle-house", "^选规格", PHONE) <= 25 * KB


def test_an_orders_own_page_is_usable_after_25_kb(system: System, browser: Browser) -> None:
    placed = system.post().json()
    path = f"/o/{placed['order']['id']}#t={placed['token']}"
    assert _weight(system, browser, path, "等待店铺接单", PHONE) <= 25 * KB


@pytest.mark.parametrize(
    ("path", "usable", "most"), [("/kitchen/", "^新订单", 35), ("/day/", "当日概况|当天没有订单", 25)]
)
def test_the_shops_own_pages_are_usable_after_little(
    system: System, browser: Browser, path: str, usable: str, most: int
) -> None:
    device = {"token": system.pair(), "shop": "noodle-house"}
    assert _weight(system, browser, path, usable, TABLET, device) <= most * KB


def test_the_guests_board_is_usable_after_25_kb(system: System, browser: Browser) -> None:
    assert _weight(system, browser, "/board/noodle-house", "^请取餐|^制作中", TABLET) <= 25 * KB
