"""How long from POST /bill to the kitchen's frame, and how many orders a second: `./dev bench order`.

Closed loop: each of n customers posts an order, waits for the answer and for the kitchen's frame, and posts the next. The kitchen
is one screen that acks at most every 200 ms, as the page does. Beside it, in the same run, the floor F: what the
machine needs for one INSERT with COMMIT (psycopg2, p50) and one WebSocket round trip (p50). Only ratios to F travel.

Client, gateway, functions and PostgreSQL share the machine's cores, and TLS is off: see bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import websockets
from floor import commit_floor, socket_floor

ROOT = Path(__file__).resolve().parent.parent
SHOP = "noodle-house"
BOUNDLESS = ",".join(
    f"{name}=999999/999999"
    for name in (
        "orders_ip",
        "orders_phone",
        "orders_shop",
        "reads_ip",
        "reads_device",
        "reads_order",
        "sockets_ip",
    )
)
"""Rates that are asked, as ever, and never refuse: what they cost is part of what is measured."""
ORDER = {
    "shop": SHOP,
    "service": "pickup",
    "customer": {"name": "Bench", "phone": "13800000000"},
    "lines": [
        {"item": "beef-noodles", "quantity": 2, "options": ["large", "extra-egg"], "note": "no coriander"}
    ],
    "expected_total": 6400,
}


class Kitchen:
    """One screen: notes when each order's frame came, and acks at most every 200 ms. It resumes where the cell before ended."""

    def __init__(self) -> None:
        self.waiting: dict[str, asyncio.Future[float]] = {}
        self.early: dict[str, float] = {}
        self.epoch: str | None = None
        self.seq = 0
        self.acked = 0

    async def run(self, url: str, token: str, ready: asyncio.Event) -> None:
        """Follow the shop until cancelled."""
        async with websockets.connect(url, compression=None, max_size=None) as socket:
            resume = {} if self.epoch is None else {"epoch": self.epoch, "seq": self.seq}
            await socket.send(json.dumps({"type": "hello", "role": "kitchen", "token": token, **resume}))
            acks = asyncio.create_task(self._ack(socket))
            try:
                async for text in socket:
                    self._take(json.loads(text), time.perf_counter(), ready)
            finally:
                acks.cancel()

    def _take(self, frame: dict[str, Any], now: float, ready: asyncio.Event) -> None:
        if frame["type"] == "welcome":
            self.epoch = frame["epoch"]
            ready.set()
        elif frame["type"] == "snapshot":
            self.seq = frame["seq"]
        for event in frame.get("events", ()):
            if event["seq"] <= self.seq:
                continue
            self.seq = event["seq"]
            if event["type"] == "order.placed":
                self._arrived(event["order"]["id"], now)

    def _arrived(self, order_id: str, now: float) -> None:
        if order_id in self.waiting:
            self.waiting.pop(order_id).set_result(now)
        else:
            self.early[order_id] = now

    async def seen(self, order_id: str) -> float:
        """Return when an order's frame came."""
        if order_id in self.early:
            return self.early.pop(order_id)
        self.waiting[order_id] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(self.waiting[order_id], 30)

    async def _ack(self, socket: Any) -> None:
        while True:
            await asyncio.sleep(0.2)
            if self.seq > self.acked:
                self.acked = self.seq
                await socket.send(json.dumps({"type": "ack", "seq": self.seq}))


