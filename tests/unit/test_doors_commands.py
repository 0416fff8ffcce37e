"""Commands: every one of protocol.md 2.1, who may give it, and that each id acts once."""

from __future__ import annotations

from typing import Any

import pytest

from support.doors import SCREEN, House
from support.example import ORDER
from support.layer import MemoryStore

UNKNOWN = "01a1fda8-0e63-77db-a94a-6ddf5d9bb20e"
REASONS = ["sold_out", "too_busy", "closed", "cannot_do_note", "out_of_area", "customer_asked", "other"]


@pytest.fixture
def kitchen(house: House) -> House:
    """A house whose kitchen's screen has said hello."""
    house.hello()
    return house


def placed(house: House, **changes: Any) -> str:
    """Place an order, let its customer follow it, and return its id."""
    answer = house.place({**ORDER, **changes}, key=f"key {house.stored()}")
    house.follow(answer)
    return str(answer.json["order"]["id"])


def customer_sees(house: House) -> dict[str, Any]:
    """Return the order as its customer's page shows it now."""
    orders = [frame["order"] for frame in house.heard("customer") if frame["type"] == "order"]
    return orders[-1]  # type: ignore[no-any-return]


def refused(result: dict[str, Any]) -> str:
    assert set(result) == {"type", "id", "ok", "error"}
    assert result["ok"] is False and set(result["error"]) == {"code", "detail"}
    return str(result["error"]["code"])


def ok(id: str = "c1") -> dict[str, Any]:
    return {"type": "result", "id": id, "ok": True}


def test_an_order_walks_from_placed_to_completed_before_its_customers_eyes(kitchen: House) -> None:
    order = placed(kitchen)
    seen = []
    for name, more in (("accept", {"minutes": 15}), ("start", {}), ("ready", {}), ("complete", {})):
        assert kitchen.command(name, id=f"c/{name}", order=order, **more) == ok(f"c/{name}")
        seen.append(customer_sees(kitchen)["status"])
    assert seen == ["accepted", "preparing", "ready", "completed"]


def test_a_delivery_is_dispatched_on_its_way(kitchen: House) -> None:
    order = placed(kitchen, service="delivery", customer={"name": "n", "phone": "10086", "address": "Room 5"})
    for number, (name, more) in enumerate((("accept", {"minutes": 1}), ("start", {}), ("ready", {}))):
        kitchen.command(name, id=str(number), order=order, **more)
    assert refused(kitchen.command("complete", id="too early", order=order)) == "conflict"
    assert kitchen.command("dispatch", id="d", order=order) == ok("d")
    assert kitchen.command("complete", id="e", order=order) == ok("e")
    assert customer_sees(kitchen)["status"] == "completed"


def test_accepting_promises_a_time(kitchen: House) -> None:
    kitchen.command("accept", order=placed(kitchen), minutes=25)
    assert customer_sees(kitchen)["promised_at"] == "2026-11-21T04:25:00Z"


@pytest.mark.parametrize("name", ["reject", "cancel"])
@pytest.mark.parametrize("reason", REASONS)
def test_a_kitchen_says_why_it_does_not_make_an_order(kitchen: House, name: str, reason: str) -> None:
    assert kitchen.command(name, order=placed(kitchen), reason=reason) == ok()
    last = customer_sees(kitchen)["history"][-1]
    assert (last["reason"], last["by"]) == (reason, "kitchen")


def test_a_ready_order_can_be_recalled(kitchen: House, memory: MemoryStore) -> None:
    order = placed(kitchen)
    for number, (name, more) in enumerate((("accept", {"minutes": 1}), ("start", {}), ("ready", {}))):
        kitchen.command(name, id=str(number), order=order, **more)
    assert kitchen.command("recall", order=order) == ok()
    assert customer_sees(kitchen)["status"] == "preparing"
    kitchen.command("ready", id="again", order=order)
    memory.pass_time(601)
    assert refused(kitchen.command("recall", id="late", order=order)) == "conflict"


def test_a_kitchen_that_keeps_an_order_answers_the_wish_to_cancel(kitchen: House) -> None:
    order = placed(kitchen)
    kitchen.command("accept", id="accept", order=order, minutes=5)
    assert kitchen.command("cancel", "customer") == ok()
    asked = kitchen.heard()[-1]["events"][-1]["order"]
    assert asked["cancel_requested_at"] is not None
    assert kitchen.command("keep", id="keep", order=order) == ok("keep")
    shown = customer_sees(kitchen)
    assert (shown["cancel_requested_at"], shown["status"]) == (None, "accepted")
    assert kitchen.command("keep", id="again", order=order) == ok("again")


def test_a_move_that_is_made_already_is_a_success_that_changes_nothing(kitchen: House) -> None:
    order = placed(kitchen)
    kitchen.command("accept", order=order, minutes=5)
    before = kitchen.stored()
    assert kitchen.command("accept", id="c2", order=order, minutes=9) == ok("c2")
    assert kitchen.stored() == before


