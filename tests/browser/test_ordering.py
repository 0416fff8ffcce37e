"""The way to an order, with everything that can happen on it: by keyboard, on a bad line, and while the shop changes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from browser.office import import_shop
from browser.people import PHONE, Open, hurry
from playwright.sync_api import Error, Locator, Page, Route, expect

from support.system import Screen, System
from support.waiting import until

MENU = """
slug: snack-corner
name: {{zh-CN: 街角小吃, en: Snack Corner}}
locale: zh-CN
currency: CNY
timezone: Asia/Shanghai
phone: +86 21 0000 0199
menu:
- id: snacks
  name: {{zh-CN: 小吃, en: Snacks}}
  items:
  - id: dumplings
    name: {{zh-CN: 水饺, en: Dumplings}}
    price: 12.00
    options:
    - id: sauce
      name: {{zh-CN: 蘸料, en: Sauce}}
      min: 1
      max: 1
      choices:
      - {{id: vinegar, name: {{zh-CN: 陈醋, en: Vinegar}}}}
      - {{id: chili, name: {{zh-CN: 辣油, en: Chili oil}}, price: 1.00, available: {chili}}}
    - id: side
      name: {{zh-CN: 小料, en: On the side}}
      min: 0
      max: 1
      choices:
      - {{id: garlic, name: {{zh-CN: 蒜泥, en: Garlic}}}}
      - {{id: ginger, name: {{zh-CN: 姜丝, en: Ginger}}}}
- id: drinks
  name: {{zh-CN: 饮品, en: Drinks}}
  items:
  - {{id: tea, name: {{zh-CN: 绿茶, en: Green tea}}, price: {tea}}}
{more}
"""
# What a phone looks like whose storage is full of other things of this origin.
FILL_STORAGE = """() => {
  for (let text = "x".repeat(1 << 20), n = 0; text;) {
    try { localStorage[`full${n++}`] = text; } catch { text = text.slice(text.length >> 1 || 1); }
  }
}"""
SOUP = "  - {id: soup, name: {zh-CN: 银耳羹, en: Sweet soup}, price: 9.00}"


class OwnShop:
    """A shop of this file's own, whose menu may change."""

    def __init__(self, system: System) -> None:
        self.system, self.text, self.tea = system, "", "5.00"
        self.url = f"{system.url}/s/snack-corner"
        self.change()
        self.token = system.pair("snack-corner")

    def change(self, tea: str = "", chili: bool = True, more: str = SOUP) -> None:
        """Import the menu with these prices and dishes."""
        self.tea = tea or self.tea
        text = MENU.format(tea=self.tea, chili=str(chili).lower(), more=more)
        if text == self.text:
            return
        import_shop(self.system, text)
        self.text = text

    def screen(self) -> Screen:
        """Return a screen of its kitchen."""
        return Screen(self.system, self.token)

    def orders(self) -> list[dict[str, Any]]:
        """Return its open orders."""
        with self.screen() as screen:
            screen.until(lambda it: it.seq is not None)
            return list(screen.orders.values())


@pytest.fixture(scope="module")
def snack_corner(system: System) -> OwnShop:
    """A shop that no other file uses."""
    return OwnShop(system)


@pytest.fixture
def own_shop(snack_corner: OwnShop) -> Iterator[OwnShop]:
    """That shop, left open and with every dish."""
    yield snack_corner
    with snack_corner.screen() as screen:
        screen.command("shop", accepting="open")
        for item in ("dumplings", "soup"):
            screen.command("availability", item=item, available=True)


def placed(phone: Page) -> dict[str, Any]:
    """Wait for the tracker and return the order that it follows."""
    phone.wait_for_url(re.compile("/o/"))
    order_id, token = re.split("#t=", phone.url.split("/o/")[1])
    found: dict[str, Any] = json.loads(
        phone.evaluate(
            """([id, token]) => fetch(`/bill?order=${id}`, {headers: {Authorization: `Bearer ${token}`}})
            .then((answer) => answer.text())""",
            [order_id, token],
        )
    )["order"]
    return found


def row(within: Page | Locator, name: str) -> Locator:
    """A dish of the menu, or a line of the cart."""
    return within.get_by_role("listitem").filter(has_text=name)


