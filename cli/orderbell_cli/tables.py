"""Plain text for people: columns and times."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

_ACTS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Characters that a terminal obeys, or that are not seen: controls and escapes, marks of direction, line separators."""


def plain(text: str) -> str:
    """Return a text that somebody else wrote as it may be printed: what a terminal would obey is shown as \\x1b or \\u202e."""
    return _ACTS.sub(lambda found: ascii(found[0])[1:-1], text)


def show(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns under their head."""
    cells = [list(head), *([plain(str(cell)) for cell in row] for row in rows)]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(head))]
    for row in cells:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def when(moment: datetime | None) -> str:
    """Return a time in this computer's zone, `-` for never."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M") if moment else "-"


def second(moment: datetime) -> str:
    """Return a time in this computer's zone, to the second."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _width(text: str) -> int:
    """Return the columns that a text takes in a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
