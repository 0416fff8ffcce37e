"""How each error of the tree looks on the wire: HTTP status and code. The one table (protocol.md 1)."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from orderbell.domain import errors as e
from orderbell.wire.frames import FieldProblem, Problem

# Why a socket is closed (protocol.md 2). Any other refusal is a frame, and the socket stays.
CLOSE_MALFORMED = 4400
CLOSE_UNAUTHORIZED = 4401
CLOSE_NO_HELLO = 4408
CLOSE_REVOKED = 4409
CLOSE_RATE_LIMITED = 4429
CLOSE_TRY_LATER = 1013


class Wire(NamedTuple):
    """HTTP status, code, a title for people, and when to come back."""

    status: int
    code: str
    title: str
    retry_after_s: int | None = None


TABLE: dict[type[BaseException], Wire] = {
    e.Malformed: Wire(400, "malformed", "The request is not well-formed JSON"),
    e.KeyMissing: Wire(400, "idempotency_key_missing", "The Idempotency-Key header is missing"),
    e.KeyInvalid: Wire(400, "idempotency_key_invalid", "The Idempotency-Key header is not valid"),
    e.Unauthorized: Wire(401, "unauthorized", "A valid token is needed"),
    e.NotFound: Wire(404, "not_found", "Not found"),
    e.UnknownShop: Wire(404, "unknown_shop", "There is no such shop"),
    e.MethodNotAllowed: Wire(405, "method_not_allowed", "The method is not allowed here"),
    e.ShopClosed: Wire(409, "shop_closed", "The shop takes no orders now"),
    e.ItemUnavailable: Wire(409, "item_unavailable", "Something in the order is sold out"),
    e.PriceChanged: Wire(409, "price_changed", "The total has changed"),
    e.Conflict: Wire(409, "conflict", "The order cannot move that way"),
    e.TooLarge: Wire(413, "too_large", "The body is too large"),
    e.UnsupportedMediaType: Wire(415, "unsupported_media_type", "The body must be application/json"),
    e.Invalid: Wire(422, "validation", "Some fields are wrong"),
    e.KeyReused: Wire(422, "idempotency_mismatch", "The Idempotency-Key was used for another order"),
    e.RateLimited: Wire(429, "rate_limited", "Too many requests"),
    e.Unavailable: Wire(503, "unavailable", "Try again", 1),
    Exception: Wire(500, "internal", "Something went wrong"),
}


def wire_of(error: BaseException) -> Wire:
    """Return the row of an error's nearest ancestor in the table."""
    for kind in type(error).__mro__:
        if kind in TABLE:
            return TABLE[kind]
    return TABLE[Exception]


def detail_of(error: BaseException) -> str:
    """Return what a client may read of an error: nothing of one that is not in the tree."""
    if isinstance(error, e.Refused):
        return error.detail
    if isinstance(error, e.Unavailable):
        return "nothing was accepted, or its fate is unknown: send the same request again"
    return "the request was not carried out; it is logged under its request_id"


def problem(error: BaseException, request_id: str) -> tuple[int, dict[str, str], bytes]:
    """Return (status, headers, body) of an error as application/problem+json."""
    row = wire_of(error)
    errors = error.errors if isinstance(error, e.Refused) else ()
    body = Problem(
        type="about:blank" if row.status == 500 else f"urn:orderbell:problem:{row.code}",
        title=row.title,
        status=row.status,
        detail=detail_of(error),
        code=row.code,
        request_id=request_id,
        errors=[FieldProblem(field.pointer, field.detail) for field in errors],
    )
    headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    retry_after_s = error.retry_after_s if isinstance(error, e.RateLimited) else row.retry_after_s
    if isinstance(error, e.MethodNotAllowed) and error.allow:
        headers["Allow"] = error.allow
    if row.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return row.status, headers, msgspec.json.encode(body)
