"""A client's WebSocket as the pages hold it: hello, pings, a dead line is noticed, and it comes back with full jitter."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from random import Random
from typing import TypeAlias

import aiohttp

from chaos.wire import Frame, decode, text

Socket: TypeAlias = "aiohttp.ClientWebSocketResponse[bool]"

SHORTEST_S = 0.3
LONGEST_S = 2.0
"""The pages go up to 15 s; a run of a minute has not that much time."""

_CONNECT_S = 4.0
_DEAD_S = 3.0
_CLOSING = aiohttp.ClientWSTimeout(ws_close=0.2)


class Line:
    """One client's connection, renewed whenever it is lost."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        url: str,
        random: Random,
        hello: Callable[[], str],
        ping: Callable[[], str],
        take: Callable[[Frame], None],
        note: Callable[[str], None],
    ) -> None:
        """`note` is told "connected" and "lost"; `take` gets every frame."""
        self._http, self._url, self._random = http, url, random
        self._hello, self._ping, self._take, self._note = hello, ping, take, note
        self._socket: Socket | None = None
        self._left: list[Socket] = []
        self._wake = asyncio.Event()
        self._blocked_until = 0.0
        self._stopped = False
        self._tries = 0
        self.online = False

    async def run(self) -> None:
        """Stay connected until `stop`."""
        loop = asyncio.get_running_loop()
        try:
            while not self._stopped:
                blocked = self._blocked_until - loop.time()
                if blocked > 0:
                    await self._pause(blocked)
                    continue
                with contextlib.suppress(aiohttp.ClientError, OSError, asyncio.TimeoutError):
                    await self._connection()
                if not self._stopped and self._blocked_until < loop.time():
                    ceiling = min(LONGEST_S, SHORTEST_S * 2 ** min(self._tries + 1, 8))
                    self._tries += 1
                    await self._pause(self._random.uniform(SHORTEST_S, ceiling))
        finally:
            for socket in self._left:
                await socket.close()

    async def send(self, frame: str) -> bool:
        """Send a frame; False when there is no line."""
        if self._socket is None or not self.online:
            return False
        try:
            await self._socket.send_str(frame)
        except (aiohttp.ClientError, OSError):
            return False
        return True

    def leave(self, seconds: float) -> None:
        """Close the line and stay away for a while."""
        self._blocked_until = asyncio.get_running_loop().time() + seconds
        self._wake.set()

    def vanish(self) -> None:
        """Forget the line without closing it: nobody reads it any more, and the other side is not told."""
        if self._socket is not None:
            self._left.append(self._socket)
            self._socket = None
        self._wake.set()

    def restart(self) -> None:
        """Begin again with a new hello."""
        self._wake.set()

    def stop(self) -> None:
        """End `run`."""
        self._stopped = True
        self._wake.set()

    async def _pause(self, seconds: float) -> None:
        self._wake.clear()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._wake.wait(), seconds)

    async def _open(self) -> Socket:
        return await self._http.ws_connect(self._url, timeout=_CLOSING, max_msg_size=0)

    async def _connection(self) -> None:
        self._wake.clear()
        socket = self._socket = await asyncio.wait_for(self._open(), _CONNECT_S)
        reading = asyncio.create_task(self._read(socket))
        waking = asyncio.create_task(self._wake.wait())
        try:
            await socket.send_str(self._hello())
            await asyncio.wait((reading, waking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (reading, waking):
                task.cancel()
            await asyncio.gather(reading, waking, return_exceptions=True)
            if self.online:
                self._note("lost")
            self.online = False
            if self._socket is socket:
                self._socket = None
                await socket.close()

    async def _read(self, socket: Socket) -> None:
        """Read until the line is lost, or has said nothing for too long after a ping."""
        clock = asyncio.get_running_loop().time
        next_ping, deadline = clock() + 1e9, clock() + _CONNECT_S
        while clock() < deadline:
            try:
                message = await socket.receive(timeout=max(0.001, min(next_ping, deadline) - clock()))
            except asyncio.TimeoutError:
                if clock() >= next_ping:
                    await socket.send_str(self._ping())
                    deadline = min(deadline, clock() + _DEAD_S)
                    next_ping = clock() + self._random.uniform(1.0, 5.0)
                continue
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            frame = decode(message.data)
            if frame.type == "welcome":
                self.online, self._tries = True, 0
                self._note("connected")
                next_ping = clock() + self._random.uniform(1.0, 5.0)
            if self.online:
                deadline = 1e12
            self._take(frame)


async def pair(http: aiohttp.ClientSession, url: str, code: str) -> str:
    """Swap a pairing code for a device's token."""
    async with http.ws_connect(url, timeout=_CLOSING) as socket:
        await socket.send_str(text("pair", code=code, name="chaos"))
        token: str = decode(await socket.receive_str(timeout=10)).token
        return token
