"""The composition root: what the doors in `function_*/` call. Nothing else imports everything.

    main_handler = entry.http(entry.bill)
    main_handler = entry.socket(entry.transport, entry.sweep)

`wiring()` is built on the first call and not on import, so that a cold start pays only for what its function uses.
"""

from __future__ import annotations

from orderbell.entry.doors import http, socket, task
from orderbell.entry.operator import admin, init_db, try_webhook
from orderbell.entry.sockets import register, transport, unregister
from orderbell.entry.timer import sweep
from orderbell.entry.web import bill, shops

__all__ = [
    "admin",
    "bill",
    "http",
    "init_db",
    "register",
    "shops",
    "socket",
    "sweep",
    "task",
    "transport",
    "try_webhook",
    "unregister",
]
