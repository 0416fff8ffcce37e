"""The parts of a running system from outside: its processes to kill or freeze, and its roads with a proxy on them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg2

from chaos.proxy import Proxy
from orderbell_gateway import components, declared
from support.databases import OPERATOR
from support.system import ROOT, System

EACH_SECOND = "* * * * * * *"


def ask(system: System | str, sql: str, arguments: Any = None) -> list[tuple[Any, ...]]:
    """Run a statement on a system's database, or on one of this address, past every proxy; return its rows."""
    url = system if isinstance(system, str) else system.database_url
    connection = psycopg2.connect(url, options=OPERATOR)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def workers(system: System, function: str) -> list[psutil.Process]:
    """Return the workers of a function, by the folder that they work in."""
    return [
        one for one in _descendants(system) if "worker.py" in _words(one) and one.cwd().endswith(function)
    ]


def postmaster(system: System) -> psutil.Process:
    """Return the first process of the embedded PostgreSQL."""
    return next(one for one in psutil.Process(system.process.pid).children() if " -D " in _words(one))


def _descendants(system: System) -> list[psutil.Process]:
    return psutil.Process(system.process.pid).children(recursive=True)


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


class Road:
    """A proxy that runs in a thread of its own, so that it goes on while a test waits."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        """Listen."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.proxy.start(), self._loop).result(10)

    def stop(self) -> None:
        """Cut everything and end the thread."""
        asyncio.run_coroutine_threadsafe(self.proxy.stop(), self._loop).result(10)
        asyncio.run_coroutine_threadsafe(self._rest(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _rest(self) -> None:
        """Let what was cut come to its end."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def do(self, change: Callable[[], Any]) -> None:
        """Change the proxy, in its thread."""

        async def run() -> None:
            change()

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(10)


@contextmanager
def road(proxy: Proxy) -> Iterator[Road]:
    """Run a proxy."""
    found = Road(proxy)
    found.start()
    try:
        yield found
    finally:
        found.stop()


def through(proxy: Proxy, url: str) -> str:
    """Return a database's address as it is through a proxy, which leads there from now on."""
    parts = urlsplit(url)
    proxy.upstream = (parts.hostname or "127.0.0.1", parts.port or 5432)
    user = parts.netloc.rpartition("@")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@127.0.0.1:{proxy.port}"))


def push_through(proxy: Proxy) -> str:
    """Return the push endpoint's address through a proxy; where that leads is known once the gateway runs."""
    (api,) = declared.build(components.load(ROOT)).api_ids
    return f"http://127.0.0.1:{proxy.port}/{api}"


def lead(proxy: Proxy, system: System) -> None:
    """Let the proxy of `push_through` lead to this system's gateway."""
    proxy.upstream = ("127.0.0.1", urlsplit(system.internal_url).port or 80)
