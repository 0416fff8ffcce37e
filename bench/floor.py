"""The floor under every figure: what this machine needs for one commit and for one WebSocket round trip."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
from aiohttp import web

ROUNDS = 400


def commit_floor(connection: Any) -> float:
    """Return the p50 of BEGIN, INSERT, COMMIT on a kept psycopg2 connection, in milliseconds."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_floor (id bigserial PRIMARY KEY, body text)")
        connection.commit()
        times = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            cursor.execute("INSERT INTO bench_floor (body) VALUES (%s)", ("x" * 200,))
            connection.commit()
            times.append(time.perf_counter() - began)
        cursor.execute("DROP TABLE bench_floor")
        connection.commit()
    return sorted(times)[ROUNDS // 2] * 1000


def socket_floor() -> float:
    """Return the p50 of one WebSocket round trip to an echo server in another process, in milliseconds."""
    with serving() as port:
        return asyncio.run(_ask(port))


@contextmanager
def serving() -> Iterator[int]:
    """Run an aiohttp server in another process and give its port: `/` echoes a WebSocket, `/push` takes a POST."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=_serve, args=(there,), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        server.terminate()
        server.join()


def _serve(pipe: Any) -> None:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def take(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"errNo": 0, "errMsg": "ok"})

    async def serve() -> None:
        app = web.Application()
        app.router.add_get("/", echo)
        app.router.add_post("/push", take)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        assert runner.addresses
        pipe.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    try:
        import uvloop

        uvloop.install()
    except ImportError:
        pass
    asyncio.run(serve())


async def _ask(port: int) -> float:
    times = []
    async with aiohttp.ClientSession() as session, session.ws_connect(f"ws://127.0.0.1:{port}/") as socket:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            await socket.send_str("x" * 200)
            await socket.receive_str()
            times.append(time.perf_counter() - began)
    return sorted(times)[ROUNDS // 2] * 1000
