"""One TCP connection of the public listener: how many there may be, and our words for what cannot be parsed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Protocol, cast

from aiohttp import web
from aiohttp.http import WebSocketReader
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from .fair import line_of
from .frames import UNSENT_BYTES, limit_unsent
from .gateway import Gateway
from .logs import places
from .masks import Reader, StrictReader
from .messages import Reply, new_request_id, problem
from .protection import DEFAULTS, protect
from .settings import Settings

SERVER = "orderbell-gateway"
_TOO_MANY = (
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in DEFAULTS.items())
    + "\r\n"
).encode()


class Owner(Protocol):
    """What a connection needs of the server."""

    gateway: Gateway
    settings: Settings
    loop: asyncio.AbstractEventLoop
    peers: Counter[str]
    """How many connections each address has."""

    @property
    def connections(self) -> Collection[object]:
        """All that are open."""


class TcpConnection(RequestHandler):
    """One TCP connection: within its limits, and with our words for what cannot be parsed."""

    __slots__ = ("_header_timer", "_send_timer", "_unsent", "_peer")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, unless there are too many."""
        self._header_timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        # Or else the kernel takes megabytes, and what a client has read of them is not to be seen.
        limit_unsent(cast(asyncio.Transport, transport))
        server, limits = self._owner(), self._owner().settings
        self._peer = line_of(str((transport.get_extra_info("peername") or [""])[0]))
        server.peers[self._peer] += 1
        # All connections are a proxy's own where there is one: whom it lets in how often is for it to say.
        crowd = not limits.trust_proxy and 0 < limits.max_peer_connections < server.peers[self._peer]
        if crowd or len(server.connections) > limits.max_connections:
            cast(asyncio.Transport, transport).write(_TOO_MANY)
            self.force_close()
            return
        self._header_timer = server.loop.call_later(limits.header_timeout, self._header_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        for timer in (self._header_timer, self._send_timer):
            if timer is not None:
                timer.cancel()
        if self._manager is not None:  # else it was told of its end before
            peers = self._owner().peers
            peers[self._peer] -= 1
            if not peers[self._peer]:
                del peers[self._peer]
        super().connection_lost(exc)

    def set_parser(self, parser: Reader, data_received_cb: Callable[[], None] | None = None) -> None:
        """From here on the bytes are a WebSocket's."""
        super().set_parser(cast(WebSocketReader, StrictReader(parser)), data_received_cb)

    def pause_writing(self) -> None:
        """More waits for this client than should: see that it reads on."""
        super().pause_writing()
        # What waits for a WebSocket is the hub's business.
        if self.transport is not None and self._manager is not None and self._payload_parser is None:
            self._watch_reader(self.transport)

    def resume_writing(self) -> None:
        """The client has read on."""
        super().resume_writing()
        if self._send_timer is not None:
            self._send_timer.cancel()
            self._send_timer = None

    def _watch_reader(self, transport: asyncio.Transport) -> None:
        server = self._owner()
        if server.settings.send_timeout:
            self._unsent = transport.get_write_buffer_size()
            self._send_timer = server.loop.call_later(
                server.settings.send_timeout, self._reader_late, transport
            )

    def _reader_late(self, transport: asyncio.Transport) -> None:
        """Cut who took next to nothing of a large answer within the time; who reads on, however slowly, gets it."""
        if self._unsent - transport.get_write_buffer_size() < UNSENT_BYTES:
            transport.abort()
        else:
            self._watch_reader(transport)

    def close_idle(self) -> None:
        """Close this connection if no request is being answered on it and it is no WebSocket."""
        if self._waiter is not None and self._payload_parser is None:
            self.force_close()

    def _owner(self) -> Owner:
        return cast(Owner, self._manager)

    def _header_late(self) -> None:
        if self._request_count == 0:
            self.force_close()

    def handle_error(
        self, request: Any, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what aiohttp could not parse, or a defect of ours, without repeating what came."""
        if isinstance(exc, LineTooLong) or (message or "").startswith("Too many headers"):
            reply = problem("header_too_large", "shorten the address or a header", new_request_id())
        elif status == 400:
            reply = problem("malformed", "this is not an HTTP request", new_request_id())
        else:
            self._owner().gateway.log.error(
                "defect", where="http", reason=type(exc).__name__, trace=places(exc)
            )
            reply = problem("unavailable", "something went wrong here", new_request_id())
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        response = web_response(reply, _has_tls(self.transport))
        response.force_close()
        return response


def _has_tls(transport: asyncio.BaseTransport | None) -> bool:
    return transport is not None and transport.get_extra_info("sslcontext") is not None


def web_response(reply: Reply, secure: bool) -> web.Response:
    """Return a reply as aiohttp has it, with the headers that every answer has; `secure`: it goes over TLS."""
    response = web.Response(status=reply.status, body=reply.body if reply.body else None)
    headers = response.headers
    for name, value in reply.headers:
        headers.add(name, value)
    headers["Server"] = SERVER
    protect(headers, secure)
    return response