def to_checkout(phone: Page, at_table: str = "") -> Locator:
    """Open the cart and the checkout, filled in for a table or for pickup; return the checkout."""
    phone.get_by_role("button", name=re.compile("^(View cart|查看购物车)")).click()
    phone.get_by_role("dialog").get_by_role("button", name=re.compile("^(Checkout|去结算)$")).click()
    form = phone.get_by_role("dialog", name=re.compile("^(Checkout|确认订单)$"))
    form.get_by_role(
        "radio", name=re.compile("Dine-in|堂食") if at_table else re.compile("Pickup|自取")
    ).check()
    if at_table:
        form.get_by_role("textbox", name=re.compile("Table number|桌号")).fill(at_table)
    else:
        form.get_by_role("textbox", name=re.compile("^(Name|称呼)")).fill("Han Meimei")
        form.get_by_role("textbox", name=re.compile("^(Phone|手机号)")).fill("13800001234")
    return form


def place(form: Locator) -> Locator:
    """The button that places the order."""
    return form.get_by_role("button", name=re.compile("^(Place order|提交订单)"))


def tap_thrice(button: Locator) -> None:
    """Tap twice at once, and a third time, with the finger still there, on the way to the cart as soon as the sheet is gone."""
    button.evaluate(
        """(button) => {
          const box = button.getBoundingClientRect();
          const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, bubbles: true, detail: 1 };
          const tap = (on = document.elementFromPoint(at.clientX, at.clientY)) => on.dispatchEvent(new MouseEvent("click", at));
          new MutationObserver((_, watch) => {
            if (document.querySelector("dialog")) return;
            watch.disconnect();
            tap([...document.querySelectorAll("button")].find((each) => /^查看购物车/.test(each.textContent)));
          }).observe(document.body, { childList: true, subtree: true });
          tap();
          tap();
        }"""
    )


def page_lives(page: Page) -> bool:
    """Let the page's events come in while something is waited for."""
    return bool(page.evaluate("1"))


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    expect(target).to_be_visible()
    for _ in range(80):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {target}")


def test_search_options_note_cart_and_order_by_keyboard_alone(system: System, open_page: Open) -> None:
    page = open_page(system.url)
    page.context.grant_permissions(["clipboard-write"])
    press = page.keyboard.press
    tab_to(page, page.get_by_role("link", name=re.compile("Alley Noodle House(?! \\d)")))
    press("Enter")

    rail = page.get_by_role("navigation", name="Categories")
    tab_to(page, rail.get_by_role("link", name="Drinks"))
    press("Enter")
    expect(page.get_by_role("heading", name="Drinks", level=2)).to_be_focused()
    expect(page.get_by_role("heading", name="Drinks", level=2)).to_be_in_viewport()
    expect(rail.get_by_role("link", name="Drinks")).to_have_attribute("aria-current", "true")
    press("Control+Home")  # the rail follows the list
    expect(rail.get_by_role("link", name="Noodle soups")).to_have_attribute("aria-current", "true")
    tab_to(page, page.get_by_role("button", name="More about this shop"), "Shift+Tab")
    press("Enter")
    about = page.get_by_role("dialog", name="Alley Noodle House")
    tab_to(page, about.get_by_role("button", name="Share this shop"))
    press("Enter")
    expect(about.get_by_role("status").filter(has_text="Link copied")).to_be_visible()
    press("Escape")
    expect(about).to_be_hidden()

    search = page.get_by_role("search").get_by_role("searchbox", name="Search dishes")
    tab_to(page, search)
    page.keyboard.type("no such dish")
    expect(page.get_by_text("No dish found for “no such dish”")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="0 dishes found")).to_have_count(1)
    tab_to(page, page.get_by_role("search").get_by_role("button", name="Clear search"))
    press("Enter")
    expect(search).to_be_focused()
    expect(search).to_have_value("")
    page.keyboard.type("BRAISED bok")  # both words, in name and description
    expect(page.get_by_role("main").get_by_role("heading", level=3)).to_have_text("Braised beef noodles")

    choose = page.get_by_role("button", name=re.compile("^Choose Braised beef noodles"))
    tab_to(page, choose)
    press("Enter")
    sheet = page.get_by_role("dialog", name="Braised beef noodles")
    expect(sheet.get_by_role("button", name="Choose: Size")).to_be_disabled()
    tab_to(page, sheet.get_by_role("radio", name="Regular"))
    press("Space")
    press("ArrowDown")
    expect(sheet.get_by_role("radio", name="Large")).to_be_checked()
    tab_to(page, sheet.get_by_role("checkbox", name="Soy-braised egg"))
    press("Space")
    tab_to(page, sheet.get_by_role("textbox", name=re.compile("Note for the kitchen")))
    page.keyboard.type("less salt")
    tab_to(page, sheet.get_by_role("button", name="Add one Braised beef noodles"))
    press("Enter")
    tab_to(page, sheet.get_by_role("button", name="Add to cart · ¥64.00"))
    press("Enter")
    expect(sheet).to_be_hidden()
    expect(choose).to_be_focused()

    tab_to(page, page.get_by_role("button", name=re.compile("^View cart.*2 items.*¥64.00")))
    press("Enter")
    cart = page.get_by_role("dialog", name="Your cart")
    tab_to(page, cart.get_by_role("button", name="Remove one Braised beef noodles"))
    press("Enter")
    expect(cart.get_by_text("less salt")).to_be_visible()
    tab_to(page, cart.get_by_role("button", name="Checkout"))
    press("Enter")
    form = page.get_by_role("dialog", name="Checkout")
    tab_to(page, form.get_by_role("radio", name="Pickup"))
    press("ArrowRight")
    press("ArrowRight")
    expect(form.get_by_role("radio", name="Dine-in")).to_be_checked()
    tab_to(page, form.get_by_role("textbox", name="Phone (optional)"))
    press("Enter")  # sends the form, which lacks the table
    table = form.get_by_role("textbox", name="Table number")
    expect(table).to_be_focused()
    expect(form.get_by_text("Please enter your table number.")).to_be_visible()
    page.keyboard.type("7")
    tab_to(page, place(form))
    press("Enter")

    order = placed(page)
    [line] = order["lines"]
    assert (order["service"], order["table"], order["total"]) == ("dine_in", "7", 3200)
    assert (line["quantity"], line["note"]) == (1, "less salt")
    assert [option["id"] for option in line["options"]] == ["large", "extra-egg"]