def test_a_forbidden_move_is_a_conflict_that_changes_nothing(kitchen: House) -> None:
    order = placed(kitchen)
    before = kitchen.stored()
    result = kitchen.command("ready", order=order)
    assert refused(result) == "conflict"
    assert result["error"]["detail"] == "an order that is placed cannot ready"
    assert kitchen.stored() == before


@pytest.mark.parametrize(
    "id",
    ["c1", "a/b+c=", "面" * 64, " spaced ", "Cafe\u0301"],
    ids=["plain", "base64", "long", "spaced", "decomposed"],
)
def test_the_same_id_again_gives_the_same_result_and_acts_once(kitchen: House, id: str) -> None:
    order = placed(kitchen)
    first = kitchen.command("message", id=id, order=order, text="soon")
    assert first == ok(id)
    assert kitchen.command("message", id=id, order=order, text="soon") == first
    assert len(customer_sees(kitchen)["messages"]) == 1


def test_a_refusal_is_the_answer_to_its_id_for_ever(kitchen: House) -> None:
    order = placed(kitchen)
    first = kitchen.command("start", order=order)
    kitchen.command("accept", id="c2", order=order, minutes=5)
    assert refused(kitchen.command("start", order=order)) == refused(first) == "conflict"
    assert kitchen.command("start", id="c3", order=order) == ok("c3")


def test_the_same_id_of_another_device_is_another_command(kitchen: House) -> None:
    order = placed(kitchen)
    kitchen.store.add_device(kitchen.shop, "second")
    kitchen.hello("other", role="kitchen", token="second")
    for connection in (SCREEN, "other"):
        kitchen.command("message", connection, order=order, text="soon")
    assert len(customer_sees(kitchen)["messages"]) == 2


def test_the_same_id_on_another_socket_of_the_device_is_the_same_command(kitchen: House) -> None:
    order = placed(kitchen)
    kitchen.hello("other")
    for connection in (SCREEN, "other"):
        assert kitchen.command("message", connection, order=order, text="soon") == ok()
    assert len(customer_sees(kitchen)["messages"]) == 1


WRONG = [
    ("accept", {"minutes": 0}),
    ("accept", {"minutes": 241}),
    ("accept", {}),
    ("reject", {"reason": "boredom"}),
    ("reject", {}),
    ("message", {"text": ""}),
    ("message", {"text": "x" * 501}),
    ("availability", {"item": "tea", "available": "tomorrow"}),
    ("availability", {"available": True}),
    ("shop", {"accepting": "asleep"}),
    ("shop", {"accepting": "open", "busy_minutes": 5}),
    ("shop", {"accepting": "busy", "busy_minutes": 0}),
    ("shop", {"accepting": "busy", "paused_until": "2026-11-21T05:00:00Z"}),
    ("shop", {"accepting": "paused", "paused_until": "2026-11-21T05:00:00"}),
    ("shop", {"accepting": "paused", "paused_until": "2026-11-21T03:00:00Z"}),
    ("shop", {"accepting": "paused", "paused_until": "soon"}),
    ("nudge", {}),
    ("dance", {}),
    ("", {}),
    ("x" * 33, {}),
]


@pytest.mark.parametrize(("name", "arguments"), WRONG)
def test_a_wrong_command_is_refused_in_its_result(
    kitchen: House, name: str, arguments: dict[str, Any]
) -> None:
    order = placed(kitchen)
    before = kitchen.stored()
    arguments = {"order": order, **arguments} if name not in ("availability", "shop") else arguments
    assert refused(kitchen.command(name, **arguments)) == "validation"
    assert kitchen.stored() == before


@pytest.mark.parametrize("order", [UNKNOWN, "o1", "\u202e", "x" * 65, None, 5])
def test_a_command_on_what_is_no_order_is_refused(kitchen: House, order: object) -> None:
    assert refused(kitchen.command("start", order=order)) in ("not_found", "validation")


@pytest.mark.parametrize(
    ("name", "more"),
    [("accept", {"minutes": 5}), ("cancel", {"reason": "other"}), ("message", {"text": "hi"})],
)
def test_a_device_does_not_touch_an_order_of_another_shop(
    kitchen: House, name: str, more: dict[str, Any]
) -> None:
    order = placed(kitchen)
    tea_house = kitchen.store.open_shop("tea-house")
    kitchen.store.add_device(tea_house, "other")
    kitchen.hello("other", role="kitchen", token="other")
    assert refused(kitchen.command(name, "other", order=order, **more)) == "not_found"
    assert kitchen.stored() == 1


def test_a_kitchen_opens_slows_pauses_and_closes_its_shop(kitchen: House) -> None:
    kitchen.hello("guest", role="guest", shop="noodle-house")
    states = [
        {"accepting": "busy", "busy_minutes": 20},
        {"accepting": "paused", "paused_until": "2026-11-21T05:00:00Z"},
        {"accepting": "closed"},
        {"accepting": "open"},
    ]
    for number, state in enumerate(states):
        assert kitchen.command("shop", id=str(number), **state) == ok(str(number))
    shops = [frame["shop"] for frame in kitchen.heard("guest") if frame["type"] == "shop"]
    assert [
        (shop["accepting"], shop["open"], shop["busy_minutes"], shop["paused_until"]) for shop in shops
    ] == [
        ("busy", True, 20, None),
        ("paused", False, None, "2026-11-21T05:00:00Z"),
        ("closed", False, None, None),
        ("open", True, None, None),
    ]


