"""The public listener. Only this file and tcp.py know aiohttp: it makes Requests and Sockets of its objects."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from time import perf_counter
from typing import Any, cast

from aiohttp import HttpVersion11, WSMsgType, web
from aiohttp.web_protocol import RequestHandler

from . import framing
from .frames import WrittenSocket
from .gateway import BodyTooLarge, BodyTooSlow, Gateway
from .hub import ABNORMAL, NORMAL, PROTOCOL_ERROR, Connection
from .messages import Reply, Request, new_request_id, problem
from .routes import Endpoint
from .settings import Settings
from .sockets import Accepted
from .tcp import SERVER, TcpConnection, web_response

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
        self.peers: Counter[str] = Counter()
        self.protocol_arguments = self._kwargs

    def __call__(self) -> RequestHandler:
        """Return the protocol of one TCP connection."""
        return TcpConnection(self, loop=self.loop, **self.protocol_arguments)

    def close_idle(self) -> None:
        """Close the connections that wait for nothing but a next request."""
        for connection in self.connections:
            cast(TcpConnection, connection).close_idle()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or carry one WebSocket to its end."""
        ours = self._request(request)
        reply = self._ambiguous(request, ours)
        # What follows a request that is not clear, or a handshake that failed, may be meant for somebody else: a proxy may
        # have taken the handshake for a success and pass on whatever its client sends.
        last = reply is not None or "upgrade" in ours.headers
        endpoint = self.gateway.sockets.endpoint(ours.path) if reply is None and _upgrades(ours) else None
        if endpoint is not None:
            accepted = await self._handshake(request, ours, endpoint)
            if isinstance(accepted, Accepted):
                request_id = ours.request_id
                del ours  # a socket may stay for hours: keep nothing of its handshake
                return await self._websocket(request, request_id, accepted)
            reply = accepted
        if reply is None:
            reply = await self.gateway.answer(ours, lambda limit: self._body(request, limit))
        response = web_response(reply, ours.secure)
        if last or self.gateway.sockets.draining:
            response.force_close()
        return response

    def _ambiguous(self, request: web.BaseRequest, ours: Request) -> Reply | None:
        """Return the reply to a request that cannot be told from two."""
        fault = framing.fault(
            framing.Head(
                request.method,
                request.raw_path,
                request.version < HttpVersion11,
                request.headers.getall("Host", []),
                request.headers.getall("Transfer-Encoding", []),
                request.headers.get("Content-Length", "0") != "0",
                _upgrades(ours),
            )
        )
        return self._malformed(ours, fault, "") if fault else None

    async def _handshake(
        self, request: web.BaseRequest, ours: Request, endpoint: Endpoint
    ) -> Accepted | Reply:
        if request.method != "GET" or not web.WebSocketResponse(compress=False).can_prepare(request):
            return self._malformed(ours, "this is no WebSocket handshake", endpoint.path)
        return await self.gateway.sockets.handshake(ours, endpoint)

    def _malformed(self, ours: Request, reason: str, route: str) -> Reply:
        reply = problem("malformed", reason, ours.request_id)
        reply.route = route
        return self.gateway.stats.finish(self.gateway.log, ours, reply, perf_counter())

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
        peer, request_id, secure = request.remote or "", "", request.secure
        if self.settings.trust_proxy:
            peer = framing.client_address(headers) or peer
            secure = secure or framing.came_over_tls(headers)
            request_id = headers.get("x-request-id", "")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = new_request_id()
        return Request(request.method, path, query, headers, peer, request_id, secure=secure)

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
                # RFC 6455 7.4.1: 1006 is never in a frame; aiohttp lets it through.
                socket.answer_close(PROTOCOL_ERROR if code == ABNORMAL else code)
                return code or NORMAL
            else:
                return ABNORMAL


def _upgrades(request: Request) -> bool:
    return request.headers.get("upgrade", "").strip().lower() == "websocket"


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
