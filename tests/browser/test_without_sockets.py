"""Where WebSockets are blocked the kitchen works on over HTTP, says so, and comes back by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from browser.office import revoke
from browser.people import Open, hurry, kitchen, paired, rings, start_service, ticket
from browser.proxy import Proxy, Sockets, proxied
from playwright.sync_api import Page, expect

from support.system import System

FALLBACK = "No live line: orders come every 5 s, and ring."


@pytest.fixture
def behind(system: System) -> Iterator[tuple[System, Proxy]]:
    """The system, behind a proxy that is bad at WebSockets."""
    with proxied(system) as made:
        yield made


def fallback(screen: Page) -> None:
    said = screen.get_by_role("status").filter(has_text=FALLBACK)
    hurry(screen, said.is_visible, "it says that there is no live line")
    expect(screen.get_by_role("button", name=re.compile("^No live line"))).to_be_visible()


def online(screen: Page) -> None:
    line = screen.get_by_role("button", name=re.compile("^Online"))
    hurry(screen, line.is_visible, "the line is back")
    expect(screen.get_by_text(FALLBACK)).to_be_hidden()


def now() -> datetime:
    return datetime.now(timezone.utc)


def seen(system: System, order: dict[str, str], token: str) -> bool:
    return system.get(f"/bill?order={order['id']}", token).json()["order"]["seen_at"] is not None


@pytest.mark.parametrize("mode", [Sockets.REFUSE, Sockets.MUTE])
def test_an_order_comes_rings_and_is_acknowledged_without_a_socket(
    behind: tuple[System, Proxy], open_page: Open, mode: Sockets
) -> None:
    system, proxy = behind
    screen = kitchen(system, open_page, clock=now())
    proxy.become(mode)
    fallback(screen)
    tones = screen.evaluate("window.tones")
    placed = system.post().json()
    hurry(screen, ticket(screen, placed["order"]["number"]).is_visible, "the order comes")
    rings(screen, tones)
    hurry(screen, lambda: seen(system, placed["order"], placed["token"]), "asking acknowledged the order")

    proxy.become(
        Sockets.PASS, cut=False
    )  # a socket that is mute stays so: the page must give it up by itself
    online(screen)
    expect(ticket(screen, placed["order"]["number"])).to_have_count(1)
    after = system.post().json()["order"]
    expect(ticket(screen, after["number"])).to_have_count(1)


def test_a_tap_is_kept_while_there_is_no_socket_and_sent_once_when_there_is(
    behind: tuple[System, Proxy], open_page: Open
) -> None:
    system, proxy = behind
    sent: list[str] = []
    screen = paired(system, open_page, clock=now())
    screen.on("websocket", lambda line: line.on("framesent", lambda text: sent.append(str(text))))
    start_service(screen)
    proxy.become(Sockets.REFUSE)
    fallback(screen)
    placed = system.post().json()
    card = ticket(screen, placed["order"]["number"])
    hurry(screen, card.is_visible, "the order comes")
    card.get_by_role("button", name="Accept, 15 min").click()
    expect(card.get_by_role("status")).to_have_text("Kept: sent when the line is back")
    expect(screen.get_by_role("status").filter(has_text="1 tap is waiting.")).to_be_visible()
    expect(card.get_by_role("button", name="Accept, 20 min")).to_be_disabled()

    proxy.become(Sockets.PASS)
    online(screen)
    expect(card.get_by_role("button", name="Start")).to_be_enabled()
    assert len([text for text in sent if '"accept"' in text]) == 1, sent


def test_a_screen_that_is_sent_away_without_a_socket_says_so(
    behind: tuple[System, Proxy], open_page: Open
) -> None:
    system, proxy = behind
    screen = kitchen(system, open_page, "burger-place", clock=now())
    proxy.become(Sockets.REFUSE)
    fallback(screen)
    revoke(system, "burger-place")
    gone = screen.get_by_text(re.compile("has been disconnected from the shop"))
    hurry(screen, gone.is_visible, "it says that it was sent away")


def test_a_tab_that_slept_through_a_cut_and_an_order_shows_it_when_it_wakes(
    behind: tuple[System, Proxy], open_page: Open
) -> None:
    system, proxy = behind
    screen = kitchen(system, open_page, clock=now())
    online(screen)
    tab = screen.context.new_cdp_session(screen)
    tab.send("Page.setWebLifecycleState", {"state": "frozen"})
    proxy.become(Sockets.PASS)
    placed = system.post().json()
    tab.send("Page.setWebLifecycleState", {"state": "active"})
    card = ticket(screen, placed["order"]["number"])
    expect(card).to_contain_text(re.compile(r"4:\d\d\s?left"))
    online(screen)
    expect(card).to_have_count(1)
