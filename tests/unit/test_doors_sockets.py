"""Every frame of protocol.md 2.1 with its answer, and every close code, through register, transport and unregister."""

from __future__ import annotations

from typing import Any

import pytest

from orderbell import entry
from support.doors import DEVICE_TOKEN, SCREEN, House, socket_event
from support.layer import MemoryStore

UNKNOWN = "01a1fda8-0e63-77db-a94a-6ddf5d9bb20e"


def kinds(frames: list[dict[str, Any]]) -> list[str]:
    return [frame["type"] for frame in frames]


def test_a_handshake_is_accepted_and_without_compression(house: House) -> None:
    assert house.open() == {
        "errNo": 0,
        "errMsg": "ok",
        "websocket": {"action": "connecting", "secConnectionID": SCREEN, "secWebSocketExtensions": ""},
    }


def test_a_handshake_is_refused_where_the_store_cannot_be_reached(house: House) -> None:
    house.store.switch_off()
    assert house.open() == {"errNo": 503, "errMsg": "unavailable"}


@pytest.mark.parametrize("event", [{}, {"websocket": None}, {"websocket": {"action": "connecting"}}])
def test_what_is_no_socket_event_is_refused(house: House, event: dict[str, Any]) -> None:
    for use in (entry.register, entry.transport, entry.unregister):
        assert entry.socket(use)(event, {})["errNo"] != 0


def test_register_takes_only_a_connecting_event(house: House) -> None:
    answer = entry.socket(entry.register)(socket_event("closing", "c"), {})
    assert answer["errNo"] != 0
    assert house.store.connections().get("c") is None


def test_a_socket_that_closed_is_forgotten(house: House) -> None:
    house.hello()
    assert house.hang_up()["errNo"] == 0
    assert house.store.connections().get(SCREEN) is None
    assert house.hang_up()["errNo"] == 0


def test_a_kitchen_that_says_hello_is_welcomed_and_shown_the_open_orders(house: House) -> None:
    order = house.place().json["order"]
    welcome, snapshot = house.hello(lang="en")
    assert set(welcome) == {"type", "role", "shop", "device", "epoch", "seq", "at"}
    assert (welcome["role"], welcome["device"], welcome["seq"]) == ("kitchen", house.device, 1)
    assert (welcome["shop"]["slug"], welcome["shop"]["name"]) == ("noodle-house", "Noodle House")
    assert len(welcome["shop"]["categories"]) == 2
    assert set(snapshot) == {"type", "epoch", "seq", "orders"}
    assert (snapshot["epoch"], snapshot["seq"]) == (welcome["epoch"], 1)
    assert [shown["id"] for shown in snapshot["orders"]] == [order["id"]]
    assert snapshot["orders"][0]["customer"]["phone"] == "138****1234"


def test_a_kitchen_that_comes_back_with_its_seq_gets_exactly_what_it_missed(house: House) -> None:
    welcome, _ = house.hello()
    for key in "abc":
        house.place(key=key)
    frames = house.hello("second", epoch=welcome["epoch"], seq=1)
    assert kinds(frames) == ["welcome", "events"]
    assert (frames[1]["prev"], [event["seq"] for event in frames[1]["events"]]) == (1, [2, 3])


def test_a_kitchen_that_missed_nothing_gets_nothing_but_its_welcome(house: House) -> None:
    welcome, _ = house.hello()
    assert kinds(house.hello("second", epoch=welcome["epoch"], seq=0)) == ["welcome"]


@pytest.mark.parametrize(
    "change", [{"epoch": "another", "seq": 0}, {"seq": 0}, {"seq": 9}, {"epoch": None, "seq": None}]
)
def test_a_kitchen_that_cannot_go_on_from_its_seq_starts_again(house: House, change: dict[str, Any]) -> None:
    house.place()
    assert kinds(house.hello(**change)) == ["welcome", "snapshot"]


def test_a_kitchen_beyond_the_log_of_its_own_epoch_starts_again(house: House) -> None:
    welcome, _ = house.hello()
    assert kinds(house.hello("second", epoch=welcome["epoch"], seq=1)) == ["welcome", "snapshot"]


def test_a_customer_that_says_hello_sees_its_order_and_its_shop(house: House) -> None:
    placed = house.place()
    welcome, order = house.follow(placed)
    assert (welcome["type"], welcome["role"], "device" in welcome) == ("welcome", "customer", False)
    assert order == {"type": "order", "order": placed.json["order"]}


def test_a_guest_that_says_hello_sees_the_shop(house: House) -> None:
    (welcome,) = house.hello("guest", role="guest", shop="noodle-house")
    assert (welcome["role"], welcome["shop"]["accepting"]) == ("guest", "open")


@pytest.mark.parametrize("lang", ["fr", "zh", "", None])
def test_a_hello_in_a_language_that_we_do_not_have_is_answered_in_the_shops_own(
    house: House, lang: str | None
) -> None:
    assert house.hello("guest", role="guest", shop="noodle-house", lang=lang)[0]["shop"]["name"] == "面馆"


