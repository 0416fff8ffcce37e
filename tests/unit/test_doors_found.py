"""What fresh eyes found at the doors, held from now on."""

from __future__ import annotations

from typing import Any

import pytest

from support.doors import SCREEN, House
from support.example import ORDER


@pytest.mark.parametrize(
    "until",
    ["9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59Z", "2028-06-01T00:00:00Z", "2001-01-01T00:00:00Z",
     "0001-01-01T00:00:00+05:00", "2026-11-21T23:59:59"],
)  # fmt: skip
def test_a_pause_is_within_a_year_or_refused(house: House, until: str) -> None:
    house.hello()
    result = house.command("shop", accepting="paused", paused_until=until)
    assert (result["ok"], result["error"]["code"]) == (False, "validation")
    assert house.http("GET", "/get_shop_info").status == 200


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"service": "dine_in", "zz": 1, "expected_total": -1}, {"/table", "/zz", "/expected_total"}),
        (
            {"service": "delivery", "customer": {"name": "Li Lei", "phone": None, "address": ""}},
            {"/customer/phone", "/customer/address"},
        ),
        (
            {"service": "delivery", "note": "n" * 501, "lines": [{"item": "no-such", "quantity": 1}]},
            {"/customer/address", "/note", "/lines/0/item"},
        ),
        (
            {"lines": [{"item": "beef-noodles", "quantity": 0, "options": ["large", "no-such"]}]},
            {"/lines/0/quantity", "/lines/0/options/1"},
        ),
    ],
)
def test_every_wrong_field_is_named_at_once(
    house: House, changes: dict[str, Any], pointers: set[str]
) -> None:
    answer = house.place({**ORDER, **changes})
    assert (answer.status, answer.json["code"]) == (422, "validation")
    assert {error["pointer"] for error in answer.json["errors"]} == pointers
    assert house.stored() == 0


def test_a_command_that_was_refused_for_its_form_is_remembered_too(house: House) -> None:
    placed = house.place()
    house.hello()
    order = placed.json["order"]["id"]
    refused = house.command("accept", id="same", order=order)
    assert refused["error"]["code"] == "validation"
    assert house.command("accept", id="same", order=order, minutes=5) == refused
    assert house.command("accept", id="other", order=order, minutes=5)["ok"]


def test_a_hello_whose_first_frames_fail_leaves_no_connection_behind(house: House) -> None:
    house.place()

    house.push.failing.add(SCREEN)
    house.hello()
    house.push.failing.clear()
    house.say({"type": "ping"})
    assert house.closed() == 1013  # it is not in the books: it comes again, and gets the snapshot


def test_refusals_say_what_http_wants_them_to_say(house: House) -> None:
    assert house.http("PUT", "/bill").headers["allow"] == "GET, POST, OPTIONS"
    assert house.http("POST", "/get_shop_info").headers["allow"] == "GET, OPTIONS"
    assert house.show(order="x").headers["www-authenticate"] == "Bearer"
    assert house.place(**{"Content-Type": "application/json; charset=utf-16"}).status == 415
    assert house.place(**{"Content-Type": 'application/json; charset="UTF-8"'}).status == 201
