"""One customer after the other at one table: a cart, one key for it until its fate is known, and often a look at the order."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from random import Random
from typing import Any

import aiohttp

from chaos.history import History
from chaos.line import Line
from chaos.wire import COMMAND_AGAIN_S, PLACE_TIMEOUT_S, Frame, Placed, decode_placed, decode_problem, text

CARTS: dict[str, tuple[dict[str, Any], int]] = {
    "noodle-house": ({"item": "tomato-egg-noodles", "quantity": 2, "options": [], "note": "not hot"}, 3600),
    "coffee-bar": ({"item": "flat-white", "quantity": 1, "options": ["oat"], "note": ""}, 470),
    "burger-place": ({"item": "classic-burger", "quantity": 1, "options": ["double"], "note": ""}, 1300),
}
_ENDED = frozenset(("completed", "rejected", "expired", "cancelled"))
_FOLLOW_S = 20.0


class Customer:
    """Places orders until told to stop; `acked` is called with (order, shop) for each that was answered 2xx."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, number: int, random: Random, history: History,
        acked: Callable[[str, str], None],
    ) -> None:  # fmt: skip
        self._http, self._url, self._number = http, url, number
        self._random, self._history, self._acked = random, history, acked
        self._following: asyncio.Task[None] | None = None

    async def run(self, stop: asyncio.Event, pause_s: float) -> None:
        """Order again and again, with about `pause_s` between, until `stop`; then see the last one through."""
        while not stop.is_set():
            shop = self._random.choice(sorted(CARTS))
            placed = await self._place(shop)
            if placed is not None:
                self._acked(placed.order.id, shop)
                if self._random.random() < 0.15:
                    await self._look(placed)
                if self._following is not None and self._following.done():
                    self._following = self._following.result()
                if self._following is None and self._random.random() < 0.4:
                    self._following = asyncio.create_task(Follower(self, placed).run())
            await asyncio.sleep(self._random.uniform(0, 2 * pause_s))
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    async def _place(self, shop: str) -> Placed | None:
        """Send the cart under one key until it is taken or refused."""
        key = str(uuid.UUID(int=self._random.getrandbits(128)))
        line, total = CARTS[shop]
        body = {
            "shop": shop, "service": "pickup", "customer": {"name": f"Customer {self._number}", "phone": "13800001234"},
            "lines": [line], "expected_total": total,
        }  # fmt: skip
        number = 0
        while True:
            twice = self._random.random() < 0.1
            numbers = range(number, number + 1 + twice)
            number += len(numbers)
            answers = await asyncio.gather(*(self._attempt(key, shop, body, each) for each in numbers))
            for answer in answers:
                if isinstance(answer, Placed):
                    return answer
            if any(answer == "refused" for answer in answers):
                return None
            await asyncio.sleep(self._random.uniform(0.1, 1.0))

    async def _attempt(self, key: str, shop: str, body: Any, number: int) -> Placed | str:
        note = {"key": key, "shop": shop, "attempt": number}
        self._history.write("place", **note)
        try:
            async with self._http.post(
                f"{self._url}/bill",
                json=body,
                headers={"Idempotency-Key": key},
                timeout=aiohttp.ClientTimeout(PLACE_TIMEOUT_S),
            ) as answer:
                data = await answer.read()
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError) as error:
            self._history.write("place.unknown", **note, why=type(error).__name__)
            return "unknown"
        if answer.status in (200, 201):
            placed = decode_placed(data)
            order = placed.order
            self._history.write("place.ok", **note, status=answer.status, order=order.id)
            return placed
        why = f"{answer.status} {decode_problem(data).code}"
        if answer.status >= 500 or answer.status == 429:
            self._history.write("place.unknown", **note, why=why)
            return "unknown"
        self._history.write("place.refused", **note, why=why)
        return "refused"

    async def _look(self, placed: Placed) -> None:
        """Read the order back over HTTP."""
        headers = {"Authorization": f"Bearer {placed.token}"}
        timeout = aiohttp.ClientTimeout(PLACE_TIMEOUT_S)
        try:
            async with self._http.get(
                f"{self._url}/bill", params={"order": placed.order.id}, headers=headers, timeout=timeout
            ) as answer:
                await answer.read()
        except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
            return
        self._history.write("look", order=placed.order.id, status=answer.status)

    def follow(self, placed: Placed, follower: Follower) -> Line:
        """Return the line of a page that follows an order."""
        return Line(
            self._http, self._url.replace("http", "ws", 1) + "/pgws", self._random,
            lambda: text("hello", role="customer", order=placed.order.id, token=placed.token),
            lambda: text("ping"), follower.take, lambda what: None,
        )  # fmt: skip

    def identity(self) -> str:
        """Return a new id."""
        return str(uuid.UUID(int=self._random.getrandbits(128)))

    def wants(self, chance: float) -> bool:
        """Toss a coin."""
        return self._random.random() < chance

    def note(self, kind: str, **fields: Any) -> None:
        """Write into the history."""
        self._history.write(kind, **fields)


class Follower:
    """A page that follows one order: it shows what has a higher version than what it shows."""

    def __init__(self, customer: Customer, placed: Placed) -> None:
        self._customer = customer
        self._order = placed.order.id
        self._page = customer.identity()
        self._version = 0
        self._ended = asyncio.Event()
        self._results: set[str] = set()
        self._line = customer.follow(placed, self)

    async def run(self) -> None:
        """Follow until the order has ended, or for a while."""
        work = [asyncio.create_task(self._line.run())]
        if self._customer.wants(0.3):
            said = f"asks {self._customer.identity()}"
            work.append(asyncio.create_task(self._command("message", text=said)))
        if self._customer.wants(0.08):
            work.append(asyncio.create_task(self._command("cancel")))
        try:
            await asyncio.wait_for(self._ended.wait(), _FOLLOW_S)
        except asyncio.TimeoutError:
            pass
        finally:
            self._line.stop()
            for task in work[1:]:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    def take(self, frame: Frame) -> None:
        """Show an order that is newer; note a result."""
        if frame.type == "order" and frame.order is not None and frame.order.version > self._version:
            self._version = frame.order.version
            self._customer.note(
                "followed",
                page=self._page,
                order=frame.order.id,
                version=self._version,
                status=frame.order.status,
            )
            if frame.order.status in _ENDED:
                self._ended.set()
        elif frame.type == "result":
            self._customer.note("result", screen=self._page, id=frame.id, ok=frame.ok)
            self._results.add(frame.id)

    async def _command(self, name: str, **arguments: str) -> None:
        identity = self._customer.identity()
        frame = text("command", id=identity, name=name, **arguments)
        self._customer.note(
            "command", screen=self._page, id=identity, name=name, order=self._order, **arguments
        )
        while identity not in self._results:
            await self._line.send(frame)
            await asyncio.sleep(COMMAND_AGAIN_S)