def test_a_guest_of_no_shop_is_told_so_and_stays(house: House) -> None:
    (error,) = house.hello("guest", role="guest", shop="no-such-shop")
    assert (error["type"], error["code"], house.closed("guest")) == ("error", "unknown_shop", None)


@pytest.mark.parametrize("who", [{"token": "wrong"}, {"role": "kitchen"}, {"role": "customer", "token": "x"}])
def test_a_hello_with_a_wrong_token_is_closed_4401(house: House, who: dict[str, Any]) -> None:
    assert house.hello(**who) == []
    assert house.closed() == 4401


def test_a_customer_cannot_follow_another_order_with_its_token(house: House) -> None:
    mine, other = house.place(key="a").json, house.place(key="b").json
    for number, order in enumerate((other["order"]["id"], UNKNOWN, "o1", "")):
        connection = f"c{number}"
        assert house.hello(connection, role="customer", order=order, token=mine["token"]) == []
        assert house.closed(connection) == 4401


def test_a_revoked_device_is_not_welcome(house: House) -> None:
    house.hello()
    assert house.store.revoke(house.device) == [SCREEN]
    assert house.say({"type": "ping"}) == []
    assert house.closed() == 1013  # it comes again, and then:
    house.hello("again")
    assert house.closed("again") == 4401


MALFORMED = [
    "",
    "hello",
    "{",
    "[]",
    "null",
    '"ping"',
    "5",
    "{}",
    '{"type":5}',
    '{"type":"ping","type":"ack"}',
    None,
]


@pytest.mark.parametrize(
    "frame", [*MALFORMED, '{"type":"ping","x":"\\ud83d"}', '{"type":"\\u0000"}', "[" * 5000]
)
def test_a_frame_that_is_no_json_object_with_a_type_is_closed_4400(house: House, frame: str | None) -> None:
    house.hello()
    assert house.say(frame) == []
    assert house.closed() == 4400
    assert house.store.connections().get(SCREEN) is None


@pytest.mark.parametrize("frame", [{"type": "ack", "seq": 0}, {"type": "resume", "seq": 0}, {"type": "ping"}])
def test_a_frame_before_hello_is_unauthorized_and_the_socket_stays(
    house: House, frame: dict[str, Any]
) -> None:
    house.open()
    (error,) = house.say(frame)
    assert (error["type"], error["code"], house.closed()) == ("error", "unauthorized", None)
    assert not house.counted  # the gateway's clock for the first message goes on
    assert kinds(house.hello()) == ["welcome", "snapshot"]
    assert house.counted


def test_a_frame_of_a_socket_that_never_says_hello_is_closed_4408(house: House, memory: MemoryStore) -> None:
    house.open()
    memory.pass_time(10.5)
    assert house.say({"type": "ping"}) == []
    assert house.closed() == 4408


def test_a_socket_that_is_not_in_the_books_is_sent_away_to_come_again(house: House) -> None:
    assert house.say({"type": "ping"}, "unknown") == []
    assert house.closed("unknown") == 1013


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "sing"},
        {"type": "ack"},
        {"type": "ack", "seq": -1},
        {"type": "ack", "seq": "1"},
        {"type": "resume", "seq": 1.5},
        {"type": "ping", "ready": "yes"},
        {"type": "hello", "role": "cook"},
        {"type": "hello"},
        {"type": "pair", "code": ""},
        {"type": "command", "name": "start"},
        {"type": "command", "id": 5, "name": "start"},
        {"type": "command", "id": "", "name": "start"},
        {"type": "command", "id": "x" * 65, "name": "start"},
    ],
)
def test_an_unknown_frame_or_one_with_wrong_fields_gets_an_error_and_the_socket_stays(
    house: House, frame: dict[str, Any]
) -> None:
    house.hello()
    (error,) = house.say(frame)
    assert (error["type"], error["code"], "id" in error) == ("error", "validation", False)
    assert house.closed() is None


def test_unknown_fields_of_a_frame_are_ignored(house: House) -> None:
    house.hello(mood="good")
    assert kinds(house.say({"type": "ping", "more": {"deep": [1]}})) == ["pong"]


def test_a_ping_is_answered_with_the_logs_end_and_the_time(house: House) -> None:
    house.hello()
    house.place()
    house.heard()
    (pong,) = house.say(
        {"type": "ping", "seq": 0, "ready": {"visible": True, "audible": False, "awake": True}}
    )
    assert pong == {"type": "pong", "seq": 1, "at": "2026-11-21T04:00:00Z"}


def test_a_ping_brings_what_a_failed_push_did_not(house: House, memory: MemoryStore) -> None:
    house.hello()
    house.push.failing.add(SCREEN)
    house.place()
    house.push.failing.clear()
    memory.pass_time(1)
    assert kinds(house.say({"type": "ping"})) == ["pong", "events"]


