"""Everybody at once: the screens of three shops, the customers, and the question whether all is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import Random

import aiohttp

from chaos.customer import CARTS, Customer
from chaos.history import History
from chaos.line import pair
from chaos.screen import Screen
from chaos.world import World

SCREENS = {"noodle-house": 3, "coffee-bar": 3, "burger-place": 2}
HURRIED, ACCEPT_S = "burger-place", 30
"""The shop whose orders expire after so many seconds; its cooks overlook a few."""

CUSTOMERS = 8
PAUSE_S = 0.25


class Workload:
    """The clients of a running world."""

    def __init__(self, http: aiohttp.ClientSession, world: World, seed: int, history: History) -> None:
        self._http, self._world, self._seed, self._history = http, world, seed, history
        self.screens: list[Screen] = []
        self.acked: dict[str, tuple[str, float]] = {}
        """(shop, when) of every order that was answered 2xx."""
        self._stop = asyncio.Event()
        self._work: list[asyncio.Task[None]] = []
        self._lines: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        """Pair the screens, then let everybody start."""
        self._world.hurry(HURRIED, ACCEPT_S)
        for shop, count in SCREENS.items():
            for number in range(count):
                code = self._world.pairing_code(shop)
                token = await pair(self._http, self._world.url.replace("http", "ws", 1) + "/pgws", code)
                self._history.write("paired", screen=f"{shop}/{number}", shop=shop)
                self.screens.append(
                    Screen(
                        self._http,
                        self._world.url,
                        shop,
                        token,
                        number,
                        count,
                        self._random(f"{shop}/{number}"),
                        self._history,
                        overlooks=shop == HURRIED,
                    )  # fmt: skip
                )
        self._lines = [asyncio.create_task(screen.line.run()) for screen in self.screens]
        while not all(screen.line.online for screen in self.screens):
            await asyncio.sleep(0.02)
        for number in range(CUSTOMERS):
            random = self._random(f"customer {number}")
            customer = Customer(self._http, self._world.url, number, random, self._history, self._ack)
            self._work.append(asyncio.create_task(customer.run(self._stop, PAUSE_S)))

    def check(self) -> None:
        """Raise the defect of a client, if it has one: it would make the run prove less than it says."""
        for task in (*self._work, *self._lines):
            if task.done():
                task.result()
        for screen in self.screens:
            if screen.defect is not None:
                raise screen.defect

    async def finish(self, deadline_s: float) -> None:
        """Let nobody begin a new cart, and wait until all is done; then let nobody tap, and wait until all is level.

        Each wait ends after `deadline_s` at the latest: the checker says what is missing then.
        """
        self._stop.set()
        await asyncio.wait(self._work, timeout=4 * deadline_s)
        await self._quiet(self._done, deadline_s)
        for screen in self.screens:
            screen.rest()
        rested_at = self._history.now()
        await self._quiet(
            lambda: self._level() and all(s.known_at > rested_at for s in self.screens), deadline_s
        )

    async def _quiet(self, condition: Callable[[], bool], deadline_s: float) -> None:
        """Wait until a condition has held for a second."""
        end, held = self._history.now() + deadline_s, 0
        while self._history.now() < end and held < 10:
            held = held + 1 if condition() else 0
            await asyncio.sleep(0.1)

    async def end(self) -> None:
        """Switch everything off."""
        for screen in self.screens:
            await screen.stop()
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, *self._lines, return_exceptions=True)

    def _ack(self, order: str, shop: str) -> None:
        self.acked[order] = (shop, self._history.now())

    def _done(self) -> bool:
        """Say whether every order is on every screen and every command answered."""
        return (
            all(not screen.outbox for screen in self.screens)
            and self._level()
            and all(
                order in screen.shown or at < screen.whole_at
                for order, (shop, at) in self.acked.items()
                for screen in self.screens
                if screen.shop == shop
            )
        )

    def _level(self) -> bool:
        """Say whether every screen is as far as the others of its shop, and as far as the server says."""
        seqs: dict[str, set[int]] = {}
        for screen in self.screens:
            seqs.setdefault(screen.shop, set()).add(screen.page.seq)
            if not screen.line.online or screen.known_seq > screen.page.seq:
                return False
        return all(len(found) == 1 for found in seqs.values())

    def _random(self, who: str) -> Random:
        return Random(f"{self._seed}/{who}")


@asynccontextmanager
async def workload(world: World, seed: int, history: History) -> AsyncIterator[Workload]:
    """Give the clients of a world, and switch them off at the end."""
    assert set(CARTS) == set(SCREENS)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        made = Workload(http, world, seed, history)
        await made.begin()
        try:
            yield made
        finally:
            await made.end()
