"""The kitchen's board: what a cook sees on a ticket and does with it, by touch and by keys alone."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

import pytest
from browser.office import import_shop
from browser.people import Open, paired, start_service, ticket
from playwright.sync_api import Locator, Page, expect

from support.parts import ask
from support.system import Socket, System
from support.waiting import until

SHOP = """
slug: {slug}
name: {{zh-CN: 试菜馆, en: Tasting Room}}
locale: zh-CN
currency: CNY
timezone: Asia/Shanghai
accept_seconds: 600
ages: {{amber: 3, red: 8}}
menu:
- id: grill
  name: {{zh-CN: 烤炉, en: Grill}}
  items:
  - id: burger
    name: {{zh-CN: 汉堡, en: Burger}}
    price: 20.00
    options:
    - id: size
      name: {{zh-CN: 份量, en: Size}}
      min: 0
      max: 1
      choices:
      - {{id: large, name: {{zh-CN: 大份, en: Large}}, price: 4.00}}
- id: bar
  name: {{zh-CN: 水吧, en: Bar}}
  items:
  - id: tea
    name: {{zh-CN: 红茶, en: Tea}}
    price: 5.00
"""

WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def shop(system: System, request: pytest.FixtureRequest) -> str:
    """A shop of its own for each walk: nobody else's orders stand on its board."""
    slug = f"tasting-room-{'touch' if 'touch' in request.node.name else 'keys'}"
    return import_shop(system, SHOP.format(slug=slug))


