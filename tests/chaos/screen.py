"""One kitchen screen: a page on a line, somebody who taps, and a note in the history of all that was shown."""

from __future__ import annotations

import asyncio
import uuid
import zlib
from random import Random
from typing import Any

import aiohttp

from chaos.history import History
from chaos.line import Line
from chaos.page import Page, Taken
from chaos.wire import COMMAND_AGAIN_S, Frame, Order, decode, text

NEXT = {"placed": "accept", "accepted": "start", "preparing": "ready", "ready": "complete"}
AFTER = {"accept": "accepted", "start": "preparing", "ready": "ready", "complete": "completed"}
_ACK_S = 0.2
_AT_ONCE = 16
"""Commands on their way at one time. All of them go out again at each welcome, and the gateway takes 64 frames at once."""

_RESUME_S = 1.0
_POLL_S = 0.5


class Command:
    """A command on its way."""

    def __init__(self, frame: str) -> None:
        self.frame = frame
        self.answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()


class Screen:
    """Screen number `number` of `screens` of a shop."""

    def __init__(
        self, http: aiohttp.ClientSession, url: str, shop: str, token: str, number: int, screens: int,
        random: Random, history: History, *, overlooks: bool = False,
    ) -> None:  # fmt: skip
        """A screen whose shop `overlooks` orders has nobody tap for a few of them."""
        self.name = f"{shop}/{number}"
        self.shop, self._token, self._number, self._screens = shop, token, number, screens
        self._http, self._url, self._random, self._history = http, url, random, history
        self.page = Page(1)
        self.shown: set[str] = set()
        """Every order that this screen has ever shown, for the workload to know when all is done."""
        self.whole_at = -1.0
        """When it last took a snapshot: what had ended by then it need not show."""
        self.known_seq, self.known_at = 0, 0.0
        """How far its shop's log was, as the server's last pong or welcome told it, and when that came."""
        self.mute = False
        """It does not ack."""
        self.resting = False
        self.outbox: dict[str, Command] = {}
        self._ack: asyncio.TimerHandle | None = None
        self._resumed_at = -10.0
        self._behind_since = -1
        self._tasks: set[asyncio.Future[Any]] = set()
        self.defect: BaseException | None = None
        self._overlooks = overlooks
        self._cooking: set[str] = set()
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self.line = Line(
            http, url.replace("http", "ws", 1) + "/pgws", random, self._hello, self._ping, self._take,
            lambda what: self._note(what),
        )  # fmt: skip

    # ---- what happens to it

    def reload(self) -> None:
        """Load the page anew: it remembers nothing."""
        self.rest()
        self.resting = False
        self._cooking.clear()
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self.page = Page(self.page.number + 1)
        self._note("loaded")
        self.line.restart()

    async def poll(self, seconds: float) -> None:
        """Be without WebSockets for a while, and ask over HTTP meanwhile, as the page does then."""
        self.line.leave(seconds)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        headers = {"Authorization": f"Bearer {self._token}"}
        while loop.time() < end:
            await asyncio.sleep(_POLL_S)
            page = self.page
            asked = {"after": str(page.seq), "epoch": page.epoch or "none"}
            try:
                timeout = aiohttp.ClientTimeout(3)
                async with self._http.get(
                    f"{self._url}/bill", params=asked, headers=headers, timeout=timeout
                ) as answer:
                    body = await answer.read()
            except (aiohttp.ClientError, OSError, asyncio.TimeoutError):
                continue
            if answer.status == 200 and page is self.page and not self.line.online:
                self._note("polled")
                self._show(decode(body))

    def rest(self) -> None:
        """Let nobody tap here any more; a command on its way is given up."""
        self.resting = True
        for task in self._tasks:
            task.cancel()
        self.outbox.clear()

    async def stop(self) -> None:
        """Note what is on the screen at the end, and switch it off."""
        page = self.page
        orders = [[one.id, one.version, one.status] for one in page.orders.values()]
        self._note("final", epoch=page.epoch, seq=page.seq, orders=orders)
        self.rest()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.line.stop()

    # ---- the page's side of the line

    def _hello(self) -> str:
        page = self.page
        resume = {} if page.epoch is None else {"epoch": page.epoch, "seq": page.seq}
        return text("hello", role="kitchen", token=self._token, **resume)

    def _ping(self) -> str:
        return text("ping", seq=self.page.seq, dropped=self.page.dropped)

    def _take(self, frame: Frame) -> None:
        if frame.type in ("snapshot", "events"):
            self._show(frame)
        elif frame.type == "welcome":
            self.known_seq, self.known_at = frame.seq, self._history.now()
            for waiting in self.outbox.values():
                self._send(waiting.frame)
        elif frame.type == "pong":
            self._gap_by_pong(frame.seq)
        elif frame.type == "result":
            self._history.write("result", screen=self.name, id=frame.id, ok=frame.ok)
            command = self.outbox.pop(frame.id, None)
            if command is not None and not command.answer.done():
                command.answer.set_result(frame)

    def _show(self, frame: Frame) -> None:
        taken = self.page.take(frame)
        self._tell(frame, taken)
        for event in taken.applied:
            if event.order is not None:
                self.shown.add(event.order.id)
        if taken.snapshot:
            self.shown.update(self.page.orders)
            self.whole_at = self._history.now()
        if taken.restart:
            self.line.restart()
        elif taken.resume is not None:
            self._resume(taken.resume)
        elif self._ack is None and not self.mute:
            self._ack = asyncio.get_running_loop().call_later(_ACK_S, self._send_ack)
        for order in self.page.orders.values() if taken.snapshot else taken.rung:
            self._see(order)

    def _tell(self, frame: Frame, taken: Taken) -> None:
        page = self.page
        if taken.snapshot:
            orders = [[one.id, one.version, one.status] for one in frame.orders]
            self._note(
                "snapshot",
                epoch=frame.epoch,
                seq=frame.seq,
                orders=orders,
                rung=[one.id for one in taken.rung],
            )
        if taken.applied:
            rows = [
                [
                    one.seq,
                    one.type,
                    *([one.order.id, one.order.version, one.order.status] if one.order else []),
                ]
                for one in taken.applied
            ]
            self._note("events", epoch=page.epoch, events=rows, rung=[one.id for one in taken.rung])
        if taken.repeats:
            self._note("repeats", count=taken.repeats)

    def _note(self, kind: str, **fields: Any) -> None:
        self._history.write(kind, screen=self.name, page=self.page.number, **fields)

    def _send_ack(self) -> None:
        self._ack = None
        if not self.mute:
            self._send(text("ack", seq=self.page.seq))

    def _resume(self, seq: int) -> None:
        now = self._history.now()
        if now - self._resumed_at >= _RESUME_S:
            self._resumed_at = now
            self._note("resume", seq=seq)
            self._send(text("resume", seq=seq))

    def _gap_by_pong(self, seq: int) -> None:
        self.known_seq, self.known_at = seq, self._history.now()
        if seq <= self.page.seq:
            self._behind_since = -1
        elif self._behind_since == self.page.seq:
            self._resume(self.page.seq)
        else:
            self._behind_since = self.page.seq

    def _send(self, frame: str) -> None:
        self._spawn(self.line.send(frame))

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            self.defect = self.defect or task.exception()

    # ---- the cook

    def _see(self, order: Order) -> None:
        """Let this screen's cook take an order that is hers; now and then another taps too."""
        turn = zlib.crc32(order.id.encode())
        if self._overlooks and turn % 25 == 7:
            return
        mine = turn % self._screens == self._number
        if (mine or turn % 20 == 0) and order.id not in self._cooking and not self.resting:
            self._cooking.add(order.id)
            self._spawn(self._cook(order))

    async def _cook(self, order: Order) -> None:
        status = order.status
        while status in NEXT:
            await asyncio.sleep(self._random.uniform(0.02, 0.4))
            chance = self._random.random()
            if chance < 0.04 and status != "ready":
                name = "reject" if status == "placed" else "cancel"
                await self.command(name, order.id, reason="sold_out")
                return
            if chance < 0.12:
                await self.command(
                    "message", order.id, text=f"says {uuid.UUID(int=self._random.getrandbits(128))}"
                )
            name = NEXT[status]
            if not (await self.command(name, order.id, **({"minutes": 10} if name == "accept" else {}))).ok:
                return
            status = AFTER[name]
            if status == "completed" and self._random.random() < 0.03:
                if not (await self.command("recall", order.id)).ok:
                    return
                status = "ready"

    async def command(self, name: str, order: str, **arguments: Any) -> Frame:
        """Send a command until its result comes, under one id, and return that."""
        identity = str(uuid.UUID(int=self._random.getrandbits(128)))
        frame = text("command", id=identity, name=name, order=order, **arguments)
        said = {"text": arguments["text"]} if "text" in arguments else {}
        async with self._hands:
            command = self.outbox[identity] = Command(frame)
            self._note("command", id=identity, name=name, order=order, **said)
            while True:
                await self.line.send(frame)
                done, _ = await asyncio.wait((command.answer,), timeout=COMMAND_AGAIN_S)
                if done:
                    return command.answer.result()
                self._note("again", id=identity)
