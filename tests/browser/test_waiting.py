"""An order that waits: what the kitchen hears and sees, what the customer is told, and what both see when its time is up."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from browser.people import PHONE, Open, kitchen, paired, rings, start_service, ticket
from playwright.sync_api import Page, expect

from support.parts import ask
from support.system import System
from support.waiting import until

COFFEE = {
    "shop": "coffee-bar",
    "service": "pickup",
    "customer": {"name": "Anna", "phone": "+491701234567"},
    "lines": [{"item": "espresso", "quantity": 1, "options": ["single"]}],
}
BURGER = {**COFFEE, "shop": "burger-place", "lines": [{"item": "brownie", "quantity": 1}]}
HOUR = timedelta(hours=1)


def placed_before(system: System, seconds: int) -> Any:
    """Place an order that the database believes to have waited so long already."""
    placed = system.post().json()
    waited = {"seconds": seconds, "order": placed["order"]["id"]}
    ask(
        system,
        "UPDATE orders SET placed_at = placed_at - %(seconds)s * interval '1 second',"
        " accept_by = accept_by - %(seconds)s * interval '1 second' WHERE order_id = %(order)s",
        waited,
    )
    return placed


def expires(system: System, placed: Any) -> None:
    """Let the time to accept an order be over by the database's clock."""
    ask(system, "UPDATE orders SET accept_by = now() WHERE order_id = %s", (placed["order"]["id"],))


def tracker(system: System, open_page: Open, placed: Any, clock: datetime | None = None) -> Page:
    url = f"{system.url}/o/{placed['order']['id']}#t={placed['token']}"
    return open_page(url, PHONE, "en-US", clock)


def seen(system: System, placed: Any) -> bool:
    answer = system.get(f"/bill?order={placed['order']['id']}", placed["token"])
    return answer.json()["order"]["seen_at"] is not None


def now(off: timedelta) -> datetime:
    return datetime.now(timezone.utc) + off


def test_a_new_order_rings_again_until_its_ticket_is_tapped(system: System, open_page: Open) -> None:
    screen = paired(system, open_page, "burger-place", clock=now(timedelta()))
    start_service(screen)
    number = system.post(BURGER).json()["order"]["number"]
    expect(ticket(screen, number)).to_be_visible()
    for _ in range(3):
        tones = screen.evaluate("window.tones")
        screen.clock.run_for(6000)
        rings(screen, tones)
    ticket(screen, number).click(position={"x": 4, "y": 4})
    quiet = screen.evaluate("window.tones")
    screen.clock.run_for(8000)
    assert screen.evaluate("window.tones") == quiet


def test_after_half_a_minute_the_ring_is_sharper_and_the_ticket_says_so(
    system: System, open_page: Open
) -> None:
    number = placed_before(system, 40)["order"]["number"]
    screen = kitchen(system, open_page, clock=now(timedelta()))
    card = ticket(screen, number)
    expect(card.get_by_text("Look!")).to_be_visible()
    screen.clock.run_for(6000)
    until(lambda: "square" in screen.evaluate("window.waves"), "the sharper ring")
    card.click(position={"x": 4, "y": 4})
    expect(card.get_by_text("Look!")).to_be_hidden()


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_the_countdown_is_the_servers_whatever_the_tablet_believes(
    system: System, open_page: Open, off: timedelta
) -> None:
    long, short = placed_before(system, 0), placed_before(system, 200)
    screen = paired(system, open_page, clock=now(off))
    start_service(screen)
    expect(ticket(screen, long["order"]["number"])).to_contain_text(re.compile(r"4:\d\d\s?left"))
    expect(ticket(screen, short["order"]["number"])).to_contain_text(re.compile(r"1:\d\d\s?left"))


