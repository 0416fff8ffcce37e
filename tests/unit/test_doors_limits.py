"""Floods at the doors: what is refused, in which words, when it may come again, and that nothing of it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderbell.adapters.events import tencent
from orderbell.domain.rates import CAPS, DEFAULTS, Rate, Sizes
from support.doors import DEVICE_TOKEN, SCREEN, House
from support.example import ORDER
from support.layer import MemoryStore

EVENTS = Path(__file__).resolve().parents[1] / "events"
Make = Callable[..., House]
NEIGHBOUR = "203.0.113.99"
UNKNOWN = "018f0000-0000-7000-8000-000000000000"


@pytest.fixture
def limited(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Make a house with the given rates and caps and no others."""

    def make(caps: dict[str, int] | None = None, **rates: Rate) -> House:
        return House(memory, monkeypatch, Sizes(rates, caps or {}))

    return make


def by(phone: str | None, **changes: Any) -> dict[str, Any]:
    """Return the example order of somebody with this phone number."""
    return {**ORDER, "customer": {**ORDER["customer"], "phone": phone}, **changes}


def test_an_order_above_the_rate_of_its_address_is_refused_and_not_stored(limited: Make) -> None:
    house = limited(orders_ip=Rate(2, 0.1))
    assert [house.place(key=f"k{n}").status for n in range(2)] == [201, 201]
    refused = house.place(key="k2")
    assert refused.problem == (429, "rate_limited")
    assert refused.headers["retry-after"] == "10" and "10 s" in refused.json["detail"]
    assert house.stored() == 2
    house.peer = NEIGHBOUR
    assert house.place(key="k3").status == 201


def test_after_the_time_that_was_said_it_is_taken_with_the_same_key(limited: Make) -> None:
    house = limited(orders_ip=Rate(1, 0.3))
    house.place(key="first")
    refused = house.place(key="again")
    house.store.pass_time(int(refused.headers["retry-after"]))
    assert house.place(key="again").status == 201


def test_a_replay_is_answered_whatever_the_rate(limited: Make) -> None:
    house = limited(orders_ip=Rate(1, 0.01))
    first = house.place(key="mine")
    for _ in range(3):
        again = house.place(key="mine")
        assert (again.status, again.headers["idempotency-replayed"], again.body) == (200, "true", first.body)
    assert house.place(by("13900009999"), key="mine").problem == (422, "idempotency_mismatch")
    assert house.place(key="new").problem == (429, "rate_limited")


@pytest.mark.parametrize("spelling", ["138 0000 1234", "138-0000-1234", "+86 13800001234"])
def test_a_phone_number_is_one_however_it_is_written_and_wherever_it_comes_from(
    limited: Make, spelling: str
) -> None:
    house = limited(orders_phone=Rate(1, 0.01))
    assert house.place(key="1").status == 201
    house.peer = NEIGHBOUR
    assert house.place(by(spelling), key="2").problem == (429, "rate_limited")
    assert house.place(by("13900001234"), key="3").status == 201
    for key in "45":
        assert house.place(by(None, service="dine_in", table="7"), key=key).status == 201


def test_a_shop_is_one_whoever_orders_and_another_is_another(limited: Make) -> None:
    house = limited(orders_shop=Rate(1, 0.01))
    house.store.open_shop("rival")
    assert house.place(key="1").status == 201
    house.peer = NEIGHBOUR
    assert house.place(by("13900001234"), key="2").problem == (429, "rate_limited")
    assert house.place(by("13900001234", shop="rival"), key="3").status == 201


def test_an_order_that_is_refused_uses_up_nothing_of_its_shop_or_of_the_number_that_it_names(
    limited: Make,
) -> None:
    house = limited(orders_phone=Rate(1, 0.01), orders_shop=Rate(1, 0.01))
    victim = ORDER["customer"]["phone"]
    for number, wrong in enumerate(({"expected_total": 1}, {"lines": [{"item": "none", "quantity": 1}]}) * 3):
        assert house.place(by(victim, **wrong), key=f"k{number}").status in (409, 422)
    assert house.place(by(victim), key="honest").status == 201


def test_a_phone_number_is_counted_in_each_shop_by_itself(limited: Make) -> None:
    house = limited(orders_phone=Rate(1, 0.01))
    house.store.open_shop("rival")
    assert house.place(key="1").status == 201
    assert house.place(key="2").problem == (429, "rate_limited")
    assert house.place({**ORDER, "shop": "rival"}, key="3").status == 201


