"""Menus and shops as values: languages, openness, availability, and the code called at the counter."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from orderbell.domain.menu import Accepting, Item, Openness, pick, pickup_code
from support.food import MENU, NOON


def test_pickup_codes_are_short_at_first_and_never_the_same_twice_in_a_day() -> None:
    codes = [pickup_code(nth) for nth in range(1, 48_601)]
    assert codes[:10] == ["A11", "A12", "A13", "A14", "A15", "A16", "A17", "A18", "A19", "A21"]
    assert (codes[80], codes[81], codes[1943], codes[1944], codes[-1]) == (
        "A99",
        "B11",
        "Z99",
        "AA11",
        "ZZ99",
    )
    assert len(set(codes)) == len(codes)


def test_no_pickup_code_holds_what_is_mistaken_for_something_else() -> None:
    assert all(re.fullmatch("[A-HJ-NP-Z]{1,2}[1-9]{2}", pickup_code(nth)) for nth in range(1, 48_601))


@pytest.mark.parametrize(
    ("names", "language", "picked"),
    [
        ({"zh-CN": "茶", "en": "Tea"}, "en", "Tea"),
        ({"zh-CN": "茶", "en": "Tea"}, "zh-CN", "茶"),
        ({"zh-CN": "茶"}, "en", "茶"),
        ({"en": "Tea"}, "fr", "Tea"),
    ],
)
def test_a_name_is_in_the_language_asked_for_where_there_is_one(
    names: dict[str, str], language: str, picked: str
) -> None:
    assert pick(names, language) == picked


@pytest.mark.parametrize(
    ("accepting", "is_open"), list(zip(Accepting, (True, True, False, False), strict=True))
)
def test_a_shop_takes_orders_while_it_is_open_or_busy(accepting: Accepting, is_open: bool) -> None:
    assert Openness(accepting, None, None).open is is_open


def test_a_pause_ends_by_itself_at_its_time() -> None:
    paused = Openness(Accepting.PAUSED, None, NOON)
    assert paused.at(NOON - timedelta(seconds=1)) is paused
    assert paused.at(NOON) == Openness(Accepting.OPEN, None, None)


def test_a_pause_without_a_time_and_a_closed_shop_last() -> None:
    for state in (Openness(Accepting.PAUSED, None, None), Openness(Accepting.CLOSED, None, None)):
        assert state.at(NOON + timedelta(days=99)) is state


def test_an_item_sold_out_until_a_time_is_back_at_that_time() -> None:
    item = Item("tea", {"en": "Tea"}, {}, 500, available=False, unavailable_until=NOON)
    assert not item.is_available(NOON - timedelta(seconds=1))
    assert item.is_available(NOON)


def test_a_menu_finds_its_items_and_an_item_its_choices_by_id() -> None:
    assert set(MENU.items) == {"beef-noodles", "tea", "soup"}
    group, choice = MENU.items["beef-noodles"].choices["extra-egg"]
    assert (group.id, choice.price) == ("extras", 300)