def test_an_event_about_the_shop_carries_the_shop(kitchen: House) -> None:
    kitchen.hello("other")
    kitchen.command("shop", accepting="busy", busy_minutes=20)
    kitchen.command("availability", id="c2", item="tea", available="today")
    events = [event for frame in kitchen.heard("other") for event in frame.get("events", ())]
    assert [event["type"] for event in events] == ["shop.updated", "menu.updated"]
    assert events[0]["shop"]["busy_minutes"] == 20
    assert [item["available"] for item in events[1]["shop"]["categories"][1]["items"]] == [False, False]


def test_what_is_sold_out_cannot_be_ordered_until_it_is_back(kitchen: House) -> None:
    tea = {**ORDER, "lines": [{"item": "tea", "quantity": 1}], "expected_total": None}
    for number, available in enumerate((False, "today")):
        kitchen.command("availability", id=f"{number} out", item="tea", available=available)
        assert kitchen.place(tea, key=str(number)).problem == (409, "item_unavailable")
        kitchen.command("availability", id=f"{number} back", item="tea", available=True)
        assert kitchen.place(tea, key=str(number)).status == 201


def test_an_item_that_is_not_on_the_menu_is_not_found(kitchen: House) -> None:
    assert refused(kitchen.command("availability", item="pizza", available=False)) == "not_found"


def test_a_customer_cancels_and_both_sides_see_it(kitchen: House) -> None:
    placed(kitchen)
    kitchen.heard()
    assert kitchen.command("cancel", "customer") == ok()
    (event,) = kitchen.heard()[-1]["events"]
    assert (event["type"], event["order"]["status"]) == ("order.updated", "cancelled")
    assert event["order"]["history"][-1]["by"] == "customer"


def test_a_customer_asks_to_cancel_what_is_accepted(kitchen: House) -> None:
    kitchen.command("accept", order=placed(kitchen), minutes=5)
    assert kitchen.command("cancel", "customer") == ok()
    (event,) = kitchen.heard()[-1]["events"]
    assert (event["order"]["status"], event["order"]["cancel_requested_at"]) == (
        "accepted",
        "2026-11-21T04:00:00Z",
    )


def test_a_customer_nudges_when_it_is_time(kitchen: House, memory: MemoryStore) -> None:
    placed(kitchen)
    assert refused(kitchen.command("nudge", "customer")) == "rate_limited"
    memory.pass_time(300)
    kitchen.heard()
    assert kitchen.command("nudge", "customer", id="c2") == ok("c2")
    event = kitchen.heard()[-1]["events"][-1]
    assert (event["type"], event["order"]["nudges"]) == ("order.nudged", 1)


def test_both_sides_talk_about_an_order(kitchen: House) -> None:
    order = placed(kitchen)
    kitchen.command("message", "customer", text="不要香菜")
    kitchen.command("message", order=order, text="好的")
    said = [(message["from"], message["text"]) for message in customer_sees(kitchen)["messages"]]
    assert said == [("customer", "不要香菜"), ("kitchen", "好的")]


@pytest.mark.parametrize(
    "name", ["accept", "reject", "start", "ready", "complete", "recall", "availability", "shop"]
)
def test_a_customer_has_no_command_of_the_kitchens(kitchen: House, name: str) -> None:
    order = placed(kitchen)
    more = {
        "order": order,
        "minutes": 5,
        "reason": "other",
        "item": "tea",
        "available": False,
        "accepting": "closed",
    }
    assert refused(kitchen.command(name, "customer", **more)) == "validation"
    assert kitchen.stored() == 1


def test_a_customers_command_is_about_its_own_order_whatever_it_names(kitchen: House) -> None:
    other = placed(kitchen)
    kitchen.hang_up("customer")
    kitchen.push.closed.clear()
    mine = placed(kitchen)
    assert mine != other
    kitchen.command("cancel", "customer", order=other)
    orders = {order.id: order.status.value for order in kitchen.store.ledger().snapshot(kitchen.shop.id)[2]}
    assert orders == {other: "placed"}


def test_a_guest_has_no_commands(kitchen: House) -> None:
    kitchen.hello("guest", role="guest", shop="noodle-house")
    assert refused(kitchen.command("cancel", "guest", order=UNKNOWN)) == "validation"


def test_a_command_before_hello_is_unauthorized(kitchen: House) -> None:
    kitchen.open("new")
    (answer,) = kitchen.say({"type": "command", "id": "c1", "name": "cancel"}, "new")
    assert (answer.get("code") or answer["error"]["code"]) == "unauthorized"
