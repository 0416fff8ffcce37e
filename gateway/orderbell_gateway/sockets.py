"""What happens to a handshake, a client's messages and its end: the walk to a WebSocket's three functions.

Knows no server library: server.py brings the Sockets, hub.py decides about the connections.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from . import events
from .functions import Functions
from .hub import ABNORMAL, TRY_LATER, Connection, Frame, Full, Hub, Socket, State
from .jobs import Failed
from .logs import Log
from .messages import Reply, Request, new_request_id, problem
from .metrics import Stats
from .origins import Origins, lacks_only_tls
from .routes import Endpoint, Routes
from .settings import Settings

# Ends of many sockets at once (a proxy restarts) must not fill the queue that new handshakes need.
_CLEANUPS_AT_ONCE = 32
# How far apart two messages of one client may be swapped when the operator asks for shuffling.
_SHUFFLE_S = 0.02
_NO_TLS = "the page is https and no proxy said so: --trust-proxy and X-Forwarded-Proto"
_REFUSALS = {"timeout": "timeout", "late": "timeout", "overloaded": "unavailable"}


@dataclass(frozen=True)
class Accepted:
    """A handshake that the register function agreed to."""

    connection: Connection
    protocol: str


UNAVAILABLE = 503
"""The errNo of a register function that cannot say now whether it would let this client in."""
RATE_LIMITED = 429
"""The errNo of a register function whose client comes too often."""


class Sockets:
    """All that concerns WebSockets, between the server and the functions."""

    def __init__(
        self,
        settings: Settings,
        routes: Routes,
        functions: Functions,
        hub: Hub,
        stats: Stats,
        log: Log,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.settings = settings
        self.origins = Origins(settings.allowed_origins)
        self.routes = routes
        self.functions = functions
        self.hub = hub
        self.stats = stats
        self.log = log
        self.loop = loop
        self.draining = False
        """Nothing new is taken: the gateway is stopping."""
        self._told_of_tls = False
        self._handshakes = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._cleanups = asyncio.Semaphore(_CLEANUPS_AT_ONCE)

    def endpoint(self, path: str) -> Endpoint | None:
        """Return the endpoint that takes WebSockets at `path`."""
        match = self.routes.find(path)
        endpoint = match.endpoints.get("GET") if match else None
        return endpoint if endpoint and endpoint.websocket else None

    def busy(self) -> bool:
        """Tell whether a function is at work for a socket."""
        return bool(self._handshakes or self._tasks)

    # ---- the handshake

    async def handshake(self, request: Request, endpoint: Endpoint) -> Accepted | Reply:
        """Ask the register function. Only `opened`, after the 101, makes the connection pushable."""
        started = perf_counter()
        self._handshakes += 1
        try:
            accepted = await self._handshake(request, endpoint)
        finally:
            self._handshakes -= 1
        if isinstance(accepted, Accepted):
            self.stats.http[endpoint.path, "GET", 101] += 1
            return accepted
        self.stats.refused[accepted.outcome] += 1
        accepted.route = endpoint.path
        return self.stats.finish(self.log, request, accepted, started)

    async def _handshake(self, request: Request, endpoint: Endpoint) -> Accepted | Reply:
        if self.draining:
            return problem("unavailable", "the gateway is stopping", request.request_id)
        headers = request.headers
        if not self.origins.allow(headers.get("origin"), request.secure, headers.get("host", "")):
            return self._other_origin(request)
        try:
            connection = self.hub.admit(endpoint.api_id, request.peer)
        except Full:
            return problem("unavailable", "too many connections", request.request_id)
        if not endpoint.register:
            return Accepted(connection, "")
        verdict = await self._register(request, endpoint, connection)
        if isinstance(verdict, Reply):
            self.hub.refused(connection)
            return verdict
        return Accepted(connection, verdict.protocol)

    def _other_origin(self, request: Request) -> Reply:
        """Refuse a page; that the proxy before us does not say `https` is told to the operator once, as it shuts out all."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        reason = "this origin is not allowed"
        if lacks_only_tls(origin, request.secure, host):
            reason = _NO_TLS
            if not self._told_of_tls:
                self._told_of_tls = True
                self.log.warning("origin", request_id=request.request_id, reason=reason)
        reply = problem("refused", reason, request.request_id)
        reply.outcome = "origin"
        return reply

    async def _register(
        self, request: Request, endpoint: Endpoint, connection: Connection
    ) -> events.Verdict | Reply:
        """Return what the register function said, or the reply to a client that is not let in."""
        request_id = request.request_id
        event = events.register_event(endpoint, request, connection.id)
        try:
            answer = await self.functions.call(
                endpoint.register, event, request_id, endpoint.timeout_s, request.peer
            )
            verdict = events.register_verdict(answer, connection.id, request)
        except Failed as failure:
            code = _REFUSALS.get(failure.kind, "bad_gateway")
            reply = problem(code, "the connection cannot be registered; try again later", request_id)
            reply.outcome = failure.kind
            return reply
        except events.BadAnswer as error:
            self.log.error("bad_answer", function=endpoint.register, request_id=request_id, reason=str(error))
            return problem("bad_gateway", "the connection cannot be registered", request_id)
        if verdict.error == UNAVAILABLE:
            return problem("unavailable", verdict.message or "try again later", request_id)
        if verdict.error == RATE_LIMITED:
            later = [("retry-after", str(verdict.retry_after_s))]
            return problem("rate_limited", verdict.message or "try again later", request_id, later)
        if verdict.error:
            return problem("refused", verdict.message or "refused", request_id, errNo=verdict.error)
        return verdict

    # ---- the life of a socket, as the server reports it

    def opened(self, connection: Connection, socket: Socket, request_id: str) -> None:
        """The 101 is written."""
        self.hub.opened(connection, socket, self.loop.time())
        self.log.info("socket_opened", request_id=request_id, connection=connection.label)

    def never_opened(self, connection: Connection) -> None:
        """The client went away while it was registered: the functions have to be told."""
        self.hub.refused(connection)
        self._task(self._clean_up(connection))

    def message(self, connection: Connection, frame: Frame) -> None:
        """A message of a client came."""
        self.stats.frames += 1
        if self.draining or not self.hub.message(connection, frame, self.loop.time()):
            return
        if self.settings.shuffle_frames:
            while (one := self.hub.take(connection)) is not None:
                self._task(self._shuffled(connection, one))
        else:
            self._task(self._pump(connection))

    def heard(self, connection: Connection) -> None:
        """A pong or a ping of a client came."""
        self.hub.heard(connection, self.loop.time())

    def lost(self, connection: Connection, code: int = ABNORMAL) -> None:
        """A connection ended; `code` is what the client's close frame said, if there was one."""
        if connection.state is State.GONE:
            return
        self.hub.lost(connection, code)
        by = connection.ended_by
        self.log.info("socket_closed", connection=connection.label, code=connection.code, by=by)
        if not connection.busy:  # else the messages before the end go first, see _pump
            self._task(self._clean_up(connection))

    def abandon_all(self) -> None:
        """Drop the sockets whose clients did not finish the closing handshake."""
        for connection in list(self.hub.connections.values()):
            if connection.socket is not None:
                connection.socket.abort()
            self.lost(connection)

    # ---- the functions

    async def _pump(self, connection: Connection) -> None:
        """Hand one client's messages over, one at a time and in order; then its end, if it came meanwhile."""
        while (frame := self.hub.take(connection)) is not None:
            await self._transport(connection, frame)
        if connection.state is State.GONE:
            await self._clean_up(connection)

    async def _shuffled(self, connection: Connection, frame: Frame) -> None:
        await asyncio.sleep(random.uniform(0, _SHUFFLE_S))
        await self._transport(connection, frame)

    async def _transport(self, connection: Connection, frame: Frame) -> None:
        endpoint = self.routes.api_ids[connection.api]
        request_id = new_request_id()
        started = perf_counter()
        outcome = "ok"
        try:
            event = events.transport_event(connection.id, frame)
            result = await self.functions.call(
                endpoint.function, event, request_id, endpoint.timeout_s, connection.peer
            )
            if not connection.counted:
                self.hub.answered(connection, not events.is_refusal(result), self.loop.time())
        except Failed as failure:
            outcome = failure.kind
            if failure.kind == "overloaded":
                self.hub.close(connection, TRY_LATER, "too busy", self.loop.time())
            elif self.settings.drop_on_function_error:
                self.hub.close(connection, 1011, "the message was not handled", self.loop.time())
        if self.log.threshold <= 20:
            ms = round((perf_counter() - started) * 1000, 1)
            self.log.info("frame", request_id=request_id, connection=connection.label, outcome=outcome, ms=ms)

    async def _clean_up(self, connection: Connection) -> None:
        endpoint = self.routes.api_ids[connection.api]
        if not endpoint.cleanup or (connection.ended_by == "push" and self.settings.cleanup == "client"):
            return
        request_id, where = new_request_id(), connection.label
        async with self._cleanups:
            try:
                event = events.cleanup_event(connection.id)
                await self.functions.call(
                    endpoint.cleanup, event, request_id, endpoint.timeout_s, connection.peer
                )
            except Failed as failure:
                outcome = failure.kind
                self.log.warning("cleanup_failed", request_id=request_id, connection=where, outcome=outcome)

    def _task(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.log.error("defect", where="task", reason=repr(task.exception()))
