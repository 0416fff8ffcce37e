"""Photographs of a state in every size and theme, and a sheet with all of a page's on it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

Size = tuple[int, int]


def dress(page: Page, theme: str) -> None:
    """Show the page light or dark; the kitchen has a switch of its own for it."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.evaluate(
        "theme => { const root = document.documentElement; if (root.dataset.theme) root.dataset.theme = theme }",
        theme,
    )


def resize(page: Page, size: Size) -> None:
    """Give the page another size, and time to lay itself out for it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    )


def photograph(page: Page, file: Path, size: Size, top: float = 0) -> None:
    """Take a picture of what a screen of this size shows, scrolled down by so many px."""
    if page.viewport_size != {"width": size[0], "height": size[1]}:
        resize(page, size)
    page.evaluate("(top) => scrollTo(0, top)", top)
    page.screenshot(path=file)


def sheet(
    folder: Path, page: str, states: Sequence[str], looks: Sequence[str], failed: Sequence[str]
) -> None:
    """Write a page that shows all the pictures of one page's states, a row a state."""
    rows = []
    for name in states:
        pictures = "".join(
            f'<a href="{file}"><figure><img loading="lazy" src="{file}"><figcaption>{look}</figcaption></figure></a>'
            for look in looks
            if (folder / (file := f"{name}-{look}.png")).exists()
        )
        lost = " <strong>failed</strong>" if name in failed else ""
        rows.append(f"<h2>{html.escape(name)}{lost}</h2><div>{pictures}</div>")
    (folder / "index.html").write_text(_SHEET.format(title=html.escape(page), rows="\n".join(rows)), "utf-8")


_SHEET = """<!doctype html>
<meta charset="utf-8">
<title>{title}</title>
<style>
body {{ margin: 16px; background: #888; color: #fff; font: 14px/1.4 system-ui, sans-serif; }}
div {{ display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }}
figure {{ margin: 0; }}
img {{ display: block; height: 320px; }}
a {{ color: inherit; }}
</style>
<h1>{title}</h1>
{rows}
"""
