"""How an order was delivered can be seen: when it was stored, pushed, shown and accepted."""

from __future__ import annotations

import re

from support.system import Screen, System
from support.waiting import until

STEP = re.compile(r"\+(\d+\.\d{3}) s")


def row_of(system: System, number: str) -> str:
    lines = system.cli("orders", "noodle-house", "--last", "5").splitlines()
    return next(line for line in lines if line.startswith(f"{number} "))


def test_the_times_of_an_order_come_one_after_the_other(system: System) -> None:
    alone = system.post().json()["order"]
    assert row_of(system, alone["number"]).split()[-3:] == ["-", "-", "-"]
    with Screen(system, system.pair()) as kitchen:
        order = system.post().json()["order"]
        kitchen.until_order(order["id"])
        until(lambda: len(STEP.findall(row_of(system, order["number"]))) == 2, "pushed and seen")
        assert kitchen.command("accept", order=order["id"], minutes=10)["ok"]
        pushed, seen, accepted = map(float, STEP.findall(row_of(system, order["number"])))
        assert 0 <= pushed <= seen <= accepted
        # What waited for a first screen was shown by it, later.
        shown = STEP.findall(row_of(system, alone["number"]))
        assert len(shown) == 2


def test_a_shop_that_is_not_there_is_one_clear_line(system: System) -> None:
    assert system.cli("orders", "nowhere", check=False) == ""
