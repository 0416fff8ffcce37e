"""From a cloud's event to a use case and back: the only place that catches everything."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from orderbell.adapters.events import tencent
from orderbell.adapters.events.tencent import Request, Response, SocketEvent
from orderbell.domain.errors import ConnectionGone, OrderbellError, PushFailed, SettingsError
from orderbell.entry import logs
from orderbell.wire.problem import problem, wire_of

log = logging.getLogger("orderbell.entry")

Handler = Callable[[Any, Any], Any]
HttpUse = Callable[[Request], Response]
SocketUse = Callable[[SocketEvent], Any]


def http(use: HttpUse) -> Handler:
    """Return the handler of a function that answers HTTP."""

    def main_handler(event: Mapping[str, Any], context: Any) -> Any:
        request_id = tencent.request_id(context)
        logs.request_id.set(request_id)
        try:
            request = tencent.request(event, context)
            request_id = request.request_id
            logs.request_id.set(request_id)
            answer = use(request)
        except SettingsError as error:
            stop(error)
        except Exception as error:
            answer = refused(error, request_id)
        return tencent.response(with_headers(answer, request_id))

    return main_handler


def refused(error: Exception, request_id: str) -> Response:
    """Return an error as the answer to a request, and log it."""
    note(error)
    status, headers, body = problem(error, request_id)
    return Response(status, body, headers)


def socket(use: SocketUse, timer: Callable[[], dict[str, Any]] | None = None) -> Handler:
    """Return the handler of a function that a gateway calls for a socket, and the cloud's clock for a `timer`."""
    tick = None if timer is None else task(timer)

    def main_handler(event: Mapping[str, Any], context: Any) -> Any:
        if tick is not None and tencent.is_timer(event):
            return tick(event, context)
        happened = tencent.socket_event(event, context)
        if happened is None:
            return tencent.refused(102, "not a WebSocket event")
        logs.request_id.set(happened.request_id)
        try:
            return use(happened)
        except SettingsError as error:
            stop(error)
        except Exception as error:
            note(error)
            return tencent.refused(wire_of(error).status, wire_of(error).code)

    return main_handler


def task(use: Callable[[], dict[str, Any]]) -> Handler:
    """Return the handler of a function that the operator invokes; what it returns is the invocation's result."""

    def main_handler(event: Mapping[str, Any], context: Any) -> Any:
        logs.request_id.set(tencent.request_id(context))
        try:
            return use()
        except SettingsError as error:
            stop(error)
        except OrderbellError as error:
            note(error)
            return {"ok": False, "error": str(error)}

    return main_handler


def stop(error: SettingsError) -> NoReturn:
    """End the process with the one line that says how to mend it."""
    sys.stderr.write(f"orderbell: {error}\n")
    sys.exit(2)


def note(error: Exception) -> None:
    """Log an error: a refusal in a word, a defect with its place."""
    row = wire_of(error)
    if isinstance(error, (ConnectionGone, PushFailed)):
        log.info("not told", extra={"reason": str(error)})
    elif row.status == 500:
        log.error("defect", exc_info=error, extra={"code": row.code})
    elif row.status == 503:
        log.warning("unavailable", extra={"code": row.code, "reason": str(error)})
    elif isinstance(error, OrderbellError):
        log.info("refused", extra={"code": row.code, "status": row.status})


def with_headers(answer: Response, request_id: str) -> Response:
    """Add what every answer carries."""
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Request-Id": request_id,
        **answer.headers,
    }
    return Response(answer.status, answer.body, headers)
