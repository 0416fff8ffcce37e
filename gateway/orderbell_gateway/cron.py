"""Tencent's cron expressions (583/9708): when a timer is due. Pure: no clock, no I/O.

Seven fields: second minute hour day month weekday year; the five of the older form (minute to weekday) mean second 0
of every year. A field is `*`, a value, `a-b`, each of them with `/n`, or a list of these. `a/n` begins at a. Months
and weekdays have names (JAN, MON); weekday 0 is Sunday. Where both day and weekday are given, either will do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
"""Tencent reads expressions in Beijing time, wherever the function runs."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PART = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,4}))?")


class BadCron(ValueError):
    """The expression is not one. The text says in what."""


@dataclass(frozen=True)
class _Field:
    name: str
    least: int
    most: int
    names: tuple[str, ...] = ()
    """Names of the values from `least` on."""


_FIELDS = (
    _Field("second", 0, 59),
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 6, _WEEKDAYS),
    _Field("year", 1970, 2099),
)


@dataclass(frozen=True)
class Cron:
    """A parsed expression: for each field the values it takes."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]
    either_day: bool
    """Day and weekday are both given: one of them is enough."""

    def matches(self, moment: datetime) -> bool:
        """Tell whether the timer is due in the second of `moment` (with a time zone)."""
        at = moment.astimezone(ZONE)
        return (
            at.second in self.seconds
            and at.minute in self.minutes
            and at.hour in self.hours
            and self._day(at)
            and at.month in self.months
            and at.year in self.years
        )

    def next(self, after: datetime) -> datetime | None:
        """Return the first whole second after `after` (with a time zone) in which the timer is due; None: never again."""
        at = after.astimezone(ZONE).replace(microsecond=0) + timedelta(seconds=1)
        last = max(self.years)
        while at.year <= last:
            if at.year not in self.years:
                at = _midnight(at, at.year + 1, 1)
            elif at.month not in self.months:
                at = _midnight(at, at.year + at.month // 12, at.month % 12 + 1)
            elif not self._day(at):
                at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
            elif at.hour not in self.hours:
                at = at.replace(minute=0, second=0) + timedelta(hours=1)
            elif at.minute not in self.minutes:
                at = at.replace(second=0) + timedelta(minutes=1)
            elif at.second not in self.seconds:
                at += timedelta(seconds=1)
            else:
                return at.astimezone(timezone.utc)
        return None

    def _day(self, at: datetime) -> bool:
        by_day, by_weekday = at.day in self.days, at.isoweekday() % 7 in self.weekdays
        return by_day or by_weekday if self.either_day else by_day and by_weekday


def _midnight(at: datetime, year: int, month: int) -> datetime:
    return at.replace(year=year, month=month, day=1, hour=0, minute=0, second=0)


def parse(expression: str) -> Cron:
    """Return the parsed expression.

    Raises:
        BadCron: it is not of the form above.
    """
    texts = expression.split()
    if len(texts) == 5:
        texts = ["0", *texts, "*"]
    if len(texts) != 7:
        raise BadCron(f"must have 7 fields, second minute hour day month weekday year, got {expression!r}")
    seconds, minutes, hours, days, months, weekdays, years = map(_values, _FIELDS, texts)
    either_day = texts[3] != "*" and texts[5] != "*"
    return Cron(seconds, minutes, hours, days, months, weekdays, years, either_day)


def _values(field: _Field, text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None or (match[1] == "*" and match[2]):
            raise BadCron(f"{field.name}: {part!r} is not *, a value, a-b or one of these with /n")
        step = int(match[3] or 1)
        if step == 0:
            raise BadCron(f"{field.name}: {part!r} has a step of 0")
        if match[1] == "*":
            first, last = field.least, field.most
        else:
            first = _value(field, match[1])
            last = _value(field, match[2]) if match[2] else field.most if match[3] else first
        if first > last:
            raise BadCron(f"{field.name}: {part!r} ends before it begins")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _value(field: _Field, text: str) -> int:
    if text.upper() in field.names:
        return field.least + field.names.index(text.upper())
    if not text.isascii() or not text.isdigit() or not field.least <= int(text[:9]) <= field.most:
        raise BadCron(f"{field.name}: must be {field.least} to {field.most}, got {text!r}")
    return int(text)
