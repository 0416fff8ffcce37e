"""A customer orders, the kitchen rings and accepts, the customer sees it."""

from __future__ import annotations

import re

from browser.people import PHONE, TABLET, Open, check_out, choose_noodles, kitchen, rings, ticket
from playwright.sync_api import Page, expect

from support.system import System
from support.waiting import until


def test_a_customer_orders_the_kitchen_accepts_and_the_customer_sees_it(
    system: System, open_page: Open
) -> None:
    screen = kitchen(system, open_page)
    tones = screen.evaluate("window.tones")
    phone = open_page(system.url, PHONE)
    phone.get_by_role("link", name=re.compile("Alley Noodle House(?! \\d)")).click()
    choose_noodles(phone)
    code = check_out(phone)

    card = ticket(screen, code)
    expect(card).to_contain_text(re.compile("2×.*Braised beef noodles.*Large.*Soy-braised egg"))
    rings(screen, tones)
    expect(phone.get_by_text(re.compile("^Seen by the kitchen"))).to_be_visible()
    expect(phone.get_by_role("status").filter(has_text="Waiting for the shop to accept")).to_be_visible()

    card.get_by_role("button", name="Accept, 15 min").click()
    expect(phone.get_by_role("status").filter(has_text=re.compile("^Accepted$"))).to_be_visible()
    expect(phone.get_by_text(re.compile("Ready at about"))).to_be_visible()
    for press, seen in (
        ("Start", "Being prepared"),
        ("Ready", "Ready to pick up"),
        ("Complete", "Completed. Enjoy!"),
    ):
        card.get_by_role("button", name=press, exact=True).click()
        expect(phone.get_by_role("status").filter(has_text=seen)).to_be_visible()
    expect(card).to_be_hidden()
    screen.get_by_role("button", name="Recall", exact=True).click()
    screen.get_by_role("button", name=re.compile(f"Recall {code}")).click()
    expect(phone.get_by_role("status").filter(has_text="Ready to pick up")).to_be_visible()


def test_in_chinese_a_rejected_order_says_why(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page, locale="zh-CN")
    placed = system.post().json()
    phone = open_page(f"{system.url}/o/{placed['order']['id']}#t={placed['token']}", PHONE, "zh-CN")
    expect(phone.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(phone.get_by_text(placed["order"]["number"], exact=True)).to_be_visible()
    card = ticket(screen, placed["order"]["number"])
    expect(card).to_contain_text("牛肉面")
    card.get_by_role("button", name=re.compile("^拒")).click()
    screen.get_by_role("dialog").get_by_role("button", name=re.compile("售罄|卖完|售完")).click()
    expect(phone.get_by_text(re.compile("售罄|卖完|售完")).first).to_be_visible()
    expect(card).to_be_hidden()


def test_a_cart_survives_a_reload_and_so_does_a_tracker(system: System, open_page: Open) -> None:
    phone = open_page(f"{system.url}/s/noodle-house")
    choose_noodles(phone)
    phone.reload()
    expect(phone.get_by_role("button", name=re.compile("View cart.*¥64.00"))).to_be_visible()
    code = check_out(phone)
    phone.reload()
    expect(phone.get_by_text(code, exact=True)).to_be_visible()
    assert "t=" not in phone.url.split("#")[0]


def test_a_wrong_phone_is_said_at_its_field_and_nothing_is_placed(system: System, open_page: Open) -> None:
    phone = open_page(f"{system.url}/s/noodle-house")
    choose_noodles(phone)
    phone.get_by_role("button", name=re.compile("View cart")).click()
    phone.get_by_role("dialog", name="Your cart").get_by_role("button", name="Checkout").click()
    form = phone.get_by_role("dialog", name="Checkout")
    form.get_by_role("textbox", name="Name").fill("Li Lei")
    form.get_by_role("textbox", name="Phone").fill("call me")
    form.get_by_role("button", name=re.compile("Place order")).click()
    expect(form.get_by_text("Please check the phone number.")).to_be_visible()
    expect(form.get_by_role("textbox", name="Phone")).to_be_focused()
    assert "/o/" not in phone.url


def test_an_open_menu_shows_a_pause_and_a_sold_out_dish_at_once(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page, "coffee-bar")
    phone = open_page(f"{system.url}/s/coffee-bar")
    first = phone.get_by_role("listitem").filter(has=phone.get_by_role("heading", level=3)).first
    name = first.get_by_role("heading", level=3).inner_text()
    screen.get_by_role("button", name="Sold out", exact=True).click()
    row = screen.get_by_role("dialog", name="Sold out").get_by_role("group", name=name, exact=True)
    row.get_by_text("Out today", exact=True).click()
    expect(first.get_by_text("Sold out")).to_be_visible()
    row.get_by_text("Available", exact=True).click()
    expect(first.get_by_text("Sold out")).to_be_hidden()
    screen.get_by_role("dialog", name="Sold out").get_by_role("button", name="Close").click()
    screen.get_by_role("button", name="Orders: Open").click()
    screen.get_by_role("button", name="Pause for 15 min").click()
    expect(phone.get_by_text(re.compile("Not taking orders until"))).to_be_visible()
    screen.get_by_role("button", name=re.compile("Orders: Paused")).click()
    screen.get_by_role("button", name="Open: take orders").click()
    expect(phone.get_by_text(re.compile("Not taking orders"))).to_be_hidden()


def test_text_is_text_on_both_pages(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page)
    nasty = "<img src=x onerror=\"document.title='owned'\"> & <b>"
    phone = open_page(f"{system.url}/s/noodle-house")
    choose_noodles(phone)
    code = check_out(phone, nasty)
    ticket(screen, code).get_by_role("button", name=f"More for {code}").click()
    expect(screen.get_by_text(nasty)).to_be_visible()
    assert screen.title() != "owned" and phone.title() != "owned"


FITS = "document.documentElement.scrollWidth <= innerWidth"


def fits(page: Page) -> None:
    """See that a page scrolls to no side, from a small phone to a desk."""
    for width in (360, TABLET["width"], 768, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        until(lambda: page.evaluate(FITS), f"{page.title()} fits into {width} px")


def test_no_page_scrolls_sideways_at_any_width(system: System, open_page: Open) -> None:
    placed = system.post().json()
    for locale in ("en-US", "zh-CN"):
        screen = kitchen(system, open_page, locale=locale)
        expect(ticket(screen, placed["order"]["number"])).to_be_visible()
        fits(screen)
        screen.close()
    for path in ("/", "/s/noodle-house", f"/o/{placed['order']['id']}#t={placed['token']}"):
        page = open_page(system.url + path, PHONE)
        fits(page)
        page.get_by_role("button", name="切换到中文").click()
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        fits(page)
        page.close()
