"""A kitchen's screen in service: its start, its sounds, what it says when it cannot be trusted, its slips, and whose it is."""

from __future__ import annotations

import json
import re
from typing import Any

from browser.office import revoke
from browser.people import Open, paired, start_service, ticket
from browser.proxy import Sockets, proxied
from playwright.sync_api import Page, expect

from support.parts import ask
from support.system import Socket, System
from support.waiting import until

BURGER = {
    "shop": "burger-place",
    "service": "pickup",
    "customer": {"name": "Anna", "phone": "+491701234567"},
    "lines": [{"item": "brownie", "quantity": 2, "note": "nut allergy"}],
    "note": "knock twice",
}

# A tablet on which nothing is allowed; `permit()` allows it.
FORBID = """
() => {
  const is = (on, name, value) => Object.defineProperty(on, name, { configurable: true, ...value });
  is(AudioContext.prototype, "state", { get: () => "suspended" });
  is(Element.prototype, "requestFullscreen", { value: () => Promise.reject(new TypeError("not allowed")) });
  const request = WakeLock.prototype.request;
  is(WakeLock.prototype, "request", { value: () => Promise.reject(new Error("battery low")) });
  window.permit = () => {
    const plain = document.createElement("iframe");
    document.body.append(plain);
    const whole = Object.getOwnPropertyDescriptor(plain.contentWindow.BaseAudioContext.prototype, "state");
    delete AudioContext.prototype.state;
    is(Element.prototype, "requestFullscreen", { value: plain.contentWindow.Element.prototype.requestFullscreen });
    is(WakeLock.prototype, "request", { async value(kind) { return (window.lock = await request.call(this, kind)); } });
    plain.remove();
    return whole !== undefined;
  };
}
"""

# Writes down what is played, said, printed and told, as nobody hears or sees it in a headless browser.
LISTEN = """
window.notes = [];
window.said = [];
window.slips = [];
window.told = [];
window.slow = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
  window.notes.push([Math.round(this.frequency.value), when]);
  return start.call(this, when);
};
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...more) {
  if (to instanceof AudioDestinationNode) window.volume = this.gain;
  return connect.call(this, to, ...more);
};
speechSynthesis.speak = (what) => window.said.push(what.text);
window.Notification = class { static permission = "granted"; constructor(title) { window.told.push(title); } };
const now = performance.now.bind(performance);
performance.now = () => now() + window.slow;
ServiceWorkerRegistration.prototype.showNotification = async (title) => { window.told.push(title); };
window.print = () => {
  const pages = [...document.adoptedStyleSheets].flatMap((sheet) => [...sheet.cssRules]).map((rule) => rule.cssText);
  const drawn = [...document.querySelectorAll("[aria-hidden] > article")].map((slip) => slip.textContent);
  window.slips.push([document.body.innerText, pages.join(), drawn.join()]);
  if (window.holds) window.slow += window.holds;
};
"""


def listening(system: System, open_page: Open, shop: str, locale: str = "en-US") -> Page:
    """A paired screen whose sounds and slips are written down."""
    page: Page = paired(system, open_page, shop, locale)
    page.context.add_init_script(LISTEN)
    page.reload()
    return page


def status(screen: Page, text: str | re.Pattern[str]) -> Any:
    return screen.get_by_role("status").filter(has_text=text)


def alert(screen: Page, text: str | re.Pattern[str]) -> Any:
    return screen.get_by_role("alert").filter(has_text=text)


def heard(screen: Page, pitches: list[int]) -> None:
    """Wait until these notes have sounded one after the other; then forget what has sounded."""
    wanted = " ".join(map(str, pitches))
    until(
        lambda: wanted in screen.evaluate("window.notes.map(([hz]) => hz).join(' ')"), f"the sound {pitches}"
    )
    screen.evaluate("window.notes = []")


def customer(system: System, placed: Any) -> Socket:
    """The line of an order's customer."""
    line = Socket(system)
    line.say(type="hello", role="customer", order=placed["order"]["id"], token=placed["token"])
    line.expect("welcome")
    return line


def say(line: Socket, name: str, **more: str) -> None:
    line.say(type="command", id=f"{name}-{len(more)}", name=name, **more)
    assert line.expect("result")["ok"]


