"""Does a flood of orders to one shop slow down another shop's customers: `./dev bench flood`.

Nine addresses of this machine (127.0.0.2 to 127.0.0.10) order from one shop as fast as they are answered, each on a few
lines, with the rates that hold by default. Beside it an order goes to another shop every 250 ms, whatever became of the one
before. Its p95 beside the flood, divided by its p95 in the quiet just before, is what counts. Flood, gateway, functions and
PostgreSQL share the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import platform
import random
import statistics
import tempfile
import time
import uuid
from collections import Counter
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from order import ORDER, start

FLOODED, CALM = "burger-place", "noodle-house"
FLOODERS = [f"127.0.0.{number}" for number in range(2, 11)]
EVERY_S = 0.25
TARGET = 2.0
BURGER = {"item": "classic-burger", "quantity": 1, "options": ["single"]}


class Line:
    """A kept connection of one address that places orders."""

    def __init__(self, host: str, port: int, source: str) -> None:
        self._to, self._source = (host, port), source
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def place(self, order: dict[str, Any]) -> int:
        """Place an order and return the status."""
        if self._ends is None:
            self._ends = await asyncio.open_connection(*self._to, local_addr=(self._source, 0))
        reader, writer = self._ends
        customer = {**order["customer"], "phone": f"13{random.randrange(10**9):09}"}
        body = json.dumps({**order, "customer": customer}).encode()
        head = (
            f"POST /bill HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        said = (await reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
        length = int(next(line.split(b":")[1] for line in said if line.startswith(b"content-length:")))
        await reader.readexactly(length)
        if b"connection: close" in said:
            self.hang_up()
        return int(said[0].split()[1])

    def hang_up(self) -> None:
        """Close it; the next order opens another."""
        if self._ends is not None:
            self._ends[1].close()
        self._ends = None


def flood(host: str, port: int, lines: int, order: dict[str, Any], on: Synchronized[int], told: Any) -> None:
    """Order as fast as the answers come while `on` is 1, until it is 2; put what they were into `told`."""
    answers: Counter[int] = Counter()

    async def one(source: str) -> None:
        line = Line(host, port, source)
        while on.value < 2:
            if not on.value:
                await asyncio.sleep(0.05)
                continue
            try:
                answers[await line.place(order)] += 1
            except (OSError, asyncio.IncompleteReadError):
                answers[0] += 1
                line.hang_up()
                await asyncio.sleep(0.01)
        line.hang_up()

    async def all_of_them() -> None:
        await asyncio.gather(*(one(source) for source in FLOODERS for _ in range(lines)))

    asyncio.run(all_of_them())
    told.put(dict(answers))


async def timed(host: str, port: int, seconds: float) -> list[float]:
    """Place an order every so often and return how long each took, in seconds."""
    lines = [Line(host, port, "127.0.0.1") for _ in range(8)]
    times: list[float] = []

    async def one(line: Line) -> None:
        began = time.perf_counter()
        status = await line.place(ORDER)
        if status != 201:
            raise SystemExit(f"an order of the calm shop was answered {status}")
        times.append(time.perf_counter() - began)

    tasks: list[asyncio.Task[None]] = []
    for number in range(int(seconds / EVERY_S)):
        before = tasks[-len(lines)] if len(tasks) >= len(lines) else None
        if before is not None:
            await before  # its line is free again
        tasks.append(asyncio.create_task(one(lines[number % len(lines)])))
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*tasks)
    for line in lines:
        line.hang_up()
    return times


def p95(times: list[float]) -> float:
    """Return the 95th percentile, nearest rank, in ms."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)] * 1000


def rounds(
    host: str, port: int, arguments: argparse.Namespace
) -> tuple[list[tuple[float, float]], Counter[int]]:
    """Measure quiet and flooded in turn; return both p95 of each round, and the flood's answers."""
    order = {**ORDER, "shop": FLOODED, "lines": [BURGER], "expected_total": 950}
    on: Synchronized[int] = multiprocessing.Value("i", 0)
    told: Any = multiprocessing.Queue()
    flooders = multiprocessing.Process(target=flood, args=(host, port, arguments.lines, order, on, told))
    flooders.start()
    found = []
    try:
        asyncio.run(timed(host, port, 2))
        for _ in range(arguments.rounds):
            quiet = p95(asyncio.run(timed(host, port, arguments.seconds)))
            on.value = 1
            flooded = p95(asyncio.run(timed(host, port, arguments.seconds)))
            on.value = 0
            found.append((quiet, flooded))
            print(
                f"quiet p95 {quiet:8.2f} ms   flooded p95 {flooded:8.2f} ms   ratio {flooded / quiet:6.2f}",
                flush=True,
            )
    finally:
        on.value = 2
        answers = Counter(told.get(timeout=30))
        flooders.join(30)
    return found, answers


def main() -> None:
    """Measure, in rounds, so that a machine that changes its mind changes it for both."""
    parser = argparse.ArgumentParser(prog="./dev bench flood", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10, help="each half of a round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lines", type=int, default=2, help="connections of each flooding address")
    parser.add_argument("--off", action="store_true", help="without rates")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderbell-bench-", ignore_cleanup_errors=True) as data:
        Path(data).chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
        process, running = start(data, RATE_LIMITS="off" if arguments.off else "")
        try:
            parts = urlsplit(running["url"])
            assert parts.hostname is not None and parts.port is not None
            found, answers = rounds(parts.hostname, parts.port, arguments)
        finally:
            process.terminate()
            process.wait(30)
    ratio = statistics.median(flooded / quiet for quiet, flooded in found)
    said = ", ".join(f"{status}: {number}" for status, number in sorted(answers.items()))
    print(f"the flood was answered {said}; median ratio {ratio:.2f} (target {TARGET:g})")
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    print(
        json.dumps(
            {"bench": "flood", "ratio": ratio, "rounds": found, "answers": answers, "machine": machine}
        )
    )


if __name__ == "__main__":
    main()
