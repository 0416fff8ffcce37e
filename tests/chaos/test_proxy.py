"""The proxies do what the report says they did: each fault is seen from both ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from random import Random

import pytest

from chaos.proxy import Proxy
from chaos.push_proxy import PushProxy

BODY = b'{"websocket": {"action": "data send"}}'
PUSH = b"POST /api HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
DEADLINE_S = 10.0


class Upstream:
    """A server that keeps what it got, and answers each message with `answer`."""

    def __init__(self, answer: bytes) -> None:
        self.answer = answer
        self.got = b""
        self.ended = 0
        self._writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        try:
            while data := await reader.read(65_536):
                self.got += data
                writer.write(self.answer)
        except ConnectionError:
            pass
        self.ended += 1
        writer.close()


@asynccontextmanager
async def through(
    proxy: Proxy, answer: bytes
) -> AsyncIterator[tuple[Upstream, asyncio.StreamReader, asyncio.StreamWriter]]:
    """Give an upstream and a client's connection to it through a proxy."""
    upstream = Upstream(answer)
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    proxy.upstream = server.sockets[0].getsockname()[:2]
    await proxy.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        yield upstream, reader, writer
    finally:
        writer.close()
        await proxy.stop()
        server.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    while not condition():  # `run` sets the deadline
        await asyncio.sleep(0.005)


def run(test: Awaitable[None]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(test, DEADLINE_S)

    asyncio.run(limited())


async def cut_off(reader: asyncio.StreamReader) -> bytes:
    """Read to the end; return what came before the reset."""
    data = b""
    with pytest.raises(ConnectionResetError):
        while True:
            more = await reader.read(65_536)
            assert more, "closed in order, not reset"
            data += more
    return data


def test_it_passes_bytes_both_ways() -> None:
    async def test() -> None:
        async with through(Proxy(), b"pong") as (upstream, reader, writer):
            writer.write(b"ping")
            assert await reader.readexactly(4) == b"pong"
            assert upstream.got == b"ping"
            writer.close()
            await until(lambda: upstream.ended == 1)

    run(test())


def test_cut_resets_both_ends() -> None:
    async def test() -> None:
        proxy = Proxy()
        async with through(proxy, b"pong") as (upstream, reader, writer):
            writer.write(b"ping")
            await reader.readexactly(4)
            assert proxy.cut() == proxy.done["cut"] == 1
            await cut_off(reader)
            await until(lambda: upstream.ended == 1)

    run(test())


def test_silent_holds_bytes_back_until_it_is_healed() -> None:
    async def test() -> None:
        proxy = Proxy()
        async with through(proxy, b"pong") as (upstream, reader, writer):
            writer.write(b"ping")
            await reader.readexactly(4)
            proxy.silence()
            writer.write(b"held")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.readexactly(4), 0.2)
            assert upstream.got == b"ping"
            proxy.heal()
            assert await reader.readexactly(4) == b"pong"
            assert upstream.got == b"pingheld"

    run(test())


def test_rotten_swallows_and_is_cut_when_healed() -> None:
    async def test() -> None:
        proxy = Proxy()
        async with through(proxy, b"pong") as (upstream, reader, writer):
            writer.write(b"ping")
            await reader.readexactly(4)
            proxy.rot()
            writer.write(b"gone")
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(4), 0.2)
            proxy.heal()
            await cut_off(reader)
            await until(lambda: upstream.ended == 1)
            assert upstream.got == b"ping"

    run(test())


def test_torn_passes_a_part_and_cuts() -> None:
    async def test() -> None:
        proxy = Proxy()
        async with through(proxy, b"") as (upstream, reader, writer):
            proxy.tear_after(5)
            writer.write(b"four")
            await until(lambda: upstream.got == b"four")
            writer.write(b"0123456789")
            await cut_off(reader)
            assert upstream.got in (b"four", b"four01234")
            assert proxy.done["torn"] == 1

    run(test())


@pytest.mark.parametrize(
    ("mode", "status", "delivered"),
    [(None, b"200", 1), ("status_500", b"500", 0), ("delivered_then_502", b"502", 1), ("twice", b"200", 2)],
)
def test_a_push_is_answered_and_delivered_as_its_mode_says(
    mode: str | None, status: bytes, delivered: int
) -> None:
    async def test() -> None:
        proxy = PushProxy(Random(1))
        proxy.mode, proxy.share = mode, 1.0
        async with through(proxy, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as (
            upstream,
            reader,
            writer,
        ):
            writer.write(PUSH)
            assert (await reader.readline()).split()[1] == status
            assert upstream.got == PUSH * delivered

    run(test())


def test_a_late_push_is_answered_before_it_is_delivered() -> None:
    async def test() -> None:
        proxy = PushProxy(Random(1))
        proxy.mode, proxy.share = "late", 1.0
        async with through(proxy, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as (
            upstream,
            reader,
            writer,
        ):
            writer.write(PUSH)
            assert (await reader.readline()).split()[1] == b"200"
            assert upstream.got == b""
            proxy.heal()
            await until(lambda: upstream.got == PUSH)

    run(test())


def test_a_push_that_hangs_is_neither_answered_nor_delivered() -> None:
    async def test() -> None:
        proxy = PushProxy(Random(1))
        proxy.mode, proxy.share = "hang", 1.0
        async with through(proxy, b"") as (upstream, reader, writer):
            writer.write(PUSH)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.3)
            assert (upstream.got, proxy.done["hang"]) == (b"", 1)

    run(test())