def reject(screen: Page, *numbers: str) -> None:
    """End these orders, so that no other test hears them."""
    for number in numbers:
        ticket(screen, number).get_by_role("button", name="Reject").click()
        screen.get_by_role("dialog").get_by_role("button", name="Other").click()
        expect(ticket(screen, number)).to_be_hidden()


def test_a_start_that_fails_in_every_part_brings_orders_and_is_mended_by_a_tap_each(
    system: System, open_page: Open
) -> None:
    screen = paired(system, open_page, "burger-place")
    screen.evaluate(FORBID)
    ask(system, "UPDATE device SET ready_at = NULL")
    start_service(screen)
    order = system.post(BURGER).json()["order"]
    expect(ticket(screen, order["number"])).to_be_visible()
    check = screen.get_by_role("status", name="Ready check")
    for part in ("Sound", "Stays awake", "Full screen"):
        expect(check).to_contain_text(f"{part}: failed")
    expect(check).to_contain_text("Switch off the screen's sleep")
    bar = alert(screen, "No screen of this shop can be seen and heard. Orders may wait.")
    expect(bar).to_contain_text("The browser blocks the sound of this page")

    assert screen.evaluate("window.permit()")
    bar.get_by_role("button", name="Switch sound on").click()
    expect(check).to_contain_text("Sound: ok")
    expect(bar).to_be_hidden()
    check.get_by_role("button", name="Try again").click()
    expect(check).to_contain_text("Stays awake: ok")
    check.get_by_role("button", name="Full screen").click()
    expect(check).to_contain_text("Full screen: ok")

    heard_it = check.get_by_role("group", name="Did you hear the tone?")
    heard_it.get_by_role("button", name="No").click()
    expect(check).to_contain_text("Turn up the tablet's volume")
    screen.get_by_role("button", name="Not heard: tap to switch the sound on").click()
    heard_it.get_by_role("button", name="Yes").click()
    expect(screen.get_by_role("button", name="Mute the sound")).to_be_visible()
    check.get_by_role("button", name="Close").click()
    screen.evaluate("Promise.all([document.exitFullscreen(), window.lock.release()])")
    for part in ("Stays awake", "Full screen"):
        expect(check).to_contain_text(f"{part}: failed")
    reject(screen, order["number"])


def test_each_event_has_a_sound_that_is_known_by_ear_and_the_settings_play_it(
    system: System, open_page: Open
) -> None:
    screen = listening(system, open_page, "coffee-bar", "zh-CN")
    start_service(screen)
    screen.get_by_role("button", name="设置").click()
    settings = screen.get_by_role("dialog", name="设置")
    sounds = {}
    for name in ("新订单", "顾客留言或申请取消", "订单取消", "催单", "连接中断"):
        screen.evaluate("window.notes = []")
        settings.get_by_role("group", name="提示音").get_by_role("button", name=name).click()
        until(lambda: screen.evaluate("window.notes.length"), name)
        sounds[name] = screen.evaluate("window.notes")
    pitches = {name: [hz for hz, _ in notes] for name, notes in sounds.items()}
    rhythms = [[round(at - notes[0][1], 1) for _, at in notes] for notes in sounds.values()]
    assert all(600 <= hz <= 2500 for notes in pitches.values() for hz in notes), pitches
    assert len({*map(str, pitches.values())}) == len({*map(str, rhythms)}) == 5, sounds

    loud = screen.evaluate("window.volume.value")
    settings.get_by_role("group", name="音量").get_by_role("button", name="小").click()
    assert screen.evaluate("window.volume.value") < loud / 2
    settings.get_by_role("group", name="语音播报新订单").get_by_role("button", name="开").click()
    settings.get_by_role("button", name="关闭").first.click()

    screen.evaluate("window.notes = []")
    placed = system.post(
        {
            **BURGER,
            "shop": "coffee-bar",
            "lines": [{"item": "espresso", "quantity": 1, "options": ["single"]}],
        }
    ).json()
    number = placed["order"]["number"]
    heard(screen, pitches["新订单"])
    until(lambda: screen.evaluate("window.said") == [f"新订单 {number} 号"], "the order is said aloud")
    with customer(system, placed) as line:
        say(line, "message", text="请快一点")
        heard(screen, pitches["顾客留言或申请取消"])
        ticket(screen, number).get_by_role("button", name="接单，10 分钟").click()
        line.expect("order")
        ask(
            system,
            "UPDATE orders SET placed_at = placed_at - interval '1 hour', promised_at = promised_at - interval '1 hour'"
            " WHERE order_id = %(order)s",
            {"order": placed["order"]["id"]},
        )
        say(line, "nudge")
        heard(screen, pitches["催单"])
        say(line, "cancel")
        heard(screen, pitches["顾客留言或申请取消"])
        ticket(screen, number).get_by_role("button", name="同意取消").click()
        expect(ticket(screen, number)).to_be_hidden()
    other = system.post(
        {
            **BURGER,
            "shop": "coffee-bar",
            "lines": [{"item": "espresso", "quantity": 1, "options": ["single"]}],
        }
    ).json()
    expect(ticket(screen, other["order"]["number"])).to_be_visible()
    with customer(system, other) as line:
        say(line, "cancel")
    heard(screen, pitches["订单取消"])


