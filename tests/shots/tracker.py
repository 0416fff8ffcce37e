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
    return follow(scene, placed)


@state("tracker", "messages")
def messages(scene: Scene) -> Page:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    ask_for(scene.stage, placed, "message", text="请问还要多久？我在门口。")
    with hand(scene.stage) as screen:
        tell(screen, "message", order=placed["order"]["id"], text="马上就好，五分钟。")
    page = follow(scene, placed)
    expect(page.get_by_text("马上就好").first).to_be_visible()
    return page


def _nudgeable(scene: Scene) -> Placed:
    placed = place(scene.stage)
    bring_to(scene.stage, placed, "accepted")
    backdate(scene.stage, placed, 400)
    return placed


@state("tracker", "nudge")
def nudge(scene: Scene) -> Page:
    page = follow(scene, _nudgeable(scene))
    expect(page.get_by_role("button", name=scene.say("^Nudge", "^催单"))).to_be_enabled()
    return page


@state("tracker", "nudged")
def nudged(scene: Scene) -> Page:
    placed = _nudgeable(scene)
    ask_for(scene.stage, placed, "nudge")
    return follow(scene, placed)


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
    return follow(scene, placed)


@state("tracker", "unknown-order")
def unknown_order(scene: Scene) -> Page:
    page = scene.open("/o/00000000-0000-4000-8000-000000000000#t=nobody")
    expect(page.get_by_text(scene.say("could not be found", "没有找到")).first).to_be_visible()
    return page