def test_prices_and_dishes_that_change_are_mended_inside_the_cart(own_shop: OwnShop, open_page: Open) -> None:
    own_shop.change(tea="5.00")
    phone = open_page(own_shop.url, PHONE, "zh-CN")
    phone.get_by_role("button", name="选规格：水饺").click()
    sheet = phone.get_by_role("dialog", name="水饺")
    sheet.get_by_role("radio", name="辣油").check()
    side = sheet.get_by_role("group", name="小料")
    side.get_by_role("radio", name="姜丝").check()
    side.get_by_role("radio", name="蒜泥").check()
    side.get_by_role("radio", name="不选").check()
    expect(side.get_by_role("radio", name="蒜泥")).not_to_be_checked()
    tap_thrice(sheet.get_by_role("button", name="加入购物车 · ¥13.00"))
    expect(sheet).to_be_hidden()
    phone.get_by_role("button", name="加一份绿茶").click()
    phone.get_by_role("button", name="加一份银耳羹").click()
    phone.get_by_role("button", name=re.compile("^查看购物车.*3 份.*¥27.00")).click()
    cart = phone.get_by_role("dialog", name="购物车")

    own_shop.change(tea="6.00", chili=False, more="")
    expect(row(cart, "水饺").get_by_text("辣油 已售罄", exact=True)).to_be_visible()
    expect(row(cart, "水饺")).not_to_contain_text("蒜泥")
    expect(row(cart, "银耳羹")).to_contain_text("已下架")
    expect(row(cart, "绿茶")).to_contain_text(re.compile("原价 ¥5.00.*现价 ¥6.00"))
    expect(cart.get_by_role("alert")).to_contain_text("暂时不能下单")
    cart.get_by_role("button", name="删除银耳羹").click()
    row(cart, "水饺").get_by_role("button", name="修改水饺").click()
    expect(sheet.get_by_role("radio", name="辣油")).to_be_disabled()
    expect(sheet.get_by_role("button", name="请选择蘸料")).to_be_disabled()
    # A nervous finger taps twice before the sheet is gone: nothing below it is closed.
    sheet.get_by_role("button", name="关闭").evaluate("(button) => { button.click(); button.click(); }")
    expect(sheet).to_be_hidden()
    expect(row(cart, "水饺").get_by_role("button", name="修改水饺")).to_be_focused()
    cart.get_by_role("button", name="删除不能下单的菜品").click()
    expect(cart.get_by_role("alert")).to_contain_text("价格变动")
    cart.get_by_role("button", name="按新价 ¥6.00 去结算").click()
    form = phone.get_by_role("dialog", name="确认订单")
    expect(place(form)).to_have_accessible_name("提交订单 · ¥6.00")

    own_shop.change(tea="7.00")  # while the checkout is open
    form.get_by_role("button", name="查看购物车").click()
    expect(row(cart, "绿茶")).to_contain_text(re.compile("¥6.00.*¥7.00"))
    phone.go_back()
    expect(cart).to_be_hidden()
    expect(phone.get_by_role("button", name=re.compile("^查看购物车.*1 份.*¥7.00"))).to_be_visible()


