"""Draw the icons of the pages from public/bell.svg: `.venv/bin/python clients/icons/draw.py`. Needs Playwright's Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PUBLIC = Path(__file__).resolve().parent.parent / "public"
BELL = (PUBLIC / "bell.svg").read_text(encoding="utf-8")
# The kitchen's is another colour: on a tablet with both nobody taps the wrong one.
FOLDERS = {"": BELL, "kitchen": BELL.replace("#b23a1e", "#0f1417").replace("#fff", "#ffb454")}
SIZES = (192, 512)


def maskable(svg: str) -> str:
    """Return a drawing that fills its square: a launcher cuts its own shape out, at least a circle of 80 %."""
    assert 'rx="8"' in svg
    return svg.replace('rx="8" ', "")


def draw(page: Page, svg: str, size: int, file: Path) -> None:
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:{size}px;height:{size}px}}</style>{svg}")
    page.screenshot(path=str(file), omit_background=True)


def main() -> None:
    with sync_playwright() as playwright:
        path = os.environ.get("ORDERBELL_CHROMIUM") or shutil.which("chromium") or None
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=root)
        page = browser.new_page()
        for folder, svg in FOLDERS.items():
            for size in SIZES:
                draw(page, svg, size, PUBLIC / folder / f"icon-{size}.png")
                draw(page, maskable(svg), size, PUBLIC / folder / f"icon-maskable-{size}.png")
        draw(page, maskable(BELL), 180, PUBLIC / "apple-touch-icon.png")
        draw(page, maskable(FOLDERS["kitchen"]), 180, PUBLIC / "kitchen" / "apple-touch-icon.png")
        browser.close()


if __name__ == "__main__":
    main()
