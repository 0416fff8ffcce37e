"""A client's frames as RFC 6455 5.1 and 5.2 want them, however the network cuts them up."""

from __future__ import annotations

import pytest

from orderbell_gateway.masks import ClientFrames

MASK = b"\x01\x02\x03\x04"


def frame(size: int, first: int = 0x81) -> bytes:
    """Return a masked frame with a payload of so many bytes that look like headers."""
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65_536:
        length = b"\xfe" + size.to_bytes(2, "big")
    else:
        length = b"\xff" + size.to_bytes(8, "big")
    return bytes([first]) + length + MASK + b"\x81\x00" * (size // 2) + b"\x81" * (size % 2)


RIGHT = b"".join(frame(size) for size in (0, 1, 125, 126, 127, 300, 0, 2)) + frame(70_000) + frame(3, 0x89)
WRONG = {
    "no mask": b"\x81\x04test",
    "no mask and nothing in it": b"\x89\x00",
    "125 in two bytes": b"\x81\xfe\x00\x7d" + MASK,
    "65535 in eight bytes": b"\x81\xff" + (65_535).to_bytes(8, "big") + MASK,
    "0 in eight bytes": b"\x81\xff" + bytes(8) + MASK,
}


def passed(data: bytes, piece: int) -> tuple[bytes, bool]:
    """Give the data over in pieces; return what may be read, and whether it ends in a wrong frame."""
    frames, read = ClientFrames(), b""
    for start in range(0, len(data), piece):
        right, wrong = frames.take(data[start : start + piece])
        read += right
        if wrong:
            return read, True
    return read, False


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 11, 4096, 1 << 20])
def test_what_is_right_passes_whole_however_it_is_cut(piece: int) -> None:
    assert passed(RIGHT, piece) == (RIGHT, False)


@pytest.mark.parametrize("piece", [1, 2, 3, 4, 9, 1 << 20])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_stops_right_after_what_was_right(name: str, piece: int) -> None:
    before = frame(5) + frame(200)
    assert passed(before + WRONG[name] + frame(1), piece) == (before, True)
