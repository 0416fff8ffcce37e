"""An attack from end to end, as a second shop with a good token of its own and as a stranger with none: it gets nothing."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from hostile.cast import RIVAL_ORDER, Cast
from hostile.over_socket import RawSocket

from support.example import ORDER
from support.system import Screen, Socket

SECRET_NAME, SECRET_PHONE = "Victim Wang", "13900005678"
VICTIM = {**ORDER, "customer": {"name": SECRET_NAME, "phone": SECRET_PHONE}, "note": "canary of the victim"}
UNKNOWN = "01a1fda8-0e63-77db-a94a-6ddf5d9bb20e"
MOVES: dict[str, dict[str, Any]] = {
    "accept": {"minutes": 10},
    "reject": {"reason": "other"},
    "start": {},
    "ready": {},
    "dispatch": {},
    "complete": {},
    "recall": {},
    "keep": {},
    "cancel": {"reason": "other"},
    "message": {"text": "come to us"},
}


@pytest.fixture(scope="module")
def victim(cast: Cast) -> tuple[str, str]:
    """An order of the first shop, and its token."""
    return cast.place(VICTIM)


def nothing_of(victim: str, text: str) -> None:
    """See that a text tells nothing of the victim's order."""
    assert not any(word in text for word in (victim, SECRET_NAME, SECRET_PHONE, VICTIM["note"]))


def test_a_second_shop_moves_no_order_whatever_state_it_is_in(cast: Cast, victim: tuple[str, str]) -> None:
    order, _ = cast.place(VICTIM)
    own = cast.system.pair()
    rival_token = cast.names["rival-device"]  # no acks: they mark orders as seen whenever they arrive
    with (
        Screen(cast.system, own, acks=False) as kitchen,
        Screen(cast.system, rival_token, acks=False) as rival,
    ):
        for step in (None, ("accept", {"minutes": 10}), ("start", {}), ("ready", {}), ("complete", {})):
            if step is not None:
                assert kitchen.command(step[0], order=order, **step[1])["ok"]
            standing = cast.standing()
            unknown = {
                name: rival.command(name, order=UNKNOWN, **more)["error"] for name, more in MOVES.items()
            }
            theirs = {name: rival.command(name, order=order, **more)["error"] for name, more in MOVES.items()}
            assert theirs == unknown
            assert {error["code"] for error in theirs.values()} == {"not_found"}
            assert cast.standing() == standing


def test_a_second_shop_sees_no_order_by_any_door(cast: Cast, victim: tuple[str, str]) -> None:
    order, _ = victim
    rival = cast.names["rival-device"]
    for path in (
        f"/bill?order={order}",
        "/bill?after=0",
        "/bill?after=0&shop=noodle-house",
        "/bill?day=today",
        "/bill?day=today&as=csv",
        "/bill?day=today&shop=noodle-house",
        "/get_shop_info",
        "/get_shop_info?shop=noodle-house",
        "/get_shop_info?board=noodle-house",
    ):
        nothing_of(order, cast.system.get(path, rival).text)
    epoch = json.loads(cast.system.get("/bill?after=0", cast.names["device"]).text)["epoch"]
    asked = cast.system.get(f"/bill?after=0&epoch={epoch}", rival)
    nothing_of(order, asked.text)
    assert asked.json()["epoch"] != epoch


def test_a_second_shops_stream_has_its_own_orders_and_no_other(cast: Cast) -> None:
    with Screen(cast.system, cast.names["rival-device"]) as rival:
        rival.until(lambda it: it.seq is not None)
        theirs = [cast.place(VICTIM)[0] for _ in range(3)]
        own, _ = cast.place(RIVAL_ORDER)
        rival.until_order(own)  # its own comes last, so the others would be there by now
        assert not set(theirs) & set(rival.orders)
        rival.say(type="resume", seq=0)
        rival.say(type="ping")
        frame = rival.next()
        while frame["type"] != "pong":
            nothing_of(theirs[0], json.dumps(frame))
            frame = rival.next()


