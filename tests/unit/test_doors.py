"""POST and GET /bill through the door, as the gateway calls it: protocol.md 1, every row of its error table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.doors import House
from support.example import ORDER
from support.layer import MemoryStore

ORDER_FIELDS = """id number shop status version service table lines total currency note placed_at seen_at accept_by
    promised_at cancel_requested_at nudges history customer messages"""


def changed(**changes: Any) -> dict[str, Any]:
    return {**ORDER, **changes}


def test_an_order_is_answered_with_itself_its_token_and_where_it_is(house: House) -> None:
    answer = house.place()
    assert answer.status == 201
    assert set(answer.json) == {"order", "token"}
    order = answer.json["order"]
    assert sorted(order) == sorted(ORDER_FIELDS.split())
    assert answer.headers["location"] == f"/bill?order={order['id']}"
    assert (order["number"], order["status"], order["total"], order["currency"]) == (
        "A11",
        "placed",
        6400,
        "CNY",
    )
    assert order["customer"] == {"name": "Li Lei", "phone": "13800001234", "address": None}
    assert order["lines"] == [
        {
            "item": "beef-noodles",
            "name": "牛肉面",
            "quantity": 2,
            "unit_price": 3200,
            "options": [
                {"id": "large", "name": "大碗", "price": 500},
                {"id": "extra-egg", "name": "加蛋", "price": 300},
            ],
            "note": "no coriander",
            "amount": 6400,
        }
    ]
    assert order["history"] == [
        {"status": "placed", "at": "2026-11-21T04:00:00Z", "by": "customer", "reason": None}
    ]
    assert order["accept_by"] == "2026-11-21T04:05:00Z"


def test_every_answer_carries_its_request_id_and_is_not_kept_by_caches(house: House) -> None:
    for answer in (house.place(), house.show("x", order="x"), house.http("GET", "/get_shop_info")):
        assert answer.headers["x-request-id"] == "req-1"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_bell_rings_when_the_order_is_stored(house: House) -> None:
    house.hello()
    order = house.place().json["order"]["id"]
    (frame,) = house.heard()
    assert (frame["type"], frame["events"][0]["order"]["id"]) == ("events", order)


def test_the_same_request_again_gets_the_same_body_and_is_marked(house: House, memory: MemoryStore) -> None:
    first = house.place()
    house.hello()
    house.say({"type": "ack", "seq": 1})
    memory.pass_time(60)
    again = house.place()
    assert (again.status, again.headers["idempotency-replayed"]) == (200, "true")
    assert "idempotency-replayed" not in first.headers
    assert again.body == first.body
    assert again.headers["location"] == first.headers["location"]


def test_the_same_order_spelled_otherwise_is_the_same_order(house: House) -> None:
    first = house.place()
    spelled = dict(reversed(list(ORDER.items())))
    del spelled["table"]
    spelled["customer"] = {"phone": "13800001234", "name": " Li Lei "}
    assert house.place(spelled).body == first.body


def test_another_order_under_the_same_key_is_a_mismatch(house: House) -> None:
    house.place()
    assert house.place(changed(note="hot")).problem == (422, "idempotency_mismatch")
    assert house.stored() == 1


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no such shop": ({"shop": "no-such-shop"}, 404, "unknown_shop"),
    "an unknown field": ({"tip": 5}, 422, "validation"),
    "an unknown item": ({"lines": [{"item": "pizza", "quantity": 1}]}, 422, "validation"),
    "sold out": ({"lines": [{"item": "soup", "quantity": 1}]}, 409, "item_unavailable"),
    "another price": ({"expected_total": 6401}, 409, "price_changed"),
    "delivery to nowhere": ({"service": "delivery"}, 422, "validation"),
    "dine-in at no table": ({"service": "dine_in"}, 422, "validation"),
    "pickup without a phone": ({"customer": {"name": "Li Lei"}}, 422, "validation"),
}


@pytest.mark.parametrize(("change", "status", "code"), REFUSED.values(), ids=list(REFUSED))
def test_a_refused_order_leaves_no_trace_and_no_ring(
    house: House, change: dict[str, Any], status: int, code: str
) -> None:
    house.hello()
    answer = house.place(changed(**change))
    assert answer.problem == (status, code)
    assert set(answer.json) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert answer.json["request_id"] == "req-1"
    assert (house.stored(), house.heard()) == (0, [])
    assert house.place().status == 201  # the key is still free


def test_a_closed_shop_refuses(house: House) -> None:
    house.hello()
    house.command("shop", accepting="closed")
    assert house.place().problem == (409, "shop_closed")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"service": "delivery"}, "/customer/address"),
        ({"service": "dine_in", "table": None}, "/table"),
        ({"customer": {"name": "n", "phone": None}}, "/customer/phone"),
        ({"lines": [{"item": "tea", "quantity": 1}, {"item": "pizza", "quantity": 1}]}, "/lines/1/item"),
    ],
)
def test_a_refusal_points_at_the_field(house: House, change: dict[str, Any], pointer: str) -> None:
    errors = house.place(changed(**change, expected_total=None)).json["errors"]
    assert [error["pointer"] for error in errors] == [pointer]


@pytest.mark.parametrize(
    "change",
    [
        {"service": "delivery", "customer": {"name": "n", "phone": "10086", "address": "Room 5"}},
        {"service": "dine_in", "table": "12", "customer": {"name": "n"}},
    ],
)
def test_each_service_asks_only_for_what_it_needs(house: House, change: dict[str, Any]) -> None:
    order = house.place(changed(**change)).json["order"]
    assert (order["service"], order["table"]) == (change["service"], change.get("table"))


def test_the_key_is_needed(house: House) -> None:
    assert house.place(key=None).problem == (400, "idempotency_key_missing")


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there", "schlüssel", "面", "nul\x00", "line\n"])
def test_a_key_is_printable_ascii_of_at_most_255_characters(house: House, key: str) -> None:
    assert house.place(key=key).problem == (400, "idempotency_key_invalid")
    assert house.stored() == 0


@pytest.mark.parametrize("key", ["k", "x" * 255, "a b", "~!@#$%^&*()_+/=\\\"'"])
def test_any_printable_ascii_is_a_key(house: House, key: str) -> None:
    assert house.place(key=key).status == 201


HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "k"}


@pytest.mark.parametrize(
    "body", ["", "hello", "{", '{"shop":1,"shop":2}', '{"shop":"\\u0000"}', "[" * 20 + "]" * 20]
)
def test_a_body_that_is_not_honest_json_is_malformed(house: House, body: str) -> None:
    assert house.http("POST", "/bill", body, HEADERS).problem == (400, "malformed")


@pytest.mark.parametrize("body", ["[]", "null", "5", '"order"'])
def test_a_body_that_is_no_object_is_wrong_as_a_whole(house: House, body: str) -> None:
    answer = house.http("POST", "/bill", body, HEADERS)
    assert answer.problem == (422, "validation")
    assert [error["pointer"] for error in answer.json["errors"]] == [""]


def test_bytes_that_are_no_utf_8_are_malformed_and_those_that_are_may_come_as_base64(house: House) -> None:
    assert house.http("POST", "/bill", b"\xff\xfe", HEADERS).problem == (400, "malformed")
    assert house.http("POST", "/bill", json.dumps(ORDER).encode(), HEADERS).status == 201


@pytest.mark.parametrize(
    "media", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_only_json_is_taken(house: House, media: str) -> None:
    answer = house.http("POST", "/bill", json.dumps(ORDER), {**HEADERS, "Content-Type": media})
    assert answer.problem == (415, "unsupported_media_type")


def test_the_media_type_may_say_more_and_in_any_case(house: House) -> None:
    headers = {**HEADERS, "Content-Type": "Application/JSON; charset=utf-8"}
    assert house.http("POST", "/bill", json.dumps(ORDER), headers).status == 201


def test_a_body_may_have_16_kib_and_not_one_byte_more(house: House) -> None:
    body = json.dumps(ORDER).encode()
    fits = body + b" " * (16 * 1024 - len(body))
    assert house.http("POST", "/bill", fits + b" ", HEADERS).problem == (413, "too_large")
    assert house.http("POST", "/bill", fits, HEADERS).status == 201


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_not_allowed(house: House, method: str) -> None:
    for target in ("/bill", "/get_shop_info", "/healthz"):
        assert house.http(method, target).problem == (405, "method_not_allowed")


def test_where_the_store_cannot_be_reached_the_customer_is_told_to_send_it_again(house: House) -> None:
    house.store.switch_off()
    answer = house.place()
    assert answer.problem == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
    assert "memory" not in answer.body


def test_a_defect_is_an_internal_error_that_tells_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("13800001234")

    monkeypatch.setattr(house.parts.ordering, "place", broken)
    answer = house.place()
    assert answer.problem == (500, "internal")
    assert "13800001234" not in answer.body


def test_a_customer_reads_its_order_with_its_token(house: House) -> None:
    placed = house.place().json
    answer = house.show(placed["token"], order=placed["order"]["id"])
    assert (answer.status, answer.json) == (200, {"order": placed["order"]})


def test_an_unknown_order_a_wrong_token_and_no_uuid_are_the_same_answer(house: House) -> None:
    placed, other = house.place().json, house.place(key="other").json
    unknown = "01a1fda8-0e63-77db-a94a-6ddf5d9bb20e"
    for order, token in (
        (unknown, placed["token"]),
        (placed["order"]["id"], "wrong"),
        (placed["order"]["id"], other["token"]),
        ("o1", placed["token"]),
        ("", placed["token"]),
    ):
        answer = house.show(token, order=order)
        assert answer.problem == (404, "not_found")
        assert answer.body == house.show("wrong", order=unknown).body


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer  ", "Basic dTpw", "token"])
def test_without_a_token_nothing_is_shown(house: House, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for target in ("/bill?order=01a1fda8-0e63-77db-a94a-6ddf5d9bb20e", "/bill?after=0"):
        assert house.http("GET", target, headers=headers).problem == (401, "unauthorized")
