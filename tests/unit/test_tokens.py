"""Ids and secrets: unguessable, comparable in constant time, and the same for the same order."""

from __future__ import annotations

import re
import time
import uuid

import pytest

from orderbell.wire import tokens

SECRET, ORDER, KEY = b"s" * 32, "01a1fda8-0e63-77db-a94a-6ddf5d9bb20e", "key/+="


def test_an_order_id_is_a_uuid_of_version_7_made_now() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(tokens.new_order_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert before <= made.int >> 80 <= after


def test_order_ids_of_later_milliseconds_sort_later_and_none_comes_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ids = []
    for millisecond in range(0, 5_000, 50):
        monkeypatch.setattr(
            tokens.time, "time_ns", lambda at=millisecond: (1_780_000_000_000 + at) * 1_000_000
        )
        ids += sorted(tokens.new_order_id() for _ in range(10))
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


def test_the_random_bits_of_an_order_id_are_all_random() -> None:
    seen = 0
    never = ~0
    for _ in range(400):
        value = uuid.UUID(tokens.new_order_id()).int & (1 << 80) - 1
        seen |= value
        never &= value
    fixed = (0xF << 76) | (0x3 << 62)
    free = ((1 << 80) - 1) & ~fixed
    assert seen & free == free and never & free == 0


def test_an_order_token_is_the_same_for_the_same_order_and_another_for_anything_else() -> None:
    token = tokens.order_token(SECRET, ORDER, KEY)
    assert token == tokens.order_token(memoryview(SECRET), ORDER, KEY)  # type: ignore[arg-type]
    others = {
        tokens.order_token(b"t" * 32, ORDER, KEY),
        tokens.order_token(SECRET, ORDER[:-1] + "f", KEY),
        tokens.order_token(SECRET, ORDER, KEY + "="),
        tokens.order_token(SECRET, ORDER + "\0", KEY),
    }
    assert len(others | {token}) == 5


def test_an_order_token_fits_in_a_link() -> None:
    assert re.fullmatch("[A-Za-z0-9_-]{43}", tokens.order_token(SECRET, ORDER, KEY))


def test_a_secret_is_stored_as_its_sha256_and_recognised() -> None:
    stored = tokens.digest("secret/+=")
    assert len(stored) == 32 and b"secret" not in stored
    assert tokens.same("secret/+=", memoryview(stored))  # type: ignore[arg-type]
    assert not tokens.same("secret/+", stored)
    assert not tokens.same("", stored)


@pytest.mark.parametrize("odd", ["\udc80", "密码", "\x00", "x" * 100_000])
def test_any_text_may_be_offered_as_a_secret(odd: str) -> None:
    assert not tokens.same(odd, tokens.digest("secret"))


def test_device_tokens_and_pairing_codes_do_not_come_twice() -> None:
    assert (
        len({tokens.device_token() for _ in range(100)} | {tokens.pairing_code() for _ in range(100)}) == 200
    )


def test_a_device_token_has_256_bits() -> None:
    assert len(tokens.device_token()) == 43


def test_a_pairing_code_can_be_read_aloud() -> None:
    codes = "".join(tokens.pairing_code() for _ in range(200))
    assert len(codes) == 1600
    assert not set(codes) & set("IL O01")


@pytest.mark.parametrize("typed", ["ABCD2345", "abcd2345", " abcd-2345 ", "AB CD 23 45", "abcd–2345"])
def test_a_pairing_code_may_be_typed_in_any_way(typed: str) -> None:
    assert tokens.plain_code(typed) == "ABCD2345"


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13800001234", "138****1234"),
        ("+8613800001234", "+86*******1234"),
        ("12345678", "123*5678"),
        ("1234567", "*****67"),
        ("10086", "***86"),
        ("12", "12"),
        (None, None),
    ],
)
def test_a_masked_phone_shows_its_ends(phone: str | None, masked: str | None) -> None:
    assert tokens.mask_phone(phone) == masked


@pytest.mark.parametrize("text", [ORDER, ORDER.upper()])
def test_a_uuid_in_its_plain_form_is_one(text: str) -> None:
    assert tokens.is_uuid(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o1",
        ORDER.replace("-", ""),
        "{" + ORDER + "}",
        "urn:uuid:" + ORDER,
        ORDER + "0",
        "٠" + ORDER[1:],
        ORDER + "\n",
    ],
)
def test_what_the_database_would_not_take_or_take_otherwise_is_no_uuid(text: str) -> None:
    assert not tokens.is_uuid(text)
