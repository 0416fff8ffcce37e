"""GET /bill?day=DAY: the owner's report, as JSON or as a table. Loaded when the first is asked for."""

from __future__ import annotations

import re
from datetime import date

from orderbell.adapters.events.tencent import Request, Response
from orderbell.domain import errors as e
from orderbell.service.report import Reports
from orderbell.wire import render, render_report

TODAY = "today"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def show(request: Request, reports: Reports, token: str | None, language: str | None) -> Response:
    """Answer with the report of the day that `day` names.

    Raises:
        Unauthorized: no token, or no device's.
        Invalid: `day` is no day, or `as` no form.
    """
    if token is None:
        raise e.Unauthorized("send the device's token: Authorization: Bearer TOKEN")
    day = _day(request.query["day"])
    form = request.query.get("as", "json")
    if form not in ("json", "csv"):
        raise e.Invalid("some fields are wrong", (e.FieldError("/as", "must be json or csv"),))
    found = reports.of(token, day, request.peer)
    if form == "json":
        body = render.encode(render_report.report(found, language))
        return Response(200, body, {"Vary": "Accept-Language"})
    name = render_report.file_name(found.day.shop.slug, found.day.day)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(200, render_report.table(found).encode(), headers)


def _day(text: str) -> date | None:
    """Read a day; None stands for the day it is in the shop."""
    if text == TODAY:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise e.Invalid(
        "some fields are wrong", (e.FieldError("/day", "must be a day as in 2026-11-21, or today"),)
    )