def test_what_only_the_server_knows_leads_back_to_the_cart(own_shop: OwnShop, open_page: Open) -> None:
    phone = open_page("about:blank")
    phone.route_web_socket("**/pgws", lambda _: None)  # a line on which nothing comes
    phone.goto(own_shop.url)
    phone.get_by_role("button", name="Add one Green tea").click()
    phone.get_by_role("button", name="Add one Sweet soup").click()
    form = to_checkout(phone)
    note = form.get_by_role("textbox", name=re.compile("Note for the whole order"))
    note.fill("ring twice")
    phone.reload()  # nothing of what was typed is lost
    phone.get_by_role("button", name=re.compile("^View cart")).click()
    phone.get_by_role("dialog").get_by_role("button", name="Checkout").click()
    expect(form.get_by_role("textbox", name="Name")).to_have_value("Han Meimei")
    expect(note).to_have_value("ring twice")
    before = own_shop.tea
    own_shop.change(tea="6.50")
    place(form).click()
    cart = phone.get_by_role("dialog", name="Your cart")
    expect(row(cart, "Green tea")).to_contain_text(re.compile(f"before ¥{before}.*now ¥6.50"))
    cart.get_by_role("button", name="Accept ¥15.50 and check out").click()
    expect(form.get_by_role("textbox", name="Phone")).to_have_value("13800001234")
    expect(note).to_have_value("ring twice")

    with own_shop.screen() as screen:
        assert screen.command("availability", item="soup", available=False)["ok"]
    place(form).click()
    expect(row(cart, "Sweet soup")).to_contain_text("Sold out meanwhile")
    cart.get_by_role("button", name="Remove what cannot be ordered").click()
    cart.get_by_role("button", name="Checkout").click()
    faults = {"code": "validation", "errors": [{"pointer": "/lines/0/note", "detail": "too long"}]}
    phone.route(
        "**/bill",
        lambda route: route.fulfill(status=422, content_type="application/problem+json", json=faults),
        times=1,
    )
    place(form).click()
    expect(cart.get_by_role("alert").filter(has_text="cannot be ordered like this")).to_be_visible()
    cart.get_by_role("button", name="Checkout").click()
    place(form).click()
    order = placed(phone)
    assert order["total"] == 650
    assert order["id"] in {each["id"] for each in own_shop.orders()}


