"""On a calm system, how long from an order's storing to the kitchen's screen, and to the customer's answer: `./dev bench screen`.

Open loop: an order every 200 ms, whatever the ones before do, by customers who take turns. `store` is the database's moment of
the order, read afterwards; the frame's moment is the screen's own, of the same machine's clock. As in `order.py`, only
the ratios to the floor F of the same run travel.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import board
import psycopg2
from floor import commit_floor, socket_floor
from order import Kitchen, pair, pairing_code, post, start

EVERY_S = 0.2
CUSTOMERS = 4


async def measure(url: str, token: str, orders: int) -> tuple[dict[str, float], list[float]]:
    """Place orders at their time; return when each one's frame came (wall clock) and how long each answer took (s)."""
    parts = urlsplit(url)
    kitchen, ready = Kitchen(), asyncio.Event()
    screen = asyncio.create_task(kitchen.run(f"ws://{parts.netloc}/pgws", token, ready))
    await asyncio.wait_for(ready.wait(), 10)
    lines = [await asyncio.open_connection(parts.hostname, parts.port) for _ in range(CUSTOMERS)]
    free = [asyncio.Lock() for _ in lines]
    frames: dict[str, float] = {}
    answers: list[float] = []

    async def customer(number: int) -> None:
        async with free[number % CUSTOMERS]:
            began = time.perf_counter()
            order_id = await post(*lines[number % CUSTOMERS])
            answers.append(time.perf_counter() - began)
        seen = await kitchen.seen(order_id)
        frames[order_id] = time.time() - (time.perf_counter() - seen)

    begun = []
    first = time.perf_counter()
    for number in range(orders):
        await asyncio.sleep(max(0.0, first + number * EVERY_S - time.perf_counter()))
        begun.append(asyncio.create_task(customer(number)))
    await asyncio.gather(*begun)
    screen.cancel()
    await asyncio.gather(screen, return_exceptions=True)
    for _, writer in lines:
        writer.close()
    return frames, answers


def stored(connection: Any) -> dict[str, float]:
    """Return when each order was stored, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT order_id::text, extract(epoch FROM placed_at)::float8 FROM orders")
        return dict(cursor.fetchall())


def at(values: list[float], share: float) -> float:
    """Return the value below which this share lies, in milliseconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(prog="./dev bench screen", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--orders", type=int, default=300)
    orders = parser.parse_args().orders
    with tempfile.TemporaryDirectory(prefix="orderbell-bench-", ignore_cleanup_errors=True) as data:
        Path(data).chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
        process, running = start(data)
        try:
            code = pairing_code(data)
            token = asyncio.run(pair(running["url"].replace("http", "ws") + "/pgws", code))
            asyncio.run(measure(running["url"], token, 20))  # warm
            frames, answers = asyncio.run(measure(running["url"], token, orders))
            connection = psycopg2.connect(running["database_url"], options="-c orderbell.wall=all")
            moments = stored(connection)
            floor = commit_floor(connection) + socket_floor()
            connection.close()
            page = board.measure(running["url"])
        finally:
            process.terminate()
            process.wait(30)
    figures = {
        "store -> screen": [frames[order] - moments[order] for order in frames],
        "POST -> answer": answers,
    }
    print(
        f"floor F = {floor:.2f} ms, {len(frames)} orders, one every {EVERY_S * 1000:.0f} ms, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'':18} {'p50 ms':>8} {'p95 ms':>8} {'p95/F':>7}")
    for name, values in figures.items():
        print(f"{name:18} {at(values, 0.5):8.2f} {at(values, 0.95):8.2f} {at(values, 0.95) / floor:7.2f}")
    print(f"\nthe page with {board.OPEN} open tickets:")
    shown = {"event -> painted": page.frames, "event -> ring": page.rings}
    for name, values in shown.items():
        print(f"{name:18} {at(values, 0.5) / 1000:8.2f} {at(values, 0.95) / 1000:8.2f}")
    spent = ", ".join(f"{what} {ms:.1f}" for what, ms in page.cpu.items())
    print(f"the main thread's own time for one event, ms: {spent} (load {os.getloadavg()[0]:.1f})")
    heap = " ".join(f"{used / 1e6:.1f}" for used in page.heap)
    print(f"heap after each {board.DAY // 5} events of {board.DAY}, MB: {heap}")
    p95 = {name: at(values, 0.95) for name, values in figures.items()}
    p95 |= {name: at(values, 0.95) / 1000 for name, values in shown.items()}
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    print(json.dumps({"bench": "screen", "floor_ms": floor, "p95_ms": p95, "machine": machine}))


if __name__ == "__main__":
    main()
