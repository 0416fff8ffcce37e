"""How long until hundreds of screens show everything again after the gateway was killed: `./dev bench reconnect`.

Screens that behave as the kitchen's page does follow ten shops. The gateway is killed with SIGKILL, `orderbell up` starts
it again, and customers order all the time. From the moment it listens again: when did each screen come back, and when
did every screen show all that its shop's log has? Screens, gateway, functions and PostgreSQL share the machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psycopg2

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.example import ORDER  # noqa: E402
from support.screens import AsyncScreen, place  # noqa: E402
from support.system import System, running_system  # noqa: E402

SHOPS = 10
SETTLE_S = 60.0


def open_shops(system: System, folder: Path) -> dict[str, str]:
    """Import copies of the demo shop and return a screen's token for each."""
    text = (ROOT / "db/demo/noodle-house.yaml").read_text("utf-8")
    tokens = {}
    for number in range(SHOPS):
        slug = f"noodle-house-{number}"
        file = folder / f"{slug}.yaml"
        file.write_text(text.replace("slug: noodle-house", f"slug: {slug}", 1), "utf-8")
        system.cli("shop", "import", str(file))
        tokens[slug] = system.pair(slug)
    return tokens


class Run:
    """One system, its screens and its customers."""

    def __init__(self, system: System, tokens: dict[str, str], screens: int, orders_per_s: float) -> None:
        self.system = system
        self.slugs = list(tokens)
        self.orders_per_s = orders_per_s
        self.screens: dict[str, list[AsyncScreen]] = {slug: [] for slug in tokens}
        for number in range(screens):
            slug = self.slugs[number % len(self.slugs)]
            self.screens[slug].append(AsyncScreen(system.ws, tokens[slug]))
        self.placed: Counter[str] = Counter()
        self.taking = True

    def all(self) -> list[AsyncScreen]:
        """Return every screen."""
        return [screen for screens in self.screens.values() for screen in screens]

    def equal(self) -> bool:
        """Tell whether every screen is connected and has what any screen of its shop has, and every taken order."""
        return all(
            min(s.seq for s in screens) == max(s.seq for s in screens)
            and all(s.online and len(s.orders) >= self.placed[slug] for s in screens)
            for slug, screens in self.screens.items()
        )

    async def until_equal(self, what: str) -> float:
        """Wait until all screens are equal and return the moment."""
        end = time.monotonic() + SETTLE_S
        while not self.equal():
            if time.monotonic() > end:
                raise SystemExit(f"{what}: not equal after {SETTLE_S:g} s: {self.state()}")
            await asyncio.sleep(0.01)
        return time.monotonic()

    def state(self) -> str:
        """Say where the screens are."""
        online = sum(screen.online for screen in self.all())
        behind = sum(
            max(s.seq for s in screens) > screen.seq
            for screens in self.screens.values()
            for screen in screens
        )
        return f"{online} of {len(self.all())} online, {behind} behind"

    async def customers(self) -> None:
        """Order, at a steady pace and from one shop after the other, until `taking` ends; return when all is taken."""
        orders: list[asyncio.Task[None]] = []
        async with aiohttp.ClientSession() as session:
            while self.taking:
                slug = self.slugs[len(orders) % len(self.slugs)]
                orders.append(asyncio.create_task(self._customer(session, slug)))
                await asyncio.sleep(1 / self.orders_per_s)
            await asyncio.gather(*orders)

    async def _customer(self, session: aiohttp.ClientSession, slug: str) -> None:
        await place(session, self.system.url, {**ORDER, "shop": slug})
        self.placed[slug] += 1


async def listening_again(url: str) -> float:
    """Return when the gateway takes connections again, after it has taken none."""
    parts = urlsplit(url)
    refused = False
    while True:
        try:
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
        except OSError:
            refused = True
        else:
            writer.close()
            if refused:
                return time.monotonic()
        await asyncio.sleep(0.002)


