"""One stage for all tests of this folder: scenes on it have shops of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from orderbell.entry.wiring import wiring
from support.databases import Server
from support.layer import SqlStore
from tests.steps.endpoint import running_endpoint
from tests.steps.functions import functions
from tests.steps.scene import Scene, Stage


@pytest.fixture(scope="module")
def stage(server: Server, template: str) -> Iterator[Stage]:
    """A database, a push endpoint, functions that can be killed, and in this process an instance that is not."""
    with ExitStack() as stack:
        _, url = stack.enter_context(server.database(template))
        endpoint = stack.enter_context(running_endpoint())
        settings = {
            "DATABASE_URL": url,
            "PUSH_URL": endpoint.url,
            "PUSH_TOKEN": "secret",
            "LOG_LEVEL": "ERROR",
            "RATE_LIMITS": "off",
        }
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in settings.items():
            patch.setenv(name, value)
        store = stack.enter_context(SqlStore(url))
        wiring.cache_clear()
        stack.callback(_end_own_instance)
        yield Stage(store, endpoint, stack.enter_context(functions(settings)))


def _end_own_instance() -> None:
    """Hang up what an instance keeps for as long as its process lives."""
    parts = wiring()
    parts.ledger._database._drop()  # type: ignore[attr-defined]
    for line in parts.delivery._push._idle:  # type: ignore[attr-defined]
        line.close()
    wiring.cache_clear()


@pytest.fixture
def scene(stage: Stage) -> Iterator[Callable[[], Scene]]:
    """Make scenes, one after the other."""
    scenes: list[Scene] = []

    def make() -> Scene:
        while scenes:
            scenes.pop().leave()
        scenes.append(Scene(stage))
        return scenes[-1]

    yield make
    while scenes:
        scenes.pop().leave()
