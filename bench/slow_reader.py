"""Whether one screen that reads too slowly, or not at all, harms the others: `./dev bench slow_reader`.

Two screens of a shop read as they should while orders come one after the other: alone, then beside a screen that reads nothing
after its hello, beside one that reads nothing and yet acks (or else the functions soon hold its events back), and
beside one that takes a byte a second. Printed for each: the others' p99 from POST to frame as a ratio to the calm
before, how much the gateway's memory grew, and after how many seconds the slow one was closed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from support.example import ORDER  # noqa: E402
from support.screens import AsyncScreen  # noqa: E402
from support.slow import SlowScreen  # noqa: E402
from support.system import System, running_system  # noqa: E402

LONGEST_S = 60.0


class TimedScreen(AsyncScreen):
    """A screen that notes when each order came."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, token)
        self.came: dict[str, float] = {}
        self.news = asyncio.Event()

    def take(self, frame: dict[str, Any]) -> None:
        """Apply a frame and note the time."""
        before = len(self.shown)
        super().take(frame)
        for order_id in self.shown[before:]:
            self.came[order_id] = time.perf_counter()
        self.news.set()

    async def seen(self, order_id: str) -> float:
        """Return when an order came."""
        while order_id not in self.came:
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), 30)
        return self.came[order_id]


class Stage:
    """Orders for a while, with or without a slow screen."""

    def __init__(self, system: System, readers: list[TimedScreen]) -> None:
        self.system = system
        self.readers = readers
        self.gateway = psutil.Process(json.loads((system.data / "gateway.ready").read_text())["pid"])

    async def run(
        self, seconds: float, slow: SlowScreen | None = None, behave: Callable[[float], None] | None = None
    ) -> dict[str, float]:
        """Order until `seconds` have passed, or until the slow screen is closed, and return the figures."""
        began = time.perf_counter()
        memory = most = self.gateway.memory_info().rss
        times: list[float] = []
        closed_s = 0.0
        async with aiohttp.ClientSession() as session:
            while (now := time.perf_counter() - began) < (LONGEST_S if slow else seconds):
                times.append(await self._order(session))
                most = max(most, self.gateway.memory_info().rss)
                if slow is not None and behave is not None:
                    behave(now)
                    if self._closed():
                        closed_s = time.perf_counter() - began
                        break
        times.sort()
        return {
            "orders": len(times),
            "p50_ms": times[len(times) // 2] * 1000,
            "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
            "grown_mb": (most - memory) / 1e6,
            "closed_s": closed_s,
        }

    async def _order(self, session: aiohttp.ClientSession) -> float:
        began = time.perf_counter()
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        async with session.post(f"{self.system.url}/bill", json=ORDER, headers=headers) as answer:
            order_id = (await answer.json())["order"]["id"]
        return max([await reader.seen(order_id) for reader in self.readers]) - began

    def _closed(self) -> bool:
        """Tell whether one of the sockets has gone that there were."""
        return self._sockets() < len(self.readers) + 1

    def _sockets(self) -> int:
        with urllib.request.urlopen(self.system.internal_url + "/healthz") as answer:
            return int(json.load(answer)["sockets"])


def behaviours(slow: SlowScreen, reader: TimedScreen) -> dict[str, Callable[[float], None]]:
    """Return what a slow screen does after each order, by the name of the stage; it is told the time since the begin."""
    taken = [0.0]

    def trickle(now: float) -> None:
        if now >= taken[0] + 1:
            taken[0] = now
            slow.read(1)

    return {
        "reads nothing": lambda now: None,
        "reads nothing, acks": lambda now: slow.say(type="ack", seq=reader.seq),
        "a byte a second": trickle,
    }


async def measure(system: System, tokens: list[str], seconds: float) -> list[dict[str, Any]]:
    """Run all stages and return a row for each."""
    readers = [TimedScreen(system.ws, token) for token in tokens[:2]]
    following = [asyncio.create_task(reader.run()) for reader in readers]
    while not all(reader.online for reader in readers):
        await asyncio.sleep(0.01)
    stage = Stage(system, readers)
    await stage.run(2)  # warm
    rows: list[dict[str, Any]] = []
    for name in ("reads nothing", "reads nothing, acks", "a byte a second"):
        calm = await stage.run(seconds)
        with SlowScreen(system.url, tokens[2], epoch=readers[0].epoch, seq=readers[0].seq) as slow:
            beside = await stage.run(seconds, slow, behaviours(slow, readers[0])[name])
        rows.append(
            {
                "beside": name,
                "calm_p99_ms": calm["p99_ms"],
                "p99_ratio": beside["p99_ms"] / calm["p99_ms"],
                **beside,
            }
        )
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return rows


def main() -> None:
    """Measure, and print a line for each kind of slow screen."""
    parser = argparse.ArgumentParser(
        prog="./dev bench slow_reader", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seconds", type=float, default=10, help="time of each calm stage")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderbell-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as a user of its own where we are root
        with running_system(Path(folder) / "data") as system:
            tokens = [system.pair() for _ in range(3)]
            rows = asyncio.run(measure(system, tokens, arguments.seconds))
    print(
        f"{'beside a screen that':>22} {'orders':>7} {'p99/calm':>9} {'grown MB':>9} {'closed after s':>15}"
    )
    for row in rows:
        print(
            f"{row['beside']:>22} {row['orders']:>7} {row['p99_ratio']:>9.2f} {row['grown_mb']:>9.2f} {row['closed_s']:>15.1f}"
        )
    print(json.dumps({"bench": "slow_reader", "rows": rows}))


if __name__ == "__main__":
    main()
