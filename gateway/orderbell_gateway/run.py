"""The composition root: reads the folder, binds, puts the parts together, runs until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import components, declared, metrics, pages, timer_metrics, triggers
from .exposure import tls_context
from .functions import Functions, make_pool
from .gateway import Gateway
from .hub import Hub
from .internal import Answer, Call, Internal
from .invoke import Pool
from .limits import Limits
from .logs import Log, places
from .push import Push
from .routes import Endpoint
from .server import PublicServer
from .settings import ConfigError, Settings
from .sockets import Sockets
from .timers import Timers

TICK_S = 0.2
BACKLOG = 1024
# A terminal's Ctrl-C reaches us and our parent, which then passes it on: that is one wish, not two.
SAME_WISH_S = 0.5


def bind(host: str, port: int, flag: str) -> socket.socket:
    """Return a bound socket.

    Raises:
        ConfigError: the port is taken or the address is not ours.
    """
    try:
        family, kind, proto, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise ConfigError(f"{host} is not an address of this machine") from None
    sock = socket.socket(family, kind, proto)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise ConfigError(
                f"port {port} is taken: stop the other program or start with {flag} N"
            ) from None
        if error.errno == errno.EACCES:
            raise ConfigError(
                f"port {port} is not allowed for this user: start with {flag} N above 1023"
            ) from None
        raise ConfigError(f"cannot listen on {host} port {port}: {error.strerror}") from None
    sock.setblocking(False)
    return sock


class System:
    """One running gateway."""

    def __init__(
        self, settings: Settings, environ: Mapping[str, str], loop: asyncio.AbstractEventLoop, log: Log
    ) -> None:
        self.settings = settings
        self.loop = loop
        self.log = log
        parts = components.load(settings.root)
        self.routes = declared.build(parts)
        site = pages.from_components(
            parts, settings.pages, lambda text: log.warning("pages_missing", reason=text)
        )
        self.tls = tls_context(settings)
        self.public = bind(settings.host, settings.port, "--port")
        self.internal = bind(settings.internal_host, settings.internal_port, "--internal-port")
        self.stats = metrics.Stats()
        self.hub = Hub(_limits(settings))
        timed = [t for function in self.routes.functions.values() for t in triggers.read(function, environ)]
        self.pools = self._pools(environ, {trigger.function for trigger in timed})
        self.timers = Timers(timed, self.pools, loop, log)
        self.functions = Functions(self.pools, loop)
        sockets = Sockets(settings, self.routes, self.functions, self.hub, self.stats, log, loop)
        self.gateway = Gateway(settings, self.routes, self.functions, site, sockets, self.stats, log)
        self.push = Push(
            self.hub,
            self.routes.api_ids,
            [secret for secret in (settings.push_token, settings.push_token_old) if secret],
            settings.open_push,
            loop.time,
            log,
            self.stats.pushes,
        )
        self.stopping = asyncio.Event()
        self._told_at = 0.0
        self._internal_connections: set[Internal] = set()

    def _pools(self, environ: Mapping[str, str], timed: set[str]) -> dict[str, Pool]:
        used = {name for e in self.routes.endpoints for name in (e.function, e.register, e.cleanup) if name}
        used |= timed
        pools = {}
        for name, function in self.routes.functions.items():
            if name in used:
                mine = [
                    e
                    for e in self.routes.endpoints
                    if e.websocket and name in (e.function, e.register, e.cleanup)
                ]
                variables = function.environment({"PUSH_URL": self.push_url(mine), **environ})
                pools[name] = make_pool(function, variables, self.settings, self.loop, self.log)
        return pools

    def push_url(self, mine: list[Endpoint] | None = None) -> str:
        """Return where functions push to: the API of their own WebSocket, or else of the first one."""
        sockets = mine or [e for e in self.routes.endpoints if e.websocket]
        return f"{_url(self.internal)}/{sockets[0].api_id}" if sockets else _url(self.internal)

    async def run(self) -> None:
        """Serve until a signal comes or the parent is gone, then stop in order."""
        self.log.later = self.loop.call_later
        self.loop.set_exception_handler(self._defect)
        for number in (signal.SIGTERM, signal.SIGINT):
            self.loop.add_signal_handler(number, self._signal)
        if self.settings.lifeline is not None:
            self._hold_lifeline(self.settings.lifeline)
        server = PublicServer(self.gateway, self.settings, self.loop)
        listeners = [
            await self.loop.create_server(
                server,
                sock=self.public,
                backlog=BACKLOG,
                ssl=self.tls,
                ssl_handshake_timeout=self.settings.header_timeout if self.tls else None,
            ),
            await self.loop.create_server(self._internal_protocol, sock=self.internal, backlog=BACKLOG),
        ]
        self.functions.warm()
        self._tick()
        self.timers.start()
        self._announce()
        await self.stopping.wait()
        self.log.info("stopping", sockets=len(self.hub.connections))
        listeners[0].close()
        server.close_idle()
        self.timers.stop()
        await self.gateway.stop(self.timers.busy)
        await server.shutdown(0.5)
        listeners[1].close()
        for connection in list(self._internal_connections):
            connection.close()
        if self.settings.ready_file:
            with contextlib.suppress(OSError):
                self.settings.ready_file.unlink()
        self.log.info("stopped")
        self.log.flush()

    # ---- the internal listener

    def _internal_protocol(self) -> Internal:
        return Internal(self._internal_call, self.settings.max_push_bytes, self._internal_connections)

    def _internal_call(self, call: Call) -> Answer:
        if call.method == "POST":
            status, body = self.push.answer(call.path[1:], call.authorization, call.body, call.request_id)
            return status, "application/json", body
        if call.method != "GET":
            return 405, "text/plain", b"GET or POST\n"
        if call.path == "/metrics":
            return 200, "text/plain; version=0.0.4; charset=utf-8", metrics.render(self._sources())
        if call.path == "/healthz":
            return 200, "application/json", json.dumps(self.gateway.health()).encode()
        return 404, "text/plain", b"not found\n"

    def _sources(self) -> metrics.Sources:
        hub = self.hub
        return metrics.Sources(
            self.stats,
            self.pools,
            lambda: len(hub.connections),
            lambda: hub.opened_total,
            lambda: hub.closed_total,
            lambda: timer_metrics.families(self.timers.stats, self.loop.time()),
        )

    # ---- life and death

    def _announce(self) -> None:
        facts = {
            "pid": os.getpid(),
            "port": self.public.getsockname()[1],
            "internal_port": self.internal.getsockname()[1],
            "push_url": self.push_url(),
            "url": _url(self.public, "https" if self.tls else "http"),
        }
        if self.settings.ready_file:
            _write_whole(self.settings.ready_file, json.dumps(facts))
        self.log.info("listening", **facts)
        self.log.flush()

    def _tick(self) -> None:
        self.hub.tick(self.loop.time())
        self.loop.call_later(TICK_S, self._tick)

    def _signal(self) -> None:
        now = self.loop.time()
        if self.stopping.is_set() and now > self._told_at + SAME_WISH_S:
            self.functions.kill()
            self.log.flush()
            os._exit(1)
        if not self.stopping.is_set():
            self._told_at = now
            self.stopping.set()

    def _defect(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what asyncio found nobody to tell: a type and a place, no values."""
        error = context.get("exception")
        where = str(context.get("message"))[:80]
        self.log.error("defect", where=where, reason=type(error).__name__, trace=places(error))

    def _hold_lifeline(self, fd: int) -> None:
        """Stop when the parent is gone: it holds the other end of this pipe and never writes."""

        def look() -> None:
            try:
                alive = bool(os.read(fd, 4096))
            except BlockingIOError:
                return
            except OSError:
                alive = False
            if not alive:
                self.loop.remove_reader(fd)
                self.stopping.set()

        try:
            os.set_blocking(fd, False)
            os.set_inheritable(fd, False)
            self.loop.add_reader(fd, look)
        except (OSError, ValueError):
            raise ConfigError(f"--lifeline {fd}: no such open pipe") from None


def _limits(settings: Settings) -> Limits:
    return Limits(
        sockets=settings.max_sockets,
        first_frame_s=settings.first_frame_timeout,
        idle_s=settings.idle_timeout,
        ping_s=settings.ping_interval,
        pong_s=settings.pong_timeout,
        close_s=settings.close_timeout,
        message_bytes=settings.max_message_bytes,
        send_buffer_bytes=settings.send_buffer_bytes,
        send_s=settings.send_timeout,
        inbox_frames=settings.inbox_frames,
        message_burst=settings.message_burst,
        message_rate=settings.message_rate,
    )


def _url(sock: socket.socket, scheme: str = "http") -> str:
    host, port = sock.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # nosec B104  # asks, binds nothing
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or nothing."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text)
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"--ready-file {path}: {error.strerror}") from None