def test_who_is_refused_by_address_uses_up_nothing_of_the_shop(limited: Make) -> None:
    house = limited(orders_ip=Rate(1, 0.01), orders_shop=Rate(2, 0.01), orders_phone=Rate(2, 0.01))
    assert [house.place(key=f"k{n}").status for n in range(9)] == [201] + [429] * 8
    house.peer = NEIGHBOUR
    assert house.place(key="honest").status == 201


def test_clients_without_an_address_are_one(limited: Make) -> None:
    house = limited(orders_ip=Rate(1, 0.01))
    house.peer = ""
    assert [house.place(key=f"k{n}").status for n in range(2)] == [201, 429]


def test_reading_orders_has_a_rate(limited: Make) -> None:
    house = limited(reads_order=Rate(2, 0.5))
    placed, other = house.place(key="1"), house.place(key="2")
    ask = {"order": placed.json["order"]["id"]}
    assert [house.show(placed.json["token"], **ask).status for _ in range(3)] == [200, 200, 429]
    assert house.show(other.json["token"], order=other.json["order"]["id"]).status == 200
    assert house.http("GET", "/get_shop_info?shop=noodle-house").status == 200


def test_a_device_reads_at_one_rate_whatever_it_asks_for(limited: Make) -> None:
    house = limited(reads_device=Rate(3, 0.5))
    order = house.place().json["order"]["id"]
    asked: list[dict[str, object]] = [{"after": 0}, {"day": "today"}, {"order": order}, {"after": 0}]
    assert [house.show(DEVICE_TOKEN, **ask).status for ask in asked] == [200, 200, 200, 429]
    house.store.add_device(house.shop, "another screen")
    assert house.show("another screen", after=0).status == 200


def test_junk_from_the_same_address_refuses_neither_kitchen_nor_customer(limited: Make) -> None:
    house = limited(reads_ip=Rate(4, 0.01))
    placed = house.place()
    mine = {"order": placed.json["order"]["id"]}
    asked: list[dict[str, object]] = [{"after": 0}, {"day": "today"}, mine, {"order": UNKNOWN}]
    assert [house.show("junk", **ask).status for ask in asked] == [401, 401, 404, 404]
    assert [house.show("junk", **ask).status for ask in asked] == [429] * 4
    assert [house.show(None, **ask).status for ask in asked] == [429] * 4
    assert house.show(placed.json["token"], **mine).status == 200
    assert [house.show(DEVICE_TOKEN, **ask).status for ask in asked[:3]] == [200] * 3


def test_a_handshake_above_the_rate_is_refused_with_the_time_to_come_again(limited: Make) -> None:
    house = limited(sockets_ip=Rate(1, 0.2))
    assert house.open("1")["errNo"] == 0
    refused = house.open("2")
    assert (refused["errNo"], refused["retryAfter"]) == (429, 5)
    assert house.store.connections().get("2") is None
    house.peer = NEIGHBOUR
    assert house.open("3")["errNo"] == 0


def test_an_address_has_room_for_so_many_sockets(limited: Make) -> None:
    house = limited(caps={"open_ip": 2})
    assert [house.open(name)["errNo"] for name in "123"] == [0, 0, 429]
    house.hang_up("1")
    assert house.open("4")["errNo"] == 0


def test_one_socket_too_many_of_a_device_is_closed_and_the_others_stay(limited: Make) -> None:
    house = limited(caps={"open_device": 2})
    for name in "12":
        assert [frame["type"] for frame in house.hello(name)] == ["welcome", "snapshot"]
    house.hello("3")
    assert [house.closed(name) for name in "123"] == [None, None, 4429]


@pytest.mark.parametrize("role", ["guest", "board"])
def test_one_follower_too_many_of_a_shop_is_closed(limited: Make, role: str) -> None:
    house = limited(caps={"open_shop": 1})
    for name in "12":
        house.hello(name, role=role, shop="noodle-house")
    house.hello()
    assert [house.closed(name) for name in ("1", "2", SCREEN)] == [None, 4429, None]


def test_who_only_says_hello_is_closed(limited: Make) -> None:
    house = limited(hellos_socket=Rate(2, 0.01))
    said = [house.hello() for _ in range(3)]
    assert [len(frames) for frames in said] == [2, 2, 0]
    assert house.closed() == 4429


