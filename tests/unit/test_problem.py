"""How errors look on the wire, against the table of protocol.md 1 and the close codes of 2."""

from __future__ import annotations

import json

import pytest

from orderbell.domain import errors as e
from orderbell.wire import problem, voice

# 431 header_too_large is the gateway's: no function sees such a request.
TABLE: list[tuple[e.OrderbellError, int, str]] = [
    (e.Malformed("x"), 400, "malformed"),
    (e.KeyMissing("x"), 400, "idempotency_key_missing"),
    (e.KeyInvalid("x"), 400, "idempotency_key_invalid"),
    (e.Unauthorized("x"), 401, "unauthorized"),
    (e.NotFound("x"), 404, "not_found"),
    (e.UnknownShop("x"), 404, "unknown_shop"),
    (e.MethodNotAllowed("x"), 405, "method_not_allowed"),
    (e.TooLarge("x"), 413, "too_large"),
    (e.UnsupportedMediaType("x"), 415, "unsupported_media_type"),
    (e.ShopClosed("x"), 409, "shop_closed"),
    (e.ItemUnavailable("x"), 409, "item_unavailable"),
    (e.PriceChanged("x"), 409, "price_changed"),
    (e.Conflict("x"), 409, "conflict"),
    (e.Invalid("x"), 422, "validation"),
    (e.KeyReused("x"), 422, "idempotency_mismatch"),
    (e.RateLimited("x", 7), 429, "rate_limited"),
    (e.Unavailable("secret"), 503, "unavailable"),
]


def body_of(error: BaseException) -> dict[str, object]:
    status, headers, body = problem.problem(error, "r-1")
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"
    said: dict[str, object] = json.loads(body)
    assert said["status"] == status
    return said


@pytest.mark.parametrize(("error", "status", "code"), TABLE, ids=[code for _, _, code in TABLE])
def test_an_error_has_the_status_and_code_of_the_protocol(
    error: e.OrderbellError, status: int, code: str
) -> None:
    said = body_of(error)
    assert set(said) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert (said["status"], said["code"], said["request_id"], said["errors"]) == (status, code, "r-1", [])
    assert said["type"] == f"urn:orderbell:problem:{code}"
    assert said["title"]


def test_every_refusal_has_a_row_of_its_own() -> None:
    kinds = {type(error) for error, _, _ in TABLE}
    assert set(e.Refused.__subclasses__()) | {e.Unavailable} == kinds
    assert kinds <= set(problem.TABLE)


def test_every_wrong_field_is_in_the_body() -> None:
    said = body_of(
        e.Invalid("some fields are wrong", (e.FieldError("/a", "no"), e.FieldError("/b/0", "neither")))
    )
    assert said["errors"] == [{"pointer": "/a", "detail": "no"}, {"pointer": "/b/0", "detail": "neither"}]


def test_what_comes_later_says_when() -> None:
    assert problem.problem(e.RateLimited("x", 7), "")[1]["Retry-After"] == "7"
    assert problem.problem(e.Unavailable("x"), "")[1]["Retry-After"] == "1"
    assert "Retry-After" not in problem.problem(e.Conflict("x"), "")[1]


@pytest.mark.parametrize(
    "error", [ZeroDivisionError("secret"), e.PushFailed("secret"), KeyboardInterrupt("secret")]
)
def test_the_text_of_what_is_no_refusal_never_leaves(error: BaseException) -> None:
    said = body_of(error)
    assert (said["status"], said["code"], said["type"]) == (500, "internal", "about:blank")
    assert "secret" not in json.dumps(said)


def test_the_reason_why_the_store_cannot_be_reached_never_leaves() -> None:
    assert "secret" not in json.dumps(body_of(e.Unavailable("secret")))
    assert "secret" not in voice.error(e.Unavailable("secret"), None)


def test_an_error_that_is_not_in_the_table_looks_like_its_nearest_ancestor() -> None:
    class TooManyTables(e.Conflict):
        pass

    assert problem.wire_of(TooManyTables("x")).code == "conflict"


def test_a_frame_says_the_first_fields_that_are_wrong() -> None:
    error = e.Invalid("some fields are wrong", tuple(e.FieldError(f"/{n}", "no") for n in range(9)))
    frame = json.loads(voice.error(error, "c1"))
    assert frame == {
        "type": "error",
        "code": "validation",
        "detail": "some fields are wrong; /0: no; /1: no; /2: no; /3: no; /4: no",
        "id": "c1",
    }
