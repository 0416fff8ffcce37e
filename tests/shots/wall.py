"""The guests' board on the counter's screen, and the owner's day."""

from __future__ import annotations

from browser.proxy import Sockets
from playwright.sync_api import Page, expect

from shots.hands import CUCUMBER, STEPS, clear, hand, place, tell
from shots.kitchen import paired
from shots.stage import Scene, state


def board_of(scene: Scene, shop: str = "") -> str:
    """Address of a shop's board. It speaks both languages; the scene's comes first."""
    return f"/board/{shop or scene.stage.shop}?lang={scene.lang}"


def wall(scene: Scene) -> Page:
    page = scene.open(board_of(scene))
    expect(page.get_by_role("heading").first).to_be_visible()
    return page


def cooking(scene: Scene, many: int) -> str:
    """Have so many orders in the works, every other one ready; return one's number."""
    clear(scene.stage)
    made = [place(scene.stage, [CUCUMBER], ("pickup", "dine_in")[n % 2]) for n in range(many)]
    with hand(scene.stage) as screen:
        for n, placed in enumerate(made):
            for name, arguments in STEPS[("ready", "preparing")[n % 2]]:
                tell(screen, name, order=placed["order"]["id"], **arguments)
    number: str = made[0]["order"]["number"]
    return number


@state("board", "empty")
def empty(scene: Scene) -> Page:
    clear(scene.stage)
    return wall(scene)


@state("board", "few")
def few(scene: Scene) -> Page:
    number = cooking(scene, 7)
    page = wall(scene)
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    return page


@state("board", "full")
def full(scene: Scene) -> Page:
    number = cooking(scene, 40)
    page = wall(scene)
    expect(page.get_by_text(number, exact=True)).to_have_count(1)
    return page


@state("board", "disconnected")
def disconnected(scene: Scene) -> Page:
    number = cooking(scene, 7)
    page = scene.open(board_of(scene), clock=True)
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    scene.stage.proxy.become(Sockets.REFUSE)
    page.context.set_offline(True)
    page.clock.fast_forward(60_000)
    return page


@state("board", "unknown-shop")
def unknown(scene: Scene) -> Page:
    page = scene.open(board_of(scene, "no-such-shop"))
    expect(page.get_by_text(scene.say("There is no such shop", "没有这家店铺")).first).to_be_visible()
    return page


def day(scene: Scene) -> Page:
    page = scene.open("/day/", storage=paired(scene))
    expect(page.get_by_role("heading").first).to_be_visible()
    return page


@state("day", "unpaired")
def unpaired(scene: Scene) -> Page:
    page = scene.open("/day/")
    expect(page.get_by_role("textbox").first).to_be_visible()
    return page


@state("day", "full")
def today(scene: Scene) -> Page:
    cooking(scene, 12)
    page = day(scene)
    expect(page.get_by_text(scene.say("Orders", "订单")).first).to_be_visible()
    return page


@state("day", "empty")
def yesterday(scene: Scene) -> Page:
    page = day(scene)
    page.get_by_role("button", name=scene.say("Day before", "前一天")).click()
    expect(page.get_by_text(scene.say("No orders on this day", "当天没有订单"))).to_be_visible()
    return page


@state("day", "disconnecting")
def disconnecting(scene: Scene) -> Page:
    page = day(scene)
    page.get_by_role("button", name=scene.say("Disconnect this device", "断开")).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


@state("day", "connecting-anew")
def connecting_anew(scene: Scene) -> Page:
    """A link with a code, opened on a device that a shop has already."""
    page = scene.open("/day/#pair=ABCD-EFGH", storage=paired(scene))
    expect(page.get_by_role("button", name=scene.say("Leave it as it is", "保持不变"))).to_be_visible()
    return page


@state("day", "failed")
def failed(scene: Scene) -> Page:
    page = scene.context(paired(scene)).new_page()
    page.route("**/bill?*", lambda route: route.abort())
    page.goto(scene.stage.proxy.url + "/day/")
    expect(
        page.get_by_text(scene.say("No connection|could not be loaded", "断开|加载失败")).first
    ).to_be_visible()
    return page