def place(system: System, shop: str, *lines: dict[str, Any], note: str = "") -> Any:
    """Place an order; return the server's answer."""
    body = {
        "shop": shop,
        "service": "pickup",
        "customer": {"name": "Li Lei", "phone": "13800001234"},
        "lines": [{"quantity": 1, **line} for line in lines],
        "note": note,
    }
    answer = system.post(body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def burger(quantity: int = 1, note: str = "", *options: str) -> dict[str, Any]:
    return {"item": "burger", "quantity": quantity, "options": list(options), "note": note}


TEA = {"item": "tea"}


def lane(screen: Page, name: str) -> Locator:
    return screen.get_by_role("region", name=re.compile(f"^({name})"))


def older(system: System, placed: Any, seconds: int) -> None:
    """Let the database believe that an order was placed earlier."""
    ask(
        system,
        "UPDATE orders SET placed_at = placed_at - %(seconds)s * interval '1 second' WHERE order_id = %(order)s",
        {"seconds": seconds, "order": placed["order"]["id"]},
    )


def place_of(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"], box["y"]


# Looks, at the moment when a button with this text appears, what a finger would hit that still hovers at this point.
WATCH = """([text, x, y]) => {
  window.under = null;
  const watch = new MutationObserver(() => {
    const there = [...document.querySelectorAll("article button")].some((each) => each.textContent === text);
    if (!there || window.under !== null) return;
    window.under = document.elementFromPoint(x, y)?.closest("button") ? "button" : "nothing";
    watch.disconnect();
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def test_a_cook_works_by_touch(system: System, open_page: Open, shop: str) -> None:
    placed = place(system, shop, burger(2, "nut allergy", "large"), TEA, note="no onions")
    older(system, placed, 200)
    screen = paired(system, open_page, shop, clock=datetime.now(timezone.utc))
    screen.set_viewport_size(WIDE)
    start_service(screen)
    first, second, third = (
        placed["order"]["number"],
        place(system, shop, burger())["order"]["number"],
        place(system, shop, burger(3), TEA)["order"]["number"],
    )
    card = ticket(screen, first)

    # What a ticket says: the allergy before everything, its words before the options, the age by the shop's minutes.
    expect(card.get_by_text("ALLERGY", exact=True)).to_be_visible()
    expect(card).to_contain_text(re.compile(r"2×\s*Burger\s*nut allergy\s*Large"))
    expect(card.get_by_role("mark").filter(has_text="no onions")).to_be_visible()
    expect(card).to_contain_text(re.compile(r"[3-7]:\d\d\s*(Look!|Waiting)"))
    card.click(position={"x": 4, "y": 4})
    expect(card).to_contain_text(re.compile(r"[3-7]:\d\d\s*Waiting"))
    expect(ticket(screen, second).get_by_text("ALLERGY")).to_have_count(0)

    # New orders use the room that cooking leaves; one that is accepted leaves a hole, and nothing moves meanwhile.
    new = lane(screen, "New")
    until(
        lambda: place_of(ticket(screen, third))[1] == place_of(card)[1], "three new orders stand side by side"
    )
    before = place_of(ticket(screen, second))
    screen.evaluate("setInterval(() => dispatchEvent(new PointerEvent('pointermove')), 200)")  # a hand hovers
    card.get_by_role("button", name="Accept, 15 min").click()
    expect(lane(screen, "In the kitchen").get_by_role("article", name=first)).to_be_visible()
    fourth = place(system, shop, TEA)["order"]["number"]
    expect(ticket(screen, fourth)).to_be_visible()
    screen.clock.run_for(3000)
    assert place_of(ticket(screen, second)) == before
    screen.reload()
    start_service(screen)
    expect(new.get_by_role("article")).to_have_count(3)

    # A finger that is still there when the next step's button comes hits nothing.
    start = card.get_by_role("button", name="Start", exact=True)
    start.hover(position={"x": 20, "y": 20})
    x, y = place_of(start)
    screen.evaluate(WATCH, ["Ready", x + 20, y + 20])
    screen.mouse.down()
    screen.mouse.up()
    until(lambda: screen.evaluate("window.under"), "the next button has come")
    assert screen.evaluate("window.under") == "nothing"

    # Crossing off moves nothing, counts in the sums, and outlives a reload.
    ready = card.get_by_role("button", name="Ready", exact=True)
    expect(ready).to_be_visible()
    screen.get_by_role("button", name="All day").click()
    sums = screen.get_by_role("complementary", name="All day").get_by_role("listitem")
    expect(sums.first).to_contain_text(re.compile(r"2\s*Burger\s*Large"))
    burgers = card.get_by_role("button", name=re.compile("2× Burger"))
    height = card.bounding_box()
    burgers.click()
    expect(burgers).to_have_attribute("aria-pressed", "true")
    expect(sums.first).to_contain_text(re.compile(r"1\s*Tea\s*\+2 not accepted yet"))
    assert card.bounding_box() == height
    screen.reload()
    start_service(screen)
    expect(burgers).to_have_attribute("aria-pressed", "true")

    # A station sees its own dishes, and every new order.
    screen.get_by_role("button", name="Stations").click()
    screen.get_by_role("dialog", name="Stations").get_by_role("button", name="Bar").click()
    screen.keyboard.press("Escape")
    expect(burgers).to_be_hidden()
    expect(card).to_contain_text("+1 on other stations")
    ticket(screen, second).get_by_role("button", name="Accept, 10 min").click()
    expect(ticket(screen, second)).to_be_hidden()
    expect(screen.get_by_text("1 order on other stations")).to_be_visible()
    expect(ticket(screen, third)).to_contain_text(re.compile("3× Burger.*1× Tea"))
    screen.get_by_role("button", name="Stations 1").click()
    screen.get_by_role("dialog", name="Stations").get_by_role("button", name="All stations").click()
    screen.keyboard.press("Escape")

    # The head of a ticket is a button for wet hands, and what was one step too far is taken back.
    card.get_by_text(first, exact=True).click()
    expect(lane(screen, "Ready").get_by_role("article", name=first)).to_be_visible()
    expect(screen.get_by_role("status").filter(has_text=f"{first} is ready")).to_be_visible()
    screen.get_by_role("button", name=f"Undo {first}").click()
    expect(lane(screen, "In the kitchen").get_by_role("article", name=first)).to_be_visible()
    ready.click()
    card.get_by_role("button", name="Complete").click()
    expect(card).to_be_hidden()
    screen.get_by_role("button", name=f"Undo {first}").click()
    expect(card.get_by_role("button", name="Complete")).to_be_visible()


def test_an_order_goes_from_new_to_complete_by_keys_alone(system: System, open_page: Open, shop: str) -> None:
    screen = paired(system, open_page, shop, "zh-CN")
    screen.keyboard.press("Tab")
    while screen.evaluate("document.activeElement.textContent") != "开始营业":
        screen.keyboard.press("Tab")
    screen.keyboard.press("Enter")
    one = place(system, shop, burger(2, "不要洋葱"), TEA, note="对花生过敏")
    two = place(system, shop, TEA)
    number = one["order"]["number"]
    card = ticket(screen, number)
    expect(card).to_contain_text("注意过敏")
    expect(card.get_by_role("mark").filter(has_text="不要洋葱")).to_be_visible()
    expect(ticket(screen, two["order"]["number"])).to_be_visible()

    def selected() -> Any:
        screen.keyboard.press("1")  # the keys come a moment after the board
        return card.evaluate("card => card === document.activeElement")

    until(selected, "the first ticket is selected")
    until(lambda: screen.locator("[data-settling]").count() == 0, "what came has come to rest")
    screen.keyboard.press("Enter")
    cooking = lane(screen, "制作区").get_by_role("article", name=number)
    expect(cooking).to_be_focused()
    expect(cooking.get_by_role("button", name="开始制作")).to_be_enabled()

    # News of a guest stands out until somebody has seen it: by names alone, with Tab and Enter.
    ask(
        system,
        "UPDATE orders SET placed_at = placed_at - interval '400 s' WHERE order_id = %(order)s",
        {"order": one["order"]["id"]},
    )
    with Socket(system) as guest:
        guest.say(type="hello", role="customer", order=one["order"]["id"], token=one["token"])
        for name, more in (("nudge", {}), ("message", {"text": "我到了"}), ("cancel", {})):
            guest.say(type="command", id=f"{name}-of-{number}", name=name, **more)
            assert guest.expect("result")["ok"] is True
        expect(cooking.get_by_role("group", name="留言")).to_contain_text("我到了")
        for group, button in (("顾客申请取消", "继续制作"), ("顾客催单", "知道了")):
            asked = cooking.get_by_role("group", name=group)
            asked.get_by_role("button", name=button).focus()
            screen.keyboard.press("Enter")
            expect(asked).to_have_count(0)
        expect(cooking).to_contain_text("顾客催单")  # seen, and still to be read

        # The guest is told, and no screen asks any more.
        def kept() -> bool:
            order = guest.expect("order")["order"]
            told = any(message["text"] == "已开始制作，无法取消。" for message in order["messages"])
            return told and order["cancel_requested_at"] is None

        until(kept, "the guest hears that the order is kept")

    # While somebody types, letters are letters.
    screen.keyboard.press("ArrowLeft")
    expect(ticket(screen, two["order"]["number"])).to_be_focused()
    screen.keyboard.press("ArrowRight")
    expect(cooking).to_be_focused()
    screen.keyboard.press("d")
    field = screen.get_by_role("dialog").get_by_role("textbox", name="给顾客留言")
    field.focus()
    screen.keyboard.type("ru1?")
    expect(field).to_have_value("ru1?")
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("dialog")).to_have_count(0)

    for press, seen in (("Enter", "出餐"), ("Enter", "完成"), ("u", "出餐"), ("Enter", "完成")):
        screen.keyboard.press(press)
        expect(card.get_by_role("button", name=seen, exact=True)).to_be_enabled()
        expect(card).to_be_focused()
        until(lambda: card.get_attribute("data-settling") is None, "a second press counts again")
    screen.keyboard.press("Enter")
    expect(card).to_have_count(0)
    screen.keyboard.press("r")
    expect(screen.get_by_role("dialog", name="召回订单")).to_contain_text(number)
    screen.keyboard.press("Escape")

    # The next one is selected; X asks why it is rejected, and the list of keys can switch all of them off.
    screen.keyboard.press("Enter")
    rest = ticket(screen, two["order"]["number"])
    expect(rest).to_be_focused()
    for key, sheet in (("s", "沽清管理"), ("x", "拒单原因")):
        screen.keyboard.press(key)
        expect(screen.get_by_role("dialog", name=re.compile(sheet))).to_be_visible()
        screen.keyboard.press("Escape")
    sums = screen.get_by_role("complementary", name="菜品汇总")
    screen.keyboard.press("a")
    expect(sums).to_be_visible()
    expect(rest.get_by_role("button", name="接单，10 分钟")).to_be_enabled()
    screen.keyboard.press("a")
    expect(sums).to_have_count(0)
    screen.keyboard.press("?")
    screen.get_by_role("dialog", name="按键").get_by_role("button", name="按键已启用").click()
    screen.keyboard.press("Escape")
    screen.keyboard.press("s")
    expect(screen.get_by_role("dialog")).to_have_count(0)
