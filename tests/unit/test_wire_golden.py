"""The golden wire files, `tests/wire/*.json`: read here by the structs, and by the pages' tests; two readers, one contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderbell.wire import frames as f
from orderbell.wire import parse
from support.doors import DEVICE_TOKEN, House

FILES = sorted((Path(__file__).resolve().parents[1] / "wire").glob("*.json"))
GOLDEN = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
CLIENT = {
    "hello": f.Hello,
    "pair": f.Pair,
    "unpair": f.Unpair,
    "ack": f.Ack,
    "resume": f.Resume,
    "ping": f.Ping,
    "command": f.Command,
}
HTTP = {
    "http/new-order": f.NewOrder,
    "http/placed": f.PlacedAnswer,
    "http/order": f.OrderAnswer,
    "http/shops": f.ShopList,
    "http/shop": f.ShopAnswer,
    "http/board": f.BoardAnswer,
    "http/day": f.DayReport,
    "http/problem": f.Problem,
}
FROM_CLIENT = [name for name in GOLDEN if name.startswith("client-")]
FROM_SERVER = [name for name in GOLDEN if name.startswith("server-")]


def frame(name: str) -> Any:
    return GOLDEN[name]["frame"]


def said(struct: object) -> Any:
    return json.loads(msgspec.json.encode(struct))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_its_name_and_what_it_means(path: Path) -> None:
    golden = GOLDEN[path.stem]
    assert set(golden) == {"name", "meaning", "frame"}
    assert golden["name"].replace("/", "-") == path.stem
    assert golden["meaning"].endswith((".", "?"))


def test_every_frame_and_every_answer_has_a_file() -> None:
    assert {frame(name)["type"] for name in FROM_CLIENT} == set(CLIENT)
    assert {frame(name)["type"] for name in FROM_SERVER} == {
        kind.__struct_config__.tag for kind in f.ServerFrame.__args__
    }
    assert {golden["name"] for golden in GOLDEN.values() if golden["name"].startswith("http/")} == set(HTTP)
    commands = {name for name in FROM_CLIENT if frame(name)["type"] == "command"}
    of_customers = {name for name in commands if "-customer-" in name}
    assert {frame(name)["name"] for name in commands - of_customers} == set(f.KITCHEN_COMMANDS)
    assert {frame(name)["name"] for name in of_customers} == set(f.CUSTOMER_COMMANDS)


@pytest.mark.parametrize("name", FROM_CLIENT)
def test_the_server_reads_what_a_client_says(name: str) -> None:
    golden = frame(name)
    read = said(parse.convert(golden, CLIENT[golden["type"]]))
    if golden["type"] == "command":
        table = f.CUSTOMER_COMMANDS if "-customer-" in name else f.KITCHEN_COMMANDS
        read |= said(parse.convert(golden, table[golden["name"]]))
    assert {key: read[key] for key in golden} == golden


@pytest.mark.parametrize("name", FROM_SERVER)
def test_a_frame_of_the_server_is_what_its_struct_says_and_no_more(name: str) -> None:
    assert said(msgspec.convert(frame(name), f.ServerFrame)) == frame(name)


@pytest.mark.parametrize("name", HTTP)
def test_an_answer_is_what_its_struct_says_and_no_more(name: str) -> None:
    golden = frame(name.replace("/", "-"))
    assert said(msgspec.convert(golden, HTTP[name])) == golden


def shape(value: Any) -> Any:
    """Return a value's fields all the way down, with the kind of each; null is of every kind."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None if value is None else type(value).__name__


def test_what_the_doors_say_has_the_shape_of_the_golden_files(house: House) -> None:
    house.store.add_code(house.shop, "K7QM2XPA")
    (guest,) = house.hello("guest", role="guest", shop="noodle-house", lang="en")
    placed = house.place()
    kitchen, snapshot = house.hello(lang="zh-CN")
    customer, order = house.follow(placed)
    (seen,) = house.say({"type": "ack", "seq": 1})
    (pong,) = house.say({"type": "ping"})
    house.open("new")
    (paired,) = house.say({"type": "pair", "code": "K7QM2XPA"}, "new")
    (error,) = house.say({"type": "ack", "seq": 99})
    refused = house.command("complete", order=placed.json["order"]["id"])
    result = house.command("shop", id="c2", accepting="busy", busy_minutes=20)
    house.hello("other")
    house.command("shop", id="c3", accepting="busy", busy_minutes=30)
    changed = house.heard("other")[-1]
    house.command("accept", id="c4", order=placed.json["order"]["id"], minutes=10)
    _, board = house.hello("counter", role="board", shop="noodle-house")
    house.command("start", id="c5", order=placed.json["order"]["id"])
    house.command("ready", id="c6", order=placed.json["order"]["id"])
    board["ready"] = house.heard("counter")[-1]["ready"]
    live = {
        "server-board": board,
        "server-welcome-guest": guest,
        "server-welcome-kitchen": kitchen,
        "server-welcome-customer": customer,
        "server-snapshot": snapshot,
        "server-order": order,
        "server-events-order": seen,
        "server-events-shop": changed,
        "server-pong": pong,
        "server-paired": paired,
        "server-error": error,
        "server-result": result,
        "server-result-refused": refused,
        "server-shop": house.heard("guest")[-1],
        "http-placed": placed.json,
        "http-order": house.show(placed.json["token"], order=placed.json["order"]["id"]).json,
        "http-shops": house.http("GET", "/get_shop_info").json,
        "http-shop": house.http("GET", "/get_shop_info?shop=noodle-house").json,
        "http-board": house.http("GET", "/get_shop_info?board=noodle-house").json,
        "http-problem": house.place({"tip": 5}, key="other").json,
    }
    missed = house.place(key="missed").json["order"]["id"]
    house.command("reject", id="c7", order=missed, reason="sold_out")
    house.command("availability", id="c8", item="tea", available="today")
    live["http-day"] = house.show(DEVICE_TOKEN, day="today").json
    assert set(live) == {name for name in GOLDEN if not name.startswith("client-")} - {"http-new-order"}
    for name, value in live.items():
        golden = shape(frame(name))
        if name in ("http-order", "http-shop", "server-shop"):  # seen, or busy, meanwhile
            golden, value = shape_of_keys(golden), shape_of_keys(shape(value))
            assert value == golden, name
        else:
            assert shape(value) == golden, name


def shape_of_keys(value: Any) -> Any:
    """Return the names of a shape alone."""
    if isinstance(value, dict):
        return {key: shape_of_keys(inner) for key, inner in value.items()}
    return [shape_of_keys(inner) for inner in value] if isinstance(value, list) else None