def test_a_second_shop_says_hello_as_nobody_else(cast: Cast, victim: tuple[str, str]) -> None:
    order, token = victim
    for hello in (
        {"role": "customer", "order": order, "token": cast.names["rival-device"]},
        {"role": "customer", "order": order, "token": cast.names["rival-token"]},
        {"role": "customer", "order": cast.names["rival-order"], "token": token},
        {"role": "kitchen", "token": token, "shop": "noodle-house"},
    ):
        with Socket(cast.system) as socket:
            socket.say(type="hello", **hello)
            assert socket.closed() == 4401
    for frame in ({"role": "board", "shop": "noodle-house"}, {"role": "guest", "shop": "noodle-house"}):
        with Socket(cast.system) as socket:
            socket.say(type="hello", **frame)
            nothing_of(order, json.dumps(socket.expect("board" if frame["role"] == "board" else "welcome")))


def test_a_key_of_another_shops_order_opens_nothing(cast: Cast) -> None:
    key = str(uuid.uuid4())
    first = cast.system.post(VICTIM, key)
    second = cast.system.post(RIVAL_ORDER, key)
    assert (first.status_code, second.status_code) == (201, 201)
    nothing_of(first.json()["order"]["id"], second.text)
    assert second.json()["token"] != first.json()["token"]
    other = cast.system.post({**VICTIM, "customer": {"name": "Guess", "phone": "13800000000"}}, key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    nothing_of(first.json()["order"]["id"], other.text)


@pytest.mark.parametrize("whose", ["token", "device", "rival-device", "revoked-device", "rival-token"])
def test_what_is_not_there_and_what_is_not_yours_look_alike(
    cast: Cast, victim: tuple[str, str], whose: str
) -> None:
    strange = f"{cast.names[whose]}x" if whose == "device" else cast.names[whose]
    answers = []
    for order in (victim[0], UNKNOWN):
        answer = cast.system.get(f"/bill?order={order}", strange)
        document = answer.json()
        del document["request_id"]
        headers = {
            name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-Id")
        }
        answers.append((answer.status_code, document, headers))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_a_stranger_on_the_socket_cannot_tell_an_order_from_none(cast: Cast, victim: tuple[str, str]) -> None:
    ends = []
    for order in (victim[0], UNKNOWN, "no id at all"):
        with RawSocket(cast.system.url) as socket:
            socket.say({"type": "hello", "role": "customer", "order": order, "token": "A" * 43})
            ends.append(socket.frame())
    assert ends[0] is not None
    assert ends[0][1][:2] == (4401).to_bytes(2, "big")
    assert ends[1:] == ends[:1] * 2


def test_a_stranger_finds_no_list_and_no_way_in(cast: Cast, victim: tuple[str, str]) -> None:
    order, token = victim
    for path, status in (
        ("/bill", 422),
        (f"/bill?order={order}", 401),
        (f"/bill?order={order}&token={token}", 401),
        ("/bill?order=*", 401),
        ("/bill?after=0", 401),
        ("/bill?day=today&as=csv", 401),
        ("/get_shop_info", 200),
        ("/get_shop_info?shop=noodle-house", 200),
        ("/get_shop_info?board=noodle-house", 200),
        ("/orders", 404),
        ("/init_db", 404),
        ("/metrics", 404),
    ):
        answer = cast.system.get(path)
        assert answer.status_code == status, path
        nothing_of(order, answer.text)


def test_an_order_token_is_another_for_each_order_and_cannot_be_made_longer_or_shorter(
    cast: Cast, victim: tuple[str, str]
) -> None:
    order, token = victim
    flipped = token.swapcase()
    for wrong in (
        token[:-1],
        token[1:],
        token + "A",
        flipped,
        token.upper(),
        token[::-1],
        f"{token}\t{token}",
    ):
        assert cast.system.get(f"/bill?order={order}", wrong).status_code == 404
    assert cast.system.get(f"/bill?order={order}", token).status_code == 200
    assert len({cast.place(VICTIM)[1] for _ in range(5)} | {token}) == 6


def test_a_revoked_screen_is_out_by_every_door(cast: Cast, victim: tuple[str, str]) -> None:
    revoked = cast.names["revoked-device"]
    for path in (f"/bill?order={victim[0]}", "/bill?after=0", "/bill?day=today"):
        answer = cast.system.get(path, revoked)
        assert answer.status_code in (401, 404)
        nothing_of(victim[0], answer.text)
    with Socket(cast.system) as socket:
        socket.say(type="hello", role="kitchen", token=revoked)
        assert socket.closed() == 4401


def test_what_the_attacks_left_behind_is_no_crash(cast: Cast) -> None:
    cast.works()
    assert cast.alarms() == []
