"""The guest board: whose food is in work and whose is ready, as long as that is known."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from browser.people import PHONE, Open
from browser.proxy import Sockets, proxied
from playwright.sync_api import Locator, Page, expect

from support.system import Screen, System
from support.waiting import until

TV = {"width": 1920, "height": 1080}
BURGER = {
    "shop": "burger-place",
    "service": "pickup",
    "customer": {"name": "Anna", "phone": "+491701234567"},
    "lines": [{"item": "brownie", "quantity": 1}],
}
DELIVERY = {**BURGER, "service": "delivery", "customer": {**BURGER["customer"], "address": "Long Road 1"}}  # type: ignore[dict-item]
DINE_IN = {**BURGER, "service": "dine_in", "table": "7"}
ASK = "Please ask at the counter"


def preparing(board: Page) -> Locator:
    return board.get_by_role("region", name="Preparing")


def ready(board: Page) -> Locator:
    return board.get_by_role("region", name="Ready, please collect")


def shows(half: Locator, number: str, count: int = 1) -> None:
    expect(half.get_by_text(number, exact=True)).to_have_count(count)


def accepted(system: System, kitchen: Screen, order: Any) -> tuple[str, str]:
    """Place an order and accept it; return its id and its code."""
    placed = system.post(order).json()["order"]
    assert kitchen.command("accept", order=placed["id"], minutes=10)["ok"]
    return placed["id"], placed["number"]


def made(kitchen: Screen, order: str) -> None:
    assert kitchen.command("start", order=order)["ok"]
    assert kitchen.command("ready", order=order)["ok"]


def test_guests_see_their_codes_move_and_nothing_about_anybody(system: System, open_page: Open) -> None:
    board = open_page(f"{system.url}/board/burger-place", TV, "zh-CN")
    other = open_page(f"{system.url}/board/noodle-house", TV)
    # Both languages, the shop's own first; whoever set the browser up does not matter.
    expect(board.get_by_role("heading", name="Ready, please collect 请取餐", exact=True)).to_be_visible()
    expect(other.get_by_role("heading", name="请取餐 Ready, please collect", exact=True)).to_be_visible()
    before = other.get_by_role("main").inner_text()
    with Screen(system, system.pair("burger-place")) as kitchen:
        waiting = system.post(BURGER).json()["order"]
        order, number = accepted(system, kitchen, BURGER)
        shows(preparing(board), number)
        _, seated = accepted(system, kitchen, DINE_IN)
        entry = preparing(board).get_by_role("listitem").filter(has_text=seated)
        expect(entry).to_have_text(re.compile("dine-in 堂食"))
        _, brought = accepted(system, kitchen, DELIVERY)

        made(kitchen, order)
        shows(ready(board), number)
        shows(preparing(board), number, 0)
        expect(ready(board).get_by_role("listitem").first).to_have_text(number)
        expect(board.get_by_role("status").filter(has_text=f"{number} ready")).to_have_count(1)
        assert board.evaluate("window.tones") == 0, "nobody has allowed a sound"

        assert kitchen.command("recall", order=order)["ok"]
        shows(preparing(board), number)
        shows(ready(board), number, 0)
        board.keyboard.press("Tab")
        board.get_by_role("button", name="Chime off").click()
        until(lambda: board.evaluate("window.tones") > 0, "the chime is tried out")
        tones = board.evaluate("window.tones")
        assert kitchen.command("ready", order=order)["ok"]
        shows(ready(board), number)
        until(lambda: board.evaluate("window.tones") > tones, "the chime")
        assert kitchen.command("complete", order=order)["ok"]
        shows(ready(board), number, 0)
    text = board.get_by_role("main").inner_text()
    assert "Anna" not in text and brought not in text.split() and waiting["number"] not in text.split()
    assert other.get_by_role("main").inner_text() == before


def test_a_board_without_a_line_asks_by_http_then_says_so_and_then_shows_no_codes(
    system: System, open_page: Open
) -> None:
    with proxied(system) as (behind, proxy), Screen(system, system.pair("burger-place")) as kitchen:
        board = open_page(f"{behind.url}/board/burger-place", TV, clock=datetime.now(timezone.utc))
        order, number = accepted(system, kitchen, BURGER)
        shows(preparing(board), number)
        proxy.become(Sockets.REFUSE)
        made(kitchen, order)
        shows(ready(board), number)
        expect(board.get_by_text("Reconnecting")).to_have_count(0)

        board.context.set_offline(True)
        board.clock.run_for(15_000)
        expect(
            board.get_by_role("status").filter(has_text="Reconnecting. This is how it was at")
        ).to_be_visible()
        shows(ready(board), number)
        board.clock.run_for(60_000)
        expect(board.get_by_role("status").filter(has_text=ASK)).to_contain_text("请到柜台询问")
        shows(board.locator("body"), number, 0)
        assert kitchen.command("complete", order=order)["ok"]
        board.context.set_offline(False)
        expect(board.get_by_text(ASK)).to_have_count(0)
        expect(ready(board)).to_be_visible()
        shows(ready(board), number, 0)

    board.goto(f"{system.url}/board/no-such-shop")
    expect(board.get_by_role("status").filter(has_text="There is no such shop")).to_be_visible()


def entries(count: int, letter: str) -> list[dict[str, str]]:
    since = datetime.now(timezone.utc).isoformat()
    services = ("pickup", "dine_in")
    return [
        {"number": f"{letter}{n}", "service": services[n % 2], "since": since} for n in range(11, 11 + count)
    ]


def filled(count: int) -> Callable[[Any], None]:
    """Answer for the server: so many codes in each half, the same each time."""
    preparing, called = entries(count, "M"), entries(count, "W")

    def answer(route: Any) -> None:
        said = route.fetch().json()
        said["board"].update(preparing=preparing, ready=called)
        route.fulfill(json=said)

    return answer


MISPLACED = """[...document.querySelectorAll("li")].filter((li) => {
  const half = li.closest("section").getBoundingClientRect(), at = li.getBoundingClientRect();
  const inside = [...li.children].every((part) => {
    const box = part.getBoundingClientRect();
    return box.left >= at.left - 1 && box.right <= at.right + 1;
  });
  return !inside || at.top < half.top || at.bottom > half.bottom || at.left < half.left || at.right > half.right;
}).map((li) => li.textContent)"""


def test_sixty_codes_fit_on_every_screen_and_pages_turn_where_they_must(
    system: System, open_page: Open
) -> None:
    with proxied(system) as (behind, proxy):
        proxy.become(Sockets.REFUSE)
        board = open_page("about:blank", PHONE, clock=datetime.now(timezone.utc))
        board.route(re.compile("[?]board="), filled(60))
        board.goto(f"{behind.url}/board/burger-place")
        for width, height in ((1920, 1080), (1024, 768), (768, 1024), (360, 640), (512, 384), (195, 422)):
            board.set_viewport_size({"width": width, "height": height})
            codes = ready(board).get_by_role("listitem")
            expect(codes.first).to_be_visible()
            until(lambda: board.evaluate(MISPLACED) == [], f"every code has its place at {width}x{height}")
            root = "document.documentElement"
            assert board.evaluate(f"{root}.scrollWidth - innerWidth") <= 0, (width, height)
            assert board.evaluate(f"{root}.scrollHeight - innerHeight") <= 0, (width, height)
            if width == TV["width"]:
                expect(codes).to_have_count(60)
        before = page_of(ready(board).inner_text())
        board.clock.fast_forward(9_000)
        until(lambda: page_of(ready(board).inner_text())[0] != before[0], "the page turns")
        after = page_of(ready(board).inner_text())
        assert before[1] and after[1] and not before[1] & after[1], "another page has other codes"


def page_of(text: str) -> tuple[str, set[str]]:
    """Return which page a half shows, and its codes."""
    page = re.search(r"Page (\d+) of \d+", text)
    assert page, text
    return page[1], set(re.findall(r"W\d\d", text))
