"""GET /bill?day=: who may ask, and for what."""

from __future__ import annotations

import pytest

from support.doors import DEVICE_TOKEN, PAGE, House
from support.layer import MemoryStore


@pytest.fixture
def house(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> House:
    return House(memory, monkeypatch)


@pytest.mark.parametrize("token", [None, "wrong", "", "\x00", "面"])
def test_only_a_device_of_the_shop_may_look(house: House, token: str | None) -> None:
    for form in ("json", "csv"):
        assert house.show(token, day="today", **{"as": form}).problem == (401, "unauthorized")


def test_an_orders_token_opens_no_report(house: House) -> None:
    assert house.show(house.place().json["token"], day="today").problem == (401, "unauthorized")


@pytest.mark.parametrize(
    "day",
    ["", "yesterday", "2026-02-30", "2026-1-1", "20261121", "2026-11-21T00", "٢٠٢٦-11-21", "0000-01-01", "Today"],
)  # fmt: skip
def test_what_is_no_day_is_refused(house: House, day: str) -> None:
    answer = house.show(DEVICE_TOKEN, day=day)
    assert answer.problem == (422, "validation")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/day"]


def test_an_unknown_form_is_refused(house: House) -> None:
    answer = house.show(DEVICE_TOKEN, day="today", **{"as": "xml"})
    assert answer.problem == (422, "validation") and answer.json["errors"][0]["pointer"] == "/as"


def test_head_and_preflight_are_answered_as_for_any_bill(house: House) -> None:
    token = {"Authorization": f"Bearer {DEVICE_TOKEN}", "Origin": PAGE}
    head = house.http("HEAD", "/bill?day=today", headers=token)
    assert (head.status, head.headers["access-control-allow-origin"]) == (200, PAGE)
    asked = house.http("OPTIONS", "/bill?day=today", headers={"Origin": PAGE})
    assert (asked.status, asked.headers["access-control-allow-methods"]) == (204, "GET, POST")