def test_pairing_codes_are_tried_at_a_rate_of_the_address_and_not_of_the_connection(limited: Make) -> None:
    house = limited(pair_ip=Rate(3, 1 / 30))
    house.store.add_code(house.shop, "RIGHT234")
    closed = []
    for name in "abcd":
        house.open(name)
        house.say({"type": "pair", "code": "WRONG234", "name": "x"}, name)
        closed.append(house.closed(name))
    assert closed == [None, None, None, 4429]
    house.open("e")
    assert house.say({"type": "pair", "code": "RIGHT234", "name": "x"}, "e") == []
    assert house.closed("e") == 4429
    house.peer = NEIGHBOUR
    house.open("f")
    (paired,) = house.say({"type": "pair", "code": "RIGHT234", "name": "x"}, "f")
    assert paired["type"] == "paired"


def refused(house: House, number: int, connection: str = SCREEN) -> str | None:
    """Let a kitchen give a command; return the code of its refusal, None where there is none."""
    error = house.command("shop", connection, id=f"c{number}", accepting="open").get("error")
    return None if error is None else str(error["code"])


def test_a_command_above_its_devices_rate_is_refused_and_not_remembered(limited: Make) -> None:
    house = limited(commands_device=Rate(2, 0.5))
    house.hello("1")
    house.hello("2")
    assert [refused(house, n, str(1 + n % 2)) for n in range(3)] == [None, None, "rate_limited"]
    house.store.pass_time(10)
    assert refused(house, 2, "1") is None


def test_who_does_not_stop_commanding_is_closed_after_three_bursts(limited: Make) -> None:
    house = limited(commands_device=Rate(2, 0.01))
    house.hello()
    assert [refused(house, n) for n in range(6)] == [None, None] + ["rate_limited"] * 4
    assert house.closed() is None
    assert house.say({"type": "command", "id": "c9", "name": "shop", "accepting": "open"}) == []
    assert house.closed() == 4429


def test_customers_of_one_order_share_its_rate(limited: Make) -> None:
    house = limited(commands_order=Rate(1, 0.01))
    placed = house.place()
    who = {"role": "customer", "order": placed.json["order"]["id"], "token": placed.json["token"]}
    house.hello("1", **who)
    house.hello("2", **who)
    assert house.command("message", "1", id="a", text="hi") == {"type": "result", "id": "a", "ok": True}
    assert house.command("message", "2", id="b", text="hi")["error"]["code"] == "rate_limited"


def test_guests_commands_are_counted_by_connection(limited: Make) -> None:
    house = limited(commands_order=Rate(1, 0.01))
    for name in "12":
        house.hello(name, role="guest", shop="noodle-house")
    assert house.command("nudge", "1", id="a")["error"]["code"] == "validation"
    assert house.command("nudge", "1", id="b")["error"]["code"] == "rate_limited"
    assert house.command("nudge", "2", id="c")["error"]["code"] == "validation"


def test_the_sweep_forgets_buckets_that_are_full_again(limited: Make, memory: MemoryStore) -> None:
    house = limited(orders_ip=Rate(2, 0.1))
    house.place()
    assert len(memory.world.rates) == 1
    memory.pass_time(100)
    house.parts.sweeper.sweep()
    assert memory.world.rates == {}


def test_a_restaurant_behind_one_address_is_let_through_by_the_defaults(
    memory: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(memory, monkeypatch, Sizes(DEFAULTS, CAPS))
    for number in range(120):
        assert house.open(f"guest {number}")["errNo"] == 0
        assert house.place(by(f"138{number:08}"), key=f"k{number}").status == 201


@pytest.mark.parametrize("event", sorted(path.name for path in EVENTS.glob("tencent_http_*.json")))
def test_the_address_of_a_request_is_where_the_cloud_says_it(event: str) -> None:
    assert tencent.request(json.loads((EVENTS / event).read_bytes()), {}).peer == "203.0.113.9"


@pytest.mark.parametrize(("event", "peer"), [("register", "203.0.113.9"), ("transport_text", "")])
def test_a_handshake_has_an_address_and_a_frame_has_none(event: str, peer: str) -> None:
    happened = tencent.socket_event(json.loads((EVENTS / f"tencent_ws_{event}.json").read_bytes()), {})
    assert happened is not None and happened.peer == peer
