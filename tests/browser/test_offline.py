"""A kitchen's screen that was away has everything when it is back."""

from __future__ import annotations

import re

import psutil
import requests
from browser.office import revoke
from browser.people import Open, kitchen, ticket
from playwright.sync_api import Page, expect

from support.system import System
from support.waiting import until


def shows_once(screen: Page, number: str) -> None:
    expect(ticket(screen, number)).to_have_count(1)


def healthy(system: System) -> bool:
    try:
        return system.get("/healthz").ok
    except requests.RequestException:
        return False


def test_a_screen_catches_up_after_the_gateway_was_killed(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page)
    before = system.post().json()["order"]
    shows_once(screen, before["number"])
    children = psutil.Process(system.process.pid).children()
    for gateway in [one for one in children if "orderbell_gateway" in one.cmdline()]:
        gateway.kill()
    until(lambda: healthy(system), "the gateway is back")
    after = [system.post().json()["order"] for _ in range(3)]
    for order in (before, *after):
        shows_once(screen, order["number"])
    expect(screen.get_by_role("button", name=re.compile("^Online"))).to_be_visible()


def test_a_reloaded_screen_is_still_paired_and_has_the_open_orders(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page)
    order = system.post().json()["order"]
    shows_once(screen, order["number"])
    assert "pair=" not in screen.url
    screen.reload()
    screen.get_by_role("button", name="Start service").click()
    shows_once(screen, order["number"])


def test_two_screens_agree(system: System, open_page: Open) -> None:
    one, two = kitchen(system, open_page), kitchen(system, open_page)
    order = system.post().json()["order"]
    shows_once(two, order["number"])
    ticket(one, order["number"]).get_by_role("button", name="Accept, 20 min").click()
    cooking = two.get_by_role("region", name=re.compile("^In the kitchen"))
    expect(cooking.get_by_role("article", name=f"Order {order['number']}")).to_be_visible()


def test_a_revoked_screen_says_so(system: System, open_page: Open) -> None:
    screen = kitchen(system, open_page, "burger-place")
    revoke(system, "burger-place")
    expect(screen.get_by_text(re.compile("has been disconnected from the shop"))).to_be_visible()
