"""The kitchen's page: from the code to a full board."""

from __future__ import annotations

import json
import re

from browser.people import START
from browser.proxy import Sockets
from playwright.sync_api import Locator, Page, expect

from shots.hands import (
    BEEF,
    CUCUMBER,
    DAN_DAN,
    JSON,
    LUNCH,
    MILK,
    PEOPLE,
    STEPS,
    ask_for,
    backdate,
    bring_to,
    clear,
    expire,
    hand,
    place,
    tell,
)
from shots.stage import Scene, state


def paired(scene: Scene) -> dict[str, str]:
    """What a paired screen has kept."""
    return {"orderbell.device": json.dumps({"token": scene.stage.token, "shop": scene.stage.shop})}


def gate(scene: Scene, *, clock: bool = False) -> Page:
    page = scene.open("/kitchen/", clock=clock, storage=paired(scene))
    expect(page.get_by_role("button", name=START)).to_be_visible()
    return page


def board(scene: Scene, *, clock: bool = False) -> Page:
    page = gate(scene, clock=clock)
    page.get_by_role("button", name=START).click()
    expect(page.get_by_role("region", name=scene.say("^New", "^新订单"))).to_be_visible()
    expect(page.get_by_role("button", name=scene.say("^Online", "^在线")).first).to_be_visible()
    return page


def ticket(page: Page, placed: JSON) -> Locator:
    card = page.get_by_role("article", name=re.compile(f"{placed['order']['number']}$"))
    expect(card).to_be_visible()
    return card


def orders(scene: Scene, many: int) -> list[JSON]:
    """Orders of every kind, some of them in the works."""
    kinds = ("pickup", "dine_in", "delivery")
    lines = (LUNCH, [DAN_DAN], [BEEF, DAN_DAN, CUCUMBER, MILK], [CUCUMBER])
    steps = ("placed", "accepted", "preparing", "ready")
    made = []
    for n in range(many):
        more = {"table": str(n + 1)} if kinds[n % 3] == "dine_in" else {}
        placed = place(scene.stage, list(lines[n % 4]), kinds[n % 3], name=PEOPLE[n % 5], **more)
        made.append(placed)
    with hand(scene.stage, sees=True) as screen:
        for n, placed in enumerate(made):
            for name, arguments in STEPS[steps[n % 4]]:
                tell(screen, name, order=placed["order"]["id"], **arguments)
    return made


# --- before the service ---------------------------------------------------------------------------------------------------


@state("kitchen", "pairing")
def pairing(scene: Scene) -> Page:
    page = scene.open("/kitchen/")
    expect(page.get_by_role("textbox").first).to_be_visible()
    return page


@state("kitchen", "pairing-wrong-code")
def pairing_wrong_code(scene: Scene) -> Page:
    page = pairing(scene)
    page.get_by_role("textbox", name=scene.say("Pairing code", "配对码")).fill("WRNG-CODE")
    page.get_by_role("button", name=scene.say("^Connect", "^连接")).click()
    expect(page.get_by_role("alert").filter(has_text=scene.say("not valid", "无效"))).to_be_visible()
    return page


@state("kitchen", "gate")
def before_service(scene: Scene) -> Page:
    return gate(scene)


@state("kitchen", "gate-failed")
def gate_failed(scene: Scene) -> Page:
    """No sound card and no wake lock: what the gate asked for was refused."""
    clear(scene.stage)
    return kept_silent(scene, scene.stage.shop)


def kept_silent(scene: Scene, shop: str) -> Page:
    """Start a screen that may not sound, stay awake, nor fill the screen."""
    token = scene.stage.token if shop == scene.stage.shop else scene.stage.other(shop)
    context = scene.context({"orderbell.device": json.dumps({"token": token, "shop": shop})})
    context.add_init_script(
        "AudioContext.prototype.resume = () => new Promise(() => {});"
        "Object.defineProperty(AudioContext.prototype, 'state', {get: () => 'suspended'});"
        "if (navigator.wakeLock) navigator.wakeLock.request = () => Promise.reject(new Error('low battery'));"
    )
    page = context.new_page()
    page.goto(scene.stage.proxy.url + "/kitchen/")
    page.get_by_role("button", name=START).click()
    expect(page.get_by_text(scene.say("failed", "未成功")).first).to_be_visible()
    return page


# --- the board ------------------------------------------------------------------------------------------------------------


@state("kitchen", "empty")
def empty(scene: Scene) -> Page:
    clear(scene.stage)
    return board(scene)


@state("kitchen", "tickets-3")
def three(scene: Scene) -> Page:
    clear(scene.stage)
    made = orders(scene, 3)
    page = board(scene)
    ticket(page, made[-1])
    return page


