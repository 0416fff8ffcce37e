"""What timers did, and the numbers that timed functions answer: `{"metrics": {"name": number}}`, whatever they mean."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

MAX_NUMBERS = 200
_NAME = re.compile(r"[a-z][a-z0-9_]{0,100}")
_OURS = "gateway_"


@dataclass
class TimerStats:
    """What happened to one timer's calls."""

    succeeded_at: float
    """When the last good answer came, by the loop's clock; before the first, when the gateway started."""
    calls: Counter[str] = field(default_factory=Counter)
    """By outcome: ok, refused (it answered that it failed), or a function's kind of failure."""
    skipped: int = 0
    """Moments that came while the call before still ran."""
    numbers: dict[str, float] = field(default_factory=dict)
    """Of the last good answer that had some."""


def read_numbers(answer: bytes) -> dict[str, float]:
    """Return the finite numbers of an answer's `metrics` whose names may be exported; nothing else is an error."""
    try:
        document = json.loads(answer)
    except ValueError:
        return {}
    metrics = document.get("metrics") if isinstance(document, dict) else None
    numbers: dict[str, float] = {}
    for name, value in metrics.items() if isinstance(metrics, dict) else ():
        if len(numbers) == MAX_NUMBERS:
            break
        number = _finite(value)
        if number is not None and _NAME.fullmatch(name) and not name.startswith(_OURS):
            numbers[name] = number
    return numbers


def _finite(value: object) -> float | None:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def families(timers: Mapping[tuple[str, str], TimerStats], now: float) -> Iterable[Metric]:
    """Return the metrics of all timers (by function and name); `now` is of the loop's clock."""
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    labels = ["function", "timer"]
    calls = CounterMetricFamily(
        "gateway_timer_calls", "Calls of timers, by outcome", labels=[*labels, "outcome"]
    )
    skipped = CounterMetricFamily(
        "gateway_timer_skipped", "Moments at which the call before still ran", labels=labels
    )
    age = GaugeMetricFamily(
        "gateway_timer_last_success_age_seconds",
        "Time since the last good answer, or since the start before the first",
        labels=labels,
    )
    numbers: dict[str, float] = {}
    for (function, timer), stats in timers.items():
        for outcome, number in stats.calls.items():
            calls.add_metric([function, timer, outcome], number)
        skipped.add_metric([function, timer], stats.skipped)
        age.add_metric([function, timer], now - stats.succeeded_at)
        numbers.update(stats.numbers)
    yield from (calls, skipped, age)
    text = "Answered by a function"
    for name, value in numbers.items():
        if name.endswith("_total"):
            yield CounterMetricFamily(name, text, value)
        else:
            yield GaugeMetricFamily(name, text, value)
