"""Many kitchen screens in one process, each as the page behaves: resumes, drops repeats, acks, pings, comes back with jitter."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from typing import Any

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

# As in clients/lib/backoff.ts, clients/lib/socket.ts and clients/kitchen/line.ts; seconds.
SHORTEST_S, SPREAD_S, LONGEST_S, REFUSED_S = 0.3, 3.0, 15.0, 2.0
WELCOME_S = 10.0
PING_S = 5.0
ACK_S = 0.2


def backoff(away_s: float, least_s: float = SHORTEST_S) -> float:
    """Return the wait before the next try after `away_s` without a line, as clients/lib/backoff.ts has it."""
    ceiling = min(LONGEST_S, max(SPREAD_S, away_s / 4))
    return least_s + random.random() * (ceiling - SHORTEST_S)


class AsyncScreen:
    """One screen. `run` keeps it connected until it is cancelled; the rest is what it shows."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token
        self.epoch: str | None = None
        self.seq = 0
        self.orders: dict[str, dict[str, Any]] = {}
        self.shown: list[str] = []
        """Orders in the sequence in which they were announced; a second entry would have rung twice."""
        self.repeats = 0
        """Events that came again and were dropped."""
        self.online = False
        self.welcomed: list[tuple[float, float]] = []
        """For each connection that was welcomed: when it was begun and when it was welcomed (monotonic clock)."""
        self.closes: list[int] = []
        """How connections ended, as close codes."""
        self._away_since = 0.0
        self._acked = 0
        self._acks: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Connect, and come back whenever the line is lost."""
        while True:
            before, least = len(self.welcomed), SHORTEST_S
            with contextlib.suppress(OSError, WebSocketException, asyncio.TimeoutError):
                code = await self._connection()
                self.closes.append(code)
                least = REFUSED_S if code in (1013, 4429) else SHORTEST_S
            self.online = False
            if len(self.welcomed) > before or not self._away_since:
                self._away_since = time.monotonic()
            await asyncio.sleep(backoff(time.monotonic() - self._away_since, least))

    async def _connection(self) -> int:
        began = time.monotonic()
        async with connect(
            self.url, compression=None, max_size=None, ping_interval=None, open_timeout=WELCOME_S
        ) as socket:
            resume = {} if self.epoch is None else {"epoch": self.epoch, "seq": self.seq}
            await _say(socket, type="hello", role="kitchen", token=self.token, **resume)
            pings: asyncio.Task[None] | None = None
            try:
                while True:
                    frame = json.loads(
                        await asyncio.wait_for(socket.recv(), WELCOME_S if pings is None else None)
                    )
                    if frame["type"] == "welcome":
                        self.welcomed.append((began, time.monotonic()))
                        self.online = True
                        pings = asyncio.create_task(self._ping(socket))
                    self.take(frame)
                    self._ack_soon(socket)
                    if frame["type"] == "events" and frame["prev"] > self.seq:
                        await _say(socket, type="resume", seq=self.seq)
            except WebSocketException:
                return socket.close_code or 1006
            finally:
                if pings is not None:
                    pings.cancel()
                if self._acks is not None:
                    self._acks.cancel()
                    self._acks = None

    def take(self, frame: dict[str, Any]) -> None:
        """Apply a frame. One that begins beyond what the screen has is passed over: the screen asks again."""
        if frame["type"] == "snapshot":
            self.epoch, self.seq = frame["epoch"], frame["seq"]
            self._acked = 0
            self.orders = {order["id"]: order for order in frame["orders"]}
        elif frame["type"] == "events" and frame["prev"] <= self.seq:
            for event in frame["events"]:
                self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        if event["seq"] <= self.seq:
            self.repeats += 1
            return
        assert event["seq"] == self.seq + 1, "a hole inside a batch"
        self.seq = event["seq"]
        if "order" in event:
            self.orders[event["order"]["id"]] = event["order"]
            if event["type"] == "order.placed":
                self.shown.append(event["order"]["id"])

    def _ack_soon(self, socket: ClientConnection) -> None:
        if self._acks is None and self.seq > self._acked:
            self._acks = asyncio.get_running_loop().call_later(ACK_S, self._ack, socket)

    def _ack(self, socket: ClientConnection) -> None:
        self._acks = None
        self._acked = self.seq
        self._task(_say(socket, type="ack", seq=self.seq))

    async def _ping(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(PING_S)
            await _say(socket, type="ping")

    def _task(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _say(socket: ClientConnection, **frame: Any) -> None:
    with contextlib.suppress(WebSocketException):  # the reader notices by itself
        await socket.send(json.dumps(frame))


async def place(session: aiohttp.ClientSession, url: str, order: dict[str, Any]) -> str:
    """Place an order as a careful customer does, with one key over all tries, and return its id once it is taken."""
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    began = time.monotonic()
    while True:
        with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
            async with session.post(f"{url}/bill", json=order, headers=headers) as answer:
                if answer.status in (200, 201):
                    order_id: str = (await answer.json())["order"]["id"]
                    return order_id
                assert answer.status == 503, f"refused: {await answer.text()}"
        await asyncio.sleep(backoff(time.monotonic() - began))
