"""How long an alert waits before it is tried again."""

from __future__ import annotations

import pytest

from orderbell.domain.ladder import wait_s


def test_the_wait_doubles_from_five_seconds_to_five_minutes() -> None:
    waits = [wait_s(attempt, None, 0.5) for attempt in range(1, 10)]
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_the_wait_of_a_day_of_attempts_is_still_five_minutes() -> None:
    assert wait_s(10_000, None, 0.5) == 300


@pytest.mark.parametrize("attempt", range(1, 9))
def test_waits_are_spread_by_a_fifth_and_never_above_five_minutes(attempt: int) -> None:
    least, middle, most = (wait_s(attempt, None, chance) for chance in (0.0, 0.5, 1.0))
    assert least == pytest.approx(0.8 * min(300.0, 5.0 * 2 ** (attempt - 1)))
    assert least < middle <= most <= 300


def test_a_receiver_may_ask_for_more_up_to_five_minutes_and_not_for_less() -> None:
    assert wait_s(1, 42.0, 0.0) == 42
    assert wait_s(1, 86_400.0, 0.5) == 300
    assert wait_s(4, 1.0, 0.5) == 40
