"""Phone numbers as people write them."""

from __future__ import annotations

import pytest

from orderbell.domain.phone import is_phone, plain

SAME = [
    [
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "+86 138-0000-1234",
        "0086 13800001234",
        "8613800001234",
    ],
    ["010-5555 0100", "(010) 5555.0100", "+86 10 5555 0100", "0086/10/55550100"],
    ["+44 20 7946 0000", "0044 20 7946 0000"],
    ["86001234"],  # a local number that begins like a country
    ["+1 380 000 1234"],
]


def test_the_ways_to_write_a_number_are_one_number_and_others_are_others() -> None:
    found = [{plain(way) for way in ways} for ways in SAME]
    assert [len(each) for each in found] == [1] * len(SAME)
    assert len(set.union(*found)) == len(SAME)


@pytest.mark.parametrize(
    "text", ["", "123", "+86", "abc", "138 0000 1234; DROP", "１３８００００１２３４", "+86+13800001234"]
)
def test_what_is_no_number_is_none(text: str) -> None:
    assert not is_phone(text)
