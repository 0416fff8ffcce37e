"""When one more worker is begun: at once for the first event, and not all of them together."""

from __future__ import annotations

import pytest

from orderbell_gateway import scaling
from orderbell_gateway.scaling import SLOW_START_S, PoolLimits, patience

LIMITS = PoolLimits(instances=8, waiting=512, timeout_s=3, init_s=30, idle_s=60, scale_after_s=0.02)


@pytest.mark.parametrize(
    ("instances", "starting", "seconds"),
    [
        (0, 0, 0.0),  # nobody is there: at once
        (1, 0, 0.02),
        (7, 0, 0.02),
        (2, 1, 0.02),  # two cores' worth is being loaded
        (3, 2, 0.02 + SLOW_START_S),
        (4, 3, 0.02 + 2 * SLOW_START_S),
    ],
)
def test_one_more_waits_for_those_that_are_being_loaded(
    monkeypatch: pytest.MonkeyPatch, instances: int, starting: int, seconds: float
) -> None:
    monkeypatch.setattr(scaling, "STARTING_AT_ONCE", 2)
    assert patience(LIMITS, instances, starting) == pytest.approx(seconds)