def test_a_screen_without_news_turns_amber_then_red_and_after_a_reload_shows_what_it_had(
    system: System, open_page: Open
) -> None:
    with proxied(system) as (away, proxy):
        screen = paired(away, open_page, "burger-place")
        screen.context.add_init_script(LISTEN)
        screen.clock.install()
        screen.reload()
        start_service(screen)

        # What is well goes by itself; whether the tone was heard is asked until somebody answers an order that rings.
        check = screen.get_by_role("status", name="Ready check")
        expect(check).to_contain_text("Sound: ok")
        screen.clock.run_for(16_000)
        expect(check).not_to_contain_text("Sound: ok")
        expect(check).to_contain_text("Did you hear the tone?")
        number = system.post(BURGER).json()["order"]["number"]
        card = ticket(screen, number)
        card.get_by_role("button", name="Accept, 10 min").click()
        expect(check).not_to_contain_text("Did you hear the tone?")
        expect(card.get_by_role("button", name="Start")).to_be_enabled()
        header = screen.get_by_role("button", name=re.compile("^(Online|Reconnecting)"))
        expect(header).to_contain_text(re.compile(r"\d+ open · all here"))
        header.click()
        expect(screen.get_by_role("dialog", name="Delivery")).to_contain_text(re.compile(r"(\d+) = \1"))
        screen.keyboard.press("Escape")

        screen.route(re.compile("/(bill|get_shop_info)"), lambda route: route.abort())
        proxy.become(Sockets.REFUSE)
        screen.clock.run_for(12_000)
        expect(header).to_contain_text(re.compile(r"Reconnecting….*1\d s ago"))
        expect(alert(screen, "No news from the server")).to_be_hidden()
        screen.evaluate("window.notes = []")
        screen.clock.run_for(12_000)
        expect(alert(screen, "No news from the server for 20 s. New orders may be missing!")).to_be_visible()
        heard(screen, [622, 932, 622, 932, 622, 932])

        screen.reload()
        start_service(screen)
        kept = status(screen, re.compile(r"Not live: these are the tickets of \d\d:\d\d, only to be read"))
        expect(kept).to_be_visible()
        expect(card).to_contain_text("nut allergy")
        expect(card.get_by_role("button", name="Start")).to_be_disabled()
        until(lambda: screen.evaluate("window.notes.length"), "the test tone")
        screen.evaluate("window.notes = []")
        screen.unroute_all()
        proxy.become(Sockets.PASS)
        screen.clock.run_for(8000)
        expect(card.get_by_role("button", name="Start")).to_be_enabled()
        expect(kept).to_be_hidden()
        for step in ("Start", "Ready", "Complete"):
            card.get_by_role("button", name=step, exact=True).click()
        expect(card).to_be_hidden()
        assert screen.evaluate("window.notes") == [], "an order that was known rings no second time"


