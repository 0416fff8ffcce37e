"""What RFC 6455 5.1 and 5.2 ask of a client's frames and aiohttp does not see to: each has a mask, and a short length."""

from __future__ import annotations

from typing import Protocol

# Bytes of the header before the mask by the length's seven bits, and the least length that needs so many.
_LONG = {126: (4, 126), 127: (10, 65_536)}
_MASK_BYTES = 4
# Reserved bits: whoever reads it ends the connection with 1002, in its own way and after what came before.
_FORBIDDEN = b"\xf0\x80\x00\x00\x00\x00"


class ClientFrames:
    """Follows the frames of one client through its bytes, as they come; keeps no payload."""

    __slots__ = ("_skip", "_head")

    def __init__(self) -> None:
        self._skip = 0
        """Bytes of the frame under way that are still to come."""
        self._head = b""
        """A header that has not come whole: 9 bytes at most."""

    def take(self, data: bytes) -> tuple[bytes, bool]:
        """Return what may be read of all that came until now, and whether a frame that is wrong follows it."""
        if self._head:
            data, self._head = self._head + data, b""
        at, self._skip = self._skip, 0
        while at < len(data):
            head = data[at : at + 10]
            if len(head) > 1 and not head[1] & 0x80:
                return data[:at], True
            size = head[1] & 0x7F if len(head) > 1 else 0
            width, least = _LONG.get(size, (2, 0))
            if len(head) < width:
                self._head = head
                return data[:at], False
            if least:
                size = int.from_bytes(head[2:width], "big")
            if size < least:
                return data[:at], True
            at += width + _MASK_BYTES + size
        self._skip = at - len(data)
        return data, False


class Reader(Protocol):
    """What reads frames: aiohttp's parser of a WebSocket."""

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Read on; true where nothing more is read."""

    def feed_eof(self) -> None:
        """The connection has ended."""


class StrictReader:
    """A reader that ends a connection whose frames are wrong as it ends one with reserved bits: 1002."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._frames = ClientFrames()

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """Read on; true where nothing more is read."""
        right, wrong = self._frames.take(bytes(data))
        return self._reader.feed_data(right + _FORBIDDEN if wrong else right)

    def feed_eof(self) -> None:
        """The connection has ended."""
        self._reader.feed_eof()