def test_an_order_whose_answer_is_lost_is_asked_after_and_placed_once(
    own_shop: OwnShop, open_page: Open
) -> None:
    phone = open_page(own_shop.url, clock=datetime.now(timezone.utc))
    others = len(own_shop.orders())
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        with suppress(Error):  # the page may be reloaded meanwhile
            if len(keys) > 1:
                route.fulfill(status=403, content_type="text/html", body="Sign in to the guests' network")
                return
            route.fetch()  # the server stores it
            route.abort()

    phone.get_by_role("button", name="Add one Green tea").click()
    form = to_checkout(phone)
    phone.route("**/bill", lose)
    phone.evaluate(FILL_STORAGE)
    place(form).click()
    checking = phone.get_by_role("dialog", name="Checking your order…")
    expect(checking.get_by_text("cannot be placed twice")).to_be_visible()
    checking.get_by_role("button", name="Close").click()
    cart = phone.get_by_role("dialog", name="Your cart")
    cart.get_by_role("button", name="Add one Green tea").click()  # changes nothing while nobody knows
    expect(checking).to_be_visible()

    phone.reload()
    expect(checking).to_be_visible()
    expect(checking.get_by_role("button", name=re.compile("again", re.I))).to_have_count(0)
    hurry(phone, lambda: len(keys) >= 3, "the page asks again by itself, whatever a stranger answers")
    asked = len(keys)
    checking.get_by_role("button", name="Check now").click()
    until(lambda: page_lives(phone) and len(keys) > asked, "it asks at once")

    phone.clock.fast_forward(11 * 60_000)
    old = phone.get_by_role("dialog", name="Do you still want this order?")
    expect(old.get_by_role("button", name="Do not send")).to_be_visible()
    asked = len(keys)
    phone.reload()
    expect(old.get_by_role("button", name="Do not send")).to_be_visible()
    assert len(keys) == asked, "nothing goes out unasked after so long"
    expect(old.get_by_role("link", name="Call +86 21 0000 0199")).to_be_visible()
    phone.unroute_all(behavior="wait")
    old.get_by_role("button", name="Send now").click()
    order = placed(phone)
    assert len(set(keys)) == 1
    assert order["lines"][0]["quantity"] == 1
    assert len(own_shop.orders()) == others + 1
    phone.go_back()
    expect(phone.get_by_role("button", name="Add one Green tea")).to_be_visible()
    expect(phone.get_by_role("button", name=re.compile("View cart"))).to_be_hidden()
    back = phone.get_by_role("link", name=re.compile(f"^Order {order['number']} · "))
    expect(back).to_contain_text("Waiting for the shop")
    with own_shop.screen() as screen:
        screen.until_order(order["id"])
        assert screen.command("accept", order=order["id"], minutes=10)["ok"]
        phone.reload()
        expect(back).to_contain_text("Accepted")
        assert screen.command("cancel", order=order["id"], reason="other")["ok"]
    back.click()
    expect(phone.get_by_role("status").filter(has_text="Cancelled")).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("button", name="Add one Green tea")).to_be_visible()
    expect(back).to_be_hidden()


def test_without_a_network_an_order_is_held_and_goes_out_later(own_shop: OwnShop, open_page: Open) -> None:
    phone = open_page(f"{own_shop.url}?table=12", PHONE, "zh-CN")
    expect(phone.get_by_role("banner").get_by_text("12 号桌")).to_be_visible()
    phone.get_by_role("button", name="加一份绿茶").click()
    phone.get_by_role("button", name=re.compile("^查看购物车")).click()
    phone.get_by_role("dialog").get_by_role("button", name="去结算").click()
    form = phone.get_by_role("dialog", name="确认订单")
    expect(form.get_by_role("radio", name="堂食")).to_be_checked()
    expect(form.get_by_role("textbox", name="桌号")).to_have_value("12")
    form.get_by_role("textbox", name=re.compile("整单备注")).fill("少冰")
    phone.context.set_offline(True)
    place(form).click()
    held = phone.get_by_role("dialog", name="订单还没有发出")
    held.get_by_role("button", name="先不提交，返回修改").click()
    expect(form.get_by_role("textbox", name=re.compile("整单备注"))).to_have_value("少冰")
    place(form).click()
    expect(held.get_by_role("status")).to_contain_text("联网后订单会自动发出")
    others = len(own_shop.orders())

    later = (
        phone.context.new_page()
    )  # the page is closed unsent, and days later somebody just looks at the menu
    sent: list[str] = []
    later.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    later.clock.install(time=datetime.now(timezone.utc) + timedelta(days=3))
    url = phone.url
    phone.close()
    later.context.set_offline(False)
    later.goto(url)
    held = later.get_by_role("dialog", name="订单还没有发出")
    expect(held.get_by_role("button", name="现在提交")).to_be_visible()
    assert (sent, len(own_shop.orders())) == ([], others)
    held.get_by_role("button", name="先不提交，返回修改").click()
    form = later.get_by_role("dialog", name="确认订单")
    form.get_by_role("textbox", name=re.compile("整单备注")).fill("少冰")
    later.context.set_offline(True)
    place(form).click()
    expect(held.get_by_role("status")).to_contain_text("联网后订单会自动发出")
    later.context.set_offline(False)  # in the same minute nobody is asked again
    order = placed(later)
    assert (order["table"], order["note"], order["customer"]["name"]) == ("12", "少冰", "12 号桌")
    assert len(own_shop.orders()) == others + 1


