"""A WebSocket client that does only what it is told: it does not read, answer or close by itself."""

from __future__ import annotations

import socket

from tests.gateway.gateway_process import GatewayProcess

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n"
)


class RawClient:
    """A WebSocket client that reads only when it is told to."""

    def __init__(self, gateway: GatewayProcess) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(15)
        self.socket.connect(("127.0.0.1", gateway.facts["port"]))
        self.socket.sendall(HANDSHAKE)
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.socket.recv(1)
        assert head.startswith(b"HTTP/1.1 101 ")

    def send(self, text: str) -> None:
        data = text.encode()
        assert len(data) < 126
        self.socket.sendall(bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data)

    def recv(self) -> str:
        head = self.socket.recv(2)
        return self.socket.recv(head[1]).decode()
