"""Functions killed, and their lines cut, at every SQL and HTTP step, once each: nothing is lost, doubled, held or out of order.

What lies between two steps does not leave the process. A step that is killed "before" has not reached the database or the
push endpoint; one that is killed "after" has, and its answer is lost. A statement that is prepared is known to the dying
connection alone: once for each of those is enough.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.steps.endpoint import FAULTS, LOSE
from tests.steps.functions import CUTS, KILLS, Run
from tests.steps.scenarios import Crowd, Hello, Moving, Placing, Scenario, Seen
from tests.steps.scenarios_timer import Draining, Expiring
from tests.steps.scene import Scene

NewScene = Callable[[], Scene]
SCENARIOS = (Placing(), Crowd(), Moving(), Seen(), Hello(), Draining(), Expiring())

scenarios = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: type(each).__name__.lower())


def undisturbed(scenario: Scenario, new_scene: NewScene) -> tuple[str, ...]:
    """Return the steps of a function that nothing happens to."""
    scene = new_scene()
    run = scene.victim(scenario.function, scenario.prepare(scene))
    assert not run.killed
    finish(scenario, scene, run, "nothing was done to it")
    return run.steps


def listed(steps: tuple[str, ...]) -> str:
    return "\n".join(f"{number:4} {name}" for number, name in enumerate(steps))


def finish(scenario: Scenario, scene: Scene, run: Run, what: str) -> None:
    """Let a scenario end; where it does not end well, say what had been done to it."""
    try:
        scenario.finish(scene, run)
    except Exception as error:
        raise AssertionError(f"{what}: {error}\nsteps taken:\n{listed(run.steps)}") from error


@scenarios
def test_every_step_that_is_known_is_found(scenario: Scenario, scene: NewScene) -> None:
    steps = undisturbed(scenario, scene)
    rest = iter(steps)
    missing = [name for name in scenario.known if name not in rest]
    assert not missing, f"these were steps, in this order: {missing}; now they are\n{listed(steps)}"


@scenarios
@pytest.mark.parametrize("how", KILLS)
def test_a_function_may_be_killed_at_any_step(scenario: Scenario, how: str, scene: NewScene) -> None:
    for at, name in scenario.own(undisturbed(scenario, scene)):
        if how == "kill before" and name.startswith("SQL prepare"):
            continue
        here = scene()
        run = here.victim(scenario.function, scenario.prepare(here), at, how)
        assert run.killed or len(run.steps) <= at, "it lives on"  # two threads may come to share a line
        finish(scenario, here, run, f"{how} step {at}, {run.steps[-1]}")


@scenarios
@pytest.mark.parametrize("how", CUTS)
def test_the_database_may_hang_up_at_any_step(scenario: Scenario, how: str, scene: NewScene) -> None:
    for at, name in scenario.own(undisturbed(scenario, scene)):
        if not name.startswith("SQL") or (how == "cut after" and name.startswith("SQL prepare")):
            continue
        here = scene()
        run = here.victim(scenario.function, scenario.prepare(here), at, how)
        finish(scenario, here, run, f"{how} step {at}, {name}")


@scenarios
@pytest.mark.parametrize("fault", FAULTS)
def test_any_push_may_fail_in_any_way(scenario: Scenario, fault: str, scene: NewScene) -> None:
    for nth in range(scenario.pushes):
        here = scene()
        event = scenario.prepare(here)
        here.stage.endpoint.fail(nth, fault)
        run = here.victim(scenario.function, event, push_timeout_s=0.2)
        assert here.stage.endpoint.heal(), f"there was no push {nth}"
        finish(scenario, here, run, f"{fault} at push {nth}")


@pytest.mark.parametrize("scenario", [Placing(), Crowd()], ids=["placing", "crowd"])
def test_what_was_pushed_and_never_acknowledged_is_pushed_again(scenario: Scenario, scene: NewScene) -> None:
    for nth in range(scenario.pushes):
        here = scene()
        event = scenario.prepare(here)
        here.stage.endpoint.fail(nth, LOSE)
        run = here.victim(scenario.function, event)
        assert here.stage.endpoint.heal(), f"there was no push {nth}"
        finish(scenario, here, run, f"push {nth} was lost")
