"""The kitchen's page: what lies over the board, and what the line does to it."""

from __future__ import annotations

import json

from browser.people import START
from browser.proxy import Sockets
from playwright.sync_api import Locator, Page, expect

from shots.hands import JSON, ask_for, bring_to, clear, place, sell_out, taking
from shots.kitchen import board, kept_silent, orders, paired, ticket
from shots.stage import Scene, state
from support.waiting import until

# --- panels ---------------------------------------------------------------------------------------------------------------


def one_order(scene: Scene, status: str = "placed") -> tuple[Page, Locator, JSON]:
    clear(scene.stage)
    placed = place(scene.stage, service="delivery", note="请放在门口，谢谢。")
    bring_to(scene.stage, placed, status)
    page = board(scene)
    return page, ticket(page, placed), placed


@state("kitchen", "details")
def details(scene: Scene) -> Page:
    page, card, placed = one_order(scene, "accepted")
    ask_for(scene.stage, placed, "message", text="麻烦快一点，谢谢！")
    card.get_by_role("button", name=scene.say("^More", "更多操作")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@state("kitchen", "reject-reasons")
def reject_reasons(scene: Scene) -> Page:
    page, card, _ = one_order(scene)
    card.get_by_role("button", name=scene.say("^Reject", "^拒")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@state("kitchen", "other-time")
def other_time(scene: Scene) -> Page:
    page, card, _ = one_order(scene)
    card.get_by_role("button", name=scene.say("^Other time", "其他时间")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def panel(scene: Scene, english: str, chinese: str) -> Page:
    page = board(scene)
    page.get_by_role("button", name=scene.say(english, chinese)).first.click()
    expect(page.get_by_role("dialog").or_(page.get_by_role("complementary")).first).to_be_visible()
    return page


@state("kitchen", "accepting")
def accepting(scene: Scene) -> Page:
    return panel(scene, "^Orders: Open", "^接单状态：营业中")


@state("kitchen", "busy")
def busy(scene: Scene) -> Page:
    clear(scene.stage)
    taking(scene, "busy", busy_minutes=20)
    return board(scene)


@state("kitchen", "paused")
def paused(scene: Scene) -> Page:
    clear(scene.stage)
    taking(scene, "paused")
    return board(scene)


@state("kitchen", "recall")
def recall(scene: Scene) -> Page:
    clear(scene.stage)
    for status in ("ready", "ready", "completed"):
        bring_to(scene.stage, place(scene.stage), status)
    return panel(scene, "^Recall", "^召回")


@state("kitchen", "sold-out")
def sold_out(scene: Scene) -> Page:
    sell_out(scene, "dan-dan-noodles", "cucumber-salad")
    return panel(scene, "^Sold out", "^沽清")


@state("kitchen", "settings")
def settings(scene: Scene) -> Page:
    return panel(scene, "^Settings", "^设置")


@state("kitchen", "disconnecting")
def disconnecting(scene: Scene) -> Page:
    page = panel(scene, "^Settings", "^设置")
    page.get_by_role("button", name=scene.say("^Disconnect", "^断开")).click()
    expect(page.get_by_role("button", name=scene.say("^Stay connected", "^不断开"))).to_be_visible()
    return page


@state("kitchen", "keys")
def keys(scene: Scene) -> Page:
    page = board(scene)

    def opened() -> bool:
        page.keyboard.press("?")  # the keys come with the late parts of the page
        return page.get_by_role("dialog").is_visible()

    until(opened, "the list of the keys")
    return page


@state("kitchen", "all-day")
def all_day(scene: Scene) -> Page:
    clear(scene.stage)
    orders(scene, 12)
    return panel(scene, "^All day", "^菜品汇总")


@state("kitchen", "stations")
def stations(scene: Scene) -> Page:
    return panel(scene, "^Stations", "^档口")


@state("kitchen", "one-station")
def one_station(scene: Scene) -> Page:
    """A screen for cold dishes alone."""
    clear(scene.stage)
    made = orders(scene, 6)
    storage = paired(scene) | {"orderbell.stations": json.dumps(["small-plates"])}
    page = scene.open("/kitchen/", storage=storage)
    page.get_by_role("button", name=START).click()
    ticket(page, made[0])
    return page


@state("kitchen", "undo")
def undo(scene: Scene) -> Page:
    clear(scene.stage)
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "preparing")
    page = board(scene)
    card = ticket(page, placed)
    card.get_by_role("button", name=scene.say("^Ready$", "^出餐$")).click()
    expect(page.get_by_role("button", name=scene.say("^Undo", "^撤销"))).to_be_visible()
    return page


@state("paper", "slip")
def slip(scene: Scene) -> Page:
    """What comes out of the printer."""
    page, card, _ = one_order(scene, "accepted")
    card.get_by_role("button", name=scene.say("^More", "更多操作")).click()
    # What is drawn for the printer is gone once it has been printed: keep a copy on the page.
    page.evaluate("window.print = () => app.append(document.querySelector('.slips').cloneNode(true))")
    page.get_by_role("button", name=scene.say("^Print slip", "^打印小票")).click()
    page.emulate_media(media="print")
    expect(page.get_by_text("请放在门口").last).to_be_visible()
    return page


@state("kitchen", "not-attended")
def not_attended(scene: Scene) -> Page:
    """No screen of the shop can be heard, this one neither."""
    return kept_silent(scene, "burger-place")


@state("kitchen", "saved")
def saved(scene: Scene) -> Page:
    """Opened without a connection: the last known tickets, to be read."""
    clear(scene.stage)
    made = orders(scene, 3)
    page = board(scene)
    ticket(page, made[0])
    page.route("**/bill*", lambda route: route.abort())
    page.route("**/get_shop_info*", lambda route: route.abort())
    scene.stage.proxy.become(Sockets.REFUSE)
    page.reload()
    page.get_by_role("button", name=START).click()
    ticket(page, made[0])
    return page


@state("kitchen", "delivery")
def delivery(scene: Scene) -> Page:
    clear(scene.stage)
    for _ in range(6):
        place(scene.stage)
    return panel(scene, "^Online", "^在线")


# --- the line -------------------------------------------------------------------------------------------------------------


def silent(scene: Scene, seconds: int) -> Page:
    clear(scene.stage)
    orders(scene, 3)
    page = board(scene, clock=True)
    page.context.set_offline(True)
    scene.stage.proxy.become(Sockets.MUTE)
    page.clock.fast_forward(seconds * 1000)
    return page


@state("kitchen", "stale")
def stale(scene: Scene) -> Page:
    return silent(scene, 13)


@state("kitchen", "lost")
def lost(scene: Scene) -> Page:
    page = silent(scene, 27)
    expect(page.get_by_role("alert").filter(has_text=scene.say("No news", "没有收到"))).to_be_visible()
    return page


@state("kitchen", "polling")
def polling(scene: Scene) -> Page:
    clear(scene.stage)
    orders(scene, 3)
    page = board(scene)
    scene.stage.proxy.become(Sockets.REFUSE)
    expect(page.get_by_text(scene.say("No live line: orders", "实时连接不可用")).first).to_be_visible()
    return page


@state("kitchen", "muted")
def muted(scene: Scene) -> Page:
    clear(scene.stage)
    page = board(scene)
    page.get_by_role("button", name=scene.say("^Mute", "^静音")).click()
    expect(
        page.get_by_role("button", name=scene.say("Muted: tap to switch the sound on", "已静音"))
    ).to_be_visible()
    return page
