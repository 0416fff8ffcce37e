"""The kitchen's page in Chromium: what an event costs with many open tickets, how soon it rings, what a day leaves in memory.

The page is the built one; its server lives in the page (board.js), so that nothing but the page is measured.
`./dev bench screen` runs it after its own part.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

OPEN = 100
FRAMES = 200
RINGS = 40
DAY = 10_000
_WORK = {
    "all": "TaskDuration",
    "script": "ScriptDuration",
    "style": "RecalcStyleDuration",
    "layout": "LayoutDuration",
}
_DEVICE = json.dumps({"token": "none", "shop": "noodle-house"})


@dataclass
class Figures:
    """Milliseconds from an event's arrival to the end of its frame and to the ring, and the heap's bytes as the day goes on.

    `cpu` is what the main thread worked for one event, in ms of its own clock: other work on the machine does not count.
    """

    frames: list[float]
    cpu: dict[str, float]
    rings: list[float]
    heap: list[int]


def measure(url: str) -> Figures:
    """Open the kitchen's page and measure it."""
    with sync_playwright() as playwright:
        path = os.environ.get("ORDERBELL_CHROMIUM") or None  # ./dev says which
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", *root])
        try:
            return _measure(browser, url)
        finally:
            browser.close()


def _measure(browser: Any, url: str) -> Figures:
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, locale="en-US", service_workers="block"
    )
    context.add_init_script(path=Path(__file__).parent / "board.js")
    context.add_init_script(f"localStorage.setItem('orderbell.device', '{_DEVICE}')")
    page = context.new_page()
    page.goto(f"{url}/kitchen/")
    page.evaluate(f"bench.fill({OPEN})")
    page.get_by_role("button", name="Start service").click()
    page.wait_for_function(f"bench.tickets() >= {OPEN}")
    cdp = context.new_cdp_session(page)

    def heap() -> int:
        cdp.send("HeapProfiler.collectGarbage")
        used: int = cdp.send("Runtime.getHeapUsage")["usedSize"]
        return used

    def worked() -> list[float]:
        """Seconds of the main thread's own clock, by what they went to."""
        values = {each["name"]: each["value"] for each in cdp.send("Performance.getMetrics")["metrics"]}
        return [float(values[name]) for name in _WORK.values()]

    cdp.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(f"bench.frames(20, {OPEN})")  # warm
    before = worked()
    frames = page.evaluate(f"bench.frames({FRAMES}, {OPEN})")
    spent = [(after - begun) / FRAMES * 1000 for after, begun in zip(worked(), before, strict=True)]
    cpu = dict(zip(_WORK, spent, strict=True))
    rings = page.evaluate(f"bench.rings({RINGS})")
    grown = []
    for _ in range(5):
        page.evaluate(f"bench.day({DAY // 5}, {OPEN})")
        grown.append(heap())
    return Figures(frames, cpu, rings, grown)
