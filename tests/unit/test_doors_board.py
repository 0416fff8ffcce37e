"""The guests' board and the kitchen's readiness through the doors: hello, GET and what may not be asked (protocol.md)."""

from __future__ import annotations

import pytest

from support.doors import DEVICE_TOKEN, House


def accepted(house: House) -> str:
    """Place an order, accept it, and return its code."""
    order = house.place(key="key").json["order"]
    house.hello()
    assert house.command("accept", order=order["id"], minutes=10)["ok"]
    return str(order["number"])


def test_a_board_is_welcomed_and_shown_the_codes(house: House) -> None:
    code = accepted(house)
    welcome, board = house.hello("counter", role="board", shop="noodle-house", lang="en")
    assert (welcome["type"], welcome["role"], welcome["shop"]["name"]) == ("welcome", "board", "Noodle House")
    assert (board["type"], board["shop"], board["ready"]) == ("board", "noodle-house", [])
    assert [(entry["number"], entry["service"]) for entry in board["preparing"]] == [(code, "pickup")]
    assert set(board["preparing"][0]) == {"number", "service", "since"}
    (pong,) = house.say({"type": "ping"}, "counter")
    assert pong["type"] == "pong"


def test_a_board_of_no_shop_is_refused(house: House) -> None:
    (error,) = house.hello("counter", role="board", shop="nowhere")
    assert (error["type"], error["code"]) == ("error", "unknown_shop")


def test_a_board_commands_nothing(house: House) -> None:
    accepted(house)
    house.hello("counter", role="board", shop="noodle-house")
    before = house.stored()
    for name in (
        "accept",
        "cancel",
        "shop",
    ):  # nobody's ids: none is remembered, and each is refused for itself
        error = house.command(name, "counter", accepting="closed")["error"]
        assert error["code"] == "validation" and name in error["detail"]
    (error,) = house.say({"type": "ack", "seq": 1}, "counter")
    assert error["code"] == "unauthorized"
    assert house.stored() == before


def test_the_board_is_there_without_a_socket_and_is_not_sent_again_unchanged(house: House) -> None:
    code = accepted(house)
    first = house.http("GET", "/get_shop_info?board=noodle-house", headers={"Accept-Language": "en"})
    assert first.status == 200 and first.headers["cache-control"] == "no-cache"
    assert first.json["shop"]["name"] == "Noodle House"
    assert [entry["number"] for entry in first.json["board"]["preparing"]] == [code]
    asked = {"Accept-Language": "en", "If-None-Match": first.headers["etag"]}
    house.store.pass_time(60, orders=False)
    again = house.http("GET", "/get_shop_info?board=noodle-house", headers=asked)
    assert (again.status, again.body) == (304, "")
    house.command("start", id="c2", order=house.place(key="key").json["order"]["id"])
    assert house.http("GET", "/get_shop_info?board=noodle-house", headers=asked).status == 304
    house.command("ready", id="c3", order=house.place(key="key").json["order"]["id"])
    moved = house.http("GET", "/get_shop_info?board=noodle-house", headers=asked)
    assert moved.status == 200 and [entry["number"] for entry in moved.json["board"]["ready"]] == [code]


@pytest.mark.parametrize("slug", ["nowhere", "", "NO", "a/b"])
def test_a_board_of_no_shop_is_not_found(house: House, slug: str) -> None:
    assert house.http("GET", f"/get_shop_info?board={slug}").problem == (404, "unknown_shop")


@pytest.mark.parametrize(
    ("ready", "counts"),
    [
        ({"visible": True, "audible": True, "awake": True}, True),
        ({"visible": True, "audible": True, "awake": False}, True),
        ({"visible": True, "audible": False, "awake": True}, False),
        ({"visible": False, "audible": True, "awake": True}, False),
        (None, False),
    ],
)
def test_a_screen_counts_where_it_can_be_seen_and_heard(
    house: House, ready: dict[str, bool] | None, counts: bool
) -> None:
    house.hello()
    house.say({"type": "ping"} if ready is None else {"type": "ping", "ready": ready})
    house.parts.sweeper.sweep()
    assert house.http("GET", "/get_shop_info?shop=noodle-house").json["shop"]["attended"] is counts


@pytest.mark.parametrize(("query", "counts"), [({"ready": "1"}, True), ({"ready": "0"}, False), ({}, False)])
def test_a_polling_screen_counts_where_it_says_so(house: House, query: dict[str, str], counts: bool) -> None:
    assert house.show(DEVICE_TOKEN, after=0, **query).status == 200
    house.parts.sweeper.sweep()
    assert house.http("GET", "/get_shop_info?shop=noodle-house").json["shop"]["attended"] is counts
