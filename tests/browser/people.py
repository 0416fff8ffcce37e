"""What people do on the pages, by the roles and names that they and their screen readers find."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from support.system import System
from support.waiting import until

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 1024, "height": 768}

START = re.compile("Start service|开始营业")

Open = Callable[..., Page]

# Counts the tones that a page plays, and keeps their waves, as nobody can hear a headless browser.
COUNT_TONES = """
window.tones = 0;
window.waves = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
  window.tones += 1;
  window.waves.push(this.type);
  return start.apply(this, when);
};
"""


def kitchen(
    system: System,
    open_page: Open,
    shop: str = "noodle-house",
    locale: str = "en-US",
    clock: datetime | None = None,
) -> Page:
    """Pair a screen by its link and start service."""
    page = paired(system, open_page, shop, locale, clock)
    start_service(page)
    return page


def paired(
    system: System,
    open_page: Open,
    shop: str = "noodle-house",
    locale: str = "en-US",
    clock: datetime | None = None,
) -> Page:
    """Pair a screen by its link: it stands before its first tap."""
    page = open_page(f"{system.url}/kitchen/#pair={system.pairing_code(shop)}", TABLET, locale, clock)
    expect(page.get_by_role("button", name=START)).to_be_visible()
    return page


def start_service(page: Page) -> None:
    """Give a paired screen its first tap."""
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("region", name=re.compile("^(New|新订单)"))).to_be_visible()


def choose_noodles(page: Page) -> None:
    """Put two large braised beef noodles with an egg into the cart."""
    page.get_by_role("button", name=re.compile("Choose Braised beef noodles")).click()
    sheet = page.get_by_role("dialog", name="Braised beef noodles")
    expect(sheet.get_by_role("button", name="Choose: Size")).to_be_disabled()
    sheet.get_by_text("Large").click()
    sheet.get_by_text("Soy-braised egg").click()
    sheet.get_by_role("button", name="Add one Braised beef noodles").click()
    sheet.get_by_role("button", name="Add to cart · ¥64.00").click()
    expect(sheet).to_be_hidden()


def check_out(page: Page, name: str = "Li Lei") -> str:
    """Order what is in the cart, to be picked up; return the code on the tracker."""
    page.get_by_role("button", name=re.compile("View cart")).click()
    page.get_by_role("dialog", name="Your cart").get_by_role("button", name="Checkout").click()
    form = page.get_by_role("dialog", name="Checkout")
    form.get_by_role("textbox", name="Name").fill(name)
    form.get_by_role("textbox", name="Phone").fill("13800001234")
    form.get_by_role("button", name=re.compile("Place order")).click()
    page.wait_for_url(re.compile("/o/"))
    code = page.get_by_text(re.compile(r"^[A-Z]{1,2}[1-9]{2}$"))
    expect(code).to_be_visible()
    return code.inner_text()


def hurry(page: Page, shown: Callable[[], object], what: str) -> None:
    """Let a page whose clock is ours live through its waits in moments, until something holds."""

    def step() -> object:
        page.clock.run_for(200)
        return shown()

    until(step, what)


def ticket(screen: Page, code: str) -> Locator:
    """An order's ticket on the kitchen's screen."""
    return screen.get_by_role("article", name=re.compile(f"{code}$"))


def rings(screen: Page, tones: int) -> None:
    """Wait until a screen has played more tones than these."""
    until(lambda: screen.evaluate("window.tones") > tones, "the screen rings")
