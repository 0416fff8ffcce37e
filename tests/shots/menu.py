"""The customer's page before anything is chosen: shops, menu, search."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from browser.proxy import Sockets
from playwright.sync_api import Locator, Page, expect

from shots.hands import place, sell_out, taking
from shots.stage import Scene, state

# --- shops ----------------------------------------------------------------------------------------------------------------


@state("customer", "shops")
def shops(scene: Scene) -> Page:
    page = scene.open("/")
    expect(page.get_by_role("link").first).to_be_visible()
    return page


@state("customer", "shops-with-orders")
def shops_with_orders(scene: Scene) -> Page:
    page = scene.open("/")
    for _ in range(3):
        placed = place(scene.stage)
        page.goto(f"{scene.stage.proxy.url}/o/{placed['order']['id']}#t={placed['token']}")
        expect(page.get_by_text(placed["order"]["number"], exact=True).first).to_be_visible()
    page.goto(scene.stage.proxy.url + "/")
    expect(page.get_by_text(re.compile(placed["order"]["number"])).first).to_be_visible()
    return page


@state("customer", "shops-failed")
def shops_failed(scene: Scene) -> Page:
    page = scene.context().new_page()
    page.route("**/get_shop_info*", lambda route: route.abort())
    page.goto(scene.stage.proxy.url + "/")
    expect(page.get_by_role("alert")).to_be_visible()
    return page


# --- menu -----------------------------------------------------------------------------------------------------------------


def menu(scene: Scene, storage: dict[str, str] | None = None, table: str = "") -> Page:
    page = scene.open(f"/s/{scene.stage.shop}" + (f"?table={table}" if table else ""), storage=storage)
    expect(choose(scene, page, "beef")).to_be_visible()
    return page


NAMES = {
    "beef": ("Braised beef noodles", "红烧牛肉面"),
    "dan-dan": ("Dan dan noodles", "担担面"),
    "cucumber": ("Smashed cucumber", "拍黄瓜"),
}


def choose(scene: Scene, page: Page, dish: str) -> Locator:
    name = scene.say(*NAMES[dish]).pattern
    return page.get_by_role("button", name=re.compile(f"^(Choose|选规格).*{name}"))


@state("customer", "menu")
def menu_open(scene: Scene) -> Page:
    return menu(scene)


@state("customer", "menu-with-table")
def menu_with_table(scene: Scene) -> Page:
    page = menu(scene, table="12")
    expect(page.get_by_text(scene.say("Table 12", "12 号桌")).first).to_be_visible()
    return page


@state("customer", "menu-scrolled")
def menu_scrolled(scene: Scene) -> Page:
    page = menu(scene)
    page.get_by_role("navigation").get_by_role("link").nth(2).click()
    expect(page.get_by_role("heading", name=scene.say("Small plates", "小菜"))).to_be_in_viewport()
    return page


@state("customer", "menu-busy")
def menu_busy(scene: Scene) -> Page:
    taking(scene, "busy", busy_minutes=20)
    page = menu(scene)
    expect(page.get_by_text(scene.say("Busy now", "订单较多")).first).to_be_visible()
    return page


@state("customer", "menu-paused")
def menu_paused(scene: Scene) -> Page:
    until = datetime.now(timezone.utc) + timedelta(minutes=30)
    taking(scene, "paused", paused_until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    page = menu(scene)
    expect(page.get_by_text(scene.say("until", "暂停")).first).to_be_visible()
    return page


@state("customer", "menu-closed")
def menu_closed(scene: Scene) -> Page:
    taking(scene, "closed")
    page = menu(scene)
    expect(page.get_by_text(scene.say("Closed", "休息|打烊")).first).to_be_visible()
    return page


@state("customer", "menu-sold-out")
def menu_sold_out(scene: Scene) -> Page:
    sell_out(scene, "clear-beef-noodles", "tomato-egg-noodles")
    page = menu(scene)
    expect(page.get_by_text(scene.say("Sold out", "售罄")).first).to_be_visible()
    return page


@state("customer", "about-the-shop")
def about(scene: Scene) -> Page:
    page = menu(scene)
    page.get_by_role("button", name=scene.say("More about this shop", "店铺信息")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@state("customer", "menu-not-attended")
def menu_not_attended(scene: Scene) -> Page:
    page = scene.open("/s/burger-place")
    expect(page.get_by_role("button", name=scene.say("Classic burger", "经典牛肉堡")).first).to_be_visible()
    return page


def search(scene: Scene, text: tuple[str, str]) -> Page:
    page = menu(scene)
    button = page.get_by_role("button", name=scene.say("Search", "搜索|查找"))
    if button.count():
        button.first.click()
    box = page.get_by_role("searchbox")
    box.fill(text[0] if scene.lang == "en" else text[1])
    return page


@state("customer", "search")
def search_found(scene: Scene) -> Page:
    page = search(scene, ("beef", "牛肉"))
    expect(page.get_by_role("heading", name=scene.say(*NAMES["beef"])).first).to_be_visible()
    return page


@state("customer", "search-nothing")
def search_nothing(scene: Scene) -> Page:
    page = search(scene, ("sushi", "寿司"))
    expect(page.get_by_text(scene.say("No dish found", "没有找到")).first).to_be_visible()
    return page


@state("customer", "menu-offline")
def menu_offline(scene: Scene) -> Page:
    page = menu(scene)
    scene.stage.proxy.become(Sockets.REFUSE)
    page.context.set_offline(True)
    expect(page.get_by_text(scene.say("Offline|No connection", "断开|离线|没有网络")).first).to_be_visible()
    return page


@state("customer", "unknown-shop")
def unknown_shop(scene: Scene) -> Page:
    page = scene.open("/s/no-such-shop")
    expect(page.get_by_text(scene.say("no shop", "没有找到")).first).to_be_visible()
    return page


@state("customer", "menu-failed")
def menu_failed(scene: Scene) -> Page:
    scene.stage.proxy.become(Sockets.REFUSE)
    page = scene.context().new_page()
    page.route("**/get_shop_info*", lambda route: route.abort())
    page.goto(f"{scene.stage.proxy.url}/s/{scene.stage.shop}")
    expect(page.get_by_role("alert")).to_be_visible()
    return page
