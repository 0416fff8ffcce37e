"""Shops, the kitchen's stream without a socket, health and other origins through the door (protocol.md 1)."""

from __future__ import annotations

from typing import Any

import pytest

from support.doors import DEVICE_TOKEN, PAGE, House
from support.layer import MemoryStore


def shop(house: House, **headers: str) -> Any:
    return house.http("GET", "/get_shop_info?shop=noodle-house", headers=headers).json["shop"]


def test_shops_are_listed_in_the_operators_order(house: House) -> None:
    house.store.open_shop("a-tea-house", position=1, currency="EUR", timezone="Europe/Berlin")
    answer = house.http("GET", "/get_shop_info")
    assert answer.status == 200
    assert answer.json == {
        "shops": [
            {
                "slug": "noodle-house",
                "name": "面馆",
                "open": True,
                "currency": "CNY",
                "timezone": "Asia/Shanghai",
            },
            {
                "slug": "a-tea-house",
                "name": "面馆",
                "open": True,
                "currency": "EUR",
                "timezone": "Europe/Berlin",
            },
        ]
    }


def test_where_there_is_no_shop_the_list_is_empty(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = House(MemoryStore(), monkeypatch)
    empty.store.world.shops.clear()  # type: ignore[attr-defined]
    assert empty.http("GET", "/get_shop_info").json == {"shops": []}


def test_a_shop_is_shown_with_its_menu_as_the_protocol_has_it(house: House) -> None:
    found = shop(house)
    assert {name: found[name] for name in found if name != "categories"} == {
        "slug": "noodle-house",
        "name": "面馆",
        "open": True,
        "currency": "CNY",
        "timezone": "Asia/Shanghai",
        "phone": "+86 10 5555 0100",
        "accepting": "open",
        "busy_minutes": None,
        "paused_until": None,
        "menu_version": 1,
        "attended": False,
        "amber_minutes": 5,
        "red_minutes": 10,
    }
    noodles, more = found["categories"]
    assert set(noodles) == {"id", "name", "items"}
    (item,) = noodles["items"]
    assert (item["id"], item["name"], item["description"], item["price"], item["available"]) == (
        "beef-noodles",
        "牛肉面",
        "Slow",
        2400,
        True,
    )
    size, _ = item["options"]
    assert (size["id"], size["name"], size["min"], size["max"]) == ("size", "份量", 1, 1)
    assert size["choices"][2] == {"id": "bucket", "name": "桶", "price": 2000, "available": False}
    assert [(tea["id"], tea["description"], tea["available"]) for tea in more["items"]] == [
        ("tea", "", True),
        ("soup", "", False),
    ]


@pytest.mark.parametrize(
    ("liked", "name"),
    [
        ("en", "Noodle House"),
        ("zh-CN", "面馆"),
        ("zh", "面馆"),
        ("en-GB,en;q=0.9", "Noodle House"),
        ("EN", "Noodle House"),
        ("fr, de;q=0.9, en;q=0.1, zh;q=0.2", "面馆"),
        ("en;q=0.3,zh-CN;q=0.8", "面馆"),
        ("fr, en; q=0.5", "Noodle House"),
        ("fr, en ;q=0.5", "Noodle House"),
        ("en;q=0, zh-CN;q=0.1", "面馆"),
        ("en;q=0", "面馆"),
        ("fr", "面馆"),
        ("*", "面馆"),
        ("", "面馆"),
        ("en;q=hello, zh", "面馆"),
        (";;;,,,", "面馆"),
    ],
)
def test_names_are_in_the_language_the_reader_likes_best(house: House, liked: str, name: str) -> None:
    assert shop(house, **{"Accept-Language": liked})["name"] == name


def test_answers_that_depend_on_the_language_say_so(house: House) -> None:
    for target in ("/get_shop_info", "/get_shop_info?shop=noodle-house"):
        assert "Accept-Language" in house.http("GET", target).headers["vary"]


def etag(house: House, **headers: str) -> str:
    return house.http("GET", "/get_shop_info?shop=noodle-house", headers=headers).headers["etag"]


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', ' "other" ,W/{} ', "*"])
def test_a_shop_that_the_reader_has_is_not_sent_again(house: House, form: str) -> None:
    known = form.format(etag(house))
    answer = house.http("GET", "/get_shop_info?shop=noodle-house", headers={"If-None-Match": known})
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, "", etag(house))


def test_a_shop_has_another_etag_in_another_language_and_when_it_changes(house: House) -> None:
    tags = [etag(house), etag(house, **{"Accept-Language": "en"})]
    house.hello()
    house.command("availability", item="tea", available=False)
    tags.append(etag(house))
    house.command("shop", id="c2", accepting="busy", busy_minutes=20)
    tags.append(etag(house))
    assert len(set(tags)) == 4
    answer = house.http("GET", "/get_shop_info?shop=noodle-house", headers={"If-None-Match": tags[0]})
    assert answer.status == 200


def test_a_pause_that_is_over_is_over_for_readers_too(house: House, memory: MemoryStore) -> None:
    house.hello()
    house.command("shop", accepting="paused", paused_until="2026-11-21T04:10:00Z")
    assert (shop(house)["open"], shop(house)["paused_until"]) == (False, "2026-11-21T04:10:00Z")
    memory.pass_time(600)
    assert (shop(house)["open"], shop(house)["accepting"], shop(house)["paused_until"]) == (
        True,
        "open",
        None,
    )