async def post(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Place one order on a kept connection and return its id. A client library would cost more than the server."""
    body = json.dumps(ORDER).encode()
    head = (
        f"POST /bill HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: {uuid.uuid4()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    headers = await reader.readuntil(b"\r\n\r\n")
    lines = headers.lower().split(b"\r\n")
    length = int(next(line.split(b":")[1] for line in lines if line.startswith(b"content-length:")))
    answer = json.loads(await reader.readexactly(length))
    if not headers.startswith(b"HTTP/1.1 201"):
        raise SystemExit(f"an order was not taken: {answer}")
    order_id: str = answer["order"]["id"]
    return order_id


async def customer(host: str, port: int, kitchen: Kitchen, until: float, times: list[float]) -> None:
    """Post orders one after the other until a moment."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.perf_counter() < until:
        began = time.perf_counter()
        order_id = await post(reader, writer)
        times.append(await kitchen.seen(order_id) - began)
    writer.close()


async def pair(url: str, code: str) -> str:
    """Swap a pairing code for a device's token."""
    async with websockets.connect(url, compression=None) as socket:
        await socket.send(json.dumps({"type": "pair", "code": code, "name": "bench"}))
        token: str = json.loads(await socket.recv())["token"]
        return token


async def measure(url: str, token: str, kitchen: Kitchen, clients: int, seconds: float) -> dict[str, float]:
    """Run one cell of the table. Times in milliseconds."""
    parts = urlsplit(url)
    assert parts.hostname is not None and parts.port is not None
    ready = asyncio.Event()
    screen = asyncio.create_task(kitchen.run(f"ws://{parts.netloc}/pgws", token, ready))
    await asyncio.wait_for(ready.wait(), 10)
    warm: list[float] = []
    until = time.perf_counter() + 1.0
    await asyncio.gather(
        *(customer(parts.hostname, parts.port, kitchen, until, warm) for _ in range(clients))
    )
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(
        *(customer(parts.hostname, parts.port, kitchen, began + seconds, times) for _ in range(clients))
    )
    elapsed = time.perf_counter() - began
    screen.cancel()
    await asyncio.gather(screen, return_exceptions=True)
    times.sort()
    return {
        "clients": clients,
        "orders": len(times),
        "p50_ms": times[len(times) // 2] * 1000,
        "p99_ms": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        "orders_per_s": len(times) / elapsed,
    }


def start(data: str, **settings: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start the whole system on free ports and return it with its addresses. Everything comes from one address here."""
    gateway = {"GATEWAY_MESSAGE_RATE": "0", "GATEWAY_MAX_PEER_CONNECTIONS": "0"}
    settings = {**gateway, "RATE_LIMITS": os.environ.get("RATE_LIMITS", BOUNDLESS), **settings}
    command = [
        sys.executable,
        "-m",
        "orderbell_cli.main",
        "up",
        "--port",
        "0",
        "--internal-port",
        "0",
        "--data",
        data,
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    running = Path(data) / "run.json"
    deadline = time.monotonic() + 60
    while not running.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit("the system did not start: try `./dev up`")
        time.sleep(0.05)
    return process, json.loads(running.read_text())


def pairing_code(data: str) -> str:
    """Ask the command line for a pairing code."""
    command = [sys.executable, "-m", "orderbell_cli.main", "kitchen", "pair", SHOP, "--data", data]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return next(
        word
        for word in out.replace("=", " ").split()
        if len(word) == 8 and word.isupper() or word.isalnum() and len(word) == 8
    )


def report(cells: list[dict[str, float]], floor_ms: float, parts: dict[str, float]) -> None:
    """Print the table and one JSON line."""
    print(
        f"floor F = {floor_ms:.2f} ms (commit p50 {parts['commit_ms']:.2f} + socket p50 {parts['socket_ms']:.2f})"
    )
    print(
        f"{'clients':>8} {'orders':>8} {'p50 ms':>8} {'p50/F':>7} {'p99 ms':>8} {'p99/p50':>8} {'orders/s':>9}"
    )
    for cell in cells:
        print(
            f"{cell['clients']:>8} {cell['orders']:>8} {cell['p50_ms']:>8.2f} {cell['p50_ms'] / floor_ms:>7.2f} "
            f"{cell['p99_ms']:>8.2f} {cell['p99_ms'] / cell['p50_ms']:>8.2f} {cell['orders_per_s']:>9.0f}"
        )
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    print(json.dumps({"bench": "order", "floor_ms": floor_ms, **parts, "cells": cells, "machine": machine}))


def main() -> None:
    """Measure, in rounds, so that a machine that changes its mind changes it for every cell."""
    parser = argparse.ArgumentParser(
        prog="./dev bench order", description=__doc__.split("\n")[0] if __doc__ else None
    )
    parser.add_argument("--seconds", type=float, default=4, help="a cell's time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="orderbell-bench-", ignore_cleanup_errors=True) as data:
        Path(data).chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
        process, running = start(data)
        try:
            code = pairing_code(data)
            socket_url = running["url"].replace("http", "ws") + "/pgws"
            token = asyncio.run(pair(socket_url, code))
            kitchen = Kitchen()
            rounds: list[list[dict[str, float]]] = []
            floors: list[dict[str, float]] = []
            for _ in range(arguments.rounds):
                with psycopg2.connect(running["database_url"]) as connection:
                    floors.append({"commit_ms": commit_floor(connection), "socket_ms": socket_floor()})
                rounds.append(
                    [
                        asyncio.run(measure(running["url"], token, kitchen, n, arguments.seconds))
                        for n in arguments.clients
                    ]
                )
        finally:
            process.terminate()
            process.wait(30)
    cells = [
        {key: statistics.median(cell[key] for cell in column) for key in column[0]}
        for column in zip(*rounds, strict=True)
    ]
    parts = {key: statistics.median(floor[key] for floor in floors) for key in floors[0]}
    report(cells, sum(parts.values()), parts)


if __name__ == "__main__":
    main()
