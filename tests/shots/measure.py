"""What axe-core and our own measuring script find on a page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from shots.look import resize
from support.system import ROOT

AXE = ROOT / "clients" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

_RUN = """async (tags) => {
  const {violations} = await axe.run(document, {
    runOnly: {type: "tag", values: tags},
    resultTypes: ["violations"],
    rules: {"target-size": {enabled: false}},  // measured by our own script, and larger; axe counts what a list has scrolled away
  });
  return violations.flatMap(({id, nodes}) => nodes.map(({target, any, all, none}) => ({
    rule: id, target: target.join(" "), figure: [...any, ...all, ...none].map((check) => check.message).join("; "),
  })));
}"""


@dataclass(frozen=True)
class Finding:
    """Something that a person would stumble over."""

    rule: str
    target: str
    figure: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.target} ({self.figure})"


def axe(page: Page) -> list[Finding]:
    """Return what axe-core finds by the rules of WCAG 2.2 AA and by best practice."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(
            _source(AXE) + "\n;true"
        )  # by the debugger's door: the page's policy lets no other script in
    return _findings(page.evaluate(_RUN, TAGS))


def measure(page: Page, kind: str, lang: str) -> list[Finding]:
    """Return what is too small, too near, cut off or restless at the page's size; and the text at 200 % zoom."""
    want = {"target": 48, "primary": 64 if kind == "kitchen" else 0, "gap": 12, "lang": lang}
    script = _source(Path(__file__).with_name("measure.js"))
    found = _findings(page.evaluate(script, {**want, "parts": ["targets", "text", "calm"]}))
    size = page.viewport_size
    assert size
    resize(page, (size["width"] // 2, size["height"] // 2))
    zoomed = _findings(page.evaluate(script, {**want, "parts": ["text"]}))
    page.set_viewport_size(size)
    return [*found, *(Finding(f"{each.rule} at 200 %", each.target, each.figure) for each in zoomed)]


@cache
def _source(file: Path) -> str:
    return file.read_text("utf-8")


def _findings(raw: list[dict[str, Any]]) -> list[Finding]:
    """Say once what is the same on forty tickets."""
    times = Counter(Finding(each["rule"], each["target"], each["figure"]) for each in raw)
    return [
        replace(each, figure=f"{each.figure}, {many} times") if many > 1 else each
        for each, many in times.items()
    ]
