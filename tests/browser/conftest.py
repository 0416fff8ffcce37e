"""A real Chromium on a real system. Without a browser these tests fail; they are never skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from browser.people import COUNT_TONES, PHONE, TABLET, Open
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from support.parts import ask
from support.postgres import open_folder
from support.system import Screen, System, running_system
from support.waiting import DEADLINE_S

expect.set_options(timeout=DEADLINE_S * 1000)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EACH_SECOND = "* * * * * * *"
_LEFT = """SELECT DISTINCT slug FROM orders JOIN shop USING (shop_id)
  WHERE status IN ('placed', 'accepted', 'preparing', 'ready', 'dispatched')"""
_NO = {"placed": "reject", "dispatched": "complete"}
_FLAGS = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=user-gesture-required",
    "--disable-gpu",  # there is none: imitating one costs more than drawing without
    "--host-resolver-rules=MAP shop.lan 127.0.0.1",  # plain http that is not localhost: no secure context
)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A running `orderbell up` with the demo shops, which looks for what is due each second."""
    with open_folder() as folder, running_system(folder / "data", SWEEP_CRON=EACH_SECOND) as running:
        yield running


@pytest.fixture(autouse=True)
def no_open_orders(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave no open order to the next test: the kitchens say no to what is left."""
    running: System | None = request.getfixturevalue("system") if "system" in request.fixturenames else None
    yield
    if running is None or running.process.poll() is not None:
        return
    for (slug,) in ask(running, _LEFT):
        with Screen(running, running.pair(slug)) as screen:
            screen.until(lambda it: it.seq is not None)
            for order in [*screen.orders.values()]:
                screen.command(_NO.get(order["status"], "cancel"), order=order["id"], reason="other")


def launch(playwright: Playwright) -> Browser:
    """Start Chromium: the one that `./dev` found, else Playwright's own, else the system's."""
    path: str | None = os.environ.get("ORDERBELL_CHROMIUM") or None
    if path is None and not Path(playwright.chromium.executable_path).exists():
        path = next(filter(None, map(shutil.which, _NAMES)), None)
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*_FLAGS, *root])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open pages, each by a person of their own: `open_page(url, PHONE, "zh-CN")`; `clock` is what their device believes.

    Only with `workers` do the pages get their service worker: what it passes on, `page.route` does not see.

    An exception on a page, or a breach of its content policy, fails the test.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(
        url: str,
        size: Any = None,
        locale: str = "en-US",
        clock: datetime | None = None,
        workers: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport=size or PHONE,
            locale=locale,
            has_touch=size != TABLET,
            service_workers="allow" if workers else "block",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        context.add_init_script(COUNT_TONES)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
        if clock is not None:
            page.clock.install(time=clock)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, wrong
