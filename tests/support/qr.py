"""A reader of QR codes, made after ISO 18004 and knowing nothing of what made them: level M, versions 1 to 10, bytes.

It mends nothing: a code that is not whole, to the last check word, is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

Matrix = Sequence[Sequence[bool]]

_FORMAT_MASK = 0b101010000010010
_LEVEL_M = 0b00
_BYTES = 0b0100
# Check words of a block, and the data words of each block, by version.
_BLOCKS: dict[int, tuple[int, list[int]]] = {
    1: (10, [16]), 2: (16, [28]), 3: (26, [44]), 4: (18, [32] * 2), 5: (24, [43] * 2), 6: (16, [27] * 4),
    7: (18, [31] * 4), 8: (22, [38] * 2 + [39] * 2), 9: (22, [36] * 3 + [37] * 2), 10: (26, [43] * 4 + [44]),
}  # fmt: skip
_ALIGNED = {
    1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42),
    9: (6, 26, 46), 10: (6, 28, 50),
}  # fmt: skip
_MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)


def read(matrix: Matrix) -> str:
    """Return the text of a code, given without its quiet zone. Raises AssertionError where it is none."""
    size = len(matrix)
    version = (size - 17) // 4
    assert size == 17 + 4 * version and version in _BLOCKS, f"no code has {size} modules"
    around = [(8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [(y, 8) for y in (7, 5, 4, 3, 2, 1, 0)]
    form = _number(bool(matrix[y][x]) for y, x in around) ^ _FORMAT_MASK
    assert form >> 13 == _LEVEL_M, "another level than M"
    masked = _MASKS[form >> 10 & 0b111]
    bits = [matrix[y][x] ^ (masked(y, x) == 0) for y, x in _path(size, version)]
    words = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    return _text(_data(words, version), version)


def _number(bits: Iterator[bool] | list[bool]) -> int:
    return reduce(lambda sum_, bit: sum_ * 2 + bit, bits, 0)


def _path(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield the modules that carry words: in columns of two from the right, up and down in turn."""
    taken = _furniture(size, version)
    up = True
    for right in (x for x in range(size - 1, 0, -2)):
        column = right if right > 6 else right - 1  # the timing line is passed over
        for y in range(size - 1, -1, -1) if up else range(size):
            yield from ((y, x) for x in (column, column - 1) if (y, x) not in taken)
        up = not up


def _furniture(size: int, version: int) -> set[tuple[int, int]]:
    """Return the modules of finders, timing lines, alignment patterns, format and version."""
    every = range(size)
    taken = {(y, x) for y in every for x in every if y == 6 or x == 6}
    taken |= {
        (y, x)
        for y in every
        for x in every
        if (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
    }
    for y, x in ((y, x) for y in _ALIGNED[version] for x in _ALIGNED[version]):
        if (y, x) not in ((6, 6), (6, size - 7), (size - 7, 6)):
            taken |= {(y + dy, x + dx) for dy in range(-2, 3) for dx in range(-2, 3)}
    if version >= 7:
        near = [(a, b) for a in range(6) for b in range(size - 11, size - 8)]
        taken |= {*near, *((b, a) for a, b in near)}
    return taken


def _data(words: list[int], version: int) -> list[int]:
    """Sort the words into their blocks, see that each is whole, and return what they carry."""
    checks, sizes = _BLOCKS[version]
    rest = iter(words)
    blocks: list[list[int]] = [[] for _ in sizes]
    for nth in range(max(sizes)):
        for block, most in zip(blocks, sizes, strict=True):
            if nth < most:
                block.append(next(rest))
    data = [word for block in blocks for word in block]
    for _ in range(checks):
        for block in blocks:
            block.append(next(rest))
    for block in blocks:
        for power in range(checks):
            assert reduce(lambda sum_, word: _times(sum_, _EXP[power]) ^ word, block, 0) == 0, "damaged"
    return data


def _text(data: list[int], version: int) -> str:
    bits = "".join(f"{word:08b}" for word in data)
    wide = 8 if version < 10 else 16
    assert int(bits[:4], 2) == _BYTES, "not in bytes"
    length = int(bits[4 : 4 + wide], 2)
    start = 4 + wide
    return bytes(int(bits[start + 8 * n : start + 8 * n + 8], 2) for n in range(length)).decode()


def _powers() -> list[int]:
    found = [1]
    for _ in range(254):
        twice = found[-1] * 2
        found.append(twice ^ 0x11D if twice > 255 else twice)
    return found


_EXP = _powers()
_LOG = {value: power for power, value in enumerate(_EXP)}


def _times(a: int, b: int) -> int:
    return 0 if a == 0 or b == 0 else _EXP[(_LOG[a] + _LOG[b]) % 255]
