"""Every state there is, page by page."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

from shots import checkout, kept, kitchen, menu, panels, tracker, wall
from shots.stage import ALL, State

__all__ = ["SIZES", "STATES", "THEMES", "home"]

# Importing them has entered their states.
_PAGES = (menu, checkout, kept, tracker, kitchen, panels, wall)
STATES: list[State] = ALL

SIZES: tuple[tuple[int, int], ...] = ((360, 640), (390, 844), (768, 1024), (1024, 768), (1920, 1080))
THEMES = ("light", "dark")

_HOME = {"kitchen": (1024, 768), "board": (1920, 1080), "day": (1024, 768)}


def home(page: str) -> ViewportSize:
    """Return the size of the device that a page is made for."""
    width, height = _HOME.get(page, (390, 844))
    return {"width": width, "height": height}
