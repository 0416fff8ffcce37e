"""Logs: one JSON object a line on stderr, with the id of the request. Never a name, a phone, an address or a token."""

from __future__ import annotations

import json
import logging
import sys
import time
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The id that follows an order through every hop; the push adapter sends it on."""

_EXTRA = ("reason", "function", "path", "status", "code", "action", "order", "shop", "seq", "ms")


class JsonLines(logging.Formatter):
    """A record as one line. Line breaks inside a text are escaped, so that no text can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {
            "at": f"{stamp}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.get(),
        }
        line.update({name: getattr(record, name) for name in _EXTRA if hasattr(record, name)})
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[
                0
            ].__name__  # the type and the place, not the text: it may quote what a user typed
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            if trace is not None:
                line["where"] = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        return json.dumps(line)  # ASCII: no line separator and no half surrogate gets out


def configure(level: str) -> None:
    """Send the logs of `orderbell` to stderr."""
    log = logging.getLogger("orderbell")
    log.setLevel(level)
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(JsonLines())
        log.addHandler(handler)
        log.propagate = False
