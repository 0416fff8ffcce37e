"""JSON lines for operators. The only place that writes them; no body, query or header ever comes here."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}

# Lines are gathered this long, so that writing costs a request nothing. A `warning` or worse goes at once.
FLUSH_S = 0.05


# ASCII: no text forges a line, whatever its reader takes for the end of one.
_encode = json.JSONEncoder(default=str).encode


def places(error: BaseException | None) -> list[str]:
    """Return where an exception came from, the innermost place last: files, lines and names, never a value."""
    found = []
    trace = error.__traceback__ if error else None
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-8:]


class CallLater(Protocol):
    """What the log needs of an event loop."""

    def __call__(self, delay: float, callback: Callable[[], None], /) -> object: ...


def label(secret: str) -> str:
    """Return eight letters for `secret` in a log: a connection id is a capability and is never written."""
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


class Log:
    """Writes one JSON object a line to `stream`."""

    def __init__(self, level: str = "info", stream: TextIO | None = None) -> None:
        self.threshold = LEVELS[level]
        self.stream = stream or sys.stdout
        self.later: CallLater | None = None
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def info(self, event: str, **fields: object) -> None:
        """Write what happens in the normal course of things."""
        if self.threshold <= 20:
            self._write("info", event, fields)

    def debug(self, event: str, **fields: object) -> None:
        """Write what only somebody looking for a fault wants to read."""
        if self.threshold <= 10:
            self._write("debug", event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Write what an operator should look at some day."""
        if self.threshold <= 30:
            self._write("warning", event, fields)
            self.flush()

    def error(self, event: str, **fields: object) -> None:
        """Write what an operator should look at now."""
        self._write("error", event, fields)
        self.flush()

    def output(self, function: str, request_id: str, line: str) -> None:
        """Write one line that a function printed; a line that is JSON itself stays readable as JSON."""
        if self.threshold > 20:
            return
        fields: dict[str, object] = {"function": function, "request_id": request_id, "line": line}
        if line.startswith("{") and line.endswith("}"):
            try:
                fields["log"] = json.loads(line)
            except ValueError:
                pass
            else:
                del fields["line"]
        self._write("info", "output", fields)

    def flush(self) -> None:
        """Write what was gathered. A reader that went away must not stop the gateway."""
        lines, self._lines = self._lines, []
        if not lines:
            return
        try:
            self.stream.write("".join(lines))
            self.stream.flush()
        except (OSError, ValueError):
            return

    def _write(self, level: str, event: str, fields: dict[str, object]) -> None:
        line = _encode({"ts": self._now(), "level": level, "event": event, **fields})
        self._lines.append(line + "\n")
        if self.later is None:
            self.flush()
        elif len(self._lines) == 1:
            self.later(FLUSH_S, self.flush)

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int((now - second) * 1000):03d}Z"
