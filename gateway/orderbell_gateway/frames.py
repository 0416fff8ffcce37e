"""Writes RFC 6455 frames to a transport: a server's frames need no mask, and nothing here may wait."""

from __future__ import annotations

import asyncio
import socket
import struct

# Without a limit the kernel takes some 4 MB for a client that reads nothing: thousands of orders, before we see that
# anything waits. What is on its way does not count.
UNSENT_BYTES = 65_536
_TCP_NOTSENT_LOWAT = getattr(socket, "TCP_NOTSENT_LOWAT", None)  # not on every system


def limit_unsent(transport: asyncio.Transport) -> None:
    """Keep the kernel from taking more than UNSENT_BYTES for which the client's window has no room."""
    sock = transport.get_extra_info("socket")
    if sock is not None and _TCP_NOTSENT_LOWAT is not None:
        sock.setsockopt(socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, UNSENT_BYTES)


class WrittenSocket:
    """One accepted WebSocket as the hub wants it (see hub.Socket)."""

    __slots__ = ("transport", "loop", "linger_s", "closed")

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, linger_s: float
    ) -> None:
        self.transport = transport
        self.loop = loop
        self.linger_s = linger_s
        self.closed = False

    def send(self, data: bytes, binary: bool) -> None:
        """Write a message as one frame."""
        size = len(data)
        first = 0x82 if binary else 0x81
        if size < 126:
            head = bytes((first, size))
        elif size < 65_536:
            head = struct.pack("!BBH", first, 126, size)
        else:
            head = struct.pack("!BBQ", first, 127, size)
        self.transport.write(head + data)

    def control(self, opcode: int, data: bytes) -> None:
        """Write a ping, pong or close frame, unless the close frame went out already."""
        if not self.closed and not self.transport.is_closing():
            self.transport.write(bytes((0x80 | opcode, len(data))) + data)

    def ping(self) -> None:
        """Write a ping."""
        self.control(0x9, b"")

    def close(self, code: int, reason: str) -> None:
        """Write a close frame; the client's answer ends `_read`."""
        text = reason.encode("utf-8", "replace")[:123].decode("utf-8", "ignore").encode()
        self.control(0x8, struct.pack("!H", code) + text)
        self.closed = True

    def answer_close(self, code: int) -> None:
        """Answer the client's close frame with its own code, as RFC 6455 5.5.1 has it."""
        self.control(0x8, struct.pack("!H", code) if code else b"")
        self.closed = True

    def abort(self) -> None:
        """Drop the connection and what waits in it."""
        self.transport.abort()

    def pending(self) -> int:
        """Return how many bytes the client has not taken yet."""
        return self.transport.get_write_buffer_size()

    def end(self) -> None:
        """Close the TCP connection; a client that does not take the rest does not keep it for ever."""
        self.transport.close()
        if self.transport.get_write_buffer_size():
            self.loop.call_later(self.linger_s, self.transport.abort)
