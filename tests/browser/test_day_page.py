"""The owner's day: figures that equal what happened, a table to take along, and nobody's who is not the shop's."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from browser.office import revoke
from browser.people import PHONE, Open
from playwright.sync_api import Locator, Page, expect

from support.parts import ask
from support.system import Screen, System
from support.waiting import until

SHOP = "burger-place"
DAY = "2026-03-05"
NEW_YORK = ZoneInfo("America/New_York")
ORDER = {
    "shop": SHOP,
    "service": "pickup",
    "customer": {"name": "=Anna", "phone": "+12125550142"},
    "lines": [{"item": "brownie", "quantity": 1}],
}
DINE_IN = {**ORDER, "service": "dine_in", "table": "7"}


@dataclass
class Told:
    """An order as this test makes it happen; times in seconds."""

    clock: str
    accept: int | None = None
    prep: int | None = None
    screen: int = 1
    promise: int = 600
    end: str = ""
    reason: str | None = None
    order: Any = field(default_factory=lambda: ORDER)
    number: str = ""
    total: int = 0


DAY_AS_IT_WAS = [
    Told("11:40:00", 10, 300, end="complete"),
    Told("11:55:10", 20, 360, end="complete"),
    Told("12:05:00", 30, 420, end="complete", order=DINE_IN),
    Told("12:10:00", 40, 480, end="complete", screen=3),
    Told("12:20:00", 50, 700, end="complete"),
    Told("12:45:00", 60, 800, order=DINE_IN),
    Told("13:01:00", 70, end="cancel", reason="customer_asked"),
    Told("13:10:00", 80),
    Told("12:30:00", end="reject", reason="too_busy"),
    Told("12:31:00", end="expire"),
]


def live(system: System, kitchen: Screen) -> None:
    """Let it happen, and then let the database believe that it was that day."""
    ids = []
    for told in DAY_AS_IT_WAS:
        placed = system.post(told.order)
        assert placed.ok, placed.text
        order = placed.json()["order"]
        ids.append(order["id"])
        told.number, told.total = order["number"], order["total"]
        kitchen.until_order(order["id"])  # and so it has been on a screen
        if told.accept is not None:
            assert kitchen.command("accept", order=order["id"], minutes=10)["ok"]
        if told.prep is not None:
            assert kitchen.command("start", order=order["id"])["ok"]
            assert kitchen.command("ready", order=order["id"])["ok"]
        if told.end == "expire":
            ask(
                system,
                "UPDATE orders SET accept_by = now() - interval '1 s' WHERE order_id = %s",
                (order["id"],),
            )
        elif told.end:
            reason = {} if told.reason is None else {"reason": told.reason}
            assert kitchen.command(told.end, order=order["id"], **reason)["ok"]
    status = "SELECT status FROM orders WHERE order_id = %s"
    until(lambda: ask(system, status, (ids[-1],)) == [("expired",)], "the last has expired")
    for order_id, told in zip(ids, DAY_AS_IT_WAS, strict=True):
        put_back(system, order_id, told)


def put_back(system: System, order_id: str, told: Told) -> None:
    """Move an order to its day."""
    placed = datetime.fromisoformat(f"{DAY}T{told.clock}").replace(tzinfo=NEW_YORK)
    accepted = placed + timedelta(seconds=told.accept or 0)
    ready = accepted + timedelta(seconds=told.prep or 0)
    [(history,)] = ask(system, "SELECT history::text FROM orders WHERE order_id = %s", (order_id,))
    steps = json.loads(history)
    for step in steps:
        when = {"placed": placed, "accepted": accepted, "preparing": accepted}.get(step["status"], ready)
        step["at"] = when.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
    ask(
        system,
        "UPDATE orders SET business_day = %s, placed_at = %s, seen_at = %s, history = %s,"
        " promised_at = CASE WHEN promised_at IS NULL THEN NULL ELSE %s END WHERE order_id = %s",
        (
            DAY,
            placed,
            placed + timedelta(seconds=told.screen),
            json.dumps(steps),
            accepted + timedelta(seconds=told.promise),
            order_id,
        ),
    )


def within(values: list[int], share: float) -> str:
    """Return, as the page says it, the least value that so many of these do not exceed."""
    seconds = min(
        value for value in values if sum(v <= value for v in values) >= math.ceil(share * len(values))
    )
    if seconds < 10:
        return f"{seconds}.0 s"
    minutes, rest = divmod(seconds, 60)
    return f"{seconds} s" if minutes == 0 else f"{minutes} min {rest} s" if rest else f"{minutes} min"


def speed(page: Page, name: str) -> Locator:
    """Return what the page says about how fast one thing went."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return page.get_by_role("region", name="How fast").locator("div").filter(has=heading).first


