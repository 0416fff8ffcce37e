"""The way from the functions to the push endpoint. It understands HTTP enough to lie about what it did."""

from __future__ import annotations

import asyncio
import contextlib
from random import Random

from chaos.proxy import Link, Proxy

MODES = ("status_500", "hang", "delivered_then_502", "twice", "late")
_OK = b'{"errNo":0,"errMsg":"ok"}'
_HANG_S = 10.0
_LATEST_S = 2.5


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _message(reader: asyncio.StreamReader) -> bytes | None:
    """Return a whole request or answer, head and body; None at the end."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                return head + await reader.readexactly(int(line.split(b":")[1]))
        return head
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


class PushProxy(Proxy):
    """Passes pushes. `mode` is one of MODES or None, and meets a push with the probability `share`."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.mode: str | None = None
        self.share = 0.5
        self._random = random
        self._late: set[asyncio.Task[None]] = set()

    def heal(self) -> None:
        """End every fault; what was held back still comes."""
        super().heal()
        self.mode = None

    async def stop(self) -> None:
        """Stop, without delivering what is held back."""
        for task in self._late:
            task.cancel()
        await super().stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = Link(writer)
        self._links.add(link)
        try:
            await self._passing.wait()
            if self.upstream is None:
                return
            far_reader, link.far = await asyncio.open_connection(*self.upstream)
            while (request := await _message(reader)) is not None:
                await self._passing.wait()
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                if link.rotten:
                    continue
                if self._torn(len(request)):
                    link.far.write(request[: len(request) // 2])
                    await link.far.drain()
                    link.reset()
                    return
                answer = await self._push(request, far_reader, link.far)
                if answer is None:
                    return
                await self._passing.wait()
                writer.write(answer)
                await writer.drain()
        except (OSError, RuntimeError, asyncio.CancelledError):  # uvloop says RuntimeError of a closed one
            link.reset()
        finally:
            self._links.discard(link)
            for end in (link.near, link.far):
                if end is not None:
                    end.close()

    async def _push(
        self, request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        mode = self.mode if self.mode is not None and self._random.random() < self.share else None
        if mode is not None:
            self.done[mode] += 1
        if mode == "status_500":
            return _answer("500 Internal Server Error", b"{}")
        if mode == "hang":
            await asyncio.sleep(_HANG_S)
            return None
        if mode == "late" and b'"data send"' in request:
            task = asyncio.create_task(self._deliver_late(request))
            self._late.add(task)
            task.add_done_callback(self._late.discard)
            return _answer("200 OK", _OK)
        answer = await _forward(request, reader, writer)
        if mode == "twice":
            await _forward(request, reader, writer)
        if mode == "delivered_then_502":
            return _answer("502 Bad Gateway", b"{}")
        return answer

    async def _deliver_late(self, request: bytes) -> None:
        """Deliver after what comes next: frames overtake each other."""
        await asyncio.sleep(self._random.uniform(0.02, _LATEST_S))
        with contextlib.suppress(OSError):  # the gateway died meanwhile: it never arrives
            assert self.upstream is not None
            reader, writer = await asyncio.open_connection(*self.upstream)
            await _forward(request, reader, writer)
            writer.close()


async def _forward(
    request: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes | None:
    writer.write(request)
    await writer.drain()
    return await _message(reader)
