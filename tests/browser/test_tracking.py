"""A customer follows an order: every step of it, in two tabs, without a network, and once more another day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from browser.office import office
from browser.people import PHONE, Open, check_out, choose_noodles, hurry
from browser.proxy import Sockets, proxied
from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from support.parts import ask
from support.system import Screen, System
from support.waiting import until

COFFEES = {
    "shop": "coffee-bar",
    "service": "dine_in",
    "table": "7",
    "customer": {"name": "Anna"},
    "lines": [
        {"item": "espresso", "quantity": 2, "options": ["single"]},
        {"item": "flat-white", "quantity": 1, "options": ["oat"], "note": "not too hot"},
    ],
}
# What the page asks of its service worker and of the phone, as nobody sees a notification of a headless browser.
WATCH_NEWS = """
window.shown = [];
ServiceWorkerRegistration.prototype.showNotification = async function (title, how) {
  window.shown.push([title, how.body, how.data.url === location.href]);
};
navigator.vibrate = () => true;
"""


@pytest.fixture
def kitchen(system: System) -> Iterator[Screen]:
    """A screen of the noodle house that shows what comes."""
    with Screen(system, system.pair()) as screen:
        yield screen


def move(screen: Screen, placed: Any, *names: str, **how: Any) -> None:
    """Do something to an order in the kitchen."""
    order = placed["order"]["id"]
    screen.until_order(order)
    for name in names:
        assert screen.command(name, order=order, **how)["ok"], name


def address(system: System, placed: Any) -> str:
    return f"{system.url}/o/{placed['order']['id']}#t={placed['token']}"


def headline(page: Page, text: str) -> Locator:
    return page.get_by_role("status").filter(has_text=re.compile(f"^{re.escape(text)}$"))


def steps(page: Page, name: str = "Progress") -> list[str]:
    """The steps that are reached, each with its time."""
    texts = page.get_by_role("list", name=name).get_by_role("listitem").all_inner_texts()
    return [re.sub(r"\s+", " ", text) for text in texts if re.search(r"(?<!about )\d\d:\d\d$", text)]


def test_an_order_is_followed_to_the_counter_in_two_tabs_and_the_phone_says_when_it_is_ready(
    system: System, open_page: Open, kitchen: Screen
) -> None:
    placed = system.post().json()
    number = placed["order"]["number"]
    kitchen.until_order(placed["order"]["id"])
    phone = open_page("about:blank", workers=True)
    phone.context.grant_permissions(["notifications"], origin=system.url)
    phone.add_init_script(WATCH_NEWS)
    phone.clock.install()
    phone.goto(address(system, placed))
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    expect(phone).to_have_title(f"{number} · Waiting for the shop to accept")
    expect(phone.get_by_text(re.compile(r"The shop answers by \d\d:\d\d"))).to_be_visible()
    expect(phone.get_by_text("All times are the shop's (China Standard Time).")).to_be_visible()
    tell = phone.get_by_role("button", name="Notify me when it is ready")
    expect(tell).to_have_attribute("aria-pressed", "false")
    tell.click()
    expect(tell).to_have_attribute("aria-pressed", "true")
    expect(phone.get_by_text("You will be notified on this device.")).to_be_visible()
    other = phone.context.new_page()
    other.goto(address(system, placed))

    move(kitchen, placed, "accept", minutes=15)
    for page in (phone, other):
        expect(headline(page, "Accepted")).to_be_visible()
        expect(page.get_by_text(re.compile(r"^Ready at about \d\d:\d\d · in 15 min$"))).to_be_visible()
        expect(page.get_by_text(re.compile(r"^about \d\d:\d\d$"))).to_be_visible()
    phone.get_by_role("textbox", name="Write a message").fill("Two pairs of chopsticks, please")
    phone.get_by_role("button", name="Send").click()
    log = phone.get_by_role("log", name="Messages")
    expect(log.get_by_text("Two pairs of chopsticks, please")).to_be_visible()
    move(kitchen, placed, "message", text="Of course.")
    for page in (phone, other):
        expect(page.get_by_role("log", name="Messages").get_by_text("Of course.")).to_be_visible()

    move(kitchen, placed, "start", "ready")
    expect(headline(phone, "Ready to pick up")).to_be_visible()
    move(kitchen, placed, "recall")  # a slip of the cook's finger: nobody is called to the counter
    expect(headline(phone, "Being prepared")).to_be_visible()
    phone.clock.fast_forward(6_000)
    move(kitchen, placed, "ready")
    for page in (phone, other):
        expect(headline(page, "Ready to pick up")).to_be_visible()
        expect(page.get_by_text("Show this code at the counter.")).to_be_visible()
        expect(page).to_have_title(f"✓ {number} · Ready to pick up")
    reached = [step.rpartition(" ")[0] for step in steps(phone)]
    assert reached == ["Received and stored", "Seen by the kitchen", "Accepted", "Preparing", "Ready"]
    phone.clock.fast_forward(6_000)
    shown = until(lambda: phone.evaluate("window.shown"), "the notification")
    assert shown == [[f"{number} · Ready to pick up", "Alley Noodle House", True]]
    move(kitchen, placed, "complete")
    expect(phone.get_by_role("link", name="Order again")).to_be_in_viewport()


def test_without_permission_or_a_worker_the_page_does_the_same_and_says_so_once(
    system: System, open_page: Open
) -> None:
    placed = system.post(COFFEES).json()
    phone = open_page("about:blank", PHONE, "zh-CN")
    phone.add_init_script("Notification.requestPermission = async () => 'denied';")
    phone.goto(address(system, placed))
    expect(phone.get_by_text("7 号桌")).to_be_visible()
    expect(phone.get_by_text("澳白")).to_be_visible()
    phone.get_by_role("button", name="出餐时通知我").click()
    expect(phone.get_by_role("status").filter(has_text="浏览器未允许通知。没关系")).to_be_visible()
    expect(phone.get_by_role("button", name="出餐时通知我")).to_be_hidden()
    with Screen(system, system.pair("coffee-bar")) as screen:
        move(screen, placed, "accept", minutes=5)
        move(screen, placed, "start", "ready")
    expect(headline(phone, "已出餐，马上上桌")).to_be_visible()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=system.url)
    phone.get_by_role("button", name="复制订单链接").click()
    expect(phone.get_by_role("status").filter(has_text="链接已复制")).to_be_visible()
    assert phone.evaluate("navigator.clipboard.readText()") == phone.url


def test_on_plain_http_in_the_shops_own_network_everything_works_but_what_the_browser_keeps_back(
    system: System, open_page: Open
) -> None:
    lan = system.url.replace("127.0.0.1", "shop.lan")
    phone = open_page(f"{lan}/s/noodle-house", workers=True)
    assert phone.evaluate("isSecureContext") is False
    choose_noodles(phone)
    code = check_out(phone)
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    expect(phone.get_by_text("Live · ")).to_be_visible()
    expect(phone.get_by_role("button", name="Notify me when it is ready")).to_be_hidden()
    phone.get_by_role("button", name="Copy link to this order").click()
    expect(phone.get_by_role("status").filter(has_text="Link copied.")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text(code, exact=True)).to_be_visible()


# How much of what was seen has moved by itself, as Chromium counts it (web.dev/articles/cls).
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shifted += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def test_a_shop_whose_screen_nobody_watches_is_said_so_and_can_be_called(
    system: System, open_page: Open
) -> None:
    number = "+86 21 0000 0123"

    def unattended(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        server.on_message(
            lambda frame: line.send(
                str(frame).replace('"attended":true', '"attended":false').replace("+86 21 0000 0123", number)
            )
        )

    placed = system.post().json()
    phone = open_page("about:blank")
    phone.add_init_script(WATCH_SHIFTS)
    phone.route_web_socket(re.compile("/pgws"), unattended)
    phone.goto(address(system, placed))
    expect(phone.get_by_text("Nobody seems to be at the kitchen's screen right now.")).to_be_visible()
    expect(phone.get_by_role("heading", name="Your order")).to_be_attached()
    assert phone.evaluate("window.shifted") < 0.01
    expect(phone.get_by_text("In a hurry? Call the shop.")).to_be_visible()
    expect(phone.get_by_role("link", name="Call +86 21 0000 0123")).to_be_visible()
    number = ""  # nobody is told to call a shop that has no number
    phone.reload()
    expect(phone.get_by_text("Your order is stored and waits there.")).to_be_visible()
    expect(phone.get_by_text(re.compile("call the shop", re.I))).to_have_count(0)
    expect(phone.get_by_role("link", name=re.compile("^Call"))).to_have_count(0)


def test_a_nudge_has_its_limits_and_cancelling_is_asked_for(
    system: System, open_page: Open, kitchen: Screen
) -> None:
    placed = system.post().json()
    order = placed["order"]["id"]
    move(kitchen, placed, "accept", minutes=30)
    phone = open_page(address(system, placed))
    nudge = phone.get_by_role("button", name="Nudge")
    expect(nudge).to_be_disabled()
    expect(phone.get_by_text(re.compile(r"^Possible from \d\d:\d\d$"))).to_be_visible()
    ask(system, "UPDATE orders SET placed_at = placed_at - interval '301 s' WHERE order_id = %s", (order,))
    phone.reload()
    nudge.click()
    reminded = re.compile(r"^The kitchen has been reminded\. Possible from \d\d:\d\d$")
    expect(phone.get_by_text(reminded)).to_be_visible()
    expect(nudge).to_be_disabled()
    kitchen.until(lambda screen: screen.orders[order]["nudges"] == 1)

    friend = open_page(address(system, placed))  # another phone does not know when this one nudged
    expect(friend.get_by_text("4 nudges left.")).to_be_visible()
    friend.get_by_role("button", name="Nudge").click()
    expect(
        friend.get_by_role("alert").filter(has_text="Somebody has just reminded the kitchen")
    ).to_be_visible()
    ask(system, "UPDATE orders SET nudges = 5 WHERE order_id = %s", (order,))
    friend.reload()
    expect(friend.get_by_text("You have nudged 5 times. Please call the shop.")).to_be_visible()

    phone.get_by_role("button", name="Ask to cancel").click()
    sheet = phone.get_by_role("dialog", name="Ask to cancel")
    sheet.get_by_role("button", name="Yes, ask").click()
    expect(phone.get_by_text("You have asked to cancel. The kitchen decides.")).to_be_visible()
    kitchen.until(lambda screen: screen.orders[order]["cancel_requested_at"])
    move(kitchen, placed, "cancel", reason="customer_asked")
    expect(headline(phone, "Cancelled")).to_be_visible()
    expect(phone.get_by_text("You asked for it.")).to_be_visible()
    expect(phone).to_have_title(re.compile("^✕ "))
    expect(nudge).to_be_hidden()


def test_what_is_still_there_of_a_past_order_goes_into_the_cart_and_an_order_is_forgotten(
    system: System, open_page: Open
) -> None:
    placed, second = system.post(COFFEES).json(), system.post(COFFEES).json()
    phone = open_page(address(system, second))
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    phone.goto(address(system, placed))
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    with Screen(system, system.pair("coffee-bar")) as screen:
        move(screen, placed, "reject", reason="too_busy")
        expect(headline(phone, "The shop could not take your order")).to_be_visible()
        expect(phone.get_by_text("The kitchen is too busy.")).to_be_visible()
        assert screen.command("availability", item="flat-white", available=False)["ok"]
        phone.get_by_role("link", name="Order again").click()
        sheet = phone.get_by_role("dialog", name="Not everything is there today")
        expect(sheet.get_by_role("listitem")).to_have_text(re.compile("Flat white.*sold out"))
        sheet.get_by_role("button", name="To the cart").click()
        cart = phone.get_by_role("dialog", name="Your cart")
        expect(cart.get_by_text("Espresso")).to_be_visible()
        expect(cart.get_by_text("Flat white")).to_be_hidden()
        assert screen.command("availability", item="flat-white", available=True)["ok"]
        move(screen, second, "reject", reason="too_busy")

    phone.goto(system.url)
    mine = phone.get_by_role("region", name="Your orders")
    for one in (placed, second):
        expect(mine.get_by_role("link", name=re.compile(f"^Order {one['order']['number']} "))).to_be_visible()
    mine.get_by_role("link", name=f"Order again: {second['order']['number']}").click()
    expect(phone.get_by_role("dialog", name="Your cart").get_by_text("Flat white")).to_be_visible()
    phone.get_by_role("button", name="Close").click()
    phone.get_by_role("button", name="More about this shop").click()
    phone.get_by_role("button", name="Your orders").click()
    sheet = phone.get_by_role("dialog", name="Your orders")
    number = placed["order"]["number"]
    sheet.get_by_role("button", name=f"Forget order {number}").click()
    phone.get_by_role("dialog", name=f"Forget order {number}?").get_by_role("button", name="Forget").click()
    expect(sheet.get_by_role("link", name=re.compile(f"^Order {number} "))).to_be_hidden()
    expect(sheet.get_by_role("link", name=re.compile(f"^Order {second['order']['number']} "))).to_be_visible()
    phone.evaluate("""() => {
        localStorage.setItem("orderbell.me", '{"name": "Anna", "phone": "+491701234567", "address": "1 Way"}');
        localStorage.setItem("orderbell.draft.coffee-bar", '{"note": "ring twice"}');
    }""")
    phone.goto(system.url)
    expect(mine.get_by_role("listitem")).to_have_count(1)
    mine.get_by_role("button", name="Forget all").click()
    phone.get_by_role("dialog", name="Forget all orders of this phone?").get_by_role(
        "button", name="Forget"
    ).click()
    expect(mine).to_have_count(0)
    kept = phone.evaluate("Object.entries(localStorage).flat().join(' ')")
    for value in ("Anna", "+491701234567", "1 Way", "ring twice", placed["token"], second["token"]):
        assert value not in kept


def test_an_order_that_was_erased_is_shown_as_the_phone_has_kept_it(system: System, open_page: Open) -> None:
    who = {"name": "Berta", "phone": "+49 170 7654321"}
    placed = system.post({**COFFEES, "customer": who, "note": "by the window"}).json()
    phone = open_page(address(system, placed))
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    with Screen(system, system.pair("coffee-bar")) as screen:
        move(screen, placed, "reject", reason="too_busy")
    expect(headline(phone, "The shop could not take your order")).to_be_visible()
    assert "Erased: 1 order." in system.cli("privacy", "erase", "0049 1707654321", "--yes")
    kept = phone.get_by_role("alert").filter(has_text="This is what this phone has kept")
    for _ in range(2):  # its socket was closed; and after a reload
        expect(kept).to_be_visible()
        expect(headline(phone, "The shop could not take your order")).to_be_visible()
        expect(phone.get_by_text("by the window")).to_be_visible()
        phone.reload()
    phone.goto(system.url)
    number = placed["order"]["number"]
    expect(phone.get_by_role("link", name=re.compile(f"^Order {number} "))).to_be_visible()


def test_an_order_that_a_restored_database_knows_older_is_shown_as_it_is_now(
    system: System, open_page: Open
) -> None:
    placed = system.post().json()
    phone = open_page(address(system, placed))
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    phone.goto("about:blank")
    phone.goto(system.url)  # what a page before the restore has kept
    phone.evaluate(
        """(id) => {
          const key = `orderbell.order.${id}`, kept = JSON.parse(localStorage[key]);
          localStorage[key] = JSON.stringify({ ...kept, order: { ...kept.order, status: "ready", version: 99 } });
        }""",
        placed["order"]["id"],
    )
    phone.route(re.compile("/bill"), lambda route: route.abort())  # the line tells it
    phone.goto(address(system, placed))
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
    expect(headline(phone, "Ready to pick up")).to_be_hidden()


def test_where_sockets_are_blocked_the_page_asks_every_few_seconds_and_says_so(
    system: System, open_page: Open, kitchen: Screen
) -> None:
    placed = system.post().json()
    with proxied(system) as (behind, proxy):
        proxy.become(Sockets.REFUSE)
        phone = open_page(address(behind, placed), clock=datetime.now(timezone.utc))
        slow = phone.get_by_text("Slow connection: checking every few seconds")
        hurry(phone, slow.is_visible, "it says that it asks")
        expect(phone.get_by_text("This needs the live connection")).to_be_visible()
        expect(phone.get_by_role("link", name="Call +86 21 0000 0123")).to_be_visible()
        move(kitchen, placed, "accept", minutes=15)
        hurry(phone, headline(phone, "Accepted").is_visible, "asking brings the news")
        expect(phone.get_by_role("button", name="Ask to cancel")).to_be_disabled()
        proxy.become(Sockets.PASS)
        hurry(phone, phone.get_by_text("Live · ").is_visible, "the line is back")
        expect(slow).to_be_hidden()
        expect(phone.get_by_role("button", name="Ask to cancel")).to_be_enabled()


def test_an_open_page_goes_back_with_a_database_that_was_restored(system: System, open_page: Open) -> None:
    placed = system.post().json()
    order = placed["order"]["id"]
    phone = open_page(address(system, placed))
    with Screen(system, system.pair()) as screen:
        move(screen, placed, "accept", minutes=15)
    expect(headline(phone, "Accepted")).to_be_visible()
    expect(phone.get_by_text("Live · ")).to_be_visible()
    ask(system, "UPDATE orders SET status = 'placed', version = 1 WHERE order_id = %s", (order,))
    phone.route(re.compile("/bill"), lambda route: route.abort())  # the line tells it, not asking meanwhile
    with office(system) as admin:
        admin.new_epoch()
    expect(headline(phone, "Waiting for the shop to accept")).to_be_visible()