async def kill(run: Run, data: Path) -> dict[str, float]:
    """Kill the gateway once and return what was measured, in seconds."""
    screens = run.all()
    before = [len(screen.welcomed) for screen in screens]
    os.kill(json.loads((data / "gateway.ready").read_text())["pid"], signal.SIGKILL)
    killed = time.monotonic()
    back = await listening_again(run.system.url)
    while not all(len(screen.welcomed) > number for screen, number in zip(screens, before, strict=True)):
        if time.monotonic() > back + SETTLE_S:
            raise SystemExit(f"not all came back: {run.state()}")
        await asyncio.sleep(0.01)
    equal = await run.until_equal("after the kill")
    begun = sorted(s.welcomed[number][0] for s, number in zip(screens, before, strict=True))
    welcomed = sorted(s.welcomed[number][1] for s, number in zip(screens, before, strict=True))
    return {
        "down_s": back - killed,
        "equal_s": equal - back,
        "welcome_p50_s": welcomed[len(welcomed) // 2] - back,
        "welcome_last_s": welcomed[-1] - back,
        "spread_begun_s": begun[-1] - begun[0],
        "spread_welcomed_s": welcomed[-1] - welcomed[0],
        "most_begun_in_100ms": most_within(begun, 0.1),
    }


def most_within(times: list[float], window: float) -> int:
    """Return the largest number of `times` (sorted) that lie within a window."""
    first = most = 0
    for last, moment in enumerate(times):
        while moment - times[first] > window:
            first += 1
        most = max(most, last - first + 1)
    return most


def check(run: Run) -> None:
    """Compare every screen with the log in PostgreSQL; end with what is wrong."""
    with (
        psycopg2.connect(run.system.database_url, options="-c orderbell.wall=all") as connection,
        connection.cursor() as cursor,
    ):
        for slug, screens in run.screens.items():
            cursor.execute(
                "SELECT s.last_seq, array(SELECT order_id::text FROM orders o WHERE o.shop_id = s.shop_id) "
                "FROM shop s WHERE slug = %s",
                (slug,),
            )
            row = cursor.fetchone()
            assert row is not None
            for screen in screens:
                if screen.seq != row[0] or set(screen.orders) != set(row[1]):
                    raise SystemExit(f"{slug}: a screen differs from the log")
                if len(screen.shown) != len(set(screen.shown)):
                    raise SystemExit(f"{slug}: an order came twice on a screen")


async def measure(
    system: System, tokens: dict[str, str], arguments: argparse.Namespace
) -> list[dict[str, float]]:
    """Connect the screens, kill the gateway again and again, and return the figures of each time."""
    run = Run(system, tokens, arguments.screens, arguments.orders_per_s)
    following = []
    for screen in run.all():
        following.append(asyncio.create_task(screen.run()))
        await asyncio.sleep(0.005)
    await run.until_equal("at the start")
    ordering = asyncio.create_task(run.customers())
    results = []
    for _ in range(arguments.kills):
        await asyncio.sleep(2)
        results.append(await kill(run, system.data))
        print("  ".join(f"{name} {value:.2f}" for name, value in results[-1].items()), flush=True)
    run.taking = False
    await ordering
    await run.until_equal("at the end")
    check(run)
    print(
        f"{sum(run.placed.values())} orders taken, {len(run.all())} screens equal to the log, "
        f"{sum(screen.repeats for screen in run.all())} repeats dropped"
    )
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return results


def main() -> None:
    """Measure and print a line for each kill, and the medians."""
    parser = argparse.ArgumentParser(prog="./dev bench reconnect", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--orders-per-s", type=float, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderbell-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own where we are root
        with running_system(Path(folder) / "data") as system:
            results = asyncio.run(measure(system, open_shops(system, Path(folder)), arguments))
    medians: dict[str, Any] = {name: statistics.median(one[name] for one in results) for name in results[0]}
    print(
        json.dumps({"bench": "reconnect", "screens": arguments.screens, "kills": results, "medians": medians})
    )


if __name__ == "__main__":
    main()
