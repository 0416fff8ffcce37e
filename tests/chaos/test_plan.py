"""The plan of faults comes from the seed alone, and leaves no kind out."""

from __future__ import annotations

from itertools import islice

import pytest

from chaos.plan import CALM_S, NAMES, plan


def test_the_same_seed_plans_the_same_faults_and_another_seed_others() -> None:
    first, again, other = (list(islice(plan(seed), 100)) for seed in (5, 5, 6))
    assert first == again
    assert [fault.name for fault in first] != [fault.name for fault in other]


@pytest.mark.parametrize("seconds", [20.0, 60.0, None])
def test_each_kind_comes_in_the_time_there_is(seconds: float | None) -> None:
    for seed in range(50):
        begun = [fault for fault in islice(plan(seed, seconds), len(NAMES)) if fault.at < (seconds or 60.0)]
        assert begun[0].at == CALM_S
        assert {fault.name for fault in begun} == set(NAMES)
