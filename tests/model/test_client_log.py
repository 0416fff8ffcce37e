"""The rules of a screen against every mistake of a wire: hypothesis looks for the walk that breaks them."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.model import reducer
from tests.model.reducer import JSON
from tests.model.steps import ALL, CALM, HARM, SHOP, WAYS, Steps, names
from tests.model.world import Apply, World

Taken = tuple[str, int]
"""A step, and the two numbers that it has as one: hypothesis draws fewer values so."""


def some(*parts: Steps) -> st.SearchStrategy[list[Taken]]:
    """Several steps in a row: most mistakes need some that belong together."""
    step = st.tuples(st.sampled_from(names(*parts)), st.integers(0, WAYS * WAYS - 1))
    return st.lists(step, min_size=4, max_size=16)


SETTINGS = settings(
    max_examples=250, stateful_step_count=12, deadline=None, database=None, derandomize=True, print_blob=False
)


class Screen(RuleBasedStateMachine):
    """One screen, and everything that can happen to it."""

    apply: Apply = staticmethod(reducer.apply)

    def __init__(self) -> None:
        super().__init__()
        self.world = World(apply=type(self).apply)

    @rule(taken=some(SHOP, CALM))
    def goes_well(self, taken: list[Taken]) -> None:
        self._take(taken)

    @rule(taken=some(SHOP, CALM, HARM))
    def goes_wrong(self, taken: list[Taken]) -> None:
        self._take(taken)

    def _take(self, taken: list[Taken]) -> None:
        for name, number in taken:
            ALL[name][1](self.world, *divmod(number, WAYS))

    def teardown(self) -> None:
        self.world.settle()
        self.world.check_replay(size=1 + self.world.book.seq % 5)


def test_a_screen_shows_a_prefix_of_the_log_rings_once_and_ends_complete() -> None:
    run_state_machine_as_test(Screen, settings=SETTINGS)


@given(versions=st.lists(st.integers(1, 9), min_size=1, max_size=30))
@settings(SETTINGS)
def test_a_customer_never_sees_an_order_go_back_and_ends_at_the_newest(versions: list[int]) -> None:
    check_customer(reducer.newer, versions)


def check_customer(newer: Callable[[JSON | None, JSON], JSON], versions: list[int]) -> None:
    """Let the versions of an order come in this order, after another order that the page showed."""
    shown = newer(None, {"id": "other", "version": 5})
    highest = 0
    for version in versions:
        shown = newer(shown, {"id": "mine", "version": version})
        highest = max(highest, version)
        assert shown == {"id": "mine", "version": highest}