def test_who_walks_away_while_an_order_is_sent_finds_it_on_the_first_page(
    own_shop: OwnShop, open_page: Open
) -> None:
    phone = open_page(own_shop.system.url)
    phone.get_by_role("link", name=re.compile("Snack Corner")).click()
    phone.get_by_role("button", name="Add one Green tea").click()
    form = to_checkout(phone)
    held: list[Route] = []
    phone.route("**/bill", lambda route: held.append(route))
    place(form).click()
    until(lambda: page_lives(phone) and held, "the order leaves")
    phone.evaluate("history.go(-3)")
    unknown = phone.get_by_text("We do not know yet whether your last order arrived.")
    expect(unknown).to_be_visible()
    answer = held[0].fetch()
    held[0].fulfill(response=answer)
    number = answer.json()["order"]["number"]
    mine = phone.get_by_role("region", name="Your orders")
    expect(mine.get_by_role("link", name=re.compile(f"^Order {number} Snack Corner"))).to_be_visible()
    expect(unknown).to_be_hidden()


def test_the_page_of_a_guests_network_is_taken_for_no_answer_of_ours(
    own_shop: OwnShop, open_page: Open
) -> None:
    placed = own_shop.system.post().json()
    phone = open_page("about:blank")
    strange: list[str] = []

    def stranger(route: Route) -> None:
        strange.append(route.request.url)
        route.fulfill(status=404, content_type="text/html", body="<h1>Welcome to our guests' network</h1>")

    phone.route(re.compile("/(bill|get_shop_info)"), stranger)
    phone.goto(f"{own_shop.system.url}/o/{placed['order']['id']}#t={placed['token']}")
    expect(phone.get_by_text("Live · ")).to_be_visible()
    expect(phone.get_by_text("Waiting for the shop to accept", exact=True).first).to_be_visible()
    until(lambda: page_lives(phone) and strange, "the page has asked by HTTP as well")
    phone.goto(own_shop.url)
    expect(phone.get_by_role("button", name="Add one Green tea")).to_be_visible()


def test_two_tabs_share_a_cart_and_follow_the_kitchen(own_shop: OwnShop, open_page: Open) -> None:
    first = open_page(own_shop.url)
    second = first.context.new_page()
    second.goto(own_shop.url)
    first.get_by_role("button", name="Add one Green tea").click()
    second.get_by_role("button", name="Add one Green tea").click()
    expect(first.get_by_role("button", name=re.compile("^View cart.*2 items"))).to_be_visible()
    form = to_checkout(second)
    first.get_by_role("button", name="Choose Dumplings").click()
    sheet = first.get_by_role("dialog", name="Dumplings")
    sheet.get_by_role("radio", name="Chili oil").check()

    unattended = first.get_by_text("Nobody is at the kitchen's screen right now.")
    expect(unattended.first).to_be_attached()
    with own_shop.screen() as screen:
        ready = {"visible": True, "audible": True, "awake": True}
        screen.say(type="ping", ready=ready)
        assert screen.command("shop", accepting="busy", busy_minutes=20)["ok"]
        for page in (sheet, form):
            expect(page.get_by_text("Busy now: orders take about 20 minutes longer.")).to_be_visible()
        later = datetime.now(timezone.utc) + timedelta(hours=1)
        assert screen.command("shop", accepting="paused", paused_until=later.isoformat())["ok"]
        shown = later.astimezone(timezone(timedelta(hours=8))).strftime("%H:%M")  # in the shop's zone
        for page in (sheet, form):
            expect(page.get_by_text(f"Not taking orders until {shown}.")).to_be_visible()
        expect(form.get_by_role("button", name="Not taking orders now")).to_be_disabled()
        screen.say(type="ping", ready=ready)
        assert screen.command("shop", accepting="open")["ok"]
        expect(unattended).to_have_count(0)  # and not only because the shop was closed to orders
        own_shop.change(chili=False)
        expect(sheet.get_by_role("alert")).to_contain_text("Just sold out: Chili oil")
        expect(sheet.get_by_role("button", name="Choose: Sauce")).to_be_disabled()
        assert screen.command("availability", item="dumplings", available=False)["ok"]
        expect(sheet.get_by_role("alert")).to_contain_text("This dish has just sold out.")
        first.keyboard.press("Escape")
        expect(row(first, "Dumplings")).to_contain_text("Sold out")
    place(form).click()
    assert placed(second)["lines"][0]["quantity"] == 2
    expect(first.get_by_role("button", name=re.compile("View cart"))).to_be_hidden()
