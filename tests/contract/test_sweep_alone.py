"""What goes wrong in one step of the sweep stays there; and what stands in the way of pushes does not keep the owner uncalled."""

from __future__ import annotations

import time

import pytest

from orderbell.domain.errors import Unavailable
from orderbell.service.sweep import Sweeper
from orderbell.wire import voice
from support.layer import Store, place, wired


class Alarm:
    """Counts how often it was asked to send, and whether there was time."""

    def __init__(self) -> None:
        self.noted, self.in_time = 0, 0

    def note(self) -> int:
        self.noted += 1
        return 0

    def send(self, until: float) -> int:
        self.in_time += time.monotonic() < until
        return 0

    def measure(self) -> dict[str, float]:
        return {}


def sweeper(store: Store, alarm: Alarm, **broken: object) -> Sweeper:
    parts, chores = wired(store), store.chores()
    for name, what in broken.items():
        setattr(chores, name, what)
    return Sweeper(parts.ledger, chores, parts.delivery, parts.kitchen, voice, alarm, wall=parts.wall)


def unavailable(*_: object) -> object:
    raise Unavailable("a table is locked")


@pytest.mark.parametrize(
    "step", ["overdue_shops", "lagging_kitchens", "idle", "silent", "purge", "measure", "end"]
)
def test_a_step_that_fails_keeps_neither_the_others_nor_the_owner_waiting(store: Store, step: str) -> None:
    shop = store.open_shop()
    order = place(wired(store))
    store.pass_time(shop.accept_seconds + 1)
    alarm = Alarm()
    with pytest.raises(Unavailable):
        sweeper(store, alarm, **{step: unavailable}).sweep()
    assert (alarm.noted, alarm.in_time) == (1, 1)
    found = wired(store).ledger.order_of(order.id)
    assert found is not None
    assert (found[0].status.value == "expired") == (step != "overdue_shops")


def test_the_owner_is_called_though_the_rest_took_all_the_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.open_shop()
    alarm = Alarm()
    monkeypatch.setattr("orderbell.service.sweep.BUDGET_S", -10.0)  # it was over before it began
    sweeper(store, alarm).sweep()
    assert alarm.in_time == 1
