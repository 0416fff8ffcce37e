"""The gateway is killed and started again while many screens follow a shop: all of them show all of it, once."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from support.example import ORDER
from support.postgres import open_folder
from support.screens import AsyncScreen, place
from support.system import System, running_system
from support.waiting import DEADLINE_S

SCREENS = 40


@pytest.fixture
def system() -> Iterator[System]:
    with open_folder() as folder, running_system(folder / "data") as running:
        yield running


async def eventually(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 2 * DEADLINE_S
    while not condition():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.01)


def gateway_pid(data: Path) -> int:
    return int(json.loads((data / "gateway.ready").read_text())["pid"])


async def follow_through_two_kills(system: System, token: str) -> tuple[list[str], list[AsyncScreen]]:
    """Return the orders that were taken and the screens that followed."""
    screens = [AsyncScreen(system.ws, token) for _ in range(SCREENS)]
    following = [asyncio.create_task(screen.run()) for screen in screens]
    await eventually(lambda: all(screen.online for screen in screens), "all screens are connected")
    async with aiohttp.ClientSession() as session:
        orders: list[str] = []
        for _ in range(2):
            orders.append(await place(session, system.url, ORDER))
            connections = [len(screen.welcomed) for screen in screens]
            ordering = [asyncio.create_task(place(session, system.url, ORDER)) for _ in range(6)]
            await asyncio.wait(ordering, return_when=asyncio.FIRST_COMPLETED)
            os.kill(gateway_pid(system.data), signal.SIGKILL)
            orders += await asyncio.gather(*ordering)
            await eventually(
                lambda before=connections: all(  # type: ignore[misc]
                    len(screen.welcomed) > number for screen, number in zip(screens, before, strict=True)
                ),
                "all screens are back",
            )
            orders.append(await place(session, system.url, ORDER))
    await eventually(lambda: all(set(orders) <= set(screen.orders) for screen in screens), "all are equal")
    for task in following:
        task.cancel()
    ended = await asyncio.gather(*following, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
    return orders, screens


def test_every_screen_has_every_order_once_and_in_order(system: System) -> None:
    orders, screens = asyncio.run(follow_through_two_kills(system, system.pair()))
    assert len(set(orders)) == len(orders)
    for screen in screens:
        assert sorted(screen.shown) == sorted(orders), "nothing is missing, and nothing came twice"
        assert screen.shown == screens[0].shown
        assert len(screen.welcomed) >= 3
