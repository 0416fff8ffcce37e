"""The tracker: one order, followed from the phone."""

from __future__ import annotations

import re

from browser.proxy import Sockets
from playwright.sync_api import Page, expect

from shots.hands import DAN_DAN, ask_for, backdate, bring_to, expire, hand, place, tell, tracker
from shots.hands import JSON as Placed
from shots.stage import Bring, Scene, state


def follow(scene: Scene, placed: Placed) -> Page:
    page = scene.open(tracker(placed))
    expect(page.get_by_text(placed["order"]["number"], exact=True).first).to_be_visible()
    expect(page.get_by_text("2 ×").first).to_be_visible()
    return page


def down_to(page: Page, button: re.Pattern[str]) -> Page:
    """Scroll to what the state is about: the code and the steps stand above it."""
    page.get_by_role("button", name=button).first.evaluate(
        "(found) => found.scrollIntoView({ block: 'center' })"
    )
    return page


@state("tracker", "not-seen")
def not_seen(scene: Scene) -> Page:
    return follow(scene, place(scene.stage))


@state("tracker", "seen")
def seen(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "placed")
    page = follow(scene, placed)
    expect(page.get_by_text(scene.say("Seen by the kitchen", "后厨已看到"))).to_be_visible()
    return page


@state("tracker", "not-seen-for-long")
def not_seen_for_long(scene: Scene) -> Page:
    placed = place(scene.stage)
    backdate(scene.stage, placed, 60)
    return follow(scene, placed)


@state("tracker", "late")
def late(scene: Scene) -> Page:
    """Its time is up and nobody has said so: the server cannot be reached."""
    placed = place(scene.stage)
    page = scene.open(tracker(placed), clock=True)
    expect(page.get_by_text("2 ×").first).to_be_visible()
    scene.stage.proxy.become(Sockets.REFUSE)
    page.context.set_offline(True)
    page.clock.fast_forward(400_000)
    expect(page.get_by_role("link", name=re.compile("0123")).first).to_be_visible()
    return page


def _in(status: str, **order: object) -> Bring:
    def bring(scene: Scene) -> Page:
        placed = place(scene.stage, **order)  # type: ignore[arg-type]
        bring_to(scene.stage, placed, status)
        return follow(scene, placed)

    return bring


for _status in ("accepted", "preparing", "ready", "completed", "rejected", "cancelled"):
    state("tracker", _status)(_in(_status))
state("tracker", "delivery-dispatched")(_in("dispatched", service="delivery"))
state("tracker", "dine-in-preparing")(_in("preparing", service="dine_in"))


@state("tracker", "expired")
def expired(scene: Scene) -> Page:
    placed = place(scene.stage)
    expire(scene.stage, placed)
    return follow(scene, placed)


@state("tracker", "offline")
def offline(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    page = follow(scene, placed)
    scene.stage.proxy.become(Sockets.REFUSE)
    page.context.set_offline(True)
    expect(page.get_by_role("button", name=scene.say("Ask to cancel", "申请取消"))).to_be_disabled()
    return page


@state("tracker", "polling")
def polling(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    scene.stage.proxy.become(Sockets.REFUSE)
    page = follow(scene, placed)
    expect(page.get_by_text(scene.say("Slow connection", "网络较慢"))).to_be_visible()
    return page


@state("tracker", "messages")
def messages(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    ask_for(scene.stage, placed, "message", text="请问还要多久？我在门口。")
    with hand(scene.stage) as screen:
        tell(screen, "message", order=placed["order"]["id"], text="马上就好，五分钟。")
    page = follow(scene, placed)
    expect(page.get_by_text("马上就好").first).to_be_visible()
    return down_to(page, scene.say("Send", "发送"))


def _nudgeable(scene: Scene) -> Placed:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    backdate(scene.stage, placed, 400)
    return placed


@state("tracker", "nudge")
def nudge(scene: Scene) -> Page:
    page = follow(scene, _nudgeable(scene))
    expect(page.get_by_role("button", name=scene.say("^Nudge", "^催单"))).to_be_enabled()
    return down_to(page, scene.say("^Nudge", "^催单"))


@state("tracker", "nudged")
def nudged(scene: Scene) -> Page:
    page = follow(scene, _nudgeable(scene))
    page.get_by_role("button", name=scene.say("^Nudge", "^催单")).click()
    expect(page.get_by_text(scene.say("has been reminded", "已提醒后厨")).first).to_be_visible()
    return down_to(page, scene.say("^Nudge", "^催单"))


@state("tracker", "asking-to-cancel")
def asking_to_cancel(scene: Scene) -> Page:
    placed = place(scene.stage, [DAN_DAN | {"quantity": 2}])
    page = follow(scene, placed)
    page.get_by_role("button", name=scene.say("Cancel order", "取消订单")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@state("tracker", "cancel-asked")
def cancel_asked(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "preparing")
    ask_for(scene.stage, placed, "cancel")
    page = follow(scene, placed)
    expect(page.get_by_text(scene.say("You have asked to cancel", "已申请取消"))).to_be_visible()
    return down_to(page, scene.say("Send", "发送"))


@state("tracker", "not-attended")
def not_attended(scene: Scene) -> Page:
    """No screen of the shop can be seen and heard."""
    placed = scene.stage.system.post(
        {
            "shop": "burger-place",
            "service": "pickup",
            "customer": {"name": "Anna Schmidt", "phone": "13800001234"},
            "lines": [{"item": "coleslaw", "quantity": 2}],
        }
    ).json()
    page = scene.open(tracker(placed))
    expect(page.get_by_text(scene.say("Nobody seems to be at", "暂时没人看")).first).to_be_visible()
    return page


def tell_me(scene: Scene, *, granted: bool) -> Page:
    """Ask to be told when it is ready; the browser's own question is answered."""
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    context = scene.context()
    if granted:
        context.grant_permissions(["notifications"], origin=scene.stage.proxy.url)
    else:
        context.add_init_script("Notification.requestPermission = async () => 'denied'")
    page = context.new_page()
    page.goto(scene.stage.proxy.url + tracker(placed))
    expect(page.get_by_text("2 ×").first).to_be_visible()
    page.get_by_role("button", name=scene.say("Notify me", "出餐时通知我")).click()
    return page


@state("tracker", "notified")
def notified(scene: Scene) -> Page:
    page = tell_me(scene, granted=True)
    expect(page.get_by_text(scene.say("You will be notified", "在本机通知您"))).to_be_visible()
    return page


@state("tracker", "notifying-denied")
def notifying_denied(scene: Scene) -> Page:
    page = tell_me(scene, granted=False)
    expect(page.get_by_text(scene.say("Notifications are switched off", "浏览器未允许通知"))).to_be_visible()
    return page


@state("tracker", "link-copied")
def link_copied(scene: Scene) -> Page:
    page = follow(scene, place(scene.stage))
    page.context.grant_permissions(["clipboard-write"])
    page.get_by_role("button", name=scene.say("Copy link to this order", "复制订单链接")).click()
    expect(page.get_by_role("status").filter(has_text=scene.say("copied", "已复制"))).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    return page


@state("tracker", "unknown-order")
def unknown_order(scene: Scene) -> Page:
    page = scene.open("/o/00000000-0000-4000-8000-000000000000#t=nobody")
    expect(page.get_by_text(scene.say("could not be found", "没有找到")).first).to_be_visible()
    return page
