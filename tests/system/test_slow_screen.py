"""A screen that stops reading while orders come: it is closed, and nobody else notices."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from support.postgres import open_folder
from support.slow import SlowScreen
from support.system import Screen, System, running_system
from support.waiting import until

PATIENCE_S = 30.0  # what the product promises (P11)


@pytest.fixture
def system() -> Iterator[System]:
    with open_folder() as folder, running_system(folder / "data") as running:
        yield running


def closed(system: System, code: int) -> bool:
    """Tell whether the gateway ended a socket with this code by itself."""
    log = (system.data / "gateway.log").read_text()
    return any(
        line["event"] == "socket_closed" and line["code"] == code and line["by"] == "gateway"
        for line in map(json.loads, log.splitlines(keepends=False)[:-1])
    )


def test_a_screen_that_stops_reading_is_closed_while_the_other_misses_nothing(system: System) -> None:
    token = system.pair()
    placed: list[str] = []
    with Screen(system, token) as reads, SlowScreen(system.url, token):
        reads.until(lambda screen: screen.seq is not None)

        def orders_flow() -> bool:
            placed.append(system.post().json()["order"]["id"])
            reads.until_order(placed[-1])
            return closed(system, 1013)

        until(orders_flow, "the frozen screen is closed", PATIENCE_S)
        placed.append(system.post().json()["order"]["id"])
        reads.until_order(placed[-1])
        assert reads.shown == placed