@state("kitchen", "tickets-12")
def twelve(scene: Scene) -> Page:
    clear(scene.stage)
    made = orders(scene, 12)
    for n, placed in enumerate(made[:8]):
        backdate(scene.stage, placed, (8 - n) * 90, deadline=False)
    page = board(scene)
    ticket(page, made[0])
    return page


@state("kitchen", "service")
def service(scene: Scene) -> Page:
    """A good evening: everything works, and has been said to."""
    clear(scene.stage)
    kinds = ("dine_in", "pickup", "pickup", "delivery", "dine_in", "pickup", "delivery", "pickup", "dine_in")
    steps = (
        "ready",
        "ready",
        "preparing",
        "preparing",
        "preparing",
        "accepted",
        "accepted",
        "accepted",
        "placed",
    )
    lines = ([CUCUMBER], [DAN_DAN, MILK], [BEEF, CUCUMBER], [DAN_DAN], [BEEF])
    made = [place(scene.stage, list(lines[n % 5]), kind, name=PEOPLE[n % 5]) for n, kind in enumerate(kinds)]
    for n, (placed, step) in enumerate(zip(made, steps, strict=True)):
        bring_to(scene.stage, placed, step)
        backdate(scene.stage, placed, (8 - n) * 125, deadline=False)
    page = board(scene)
    ticket(page, made[-1])
    page.get_by_role("button", name=scene.say("^Yes$", "^听到了$")).click()
    page.get_by_role("status", name=scene.say("check", "检查")).get_by_role("button").last.click()
    return page


@state("kitchen", "tickets-40")
def forty(scene: Scene) -> Page:
    clear(scene.stage)
    made = orders(scene, 40)
    page = board(scene)
    ticket(page, made[0])
    return page


@state("kitchen", "ages")
def ages(scene: Scene) -> Page:
    clear(scene.stage)
    made = [place(scene.stage, name=name) for name in PEOPLE[:4]]
    for placed, status, seconds in zip(
        made, ("placed", "accepted", "preparing", "placed"), (45, 1080, 1500, 250), strict=True
    ):
        bring_to(scene.stage, placed, status)
        backdate(scene.stage, placed, seconds)
    page = board(scene)
    ticket(page, made[2])
    return page


@state("kitchen", "allergy")
def allergy(scene: Scene) -> Page:
    clear(scene.stage)
    note = "Peanut allergy! No coriander." if scene.lang == "en" else "花生过敏！不要香菜。"
    placed = place(scene.stage, [{**BEEF, "note": note}, DAN_DAN], note=note)
    page = board(scene)
    ticket(page, placed)
    return page


@state("kitchen", "asked")
def asked(scene: Scene) -> Page:
    """The guest has written, asked where it is, and asked to cancel."""
    clear(scene.stage)
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "preparing")
    backdate(scene.stage, placed, 400)
    ask_for(scene.stage, placed, "nudge")
    ask_for(scene.stage, placed, "message", text="我在门口，请尽快。")
    ask_for(scene.stage, placed, "cancel")
    page = board(scene)
    ticket(page, placed)
    return page


@state("kitchen", "cancelled")
def cancelled(scene: Scene) -> Page:
    """Called off by the guest while it stood on this screen."""
    clear(scene.stage)
    placed = place(scene.stage)
    page = board(scene)
    ticket(page, placed)
    ask_for(scene.stage, placed, "cancel")
    expect(page.get_by_text(scene.say("Cancelled by the guest", "顾客已取消")).first).to_be_visible()
    return page


@state("kitchen", "expired")
def expired(scene: Scene) -> Page:
    clear(scene.stage)
    placed = place(scene.stage)
    page = board(scene)
    ticket(page, placed)
    expire(scene.stage, placed)
    expect(page.get_by_text(scene.say("Expired", "已过期|超时")).first).to_be_visible()
    return page


@state("kitchen", "refused")
def refused(scene: Scene) -> Page:
    """A tap that came too late: another screen had moved the order on."""
    clear(scene.stage)
    placed = place(scene.stage)
    page = board(scene)
    card = ticket(page, placed)
    page.context.set_offline(True)
    scene.stage.proxy.become(Sockets.REFUSE)
    card.get_by_role("button", name=scene.say("Accept, 15 min", "接单，15 分钟")).click()
    bring_to(scene.stage, placed, "preparing")
    scene.stage.proxy.become(Sockets.PASS)
    page.context.set_offline(False)
    expect(card.get_by_role("alert").filter(has_text=scene.say("\\S", "\\S"))).to_be_visible()
    return page
