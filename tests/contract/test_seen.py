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


def test_an_order_that_ended_before_any_screen_had_it_was_never_seen(house: House) -> None:
    placed = house.place()
    house.follow(placed)
    house.say({"type": "command", "id": "c", "name": "cancel"}, "customer")
    *_, snapshot = house.hello()
    assert snapshot["orders"] == []
    house.say({"type": "ack", "seq": snapshot["seq"]})
    house.say({"type": "ping", "seq": snapshot["seq"]})
    house.show("device/+=", after=snapshot["seq"], epoch=snapshot["epoch"])
    order = house.show(placed.json["token"], order=placed.json["order"]["id"]).json["order"]
    assert (order["status"], order["seen_at"], order["version"]) == ("cancelled", None, 2)


def test_who_accepts_an_order_has_seen_it(house: House) -> None:
    house.hello()
    placed = house.place()
    assert house.command("accept", order=placed.json["order"]["id"], minutes=5)["ok"]
    order = house.show(placed.json["token"], order=placed.json["order"]["id"]).json["order"]
    assert (order["status"], order["version"]) == ("accepted", 2)
    assert order["seen_at"] == order["history"][-1]["at"]
