"""Untrusted JSON: what is not honest is refused whole, and of what is wrong every field is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderbell.domain.errors import Invalid, Malformed
from orderbell.wire import frames as f
from orderbell.wire import parse
from support.example import ORDER

HOSTILE = {
    "nothing": b"",
    "no JSON": b"hello",
    "two values": b"{} {}",
    "a comma too many": b'{"a":1,}',
    "a comment": b'{"a":1 /* b */}',
    "single quotes": b"{'a':1}",
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, spelled otherwise": b'{"a":1,"\\u0061":2}',
    "a key twice, deep inside": b'[{"b":{"a":1,"a":2}}]',
    "NUL": b'{"a":"x\\u0000y"}',
    "NUL in a key": b'{"a\\u0000":1}',
    "a raw NUL": b'{"a":"\x00"}',
    "a raw control character": b'{"a":"\x07"}',
    "half a pair": b'{"a":"\\ud83d"}',
    "the other half": b'{"a":"\\ude00"}',
    "two halves the wrong way round": b'{"a":"\\ude00\\ud83d"}',
    "half a pair in a key": b'{"\\ud83d":1}',
    "half a pair in UTF-8": b'{"a":"\xed\xa0\xbd"}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":Infinity}',
    "-Infinity": b'{"a":-Infinity}',
    "a number no double holds": b'{"a":1e999}',
    "a negative one": b"[-1e999]",
    "a number with five thousand digits": b'{"a":' + b"9" * 5000 + b"}",
    "Latin-1": '{"a":"é"}'.encode("latin-1"),
    "an overlong NUL": b'{"a":"\xc0\x80"}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a":1}'.encode("utf-16-le"),
    "UTF-32": '{"a":1}'.encode("utf-32"),
    "thirteen levels": b'{"a":' * 13 + b"1" + b"}" * 13,
    "fourteen lists": b"[" * 14 + b"]" * 14,
    "a hundred thousand levels": b"[" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=list(HOSTILE))
def test_a_body_that_no_honest_client_sends_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse.load(body)


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b" \n{} ",
        b"[]",
        b"null",
        b'"\\ud83d\\ude00"',
        b'{"a":1e308}',
        b"[" * 12 + b"]" * 12,
        b'{"a":{"a":1}}',
    ],
)
def test_honest_json_is_read(body: bytes) -> None:
    assert parse.load(body) == json.loads(body)


def test_a_text_is_read_as_its_bytes_are() -> None:
    assert parse.load('{"a":"☕"}') == parse.load('{"a":"☕"}'.encode()) == {"a": "☕"}


@given(st.binary(max_size=200) | st.text(max_size=200))
def test_no_input_does_anything_but_parse_or_be_malformed(text: bytes | str) -> None:
    try:
        parse.load(text)
    except Malformed as refused:
        assert refused.errors == ()


def converted(value: Any, kind: Any = f.NewOrder) -> Any:
    return parse.convert(value, kind)


def pointers(value: Any, kind: Any = f.NewOrder) -> list[str]:
    with pytest.raises(Invalid) as refused:
        parse.convert(value, kind)
    return [error.pointer for error in refused.value.errors]


def changed(**changes: Any) -> dict[str, Any]:
    return {**ORDER, **changes}


def test_the_order_of_the_protocol_is_read_as_it_stands() -> None:
    order = converted(ORDER)
    assert (order.shop, order.service, order.expected_total) == ("noodle-house", "pickup", 6400)
    assert order.lines[0] == f.NewLine("beef-noodles", 2, ["large", "extra-egg"], "no coriander")


def test_what_may_be_left_out_has_its_default() -> None:
    order = converted(
        {"shop": "s", "service": "pickup", "customer": {"name": "n"}, "lines": [{"item": "i", "quantity": 1}]}
    )
    assert (order.table, order.note, order.expected_total, order.customer.phone) == (None, "", None, None)
    assert (order.lines[0].options, order.lines[0].note) == ([], "")


def test_every_wrong_field_is_named_at_once() -> None:
    wrong = {
        "service": "teleport",
        "customer": {"name": "", "phone": "call me", "age": 7},
        "lines": [{"item": "tea", "quantity": 0}, {"quantity": "2", "options": ["a", 5]}, "tea"],
        "note": 5,
        "expected_total": -1,
        "tip": 100,
    }
    assert sorted(pointers(wrong)) == sorted(
        [
            "/shop",
            "/service",
            "/customer/name",
            "/customer/phone",
            "/customer/age",
            "/lines/0/quantity",
            "/lines/1/item",
            "/lines/1/quantity",
            "/lines/1/options/1",
            "/lines/2",
            "/note",
            "/expected_total",
            "/tip",
        ]
    )


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": [ORDER["lines"][0]] * 51}, "/lines"),
        ({"lines": [{"item": "tea", "quantity": 100}]}, "/lines/0/quantity"),
        ({"lines": [{"item": "tea", "quantity": 1.5}]}, "/lines/0/quantity"),
        ({"lines": [{"item": "tea", "quantity": True}]}, "/lines/0/quantity"),
        ({"lines": [{"item": "tea", "quantity": 10**30}]}, "/lines/0/quantity"),
        ({"lines": [{"item": "t" * 65, "quantity": 1}]}, "/lines/0/item"),
        ({"lines": [{"item": "tea", "quantity": 1, "note": "x" * 201}]}, "/lines/0/note"),
        ({"lines": [{"item": "tea", "quantity": 1, "options": ["o"] * 21}]}, "/lines/0/options"),
        ({"lines": "tea"}, "/lines"),
        ({"note": "x" * 501}, "/note"),
        ({"table": ""}, "/table"),
        ({"table": "x" * 17}, "/table"),
        ({"expected_total": 10**11 + 1}, "/expected_total"),
        ({"customer": None}, "/customer"),
        ({"customer": {"name": "   "}}, "/customer/name"),
        ({"customer": {"name": "n", "phone": "123"}}, "/customer/phone"),
        ({"customer": {"name": "n", "address": "a" * 301}}, "/customer/address"),
        ({"shop": None}, "/shop"),
    ],
)
def test_a_field_out_of_its_range_is_named(change: dict[str, Any], pointer: str) -> None:
    assert pointers(changed(**change)) == [pointer]


@pytest.mark.parametrize("text", ["a\x07b", "a\x7fb", "a\x85b", "a\u2028b", "a\u202eb", "a\u2066b"])
def test_texts_with_characters_that_no_one_types_are_refused_where_they_stand(text: str) -> None:
    assert pointers(changed(note=text, customer={"name": text})) == ["/customer/name", "/note"]


def test_texts_may_have_lines_and_tabs_and_any_script() -> None:
    text = "first\nsecond\t面 ☕ é"
    assert converted(changed(note=text)).note == text


def test_texts_are_stripped_and_composed() -> None:
    order = converted(changed(note="  Cafe\u0301 \n", customer={"name": " Li "}))
    assert (order.note, order.customer.name) == ("Café", "Li")


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\ufeff\u2060\u00ad", "\u3164", "\u2800 \u3000", "\u200d\ufe0f", "\U000e0041"]
)
def test_a_text_that_nobody_sees_is_empty(unseen: str) -> None:
    assert pointers(changed(customer={"name": unseen})) == ["/customer/name"]
    assert converted(changed(note=unseen)).note == ""


@pytest.mark.parametrize(
    "seen",
    [
        "\u200bLi",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\u2764\ufe0f",
        "\u05d3\u200f",
        "\u0915\u094d\u200d",
    ],
)
def test_what_is_between_letters_that_are_seen_stays(seen: str) -> None:
    assert converted(changed(note=seen)).note == seen


@pytest.mark.parametrize(
    "phone", ["13800001234", "+86 138 0000 1234", "(010) 5555-0100"[1:], "+49/30/901820", "10086"]
)
def test_phones_of_many_countries_are_taken(phone: str) -> None:
    assert converted(changed(customer={"name": "n", "phone": phone})).customer.phone == phone


def test_an_unknown_field_of_a_body_is_refused_by_a_pointer_that_rfc_6901_reads() -> None:
    assert pointers(changed(**{"a/b~c": 1})) == ["/a~1b~0c"]


def test_unknown_fields_of_a_frame_are_ignored_whatever_they_hold() -> None:
    frame = {"type": "ack", "seq": 4, "mood": "\x07", "more": {"deep": ["\u202e"]}}
    assert converted(frame, f.Ack) == f.Ack(4)
    assert converted({"visible": True, "smell": "nice"}, f.Ready) == f.Ready(True, False, False)


@pytest.mark.parametrize("seq", [-1, 2**53, 1.5, "4", None, True, float(4)])
def test_a_seq_is_a_whole_number_that_a_double_holds(seq: object) -> None:
    assert pointers({"type": "ack", "seq": seq}, f.Ack) == ["/seq"]


def test_a_frame_names_all_that_is_wrong_too() -> None:
    wrong = {"type": "hello", "role": "cook", "token": 5, "seq": -1}
    assert sorted(pointers(wrong, f.Hello)) == ["/role", "/seq", "/token"]


def test_a_field_inside_an_optional_object_is_named_by_its_own_pointer() -> None:
    assert pointers({"type": "ping", "ready": {"visible": "yes"}}, f.Ping) == ["/ready/visible"]
