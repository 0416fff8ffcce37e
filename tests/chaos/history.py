"""What happened, as JSON lines: written while the run goes on, read by the checker afterwards.

Every line has `at` (seconds since the start, monotonic) and `kind`; README.md of this folder lists the kinds.
"""

from __future__ import annotations

import time
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec


class History:
    """An open history file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._began = time.monotonic()
        self._encode = msgspec.json.Encoder().encode

    def restart(self) -> None:
        """Count the seconds from now on."""
        self._began = time.monotonic()

    def now(self) -> float:
        """Return the seconds since the start."""
        return time.monotonic() - self._began

    def write(self, kind: str, **fields: Any) -> None:
        """Add a line."""
        if self._file.closed:  # somebody is being switched off
            return
        self._file.write(self._encode({"at": round(self.now(), 6), "kind": kind, **fields}) + b"\n")

    def close(self) -> None:
        """Write what is left."""
        self._file.close()

    def __enter__(self) -> History:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