def test_an_expired_order_stays_on_the_screen_until_somebody_has_seen_it(
    system: System, open_page: Open
) -> None:
    screen = kitchen(system, open_page)
    placed = system.post().json()
    number = placed["order"]["number"]
    expect(ticket(screen, number)).to_be_visible()
    expires(system, placed)
    gone = ticket(screen, number).filter(has_text="Expired: not accepted in time")
    expect(gone).to_contain_text("Tell Li Lei: the order is off")
    expect(gone).to_contain_text("138****1234")
    gone.get_by_role("button", name="Show phone").click()
    expect(gone).to_contain_text("13800001234")

    screen.reload()
    start_service(screen)
    expect(gone).to_be_visible()
    gone.get_by_role("button", name="Seen, take it away").click()
    expect(gone).to_be_hidden()
    screen.reload()
    start_service(screen)
    expect(screen.get_by_role("button", name=re.compile("^Online"))).to_be_visible()
    expect(gone).to_be_hidden()


def test_a_customer_learns_that_the_order_has_expired_and_whom_to_call(
    system: System, open_page: Open
) -> None:
    placed = system.post().json()
    phone = tracker(system, open_page, placed)
    expect(phone.get_by_role("button", name="Cancel order")).to_be_visible()
    expires(system, placed)
    for _ in range(2):
        expect(phone.get_by_role("status").filter(has_text="The shop did not answer in time")).to_be_visible()
        expect(phone.get_by_text("nothing will be cooked, and you pay nothing")).to_be_visible()
        call = phone.get_by_role("link", name="Call +86 21 0000 0123")
        expect(call).to_have_attribute("href", "tel:+86 21 0000 0123")
        again = phone.get_by_role("link", name="Order again")
        expect(again).to_have_attribute("href", "/s/noodle-house")
        expect(phone.get_by_role("button", name="Cancel order")).to_be_hidden()
        phone.reload()


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_customer_is_told_by_the_servers_clock_how_the_order_waits(
    system: System, open_page: Open, off: timedelta
) -> None:
    fresh = tracker(system, open_page, placed_before(system, 0), now(off))
    expect(fresh.get_by_text("Not yet seen by the kitchen")).to_be_visible()
    expect(fresh.get_by_role("status").filter(has_text="Waiting for the shop to accept")).to_be_visible()
    unseen = tracker(system, open_page, placed_before(system, 12), now(off))
    expect(unseen.get_by_text("Not on the kitchen's screen yet. We keep trying.")).to_be_visible()
    expect(unseen.get_by_role("status").filter(has_text="Waiting for the shop to accept")).to_be_visible()
    waited = tracker(system, open_page, placed_before(system, 62), now(off))
    expect(waited.get_by_role("status").filter(has_text="Not yet confirmed by the shop")).to_be_visible()

    kitchen(system, open_page)
    for phone in (fresh, unseen, waited):
        expect(phone.get_by_text(re.compile("Seen by the kitchen"))).to_be_visible()


def test_the_header_says_how_fast_orders_reach_a_screen_once_it_knows_five(
    system: System, open_page: Open
) -> None:
    sent: list[str] = []
    screen = paired(system, open_page, "coffee-bar")
    screen.on("websocket", lambda line: line.on("framesent", lambda text: sent.append(str(text))))
    start_service(screen)
    header = screen.get_by_role("button", name=re.compile("^Online"))
    tickets = screen.get_by_role("region", name=re.compile("^New")).get_by_role("article")
    for count in range(1, 6):
        placed = system.post(COFFEE).json()
        expect(tickets).to_have_count(count)
        until(partial(seen, system, placed), "the screen has acknowledged it")
        if count == 4:
            expect(header).to_contain_text(re.compile(r"\d+ open · all here"))
            expect(header).not_to_contain_text("95%")
    expect(header).to_contain_text(re.compile(r"\d+ open · all here · 95% in \d+(\.\d)? s"))
    header.click()
    sheet = screen.get_by_role("dialog", name="Delivery")
    expect(sheet).to_contain_text(
        re.compile("since service began on this screen.*95 in 100 were on a screen of this shop")
    )
    assert any(re.search(r'"ping".*"dropped":\d', text) for text in sent), sent[-3:]
