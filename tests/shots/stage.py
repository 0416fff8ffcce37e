"""Where a state is brought about: a running system, a browser, and a road between them that can be bad."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from browser.proxy import Proxy, Sockets
from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from support.system import ROOT, System

Lang = Literal["en", "zh-CN"]
LANGS: tuple[Lang, ...] = ("zh-CN", "en")

DEMO = ROOT / "db" / "demo" / "noodle-house.yaml"
SHOP = "noodle-house-2"


class Stage:
    """A system with a shop of its own, an attended one, and a browser. For one thread."""

    def __init__(self, system: System, browser: Browser, folder: Path, shop: str = SHOP) -> None:
        self.system, self.browser, self.shop = system, browser, shop
        self.menu = folder / f"{shop}.yaml"
        self.menu.write_text(_own(DEMO.read_text("utf-8"), shop), "utf-8")
        system.cli("shop", "import", str(self.menu))
        self.token = system.pair(shop)
        self.proxy = Proxy(int(system.url.rsplit(":", 1)[1]))
        self._others: dict[str, str] = {}
        self._attendant = _Attendant(system, self.token)

    def other(self, shop: str) -> str:
        """Return the token of a screen of another shop, which nobody attends."""
        if shop not in self._others:
            self._others[shop] = self.system.pair(shop)
        return self._others[shop]

    def close(self) -> None:
        """Leave nothing running."""
        self._attendant.close()
        self.proxy.close()


@contextlib.contextmanager
def staged(system: System, browser: Browser, folder: Path, shop: str = SHOP) -> Iterator[Stage]:
    """Give a stage, and take it down at last."""
    stage = Stage(system, browser, folder, shop)
    try:
        yield stage
    finally:
        stage.close()


def _own(menu: str, shop: str) -> str:
    """Make the demo's menu another shop's."""
    number = shop.rsplit("-", 1)[-1]
    own = menu.replace("slug: noodle-house", f"slug: {shop}").replace("position: 1", f"position: {number}0")
    return own.replace("巷口面馆", f"巷口面馆{number}店").replace(
        "Alley Noodle House", f"Alley Noodle House {number}"
    )


class _Attendant:
    """A kitchen's screen that says each few seconds that it can be seen and heard, and acknowledges nothing."""

    def __init__(self, system: System, token: str) -> None:
        self._system, self._hello = system, json.dumps({"type": "hello", "role": "kitchen", "token": token})
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(ConnectionClosed), connect(self._system.ws, max_size=None) as socket:
                socket.send(self._hello)
                self._attend(socket)

    def _attend(self, socket: ClientConnection) -> None:
        said = 0.0
        while not self._over.is_set():
            if time.monotonic() - said > 5:
                socket.send(_READY)
                said = time.monotonic()
            with contextlib.suppress(TimeoutError):
                socket.recv(timeout=0.5)


_READY = json.dumps({"type": "ping", "ready": {"visible": True, "audible": True, "awake": True}})


@dataclass
class Scene:
    """One state, brought about in one language. What it opens and changes is closed and undone at its end."""

    stage: Stage
    lang: Lang
    size: ViewportSize
    contexts: list[BrowserContext] = field(default_factory=list)
    _undo: list[Callable[[], object]] = field(default_factory=list)

    def later(self, undo: Callable[[], object]) -> None:
        """Undo something at the end."""
        self._undo.append(undo)

    def end(self) -> None:
        """Close what was opened, and undo what was changed."""
        self.stage.proxy.become(Sockets.PASS, cut=False)
        for context in self.contexts:
            for page in context.pages:
                page.unroute_all(behavior="ignoreErrors")
        while self._undo:
            self._undo.pop()()

    def say(self, english: str, chinese: str) -> re.Pattern[str]:
        """Return a pattern for what the page says in the scene's language."""
        return re.compile(english if self.lang == "en" else chinese)

    def open(self, path: str, *, clock: bool = False, storage: dict[str, str] | None = None) -> Page:
        """Open a page as somebody with a device of their own, who is calm; `storage` is what it has kept."""
        context = self.context(storage)
        page = context.new_page()
        if clock:
            page.clock.install()
        page.goto(self.stage.proxy.url + path)
        return page

    def context(self, storage: dict[str, str] | None = None) -> BrowserContext:
        """Return a browser of somebody's own."""
        entries = [{"name": name, "value": value} for name, value in (storage or {}).items()]
        kept: Any = {"cookies": [], "origins": [{"origin": self.stage.proxy.url, "localStorage": entries}]}
        context = self.stage.browser.new_context(
            viewport=self.size,
            locale="en-US" if self.lang == "en" else self.lang,
            timezone_id="Asia/Shanghai",
            has_touch=True,
            reduced_motion="reduce",
            service_workers="block",
            storage_state=kept,
        )
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        self.later(context.close)
        return context


Bring = Callable[[Scene], Page]


@dataclass(frozen=True)
class State:
    """A state of a screen, and how it is brought about."""

    page: str
    name: str
    bring: Bring

    @property
    def id(self) -> str:
        """Name of its files and of its test."""
        return f"{self.page}-{self.name}"


ALL: list[State] = []


def state(page: str, name: str) -> Callable[[Bring], Bring]:
    """Enter a function as the one that brings about a state."""

    def enter(bring: Bring) -> Bring:
        ALL.append(State(page, name, bring))
        return bring

    return enter


@contextlib.contextmanager
def brought(
    stage: Stage, which: State, lang: Lang, size: ViewportSize, failure: Path | None = None
) -> Iterator[Page]:
    """Give the page in a state, and put everything back at last. `failure` gets a picture of a page that is in no state."""
    scene = Scene(stage, lang, size)
    try:
        page = which.bring(scene)
        page.evaluate("document.fonts.ready.then(() => true)")
        yield page
    except (AssertionError, Error):
        if failure and scene.contexts and scene.contexts[-1].pages:
            scene.contexts[-1].pages[-1].screenshot(path=failure)
        raise
    finally:
        scene.end()
