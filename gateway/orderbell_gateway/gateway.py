"""What happens to an HTTP request: the walk from the server to a function and back. And the orderly end.

Knows no server library: server.py brings Requests and carries the Replies away. WebSockets are in sockets.py.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from time import perf_counter

from . import events
from .functions import Functions
from .hub import GOING_AWAY
from .jobs import Failed
from .logs import Log
from .messages import Reply, Request, json_reply, problem
from .metrics import Stats
from .pages import Pages
from .routes import Endpoint, Match, Routes
from .settings import Settings
from .sockets import Sockets

ReadBody = Callable[[int], Awaitable[bytes]]
_CORS_METHODS = "GET,POST,PUT,DELETE,HEAD,OPTIONS"
_FIELD_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~ ,-]{0,500}")
_TRY_AGAIN = "try again in a moment; the same request may be sent again"


class BodyTooLarge(Exception):
    """The body has more bytes than allowed."""


class BodyTooSlow(Exception):
    """The body did not arrive in time, or not at all."""


class Gateway:
    """Answers what the server brings."""

    def __init__(
        self,
        settings: Settings,
        routes: Routes,
        functions: Functions,
        pages: Pages | None,
        sockets: Sockets,
        stats: Stats,
        log: Log,
    ) -> None:
        self.settings = settings
        self.routes = routes
        self.functions = functions
        self.pages = pages
        self.sockets = sockets
        self.stats = stats
        self.log = log
        self.running = 0
        """Requests that are being answered."""

    async def answer(self, request: Request, read: ReadBody) -> Reply:
        """Return the reply to a request; `read(limit)` gives its body or raises BodyTooLarge, BodyTooSlow."""
        started = perf_counter()
        self.running += 1
        try:
            reply = await self._answer(request, read)
        finally:
            self.running -= 1
        return self.stats.finish(self.log, request, reply, started)

    async def _answer(self, request: Request, read: ReadBody) -> Reply:
        match = self.routes.find(request.path)
        if match is None:
            return self._no_route(request)
        endpoint = match.endpoint(request.method)
        if request.method == "OPTIONS" and _allows_cors(match, endpoint):
            reply = _preflight(request)
        elif endpoint is None:
            allow = ("allow", match.allow)
            reply = problem("method_not_allowed", f"this path takes {allow[1]}", request.request_id, [allow])
        elif endpoint.websocket:
            upgrade = ("upgrade", "websocket")
            reply = problem("upgrade_required", "open it as a WebSocket", request.request_id, [upgrade])
        else:
            reply = await self._function(request, endpoint, dict(match.parameters), read)
        reply.route = endpoint.path if endpoint else next(iter(match.endpoints.values())).path
        return reply

    def _no_route(self, request: Request) -> Reply:
        if request.method in ("GET", "HEAD"):
            if request.path == "/healthz":
                reply = json_reply(200, self.health())
                reply.route = "/healthz"
                return reply
            page = self.pages.answer(request) if self.pages else None
            if page is not None:
                return page
        return problem("not_found", "nothing is served at this path", request.request_id)

    async def _function(
        self, request: Request, endpoint: Endpoint, parameters: dict[str, str], read: ReadBody
    ) -> Reply:
        limit = endpoint.max_body or self.settings.max_body_bytes
        request_id = request.request_id
        try:
            if self.sockets.draining:
                raise Failed("overloaded", "the gateway is stopping")
            request.body = await read(limit)
            event = events.http_event(endpoint, request, parameters, self.settings.header_case == "title")
            answer = await self.functions.call(
                endpoint.function, event, request_id, endpoint.timeout_s, request.peer
            )
            reply = events.http_reply(endpoint, answer)
        except BodyTooLarge:
            reply = problem("too_large", f"the body may have {limit} bytes", request_id)
        except BodyTooSlow:
            reply = problem("request_timeout", "the body did not arrive in time", request_id)
        except Failed as failure:
            reply = self._failure(failure, request_id)
        except events.BadAnswer as error:
            self.log.error("bad_answer", function=endpoint.function, request_id=request_id, reason=str(error))
            reply = self._failure(Failed("bad_answer", str(error)), request_id)
        if endpoint.cors:
            reply.headers = [(n, v) for n, v in reply.headers if n.lower() != "access-control-allow-origin"]
            reply.headers.append(("access-control-allow-origin", "*"))
        return reply

    def _failure(self, failure: Failed, request_id: str) -> Reply:
        """Return the reply to a request whose function gave no answer.

        The vendor mostly answers 200 with an error inside: a false success, only given when asked for.
        """
        if not self.settings.platform_errors:
            reply = problem("unavailable", _TRY_AGAIN, request_id)
            reply.outcome = failure.kind
            return reply
        if failure.kind == "late":
            return problem("timeout", failure.detail, request_id)
        return events.platform_failure(failure.kind, request_id)

    def health(self) -> dict[str, object]:
        """Return what /healthz says where no function says it."""
        return {
            "status": "stopping" if self.sockets.draining else "ok",
            "sockets": len(self.sockets.hub.connections),
        }

    async def stop(self, also_busy: Callable[[], bool]) -> None:
        """Finish what runs (here or where `also_busy` says), close the sockets (1001), end the workers: all within the grace."""
        sockets, functions = self.sockets, self.functions
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.settings.shutdown_grace

        async def settle(until: float, busy: Callable[[], object]) -> None:
            while busy() and loop.time() < until:
                await asyncio.sleep(0.01)

        sockets.draining = True
        await settle(deadline, lambda: self.running or sockets.busy() or also_busy())
        sockets.hub.close_all(GOING_AWAY, "the gateway is stopping", loop.time())
        await settle(deadline, lambda: sockets.hub.connections)
        sockets.abandon_all()
        await settle(deadline, sockets.busy)
        functions.close()
        await settle(min(deadline, loop.time() + 1), functions.alive)
        functions.kill()
        await settle(loop.time() + 1, functions.alive)


def _allows_cors(match: Match, endpoint: Endpoint | None) -> bool:
    if endpoint is not None and endpoint.method in ("OPTIONS", "ANY"):
        return endpoint.cors
    return any(one.cors for one in match.endpoints.values())


def _preflight(request: Request) -> Reply:
    """Answer a preflight. The vendor documents none for the plain switch; this is the permissive reading."""
    wanted = request.headers.get("access-control-request-headers", "")
    headers = [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", _CORS_METHODS),
        ("access-control-max-age", "600"),
    ]
    if wanted and _FIELD_NAMES.fullmatch(wanted):
        headers.append(("access-control-allow-headers", wanted))
    return Reply(204, b"", headers, outcome="preflight")