def test_a_hidden_page_says_so_and_slips_are_printed_once_without_holding_the_screen(
    system: System, open_page: Open
) -> None:
    pings: list[Any] = []
    screen = listening(system, open_page, "burger-place")
    screen.on(
        "websocket", lambda line: line.on("framesent", lambda text: pings.append(json.loads(str(text))))
    )
    start_service(screen)
    screen.get_by_role("button", name="Settings").click()
    settings = screen.get_by_role("dialog", name="Settings")
    settings.get_by_role("group", name="Paper").get_by_role("button", name="58 mm").click()
    settings.get_by_role("group", name="Print slips automatically").get_by_role(
        "button", name="New orders"
    ).click()
    settings.get_by_role("button", name="Close").first.click()

    screen.emulate_media(media="print")
    screen.evaluate(
        "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    first = system.post(BURGER).json()["order"]["number"]
    until(lambda: len(screen.evaluate("window.slips")) == 1, "the slip")
    slip, paper, _ = screen.evaluate("window.slips[0]")
    assert re.search(rf"{first}[\s\S]*Pickup[\s\S]*2×\s*\S*[\s\S]*! nut allergy[\s\S]*! knock twice", slip), (
        slip
    )
    assert "+49******4567" in slip and "+491701234567" not in slip
    assert "Sold out" not in slip and "size: 58mm" in paper, (slip, paper)
    until(lambda: screen.title().startswith("🔴"), "the title of a page that nobody sees")
    assert screen.evaluate("window.told") == [f"New order {first}"]
    until(
        lambda: screen.title() and [ping for ping in pings if ping.get("ready", {}).get("visible") is False],
        "it says that it is hidden",
    )
    screen.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    screen.emulate_media(media="screen")
    assert len(screen.evaluate("window.slips")) == 1, "an order is printed once"
    expect(screen).to_have_title(re.compile("^(?!🔴)"))

    screen.reload()
    start_service(screen)
    screen.evaluate("window.holds = 9000")
    second = system.post(BURGER).json()["order"]["number"]
    expect(alert(screen, "held this screen for 9 s, so automatic printing has stopped")).to_be_visible()
    third = system.post(BURGER).json()["order"]["number"]
    held = alert(screen, "1 slip waits.")
    expect(held).to_be_visible()
    held.get_by_role("button", name="Print them").click()
    until(lambda: len(screen.evaluate("window.slips")) == 2, "the slip that waited")
    printed = screen.evaluate("window.slips.map(([,, slip]) => slip)")
    assert second in printed[0] and third in printed[1] and first not in str(printed)
    reject(screen, first, second, third)
    assert len(screen.evaluate("window.slips")) == 2


def screens_of(system: System, slug: str) -> int:
    """Return how many screens of a shop may come."""
    query = "SELECT count(*) FROM device JOIN shop USING (shop_id) WHERE slug = %s AND revoked_at IS NULL"
    return int(ask(system, query, (slug,))[0][0])


def test_a_code_serves_once_and_a_screen_that_was_sent_away_can_be_connected_again(
    system: System, open_page: Open
) -> None:
    code = system.pairing_code("coffee-bar")
    screen = open_page(f"{system.url}/kitchen/", locale="zh-CN")
    form = screen.get_by_role("main")

    def connect(code: str) -> None:
        form.get_by_role("textbox", name="配对码").fill(code)
        form.get_by_role("button", name="连接", exact=True).click()

    connect("AAAA-AAAA")
    expect(alert(screen, "配对码无效")).to_be_visible()
    form.get_by_role("textbox", name="本屏名称").fill("烤箱旁")
    connect(code)
    start_service(screen)
    twice = open_page(f"{system.url}/kitchen/#pair={code}", locale="zh-CN")
    expect(alert(twice, "配对码无效")).to_be_visible()

    revoke(system, "coffee-bar", "烤箱旁")
    expect(alert(screen, "本屏已与店铺断开")).to_be_visible()
    connect(system.pairing_code("coffee-bar"))
    start_service(screen)
    screen.get_by_role("button", name="设置").click()
    settings = screen.get_by_role("dialog", name="设置")
    settings.get_by_role("button", name="断开本屏").click()
    settings.get_by_role("button", name="不断开").click()
    settings.get_by_role("button", name="断开本屏").click()
    assert (before := screens_of(system, "coffee-bar")) > 0
    settings.get_by_role("alert").get_by_role("button", name="断开本屏").click()
    until(lambda: screens_of(system, "coffee-bar") == before - 1, "the server ended its token")
    expect(form.get_by_role("textbox", name="配对码")).to_be_visible()
    screen.reload()
    expect(form.get_by_role("textbox", name="配对码")).to_be_visible()