def test_the_figures_of_a_day_are_what_happened(system: System, open_page: Open, tmp_path: Path) -> None:
    with Screen(system, system.pair(SHOP)) as kitchen:
        live(system, kitchen)
        item = "SELECT max(seq) FROM availability WHERE item_id = 'brownie'"
        for available, clock in ((False, "12:00"), (True, "12:45")):
            assert kitchen.command("availability", item="brownie", available=available)["ok"]
            at = datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=NEW_YORK)
            sql = f"UPDATE availability SET at = %s WHERE item_id = 'brownie' AND seq = ({item})"  # noqa: S608
            ask(system, sql, (at,))

    owner = open_page(f"{system.url}/day/#pair={system.pairing_code(SHOP)}", PHONE)
    expect(owner.get_by_role("heading", name="Corner Burger Place", level=1)).to_be_visible()
    assert "pair" not in owner.url
    owner.get_by_label("Day", exact=True).fill(DAY)
    expect(owner.get_by_role("heading", name="Thursday, 5 March 2026")).to_be_visible()

    day = DAY_AS_IT_WAS
    missed = [told for told in day if told.end in ("cancel", "reject", "expire")]
    taken = [told for told in day if told.accept is not None and told not in missed]
    figures = owner.get_by_role("region", name="In figures")
    seats = sum(told.order is DINE_IN for told in day)
    expect(figures).to_contain_text(
        re.compile(rf"Orders\s*{len(day)}\s*Pickup {len(day) - seats} · Dine-in {seats}")
    )
    expect(figures).to_contain_text(re.compile(rf"Revenue\s*\${sum(told.total for told in taken) / 100:.2f}"))
    expect(figures).to_contain_text(
        re.compile(rf"Completed\s*{sum(told.end == 'complete' for told in day)}\s*2 still open")
    )
    expect(figures).to_contain_text(
        re.compile(rf"Missed\s*{len(missed)}\s*{100 * len(missed) // len(day)}% of all")
    )
    for name, values in (
        ("Accepted", [told.accept for told in day if told.accept is not None]),
        ("Made", [told.prep for told in day if told.prep is not None]),
        ("On your screen", [told.screen for told in day]),
    ):
        half, most = within(values, 0.5), within(values, 0.95)
        expect(speed(owner, name)).to_contain_text(
            re.compile(rf"Half within\s*{half}\s*19 of 20 within\s*{most}")
        )
        expect(speed(owner, name)).to_contain_text(f"{len(values)} orders")
    kept = sum(told.prep is not None and told.prep <= told.promise for told in day)
    expect(speed(owner, "On time")).to_contain_text(f"{kept} of {len(taken)} were ready when promised")

    came_to_nothing = owner.get_by_role("table", name="What came to nothing").get_by_role("row")
    expect(came_to_nothing).to_have_count(1 + len(missed))
    for told, why in zip(
        missed,
        ("Cancelled · the guest asked for it", "Rejected · too busy", "Not accepted in time"),
        strict=True,
    ):
        row = came_to_nothing.filter(has=owner.get_by_role("rowheader", name=told.number, exact=True))
        expect(row).to_contain_text(re.compile(rf"{told.clock[:5]}\s*{why}"))
    sold_out = (
        owner.get_by_role("table", name="Sold out").get_by_role("row").filter(has_text="Chocolate brownie")
    )
    expect(sold_out).to_contain_text(re.compile(r"12:00\s*12:45\s*test screen"))

    by_hour = hours_by_keyboard(owner)
    assert by_hour == [
        "11:00–12:00: 2 orders",
        "12:00–13:00: 6 orders, 2 missed",
        "13:00–14:00: 2 orders, 1 missed",
    ]
    check_table(owner, tmp_path)


def hours_by_keyboard(owner: Page) -> list[str]:
    """Walk over the chart by keys; return what it says of hours with orders, having compared it with its table."""
    chart = owner.get_by_role("slider", name="Orders by the hour")
    chart.focus()
    owner.keyboard.press("Home")
    said = []
    for _ in range(int(chart.get_attribute("aria-valuemax") or 0) + 1):
        said.append(chart.get_attribute("aria-valuetext") or "")
        owner.keyboard.press("ArrowRight")
    owner.get_by_text("As a table").click()
    rows = (
        owner.get_by_role("table")
        .filter(has=owner.get_by_role("columnheader", name="Hour"))
        .get_by_role("row")
    )
    expect(rows).to_have_count(1 + len(said))
    for row, words in zip(rows.all()[1:], said, strict=True):
        numbers = re.findall(r"(\d+) (?:order|missed)", words)
        assert row.get_by_role("cell").all_inner_texts() == [*numbers, "0"][:2], words
    return [words for words in said if ": 0 " not in words]