def test_a_ping_brings_a_customer_and_a_guest_what_they_missed(house: House, memory: MemoryStore) -> None:
    house.hello()
    placed = house.place()
    house.follow(placed)
    house.hello("guest", role="guest", shop="noodle-house")
    house.push.failing |= {"customer", "guest"}
    house.command("accept", order=placed.json["order"]["id"], minutes=5)
    house.command("shop", id="c2", accepting="busy")
    house.push.failing.clear()
    memory.pass_time(1)
    assert [frame.get("order", {}).get("status") for frame in house.say({"type": "ping"}, "customer")] == [
        None,
        "accepted",
    ]
    assert kinds(house.say({"type": "ping"}, "guest")) == ["pong", "shop"]


def test_an_ack_marks_the_orders_as_seen_for_everybody(house: House) -> None:
    house.hello()
    house.follow(house.place())
    house.heard("customer")
    (events,) = house.say({"type": "ack", "seq": 1})[-1:]
    assert events["events"][0]["order"]["seen_at"] == "2026-11-21T04:00:00Z"
    assert house.heard("customer")[-1]["order"]["seen_at"] == "2026-11-21T04:00:00Z"
    assert house.say({"type": "ack", "seq": 2}) == []


def test_an_ack_or_resume_beyond_the_log_is_wrong_and_changes_nothing(house: House) -> None:
    house.hello()
    house.place()
    house.heard()
    for kind in ("ack", "resume"):
        (error,) = house.say({"type": kind, "seq": 2})
        assert (error["type"], error["code"]) == ("error", "validation")
    assert house.store.ledger().snapshot(house.shop.id)[2][0].seen_at is None


def test_a_resume_brings_everything_after_its_seq_again(house: House) -> None:
    house.hello()
    for key in "abc":
        house.place(key=key)
    house.heard()
    (events,) = house.say({"type": "resume", "seq": 1})
    assert (events["prev"], [event["seq"] for event in events["events"]]) == (1, [2, 3])


@pytest.mark.parametrize("frame", [{"type": "ack", "seq": 0}, {"type": "resume", "seq": 0}])
def test_only_kitchens_ack_and_resume(house: House, frame: dict[str, Any]) -> None:
    house.hello("guest", role="guest", shop="noodle-house")
    (error,) = house.say(frame, "guest")
    assert error["code"] == "unauthorized"


def test_a_code_is_swapped_for_a_token_that_then_says_hello(house: House) -> None:
    house.store.add_code(house.shop, "ABCD2345")
    house.open()
    (paired,) = house.say({"type": "pair", "code": "abcd-2345", "name": "left till"})
    assert set(paired) == {"type", "token", "device", "shop"}
    assert paired["shop"] == "noodle-house"
    (welcome, _) = house.hello("second", role="kitchen", token=paired["token"])
    assert welcome["device"] == paired["device"]


def test_a_wrong_code_is_unauthorized_and_the_fifth_is_closed_4401(house: House) -> None:
    house.store.add_code(house.shop, "ABCD2345")
    house.open()
    for _ in range(4):
        (error,) = house.say({"type": "pair", "code": "WRONG234"})
        assert (error["code"], house.closed()) == ("unauthorized", None)
    assert house.say({"type": "pair", "code": "WRONG234"}) == []
    assert house.closed() == 4401


def test_a_code_that_was_used_pairs_nobody(house: House) -> None:
    house.store.add_code(house.shop, "ABCD2345")
    house.open()
    house.say({"type": "pair", "code": "ABCD2345"})
    (error,) = house.say({"type": "pair", "code": "ABCD2345"})
    assert error["code"] == "unauthorized"


def test_a_frame_that_meets_an_unreachable_store_is_told_to_come_again_and_nothing_breaks(
    house: House,
) -> None:
    house.hello()
    house.store.switch_off()
    (error,) = house.say({"type": "command", "id": "c1", "name": "start", "order": UNKNOWN})
    assert (error["type"], error["code"], error["id"]) == ("error", "unavailable", "c1")
    assert house.closed() is None


def test_a_defect_answers_an_error_that_tells_nothing_and_the_socket_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("13800001234")

    house.hello()
    monkeypatch.setattr(house.parts.sessions, "ping", broken)
    (error,) = house.say({"type": "ping"})
    assert (error["code"], house.closed()) == ("internal", None)
    assert "13800001234" not in str(error)


def test_an_answer_to_a_socket_that_left_meanwhile_harms_nobody(house: House) -> None:
    house.hello()
    house.push.hang_up(SCREEN)
    assert house.say({"type": "ping"}) == []
    assert house.store.connections().get(SCREEN) is None


def test_two_screens_may_share_one_device(house: House) -> None:
    house.hello("a")
    house.hello("b")
    house.place()
    assert kinds(house.heard("a")) == kinds(house.heard("b")) == ["events"]


def test_a_frame_in_the_words_of_an_old_template_is_a_frame(house: House) -> None:
    house.hello()
    event = socket_event("data recv", SCREEN, data='{"type":"ping"}', dataType="text")
    entry.socket(entry.transport)(event, {})
    assert kinds(house.heard()) == ["pong"]


def test_a_device_token_is_not_a_customers(house: House) -> None:
    order = house.place().json["order"]["id"]
    house.hello(role="customer", order=order, token=DEVICE_TOKEN)
    assert house.closed() == 4401
