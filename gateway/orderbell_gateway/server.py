"""The public listener. The only file that knows aiohttp: it makes Requests and Sockets of its objects."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from time import perf_counter
from typing import Any, cast

from aiohttp import WSMsgType, web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from .frames import WrittenSocket, limit_unsent
from .gateway import BodyTooLarge, BodyTooSlow, Gateway
from .hub import ABNORMAL, NORMAL, Connection
from .logs import places
from .messages import Reply, Request, new_request_id, problem
from .settings import Settings
from .sockets import Accepted

SERVER = "orderbell-gateway"
_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
# A message above the operator's limit is still read up to this many times the limit, so that the client gets
# a proper close frame (1009) instead of a reset; beyond that aiohttp cuts the connection.
_READ_AHEAD = 8
# aiohttp's own complaints hold header lines and addresses, and nothing that is not in our own log.
logging.getLogger("aiohttp").setLevel(logging.CRITICAL)


class PublicServer(web.Server):
    """Hands each request to the gateway."""

    def __init__(self, gateway: Gateway, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            self.handle,
            access_log=None,
            auto_decompress=False,  # a small body may unpack to a huge one
            keepalive_timeout=settings.keepalive_timeout,
            max_line_size=settings.max_header_bytes,
            max_field_size=settings.max_header_bytes,
            max_headers=100,
            lingering_time=2.0,
            loop=loop,
        )
        self.gateway = gateway
        self.settings = settings
        self.loop = loop
        self.protocol_arguments = self._kwargs

    def __call__(self) -> RequestHandler:
        """Return the protocol of one TCP connection."""
        return _Protocol(self, loop=self.loop, **self.protocol_arguments)

    def close_idle(self) -> None:
        """Close the connections that wait for nothing but a next request."""
        for connection in self.connections:
            cast(_Protocol, connection).close_idle()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or carry one WebSocket to its end."""
        ours = self._request(request)
        if "upgrade" in ours.headers and ours.headers["upgrade"].strip().lower() == "websocket":
            endpoint = self.gateway.sockets.endpoint(ours.path)
            if endpoint is not None:
                started = perf_counter()
                if not web.WebSocketResponse(compress=False).can_prepare(request):
                    reply = problem("malformed", "this is no WebSocket handshake", ours.request_id)
                    reply.route = endpoint.path
                    return _response(self.gateway.stats.finish(self.gateway.log, ours, reply, started))
                accepted = await self.gateway.sockets.handshake(ours, endpoint)
                if isinstance(accepted, Reply):
                    return _response(accepted)
                request_id = ours.request_id
                del ours  # a socket may stay for hours: keep nothing of its handshake
                return await self._websocket(request, request_id, accepted)
        reply = await self.gateway.answer(ours, lambda limit: self._body(request, limit))
        response = _response(reply)
        if self.gateway.sockets.draining:
            response.force_close()
        return response

    def _request(self, request: web.BaseRequest) -> Request:
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            name = name.lower()
            headers[name] = (
                f"{headers[name]}{'; ' if name == 'cookie' else ', '}{value}" if name in headers else value
            )
        target = request.raw_path.partition("#")[0]
        if not target.startswith("/"):  # the absolute form that proxies use
            target = request.rel_url.raw_path_qs if target != "*" else "/"
        path, _, query = target.partition("?")
        peer, request_id = request.remote or "", ""
        if self.settings.trust_proxy:
            peer = _forwarded(headers.get("x-forwarded-for", "")) or peer
            request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = new_request_id()
        return Request(request.method, path, query, headers, peer, request_id)

    async def _body(self, request: web.BaseRequest, limit: int) -> bytes:
        if not request.body_exists:
            return b""
        length = request.content_length
        if length is not None and length > limit:
            raise BodyTooLarge
        content = request.content
        if content.is_eof():
            body = await content.read()
            if len(body) > limit:
                raise BodyTooLarge
            return body
        if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        reading = asyncio.ensure_future(_read_all(content, limit))
        done, _ = await asyncio.wait({reading}, timeout=self.settings.body_timeout)
        if not done:
            reading.cancel()
            raise BodyTooSlow
        try:
            return reading.result()
        except (ConnectionError, asyncio.CancelledError, web.RequestPayloadError):
            raise BodyTooSlow from None

    # ---- WebSocket

    async def _websocket(
        self, request: web.BaseRequest, request_id: str, accepted: Accepted
    ) -> web.StreamResponse:
        connection = accepted.connection
        ws = web.WebSocketResponse(
            autoclose=False,
            autoping=False,
            compress=False,
            protocols=[accepted.protocol] if accepted.protocol else [],
            max_msg_size=self.settings.max_message_bytes * _READ_AHEAD,
        )
        ws.headers["Server"] = SERVER
        ws.headers["X-Request-Id"] = request_id
        try:
            await ws.prepare(request)
            transport = request.transport
            if transport is None:
                raise ConnectionResetError
        except (ConnectionError, web.HTTPException):
            self.gateway.sockets.never_opened(connection)
            return ws
        limit_unsent(transport)
        socket = WrittenSocket(transport, self.loop, self.settings.close_timeout)
        self.gateway.sockets.opened(connection, socket, request_id)
        code = ABNORMAL
        try:
            code = await self._read(ws, connection, socket)
        finally:
            self.gateway.sockets.lost(connection, code)
            socket.end()
        return ws

    async def _read(self, ws: web.WebSocketResponse, connection: Connection, socket: WrittenSocket) -> int:
        """Carry messages until the connection ends; return the code of the client's close frame, or 1006."""
        sockets = self.gateway.sockets
        while True:
            message = await ws.receive()
            kind = message.type
            if kind is WSMsgType.TEXT or kind is WSMsgType.BINARY:
                sockets.message(connection, message.data)
            elif kind is WSMsgType.PING:
                sockets.heard(connection)
                socket.control(0xA, message.data)
            elif kind is WSMsgType.PONG:
                sockets.heard(connection)
            elif kind is WSMsgType.CLOSE:
                code = int(message.data or 0)
                socket.answer_close(code)
                return code or NORMAL
            else:
                return ABNORMAL


