"""The arithmetic of rates, and the setting that says how large they are (domain/rates.py)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderbell.domain import rates
from orderbell.domain.errors import SettingsError
from orderbell.domain.rates import CAPS, DEFAULTS, Draw, Rate, Sizes

TWO = Rate(2, 0.5)


def test_without_a_setting_the_defaults_hold() -> None:
    assert rates.parse("") == rates.parse(" , ") == Sizes(DEFAULTS, CAPS)


def test_off_switches_everything_off() -> None:
    assert rates.parse(" OFF ") == Sizes({}, {})


def test_what_is_not_named_keeps_its_default() -> None:
    found = rates.parse("orders_ip = 10/2.5, pair_ip=off, open_device=3,open_shop=off")
    assert found.rates == {
        **{k: v for k, v in DEFAULTS.items() if k != "pair_ip"},
        "orders_ip": Rate(10, 2.5),
    }
    assert found.caps == {"open_ip": CAPS["open_ip"], "open_device": 3}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("on", "'on'"),
        ("orders=1/1", "'orders'"),
        ("orders_ip", "orders_ip"),
        ("orders_ip=", "orders_ip"),
        ("orders_ip=5", "orders_ip"),
        ("orders_ip=5/", "orders_ip"),
        ("orders_ip=/5", "orders_ip"),
        ("orders_ip=5/1/1", "orders_ip"),
        ("orders_ip=0/1", "orders_ip"),
        ("orders_ip=0.5/1", "orders_ip"),
        ("orders_ip=5/0", "orders_ip"),
        ("orders_ip=-5/1", "orders_ip"),
        ("orders_ip=inf/1", "orders_ip"),
        ("orders_ip=nan/1", "orders_ip"),
        ("orders_ip=5/1e9", "orders_ip"),
        ("orders_ip=٥/1", "orders_ip"),
        ("orders_ip=5/1;pair_ip=1/1", "orders_ip"),
        ("open_ip=5/1", "open_ip"),
        ("open_ip=0", "open_ip"),
        ("open_ip=-1", "open_ip"),
        ("open_ip=many", "open_ip"),
    ],
)
def test_nonsense_is_told_in_one_line_that_names_it(text: str, named: str) -> None:
    with pytest.raises(SettingsError) as told:
        rates.parse(text)
    line = str(told.value)
    assert "RATE_LIMITS" in line and named in line and "\n" not in line and "off" in line


@pytest.mark.parametrize(
    ("peer", "client"),
    [
        ("", ""),
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::7]", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no:address", "no:address"),
    ],
)
def test_a_household_is_one_client(peer: str, client: str) -> None:
    assert rates.address(peer) == client


def test_a_bucket_is_named_by_the_key_the_kind_and_the_value() -> None:
    names = {
        rates.bucket(key, kind, value)
        for key in (b"a", b"b")
        for kind in ("orders_ip", "reads_ip")
        for value in ("203.0.113.9", "203.0.113.8", "\ud800")
    }
    assert len(names) == 12 and {len(name) for name in names} == {16}
    assert rates.bucket(b"a", "k", "v") == rates.bucket(b"a", "k", "v")


@pytest.mark.parametrize(
    ("tokens", "seconds", "has"), [(0, 0, 0), (0, 1, 0.5), (0, 3, 1.5), (1, 100, 2), (-1, 4, 1), (1, -100, 1)]
)
def test_a_bucket_fills_up_to_its_burst_and_never_by_a_clock_put_back(
    tokens: float, seconds: float, has: float
) -> None:
    assert rates.refilled(tokens, timedelta(seconds=seconds), TWO) == has


def test_one_that_is_empty_spares_the_others() -> None:
    draws = [Draw(b"1", TWO), Draw(b"2", TWO)]
    assert rates.left([2, 1], draws) == [1, 0]
    assert rates.left([2, 0.9], draws) == [2, 0.9]


def test_who_goes_on_runs_into_debt_down_to_its_end() -> None:
    draws = [Draw(b"1", TWO, debt=4)]
    has, refused = [2.0], 0
    while not rates.drowned(has, draws):
        refused += rates.wait_s(has, draws) is not None
        has = rates.left(has, draws)
    assert (has, refused) == ([-4.0], 4)
    assert rates.left(has, draws) == has


@pytest.mark.parametrize(
    ("has", "wait"), [([1, 5], None), ([0.99, 5], 1), ([0, 5], 2), ([0, -1], 4), ([0.5, 0.2], 2)]
)
def test_the_wait_is_in_whole_seconds_until_all_have_one(has: list[float], wait: int | None) -> None:
    assert rates.wait_s(has, [Draw(b"1", TWO), Draw(b"2", TWO)]) == wait


def test_a_bucket_is_kept_until_it_is_full_from_the_deepest_debt() -> None:
    assert rates.forgettable_s({"a": Rate(10, 1), "b": Rate(2, 0.1)}) == 60
    assert rates.forgettable_s({}) == rates.FULL_S