def check_table(owner: Page, folder: Path) -> None:
    """Download the day, and read it as a spreadsheet would."""
    with owner.expect_download() as coming:
        owner.get_by_role("button", name="Download as CSV").click()
    assert coming.value.suggested_filename == f"{SHOP}-{DAY}.csv"
    coming.value.save_as(folder / "day.csv")
    data = (folder / "day.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf"), "a spreadsheet would not know that it is UTF-8"
    rows = {row["number"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))}
    assert len(rows) == len(DAY_AS_IT_WAS)
    for told in DAY_AS_IT_WAS:
        row = rows[told.number]
        assert (row["accept_seconds"] or None) == (None if told.accept is None else f"{told.accept}.000"), row
        assert row["total"] == f"{told.total / 100:.2f}" and row["reason"] == (told.reason or ""), row
    assert b"Anna" not in data and not re.search(rb"(^|[,\n])[=+@\t-]", data)


def links_alone_change_no_device(system: System, owner: Page, figures: Locator) -> None:
    """Open the link of another shop on a device that a shop has: it asks first, and can be told no; then to change over."""
    kept = "JSON.parse(localStorage['orderbell.device'])"
    token = owner.evaluate(f"{kept}.token")
    for shop, answer in (("noodle-house", "保持不变"), (SHOP, "用链接重新连接")):
        owner.goto("about:blank")
        owner.goto(f"{system.url}/day/#pair={system.pairing_code(shop)}")
        expect(owner.get_by_role("heading", name="要重新连接此设备吗？")).to_be_visible()
        assert owner.evaluate(f"{kept}.token") == token
        owner.get_by_role("button", name=answer).click()
        expect(figures).to_be_visible()
        assert owner.evaluate(f"{kept}.shop") == SHOP
        assert (owner.evaluate(f"{kept}.token") == token) == (shop != SHOP)


def test_today_refreshes_says_when_it_cannot_and_ends_with_the_device(
    system: System, open_page: Open
) -> None:
    link = f"{system.url}/day/#pair={system.pairing_code(SHOP)}"
    owner = open_page(link, PHONE, "zh-CN", clock=datetime.now(timezone.utc))
    figures = owner.get_by_role("region", name="当日概况")
    count = int(system.get("/bill?day=today", system.pair(SHOP)).json()["orders"])
    for _ in range(2):
        assert system.post(ORDER).ok
        count += 1
        owner.clock.fast_forward(40_000)
        expect(figures).to_contain_text(re.compile(rf"订单\s*{count}\s*自取"))
    links_alone_change_no_device(system, owner, figures)

    owner.context.set_offline(True)
    owner.clock.fast_forward(40_000)
    expect(owner.get_by_role("status").filter(has_text="网络已断开，以下为")).to_be_visible()
    expect(figures).to_be_visible()

    owner.get_by_role("button", name="重试").press("Enter")
    expect(owner.get_by_role("status").filter(has_text="网络已断开，以下为")).to_be_visible()
    owner.context.set_offline(False)
    expect(owner.get_by_text("网络已断开")).to_have_count(0)
    owner.get_by_label("日期", exact=True).fill("2026-01-02")
    owner.get_by_role("button", name="前一天").press("Enter")
    expect(owner.get_by_role("heading", name="2026年1月1日星期四")).to_be_visible()
    expect(owner.get_by_role("heading", name="当天没有订单")).to_be_visible()
    owner.reload()
    expect(owner.get_by_role("heading", name="2026年1月1日星期四")).to_be_visible()
    owner.get_by_role("button", name="切换到英文").or_(
        owner.get_by_role("button", name="Switch to English")
    ).click()
    expect(owner.get_by_role("heading", name="No orders on this day")).to_be_visible()
    owner.get_by_role("button", name="Today", exact=True).click()
    expect(owner.get_by_role("region", name="In figures")).to_be_visible()
    expect(owner.get_by_role("button", name="Day after")).to_be_disabled()
    assert (
        owner.get_by_label("Day", exact=True).get_attribute("max")
        == owner.get_by_label("Day", exact=True).input_value()
    )

    revoke(system, SHOP, "店主手机")
    owner.clock.fast_forward(40_000)
    expect(owner.get_by_text(re.compile("has been disconnected from the shop"))).to_be_visible()
    expect(owner.get_by_role("textbox", name="Pairing code")).to_be_visible()
    owner.reload()
    expect(owner.get_by_role("textbox", name="Pairing code")).to_be_visible()