class _Protocol(RequestHandler):
    """One TCP connection: within its limits, and with our words for what cannot be parsed."""

    __slots__ = ("_header_timer",)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, unless there are too many."""
        self._header_timer: asyncio.TimerHandle | None = None
        super().connection_made(transport)
        server = cast(PublicServer, self._manager)
        if len(server.connections) > server.settings.max_connections:
            cast(asyncio.Transport, transport).write(
                b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
            self.force_close()
            return
        self._header_timer = server.loop.call_later(server.settings.header_timeout, self._header_late)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        if self._header_timer is not None:
            self._header_timer.cancel()
        super().connection_lost(exc)

    def close_idle(self) -> None:
        """Close this connection if no request is being answered on it and it is no WebSocket."""
        if self._waiter is not None and self._payload_parser is None:
            self.force_close()

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
            cast(PublicServer, self._manager).gateway.log.error(
                "defect", where="http", reason=type(exc).__name__, trace=places(exc)
            )
            reply = problem("unavailable", "something went wrong here", new_request_id())
        if request.writer.output_size > 0:
            raise ConnectionError("an answer was begun already")
        response = _response(reply)
        response.force_close()
        return response


async def _read_all(content: Any, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        part = await content.readany()
        if not part:
            return b"".join(parts)
        size += len(part)
        if size > limit:
            raise BodyTooLarge
        parts.append(part)


def _response(reply: Reply) -> web.Response:
    response = web.Response(status=reply.status, body=reply.body if reply.body else None)
    headers = response.headers
    for name, value in reply.headers:
        headers.add(name, value)
    headers["Server"] = SERVER
    headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _forwarded(header: str) -> str:
    """Return the address that the proxy itself saw: the last one, the others are the client's own word."""
    last = header.rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return ""
