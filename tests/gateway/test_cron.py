"""Cron expressions: which moments they mean, and how plainly a mistake is named."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderbell_gateway import cron

BEIJING = timezone(timedelta(hours=8))


def at(text: str) -> datetime:
    """Return a moment of Beijing's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("expression", "after", "comes"),
    [
        ("* * * * * * *", "2026-11-21 12:00:00", "2026-11-21 12:00:01"),
        ("*/5 * * * * * *", "2026-11-21 12:00:05", "2026-11-21 12:00:10"),
        ("*/5 * * * * * *", "2026-11-21 12:00:55", "2026-11-21 12:01:00"),
        ("*/7 * * * * * *", "2026-11-21 12:00:56", "2026-11-21 12:01:00"),
        ("5/20 * * * * * *", "2026-11-21 12:00:00", "2026-11-21 12:00:05"),
        ("5/20 * * * * * *", "2026-11-21 12:00:45", "2026-11-21 12:01:05"),
        ("10-20/4 * * * * * *", "2026-11-21 12:00:14", "2026-11-21 12:00:18"),
        ("10-20/4 * * * * * *", "2026-11-21 12:00:18", "2026-11-21 12:01:10"),
        ("58,3,30-31 * * * * * *", "2026-11-21 12:00:31", "2026-11-21 12:00:58"),
        ("0 0 2 * * * *", "2026-11-21 02:00:00", "2026-11-22 02:00:00"),
        ("0 0 2 * * * *", "2026-12-31 23:00:00", "2027-01-01 02:00:00"),
        ("0 15 10 31 * * *", "2026-11-21 12:00:00", "2026-12-31 10:15:00"),
        ("0 0 0 29 2 * *", "2026-03-01 00:00:00", "2028-02-29 00:00:00"),
        ("0 15 10 * * MON-FRI *", "2026-11-21 12:00:00", "2026-11-23 10:15:00"),
        ("0 0 0 * * SUN *", "2026-11-21 12:00:00", "2026-11-22 00:00:00"),
        ("0 0 0 * * 0 *", "2026-11-21 12:00:00", "2026-11-22 00:00:00"),
        ("0 0 0 * * 6 *", "2026-11-21 12:00:00", "2026-11-28 00:00:00"),
        ("0 0 0 * jan,JUL * *", "2026-11-21 12:00:00", "2027-01-01 00:00:00"),
        ("0 0 0 1 * * 2030", "2026-11-21 12:00:00", "2030-01-01 00:00:00"),
        ("*/30 * * * *", "2026-11-21 12:00:00", "2026-11-21 12:30:00"),
        ("0 2 * * MON", "2026-11-21 12:00:00", "2026-11-23 02:00:00"),
    ],
)
def test_the_next_moment_is_the_first_that_matches(expression: str, after: str, comes: str) -> None:
    assert cron.parse(expression).next(at(after)) == at(comes)


def test_a_part_of_a_second_is_cut_off() -> None:
    assert cron.parse("* * * * * * *").next(at("2026-11-21 12:00:00.999")) == at("2026-11-21 12:00:01")


def test_either_of_day_and_weekday_will_do_where_both_are_given() -> None:
    """Wanted: the 1st and each Friday, not only a Friday that is the 1st."""
    both = cron.parse("0 0 0 1 * FRI *")
    first = both.next(at("2026-11-21 12:00:00"))
    assert first == at("2026-11-27 00:00:00")
    assert both.next(first) == at("2026-12-01 00:00:00")


def test_one_of_day_and_weekday_alone_is_not_made_wider_by_the_other() -> None:
    assert cron.parse("0 0 0 1 * * *").next(at("2026-11-21 12:00:00")) == at("2026-12-01 00:00:00")
    assert cron.parse("0 0 0 * * FRI *").next(at("2026-11-28 12:00:00")) == at("2026-12-04 00:00:00")


def test_hours_are_those_of_beijing_whatever_zone_the_question_has() -> None:
    after = datetime(2026, 11, 21, 17, 0, tzinfo=timezone.utc)  # 1 o'clock on the 22nd there
    assert cron.parse("0 0 2 * * * *").next(after) == datetime(2026, 11, 21, 18, 0, tzinfo=timezone.utc)
    assert cron.parse("0 0 2 22 11 * *").matches(datetime(2026, 11, 21, 18, 0, tzinfo=timezone.utc))


@pytest.mark.parametrize("expression", ["* * * * * * 2020", "0 0 0 30 2 * *", "0 0 0 31 4,6,9,11 * *"])
def test_what_never_comes_again_has_no_next_moment(expression: str) -> None:
    assert cron.parse(expression).next(at("2026-11-21 12:00:00")) is None


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("", "7 fields"),
        ("* * * * * *", "7 fields"),
        ("* * * * * * * *", "7 fields"),
        ("60 * * * * * *", "second: must be 0 to 59, got '60'"),
        ("* * 24 * * * *", "hour"),
        ("* * * 0 * * *", "day"),
        ("* * * 32 * * *", "day"),
        ("* * * * 13 * *", "month"),
        ("* * * * MON * *", "month"),
        ("* * * * * 7 *", "weekday"),
        ("* * * * * JAN *", "weekday"),
        ("* * * * * * 1969", "year"),
        ("*/0 * * * * * *", "step of 0"),
        ("20-10 * * * * * *", "ends before it begins"),
        ("*-5 * * * * * *", "second"),
        ("1,,2 * * * * * *", "second"),
        ("-1 * * * * * *", "second"),
        ("1.5 * * * * * *", "second"),
        ("٣ * * * * * *", "second"),
        ("? * * * * * *", "second"),
        ("*/99999999999999999999 * * * * * *", "second"),
        ("99999999999999999999 * * * * * *", "second"),
    ],
)
def test_a_wrong_expression_is_refused_and_says_where(expression: str, complaint: str) -> None:
    with pytest.raises(cron.BadCron, match=complaint.replace("(", r"\(")):
        cron.parse(expression)


def field(least: int, most: int) -> st.SearchStrategy[str]:
    value = st.integers(least, most)
    ranges = st.tuples(value, value).map(lambda pair: f"{min(pair)}-{max(pair)}")
    part = st.one_of(st.just("*"), value.map(str), ranges)
    stepped = st.one_of(part, st.tuples(part, st.integers(1, 20)).map(lambda pair: f"{pair[0]}/{pair[1]}"))
    return st.lists(stepped, min_size=1, max_size=3).map(",".join)


@settings(max_examples=100, deadline=None)
@given(
    st.tuples(field(0, 59), field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6)),
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(timezone.utc)),
)
def test_the_next_moment_matches_and_none_before_it_does(fields: tuple[str, ...], after: datetime) -> None:
    expression = cron.parse(" ".join([*fields, "*"]))
    found = expression.next(after)
    if found is None:
        return
    assert found > after and found.microsecond == 0 and expression.matches(found)
    begin = after.replace(microsecond=0)
    # The seconds just after the question and just before the answer: all of them may be months.
    near = [begin + timedelta(seconds=n) for n in range(1, 120)]
    near += [found - timedelta(seconds=n) for n in range(1, 120)]
    assert not any(expression.matches(moment) for moment in near if after < moment < found)
