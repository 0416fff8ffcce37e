"""Screens and states that `./dev shots` photographs: by axe-core, and by what a hand and an eye need.

A sixth of each page's, each in one language and one theme, all of these in turn: the suite has minutes, not hours.
`./dev shots --axe` looks at every state in every combination.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from zlib import crc32

import pytest
from playwright.sync_api import Browser, expect

from shots.catalogue import STATES, THEMES, home
from shots.look import dress
from shots.measure import axe, measure
from shots.stage import LANGS, Lang, Stage, State, brought, staged
from support.system import System
from support.waiting import DEADLINE_S

# What is printed is photographed, and no screen.
_SCREENS = [each for each in STATES if each.page != "paper"]


def _sample(share: int = 6) -> Iterator[State]:
    """Return one in so many of each page's states, by a hash of its name: a state that is new moves no other out."""
    for page in dict.fromkeys(each.page for each in _SCREENS):
        mixed = sorted((crc32(each.id.encode()), n) for n, each in enumerate(_SCREENS) if each.page == page)
        yield from (_SCREENS[n] for _, n in mixed[: ceil(len(mixed) / share)])


# Its number decides what a state is seen in: neighbours differ in both.
_SEEN = [(which, LANGS[n % 2], THEMES[(n // 2) % 2]) for n, which in enumerate(_sample())]


@pytest.fixture(scope="module")
def stage(system: System, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    expect.set_options(timeout=DEADLINE_S * 1000)
    with staged(system, browser, tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.mark.parametrize(("which", "lang", "theme"), _SEEN, ids=lambda each: getattr(each, "id", each))
def test_anybody_can_read_and_use_it(stage: Stage, which: State, lang: Lang, theme: str) -> None:
    with brought(stage, which, lang, home(which.page)) as page:
        dress(page, theme)
        found = [*axe(page), *measure(page, which.page, lang)]
    assert not found, "\n".join(map(str, found))


# A fault of each kind, on a page that has none.
_PLANT = """() => {
  const add = (html, style, parent = document.body) => {
    const made = parent.appendChild(document.createElement(html));
    Object.assign(made.style, style);
    return made;
  };
  const words = (made, text) => Object.assign(made, { textContent: text });
  const card = add("article", {});
  const moves = add("div", { display: "flex", gap: "4px" }, card);
  moves.className = "ticket-do";
  for (const name of ["one", "two"]) words(add("button", { width: "64px", height: "64px", padding: 0 }, moves), name);
  words(add("button", { width: "20px", height: "20px", padding: 0, fontSize: "8px", fontFamily: "Arial" }), "x");
  words(add("button", { width: "60px", height: "60px", whiteSpace: "nowrap" }), "much more text than it has room for");
  const pale = { color: "#bbb", background: "#ccc" };
  words(add("p", { width: "40px", overflow: "hidden", whiteSpace: "nowrap", ...pale }), "cut off and pale");
  for (const name of ["over", "under"]) words(add("p", { position: "absolute", top: 0, left: "50px" }), name);
  add("div", { position: "absolute", top: 0, left: 0, width: "3000px", height: "1px" });
  add("button", { width: "60px", height: "60px" });
  card.animate([{ opacity: 0.9 }, { opacity: 1 }], { duration: 1000, iterations: Infinity });
  document.documentElement.lang = "fr";
  document.body.style.fontFamily = "serif";
}"""
_PLANTED = {
    *("target-size", "target-gap", "font-inherits", "text-leaves-its-box", "text-clipped", "text-overlaps"),
    *("scrolls-sideways", "moves-for-ever", "lang", "chinese-font", "button-name", "color-contrast"),
}


def test_every_kind_of_fault_is_found_where_there_is_one(stage: Stage) -> None:
    which = next(each for each in STATES if each.id == "tracker-unknown-order")
    with brought(stage, which, "zh-CN", home(which.page)) as page:
        page.evaluate(_PLANT)
        found = {each.rule for each in (*axe(page), *measure(page, "kitchen", "zh-CN"))}
    assert found >= _PLANTED, _PLANTED - found
