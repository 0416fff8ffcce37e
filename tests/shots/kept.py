"""The customer's page with what a phone has kept: a cart in doubt, a full one, an order on its way, past orders."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from playwright.sync_api import Locator, Page, expect

from shots.checkout import checkout as at_checkout
from shots.checkout import filled, known, submit, view_cart
from shots.hands import BEEF, CUCUMBER, DAN_DAN, JSON, bring_to, place, sell_out
from shots.menu import menu
from shots.stage import Scene, state

HALF_AN_HOUR_MS = 30 * 60 * 1000


def cart_of(scene: Scene, lines: list[JSON], **more: Any) -> dict[str, str]:
    """A cart as a phone has kept it; `more` is what became of it."""
    whole = [
        {"options": [], "quantity": 1, "note": "", "seen": 1000, "id": f"line-{n}"} | line
        for n, line in enumerate(lines)
    ]
    cart = {"key": str(uuid.uuid4()), "lines": whole, "sent": None, "refused": None} | more
    return {f"orderbell.cart.{scene.stage.shop}": json.dumps(cart)}


# --- an order of which nobody knows -----------------------------------------------------------------------------------------


def sent(scene: Scene, *, left: bool) -> dict[str, str]:
    """The cart of an order that was sent half an hour ago, and no answer came; `left`: it may have arrived."""
    kept = filled(scene)
    (key, cart) = next(iter(kept.items()))
    fate = {"sent": "{}", "sentAt": int(time.time() * 1000) - HALF_AN_HOUR_MS, "left": left}
    return {key: json.dumps(json.loads(cart) | fate)}


def asked(scene: Scene, *, left: bool) -> Page:
    page = menu(scene, sent(scene, left=left))
    expect(
        page.get_by_role("dialog").get_by_role("button", name=scene.say("Send now", "现在提交"))
    ).to_be_visible()
    return page


@state("customer", "order-still-wanted")
def still_wanted(scene: Scene) -> Page:
    return asked(scene, left=True)


@state("customer", "order-never-left")
def never_left(scene: Scene) -> Page:
    return asked(scene, left=False)


@state("customer", "shops-order-in-doubt")
def in_doubt(scene: Scene) -> Page:
    page = scene.open("/", storage=sent(scene, left=True))
    expect(page.get_by_role("link", name=scene.say("Look after it", "去查看"))).to_be_visible()
    return page


@state("customer", "checkout-crowded")
def crowded(scene: Scene) -> Page:
    """More orders at once than the server takes from one place: this one waits its turn."""
    page, form = at_checkout(scene)
    known(scene, form)
    problem = {
        "code": "rate_limited",
        "status": 429,
        "title": "Too Many Requests",
        "detail": "",
        "retry_after": 60,
    }
    page.route(
        "**/bill*",
        lambda route: route.fulfill(
            status=429,
            headers={"content-type": "application/problem+json", "retry-after": "60"},
            body=json.dumps(problem),
        ),
    )
    submit(scene, form)
    expect(page.get_by_text(scene.say("Many orders at once", "下单的人较多")).first).to_be_visible()
    return page


# --- a full cart ------------------------------------------------------------------------------------------------------------


def packed(scene: Scene) -> dict[str, str]:
    """As many lines as one order holds, with the longest of notes."""
    note = "no coriander, extra chilli, please " if scene.lang == "en" else "不要香菜，多放辣椒，谢谢"
    lines: list[JSON] = [
        {"item": "cucumber-salad", "note": f"{note} {n}" if n % 3 else ""} for n in range(2, 51)
    ]
    return cart_of(
        scene, [{"item": "beef-noodles", "options": ["large"], "quantity": 99, "seen": 2900}, *lines]
    )


@state("customer", "cart-full")
def cart_full(scene: Scene) -> Page:
    page = menu(scene, packed(scene))
    expect(view_cart(scene, page).get_by_role("listitem").nth(49)).to_be_attached()
    return page


@state("customer", "options-cart-full")
def options_cart_full(scene: Scene) -> Page:
    page = menu(scene, packed(scene))
    page.get_by_role("button", name=scene.say("^Choose Dan dan noodles", "^选规格.*担担面")).click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name=scene.say("The cart is full", "购物车已满"))).to_be_visible()
    return page


# --- orders of this phone ---------------------------------------------------------------------------------------------------


def remembered(placed: list[JSON], shop: str) -> dict[str, str]:
    """What a phone keeps of orders it has placed."""
    entries = [
        {
            "id": each["order"]["id"],
            "token": each["token"],
            "number": each["order"]["number"],
            "shop": shop,
            "at": each["order"]["placed_at"],
        }
        for each in placed
    ]
    kept = {f"orderbell.order.{each['order']['id']}": each for each in placed[: len(placed) // 2]}
    shown = {
        key: {"order": each["order"], "shop": None, "epoch": None, "at": 0} for key, each in kept.items()
    }
    return {"orderbell.orders": json.dumps(entries)} | {key: json.dumps(each) for key, each in shown.items()}


def name_of(scene: Scene) -> str:
    number = scene.stage.shop.rsplit("-", 1)[-1]
    return f"Alley Noodle House {number}" if scene.lang == "en" else f"巷口面馆{number}店"


@state("customer", "menu-order-on-its-way")
def order_on_its_way(scene: Scene) -> Page:
    """An order of this phone is being cooked: the menu leads back to it."""
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "preparing")
    page = menu(scene, remembered([placed], name_of(scene)) | filled(scene))
    expect(page.get_by_role("link", name=scene.say("Being prepared", "正在制作"))).to_be_visible()
    return page


def past_orders(scene: Scene, many: int) -> tuple[Page, Locator]:
    """The list over the menu, of so many orders that came to different ends."""
    ends = ("completed", "rejected", "ready", "completed", "cancelled")
    placed = [place(scene.stage, [CUCUMBER]) for _ in range(many)]
    for one, end in zip(placed, ends, strict=False):
        bring_to(scene.stage, one, end)
    fresh = [
        scene.stage.system.get(f"/bill?order={one['order']['id']}", one["token"]).json()
        | {"token": one["token"]}
        for one in placed
    ]
    page = menu(scene, remembered(fresh, name_of(scene)))
    page.get_by_role("button", name=scene.say("More about this shop", "店铺信息")).click()
    page.get_by_role("dialog").get_by_role("button", name=scene.say("Your orders", "我的订单")).click()
    sheet = page.get_by_role("dialog", name=scene.say("Your orders", "我的订单"))
    expect(sheet.get_by_role("listitem").nth(many - 1)).to_be_attached()
    return page, sheet


@state("customer", "past-orders")
def past_orders_many(scene: Scene) -> Page:
    return past_orders(scene, 12)[0]


@state("customer", "past-orders-forgetting")
def forgetting(scene: Scene) -> Page:
    page, sheet = past_orders(scene, 2)
    sheet.get_by_role("button", name=scene.say("Forget all", "全部删除")).click()
    expect(page.get_by_role("dialog", name=scene.say("Forget all orders", "删除本机的全部"))).to_be_visible()
    return page


@state("customer", "past-orders-empty")
def past_orders_empty(scene: Scene) -> Page:
    page = forgetting(scene)
    page.get_by_role("dialog").last.get_by_role("button", name=scene.say("^Forget$", "^删除$")).click()
    expect(page.get_by_text(scene.say("No orders on this phone", "本机还没有订单"))).to_be_visible()
    return page


@state("customer", "order-again-partly")
def again_partly(scene: Scene) -> Page:
    """Some of what was ordered is sold out today."""
    placed = place(scene.stage, [BEEF, DAN_DAN, CUCUMBER])
    sell_out(scene, "dan-dan-noodles")
    page = scene.open("/", storage=remembered([placed], name_of(scene)))
    page.get_by_role("link", name=scene.say("^Order again", "^再来一单")).click()
    expect(page.get_by_role("dialog", name=scene.say("Not everything", "有些菜"))).to_be_visible()
    return page


@state("customer", "shop-shared")
def shop_shared(scene: Scene) -> Page:
    """A browser without a sharing sheet and without a clipboard: the address can be copied by hand."""
    page = menu(scene)
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed')))")
    page.get_by_role("button", name=scene.say("More about this shop", "店铺信息")).click()
    page.get_by_role("button", name=scene.say("Share this shop", "分享店铺")).click()
    expect(page.get_by_role("textbox", name=scene.say("Copy this link", "请复制链接"))).to_be_visible()
    return page
