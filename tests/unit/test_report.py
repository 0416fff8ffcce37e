"""The owner's report, as sums: what counts as what, and how a percentile is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from orderbell.domain.order import HistoryEntry
from orderbell.domain.report import Day, DayOrder, Report, nearest_rank, report, spread
from orderbell.domain.status import MOVES, OPEN, Actor, Service, Status
from orderbell.wire import render_report
from support.food import NOON, SHOP

S = Status
EAST = timedelta(hours=8)
DAY = date(2026, 11, 21)


def order(*steps: tuple[Status, float], **over: object) -> DayOrder:
    """Return an order placed at noon whose later steps came so many seconds after it."""
    history = tuple(
        HistoryEntry(status, NOON + timedelta(seconds=s), Actor.KITCHEN)
        for status, s in ((S.PLACED, 0.0), *steps)
    )
    made = DayOrder(
        number="A11", service=Service.PICKUP, status=history[-1].status, total=1000, currency="CNY", placed_at=NOON,
        offset=EAST, seen_at=None, promised_at=None, nudges=0, history=history,
    )  # fmt: skip
    return replace(made, **over)  # type: ignore[arg-type]


def of(*orders: DayOrder, after_s: float = 3600, currency: str = "CNY") -> Report:
    """Return the report of a day with these orders, so long after noon."""
    at = NOON + timedelta(seconds=after_s)
    return report(Day(replace(SHOP, currency=currency), DAY, DAY, at, orders))


def test_an_empty_day_has_zeros_and_no_percentiles() -> None:
    found = of()
    assert (found.revenue, found.open, found.met, found.late, found.nudges) == (0, 0, 0, 0, 0)
    assert found.accept == found.prep == found.latency == (0, None, None)
    assert [hour for hour, orders, missed in found.hours if not orders and not missed] == list(range(24))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, None),
        ([7], 50, 7),
        ([7], 95, 7),
        ([1, 2], 50, 1),  # nearest rank: a measured value, not the 1.5 in between
        ([1, 2, 3], 50, 2),
        ([1, 2, 3, 4], 50, 2),
        (list(range(1, 21)), 95, 19),
        (list(range(1, 101)), 95, 95),
        (list(range(1, 102)), 95, 96),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], percent: int, expected: float | None) -> None:
    assert nearest_rank(values, percent) == expected


@given(some.lists(some.floats(0, 1e6), min_size=1), some.integers(1, 100))
def test_a_percentile_is_the_smallest_measured_value_that_enough_do_not_exceed(
    values: list[float], percent: int
) -> None:
    found = nearest_rank(sorted(values), percent)
    assert found in values

    def enough(limit: float) -> bool:
        return 100 * sum(value <= limit for value in values) >= percent * len(values)

    assert found is not None and enough(found)
    assert not any(enough(value) for value in values if value < found)


@given(some.lists(some.one_of(some.none(), some.floats(0, 1e6))))
def test_what_is_not_known_does_not_count(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    found = spread(values)
    assert found == spread(known) and found.n == len(known)
    assert found.p50 is None if not known else found.p50 is not None and found.p50 <= (found.p95 or 0.0)


def test_waits_are_from_stored_to_accepted_to_ready_and_to_the_screen() -> None:
    one = order((S.ACCEPTED, 40), (S.PREPARING, 60), (S.READY, 640), seen_at=NOON + timedelta(seconds=2))
    found = of(one, order())
    assert (found.accept, found.prep, found.latency) == ((1, 40, 40), (1, 600, 600), (1, 2, 2))


def test_an_order_that_was_called_back_counts_with_its_first_ready() -> None:
    one = order(
        (S.ACCEPTED, 10), (S.PREPARING, 10), (S.READY, 110), (S.PREPARING, 200), (S.READY, 400), (S.COMPLETED, 500),
        promised_at=NOON + timedelta(seconds=120),
    )  # fmt: skip
    found = of(one)
    assert (found.prep.p50, found.met, found.late) == (100, 1, 0)
    assert one.completed_at == NOON + timedelta(seconds=500)
    undone = order((S.ACCEPTED, 1), (S.PREPARING, 2), (S.READY, 3), (S.COMPLETED, 4), (S.READY, 5))
    assert (undone.ready_at, undone.completed_at) == (NOON + timedelta(seconds=3), None)


@pytest.mark.parametrize(
    ("one", "met", "late"),
    [
        (order((S.ACCEPTED, 1)), 0, 0),  # nothing was promised
        (order((S.ACCEPTED, 1), promised_at=NOON + timedelta(seconds=5000)), 0, 0),  # not due yet
        (order((S.ACCEPTED, 1), promised_at=NOON + timedelta(seconds=600)), 0, 1),  # due, and still not ready
        (order((S.CANCELLED, 9), promised_at=NOON + timedelta(seconds=600)), 0, 0),  # it ended before
        (order((S.READY, 600), promised_at=NOON + timedelta(seconds=600)), 1, 0),
        (order((S.READY, 601), promised_at=NOON + timedelta(seconds=600)), 0, 1),
    ],
)
def test_on_time_is_what_was_ready_when_promised(one: DayOrder, met: int, late: int) -> None:
    found = of(one)
    assert (found.met, found.late) == (met, late)


@pytest.mark.parametrize("status", Status)
def test_revenue_is_of_what_was_accepted_and_did_not_end_in_nothing(status: Status) -> None:
    sold = status in (S.ACCEPTED, S.PREPARING, S.READY, S.DISPATCHED, S.COMPLETED)
    found = of(order((status, 1)))
    assert found.revenue == (1000 if sold else 0)
    assert found.open == (status in OPEN)
    assert bool(found.missed) == (status in (S.REJECTED, S.EXPIRED, S.CANCELLED))


def test_money_of_another_currency_is_not_added() -> None:
    sold = order((S.COMPLETED, 1))
    assert of(sold, replace(sold, currency="EUR", total=7)).revenue == 1000


def test_hours_are_the_shops_own() -> None:
    late = order(placed_at=datetime(2026, 11, 21, 15, 59, tzinfo=timezone.utc))  # 23:59 in Shanghai
    gone = order((S.REJECTED, 1), placed_at=NOON - timedelta(hours=12))  # midnight
    hours = {hour.hour: hour[1:] for hour in of(late, gone, order()).hours if hour.orders}
    assert hours == {0: (1, 1), 12: (1, 0), 23: (1, 0)}


@given(some.lists(some.sampled_from(sorted({step.to for step in MOVES.values()} | {S.PLACED})), max_size=30))
def test_every_order_is_counted_once(statuses: list[Status]) -> None:
    found = of(*(order((status, 5.0)) for status in statuses))
    ended = sum(found.statuses[status] for status in (S.COMPLETED, S.REJECTED, S.EXPIRED, S.CANCELLED))
    assert ended + found.open == len(statuses) == sum(hour.orders for hour in found.hours)
    assert len(found.missed) == sum(hour.missed for hour in found.hours)
    assert sum(found.services.values()) == len(statuses)


# The table.


def lines(*orders: DayOrder) -> list[list[str]]:
    text = render_report.table(of(*orders))
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n") == 1 + len(orders)
    return [line.split(",") for line in text[1:].split("\r\n")[:-1]]


def test_a_row_has_times_on_the_shops_clock_and_money_with_its_decimals() -> None:
    one = order(
        (S.ACCEPTED, 40.5), (S.READY, 640), (S.COMPLETED, 700), seen_at=NOON + timedelta(seconds=0.25),
        promised_at=NOON + timedelta(minutes=15), total=6405, nudges=2,
    )  # fmt: skip
    head, row = lines(one)
    assert tuple(head) == render_report.COLUMNS
    assert dict(zip(head, row, strict=True)) == {
        "number": "A11", "service": "pickup", "status": "completed",
        "placed_at": "2026-11-21T12:00:00+08:00", "seen_at": "2026-11-21T12:00:00+08:00",
        "accepted_at": "2026-11-21T12:00:40+08:00", "ready_at": "2026-11-21T12:10:40+08:00",
        "completed_at": "2026-11-21T12:11:40+08:00", "promised_at": "2026-11-21T12:15:00+08:00",
        "accept_seconds": "40.500", "prep_seconds": "599.500", "screen_seconds": "0.250",
        "total": "64.05", "currency": "CNY", "nudges": "2", "reason": "",
    }  # fmt: skip


def test_a_row_of_what_never_happened_is_empty_and_yen_have_no_decimals() -> None:
    ended = HistoryEntry(S.REJECTED, NOON, Actor.KITCHEN, "sold_out")
    _, row = lines(order((S.REJECTED, 1), total=6405, currency="JPY", history=(ended,)))
    assert row[4:12] == [""] * 8
    assert row[12:] == ["6405", "JPY", "0", "sold_out"]


@pytest.mark.parametrize(
    "number", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "＋1", "－1", "＠SUM(A1)"]
)
def test_no_cell_is_taken_for_a_formula(number: str) -> None:
    _, row = lines(order(number=number))
    assert row[0] == f"'{number}"
