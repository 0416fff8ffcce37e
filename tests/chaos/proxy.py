"""A TCP proxy that misbehaves on demand: it cuts, falls silent, lets connections rot, delays, and tears in mid-message."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import Counter

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends RST and drops what waits


class Link:
    """One connection through the proxy, and its two ends."""

    def __init__(self, near: asyncio.StreamWriter) -> None:
        self.near = near
        self.far: asyncio.StreamWriter | None = None
        self.rotten = False
        """Nothing passes any more, and neither end is told."""

    def reset(self) -> None:
        """Cut both ends with RST."""
        for writer in (self.near, self.far):
            if writer is None:
                continue
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError, ValueError, AttributeError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()


class Proxy:
    """Passes bytes from a port of its own to `upstream`. `done` counts what each fault really touched."""

    def __init__(self) -> None:
        self.upstream: tuple[str, int] | None = None
        self.port = 0
        self.delay_s = 0.0
        self.done: Counter[str] = Counter()
        self._links: set[Link] = set()
        self._passing = asyncio.Event()
        self._passing.set()
        self._left: int | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and cut what is open."""
        if self._server is not None:
            self._server.close()
        self.heal()
        self.cut()
        if self._server is not None:
            await self._server.wait_closed()

    def cut(self) -> int:
        """Cut every connection with RST; return how many."""
        links = list(self._links)
        for link in links:
            link.reset()
        self.done["cut"] += len(links)
        return len(links)

    def silence(self) -> None:
        """Hold every byte back, both ways, until `heal`: then it arrives after all."""
        self._passing.clear()
        self.done["silent"] += len(self._links)

    def rot(self) -> None:
        """Swallow every byte of the connections that are open now. They are cut by `heal`."""
        for link in self._links:
            link.rotten = True
        self.done["rotten"] += len(self._links)

    def tear_after(self, count: int) -> None:
        """Cut the connection that carries the byte after so many more, in mid-message."""
        self._left = count

    def heal(self) -> None:
        """End every fault."""
        self._passing.set()
        self.delay_s = 0.0
        self._left = None
        for link in list(self._links):
            if link.rotten:
                link.reset()

    def _torn(self, size: int) -> bool:
        """Count bytes towards `tear_after`; say whether what carries them is to be torn."""
        if self._left is None:
            return False
        self._left -= size
        if self._left >= 0:
            return False
        self._left = None
        self.done["torn"] += 1
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._links.add(link)
        try:
            await self._passing.wait()
            if self.upstream is None:
                return
            far_reader, link.far = await asyncio.open_connection(*self.upstream)
            await asyncio.gather(self._pump(link, reader, link.far), self._pump(link, far_reader, link.near))
        except (OSError, RuntimeError, asyncio.CancelledError):  # uvloop says RuntimeError of a closed one
            link.reset()
        finally:
            self._links.discard(link)
            for end in (link.near, link.far):
                if end is not None:
                    end.close()

    async def _pump(self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._passing.wait()
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
                self.done["slow"] += 1
            if link.rotten:
                continue
            if self._torn(len(data)):
                writer.write(data[: len(data) // 2])
                await asyncio.sleep(0)
                link.reset()
                return
            writer.write(data)
            await writer.drain()
        await self._passing.wait()
        if not link.rotten:
            writer.close()  # both directions: none of our protocols goes on half closed
