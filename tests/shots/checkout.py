"""The customer's page from the first dish to the order: options, cart, checkout."""

from __future__ import annotations

import json
import uuid

from browser.proxy import Sockets
from playwright.sync_api import Locator, Page, expect

from shots.hands import reprice, sell_out, taking
from shots.menu import choose, menu
from shots.stage import Scene, state

# --- options --------------------------------------------------------------------------------------------------------------


def option_sheet(scene: Scene, page: Page) -> Locator:
    choose(scene, page, "beef").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    return sheet


@state("customer", "options-missing")
def options_missing(scene: Scene) -> Page:
    page = menu(scene)
    sheet = option_sheet(scene, page)
    expect(sheet.get_by_role("button", name=scene.say("^Choose", "^请选"))).to_be_visible()
    return page


@state("customer", "options-complete")
def options_complete(scene: Scene) -> Page:
    page = menu(scene)
    sheet = option_sheet(scene, page)
    sheet.get_by_text(scene.say("^Large$", "^大碗$")).click()
    sheet.get_by_text(scene.say("^Soy-braised egg$", "^卤蛋$")).click()
    sheet.get_by_role("textbox").fill("No coriander, please" if scene.lang == "en" else "不要香菜，少放盐")
    return page


# --- cart -----------------------------------------------------------------------------------------------------------------


def filled(scene: Scene) -> dict[str, str]:
    """A cart as a phone has kept it."""
    lines = [
        ("beef-noodles", ["large", "extra-egg"], 2, "不要香菜", 3200),
        ("dan-dan-noodles", ["hot"], 1, "", 1700),
        ("cucumber-salad", [], 3, "", 1000),
    ]
    kept = [
        {"id": f"line-{n}", "item": item, "options": options, "quantity": many, "note": note, "seen": seen}
        for n, (item, options, many, note, seen) in enumerate(lines)
    ]
    cart = {"key": str(uuid.uuid4()), "lines": kept, "sent": None, "refused": None}
    return {f"orderbell.cart.{scene.stage.shop}": json.dumps(cart)}


def view_cart(scene: Scene, page: Page) -> Locator:
    """Open the cart; a wide page shows it at its side already."""
    bar = page.get_by_role("button", name=scene.say("View cart", "查看购物车"))
    aside = page.get_by_role("complementary", name=scene.say("cart", "购物车"))
    expect(bar.or_(aside)).to_be_visible()
    if aside.is_visible():
        return aside
    bar.click()
    return page.get_by_role("dialog")


@state("customer", "menu-with-cart")
def menu_with_cart(scene: Scene) -> Page:
    return menu(scene, filled(scene))


@state("customer", "cart")
def cart(scene: Scene) -> Page:
    page = menu(scene, filled(scene))
    expect(view_cart(scene, page)).to_be_visible()
    return page


@state("customer", "cart-emptied")
def cart_emptied(scene: Scene) -> Page:
    page = menu(scene, filled(scene))
    lines = view_cart(scene, page)
    remove = lines.get_by_role("button", name=scene.say("^Remove", "^减一份|^删除"))
    for _ in range(6):
        remove.first.click()
    expect(lines.get_by_text(scene.say("empty", "空"))).to_be_visible()
    return page


@state("customer", "cart-price-changed")
def cart_price_changed(scene: Scene) -> Page:
    page = menu(scene, filled(scene))
    reprice(scene, "price: 26.00", "price: 28.00")
    lines = view_cart(scene, page)
    expect(
        lines.get_by_role("alert").filter(has_text=scene.say("Prices have changed", "价格变动"))
    ).to_be_visible()
    return page


@state("customer", "cart-sold-out")
def cart_sold_out(scene: Scene) -> Page:
    page = menu(scene, filled(scene))
    lines = view_cart(scene, page)
    sell_out(scene, "dan-dan-noodles", "cucumber-salad")
    expect(lines.get_by_text(scene.say("Sold out meanwhile", "刚刚售罄")).first).to_be_visible()
    return page


@state("customer", "cart-paused")
def cart_paused(scene: Scene) -> Page:
    page = menu(scene, filled(scene))
    lines = view_cart(scene, page)
    taking(scene, "paused")
    expect(lines.get_by_role("button", name=scene.say("Not taking orders", "暂不接单"))).to_be_disabled()
    return page


# --- checkout -------------------------------------------------------------------------------------------------------------


def checkout(scene: Scene, service: tuple[str, str] = ("Pickup", "自取")) -> tuple[Page, Locator]:
    page = menu(scene, filled(scene))
    view_cart(scene, page).get_by_role("button", name=scene.say("Checkout", "结算")).click()
    form = page.get_by_role("dialog").last
    form.get_by_role("radio", name=scene.say(*service)).check(force=True)
    return page, form


def known(scene: Scene, form: Locator) -> None:
    form.get_by_role("textbox", name=scene.say("^Name", "称呼")).fill("韩梅梅")
    form.get_by_role("textbox", name=scene.say("^Phone", "手机号")).fill("13800001234")


def submit(scene: Scene, form: Locator) -> None:
    form.get_by_role("button", name=scene.say("Place order", "提交订单")).click()


@state("customer", "checkout-pickup")
def checkout_pickup(scene: Scene) -> Page:
    page, form = checkout(scene)
    known(scene, form)
    return page


@state("customer", "checkout-delivery")
def checkout_delivery(scene: Scene) -> Page:
    page, form = checkout(scene, ("Delivery", "外送"))
    expect(form.get_by_role("textbox", name=scene.say("Delivery address", "地址"))).to_be_visible()
    return page


@state("customer", "checkout-dine-in")
def checkout_dine_in(scene: Scene) -> Page:
    page, form = checkout(scene, ("Dine-in", "堂食"))
    expect(form.get_by_role("textbox", name=scene.say("^Table", "桌号"))).to_be_visible()
    return page


@state("customer", "checkout-errors")
def checkout_errors(scene: Scene) -> Page:
    page, form = checkout(scene, ("Delivery", "外送"))
    form.get_by_role("textbox", name=scene.say("^Phone", "手机号")).fill("call me")
    submit(scene, form)
    expect(form.get_by_text(scene.say("check the phone", "检查手机号"))).to_be_visible()
    return page


@state("customer", "checkout-sending")
def checkout_sending(scene: Scene) -> Page:
    page, form = checkout(scene)
    known(scene, form)
    page.route("**/bill*", lambda route: None)  # left without an answer; the scene's end lets go of it
    submit(scene, form)
    expect(form.get_by_text(scene.say("Sending your", "正在提交"))).to_be_visible()
    return page


@state("customer", "checkout-checking")
def checkout_checking(scene: Scene) -> Page:
    page, form = checkout(scene)
    known(scene, form)
    page.route("**/bill*", lambda route: route.abort())
    submit(scene, form)
    expect(page.get_by_text(scene.say("Checking", "正在确认")).first).to_be_visible()
    return page


@state("customer", "checkout-refused")
def checkout_refused(scene: Scene) -> Page:
    page, form = checkout(scene)
    known(scene, form)
    taking(scene, "closed")
    expect(form.get_by_text(scene.say("Closed", "休息|打烊")).first).to_be_visible()
    return page


@state("customer", "checkout-offline")
def checkout_offline(scene: Scene) -> Page:
    """Ordered in a lift: the order waits for the connection."""
    page, form = checkout(scene)
    known(scene, form)
    scene.stage.proxy.become(Sockets.REFUSE)
    page.context.set_offline(True)
    submit(scene, form)
    expect(
        page.get_by_text(scene.say("not sent yet|have not heard", "还没有发出|没有收到回复")).first
    ).to_be_visible()
    return page
