"""A screen that was away while many orders were placed: it is complete when it is back, by the log or by a snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.many import copy_order
from support.parts import ask
from support.postgres import open_folder
from support.system import Screen, System, running_system


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with open_folder() as folder, running_system(folder / "data") as running:
        yield running


def test_after_1000_orders_a_screen_gets_each_from_the_log_in_order_and_once(system: System) -> None:
    token = system.pair()
    with Screen(system, token) as screen:
        first = system.post().json()["order"]["id"]
        screen.until(lambda s: (o := s.orders.get(first)) and o["seen_at"])
        epoch, seq = screen.epoch, screen.seq
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: system.post().status_code, range(1000)))
    assert answers == [201] * 1000
    placed = [row[0] for row in ask(system, "SELECT order_id::text FROM orders ORDER BY placed_seq")][1:]
    with Screen(system, token, epoch, seq) as back:
        back.until(lambda s: len(s.shown) == 1000)
        assert back.shown == placed


def test_after_10000_orders_a_screen_gets_a_snapshot_with_all_of_them_and_goes_on_from_there(
    system: System,
) -> None:
    token = system.pair()
    with Screen(system, token) as screen:
        first = system.post().json()["order"]["id"]
        screen.until(lambda s: first in s.orders)
        epoch, seq = screen.epoch, screen.seq
    copies = copy_order(system, first, 10_000)
    with Screen(system, token, epoch, seq) as back:
        back.until(lambda s: s.epoch == epoch and s.seq >= seq + 10_000)
        assert back.shown == []  # they came as a snapshot, which is no news
        assert set(copies) <= set(back.orders)
        fresh = system.post().json()["order"]["id"]
        back.until_order(fresh)
        assert back.shown == [fresh]
