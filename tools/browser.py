"""A browser for the tests. Without one they fail; they never skip."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.steps import PYTHON, VENV, apt, attempt, environment, stop

_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Return the path of Chromium, empty where Playwright has its own; install one if there is none."""
    if _playwrights_own():
        return ""
    found = _systems()
    if not found and apt("chromium", "fonts-noto-cjk"):
        found = _systems()
    if found:
        return found
    command: list[str | Path] = [PYTHON, "-m", "playwright", "install", "--with-deps", "chromium"]
    if attempt("Getting Playwright's Chromium", command, environment()) is not None:
        stop("the tests need a browser: install Chromium or Google Chrome, then run this again")
    return ""


def playwrights() -> str:
    """Return the path of Playwright's own Chromium."""
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    said = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, env=environment(), check=True)
    return said.stdout.strip()


def _systems() -> str | None:
    return next(filter(None, map(shutil.which, _SYSTEM)), None)


def _playwrights_own() -> bool:
    listing = next(VENV.glob("[Ll]ib*/**/playwright/driver/package/browsers.json"), None)
    if listing is None:
        return False
    revisions = {each["name"]: each["revision"] for each in json.loads(listing.read_text())["browsers"]}
    caches = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or caches / "ms-playwright")
    return (cache / f"chromium_headless_shell-{revisions.get('chromium-headless-shell')}").is_dir()