@pytest.mark.parametrize(
    "slug", ["no-such-shop", "", "noodle-house'", "\x00", "\udc80", "面" * 500, "Noodle-House"]
)
def test_a_shop_that_is_not_there_is_unknown(house: House, slug: str) -> None:
    assert house.http("GET", f"/get_shop_info?shop={slug}").problem == (404, "unknown_shop")


def test_all_is_well_while_the_store_answers(house: House) -> None:
    answer = house.http("GET", "/healthz")
    assert (answer.status, answer.json["status"]) == (200, "ok")
    house.store.switch_off()
    assert house.http("GET", "/healthz").problem == (503, "unavailable")


def test_a_kitchen_without_sockets_gets_the_open_orders_first(house: House) -> None:
    placed = house.place().json["order"]
    answer = house.show(DEVICE_TOKEN, after=0)
    frame = answer.json
    assert (answer.status, frame["type"], frame["seq"]) == (200, "snapshot", 1)
    assert [order["id"] for order in frame["orders"]] == [placed["id"]]


def test_a_kitchen_without_sockets_then_gets_what_it_lacks(house: House) -> None:
    epoch = house.show(DEVICE_TOKEN, after=0).json["epoch"]
    placed = [house.place(key=key).json["order"]["id"] for key in "ab"]
    frame = house.show(DEVICE_TOKEN, after=0, epoch=epoch).json
    assert (frame["type"], frame["epoch"], frame["prev"]) == ("events", epoch, 0)
    assert [(event["seq"], event["order"]["id"]) for event in frame["events"]] == list(enumerate(placed, 1))
    nothing = house.show(
        DEVICE_TOKEN, after=2, epoch=epoch
    ).json  # which also says that both are on the screen
    assert [event["type"] for event in nothing["events"]] == ["order.updated"] * 2
    assert all(event["order"]["seen_at"] for event in nothing["events"])
    assert house.show(DEVICE_TOKEN, after=4, epoch=epoch).json["events"] == []


@pytest.mark.parametrize(("after", "epoch"), [(0, "another"), (99, None)])
def test_a_kitchen_that_is_of_another_epoch_or_beyond_the_log_starts_again(
    house: House, after: int, epoch: str | None
) -> None:
    mine = house.show(DEVICE_TOKEN, after=0).json["epoch"]
    assert house.show(DEVICE_TOKEN, after=after, epoch=epoch or mine).json["type"] == "snapshot"


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", "1" * 16, "1_0", "٣"])
def test_a_seq_in_an_address_is_a_whole_number(house: House, after: str) -> None:
    answer = house.show(DEVICE_TOKEN, after=after)
    assert answer.problem == (422, "validation")
    assert [error["pointer"] for error in answer.json["errors"]] == ["/after"]


def test_a_wrong_or_revoked_device_reads_nothing(house: House) -> None:
    assert house.show("wrong", after=0).problem == (401, "unauthorized")
    house.store.revoke(house.device)
    assert house.show(DEVICE_TOKEN, after=0).problem == (401, "unauthorized")


def test_the_kitchens_stream_masks_phones_until_somebody_opens_the_order(house: House) -> None:
    order = house.place().json["order"]["id"]
    epoch = house.show(DEVICE_TOKEN, after=0).json["epoch"]
    for frame in (
        house.show(DEVICE_TOKEN, after=0).json,
        house.show(DEVICE_TOKEN, after=0, epoch=epoch).json,
    ):
        (told,) = frame.get("orders") or [event["order"] for event in frame["events"]]
        assert told["customer"] == {"name": "Li Lei", "phone": "138****1234", "address": None}
    assert house.show(DEVICE_TOKEN, order=order).json["order"]["customer"]["phone"] == "13800001234"


def test_a_device_opens_no_order_of_another_shop(house: House) -> None:
    order = house.place().json["order"]["id"]
    house.store.add_device(house.store.open_shop("tea-house"), "other")
    assert house.show("other", order=order).problem == (404, "not_found")
    house.store.revoke(house.device)
    assert house.show(DEVICE_TOKEN, order=order).problem == (404, "not_found")


def test_a_reader_must_say_what_it_wants_to_see(house: House) -> None:
    assert house.show(DEVICE_TOKEN).problem == (422, "validation")


def test_pages_of_an_allowed_origin_may_read_answers(house: House) -> None:
    for answer in (house.place(Origin=PAGE), house.http("GET", "/get_shop_info", headers={"Origin": PAGE})):
        assert answer.headers["access-control-allow-origin"] == PAGE
        assert "Origin" in answer.headers["vary"]
        assert "Idempotency-Replayed" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", f"{PAGE}:8443", PAGE.upper(), f"{PAGE}.evil.example"]
)
def test_pages_of_other_origins_may_not(house: House, origin: str) -> None:
    for answer in (house.place(Origin=origin), house.http("OPTIONS", "/bill", headers={"Origin": origin})):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_page_of_an_allowed_origin_may_read_why_it_was_refused(house: House) -> None:
    assert house.place({"shop": "?"}, Origin=PAGE).headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize(("target", "methods"), [("/bill", "GET, POST"), ("/get_shop_info", "GET")])
def test_a_browser_may_ask_before_it_sends(house: House, target: str, methods: str) -> None:
    answer = house.http("OPTIONS", target, headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"})
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["access-control-allow-methods"] == methods
    assert "Idempotency-Key" in answer.headers["access-control-allow-headers"]
