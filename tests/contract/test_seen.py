"""An order that is on a screen is noted as seen, though the ack was lost on its way."""

from __future__ import annotations

import pytest

from support.doors import SCREEN, House
from support.layer import Store


@pytest.fixture
def house(store: Store, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(store, monkeypatch)


def unseen(house: House) -> int:
    return sum(order.seen_at is None for order in house.store.ledger().snapshot(house.shop.id)[2])


def test_a_ping_says_what_is_on_the_screen(house: House) -> None:
    house.hello()
    house.place()
    events = house.heard()[-1]
    assert house.store.connections().ack(SCREEN, 1)  # its function was killed when the cursor had moved
    house.say({"type": "ping"})
    assert unseen(house) == 1
    frames = house.say({"type": "ping", "seq": events["events"][-1]["seq"]})
    assert unseen(house) == 0
    assert frames[-1]["events"][-1]["order"]["seen_at"] is not None


def test_a_screen_whose_ack_was_lost_with_its_line_says_so_when_it_is_back(house: House) -> None:
    welcome, *_ = house.hello()
    house.place()
    house.hello("again", epoch=welcome["epoch"], seq=1)
    house.say({"type": "ping", "seq": 1}, "again")
    assert unseen(house) == 0


def test_what_a_ping_says_beyond_the_log_is_not_believed(house: House) -> None:
    house.hello()
    house.place()
    house.say({"type": "ping", "seq": 2})
    assert unseen(house) == 1
