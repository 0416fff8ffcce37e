"""The checker on histories made by hand: a good one passes, and each rule finds what was planted for it."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from chaos.check import RULES, judge
from chaos.evidence import Evidence

Line = dict[str, Any]
ONE, TWO = "0190aaaa-0000-7000-8000-000000000001", "0190aaaa-0000-7000-8000-000000000002"
LOG: list[list[Any]] = [
    [1, "order.placed", ONE, 1, "placed"],
    [2, "order.updated", ONE, 2, "accepted"],
    [3, "order.placed", TWO, 1, "placed"],
    [4, "order.updated", ONE, 3, "preparing"],
    [5, "shop.updated"],
    [6, "order.message", ONE, 4, "preparing"],
    [7, "order.updated", TWO, 2, "rejected"],
]
LEFT = [[ONE, 4, "preparing"]]


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def stored(order: str, key: str, seq: int, path: list[str], version: int, texts: list[str]) -> Line:
    return {
        "kind": "db.order", "order": order, "shop": "shop", "key_hash": key_hash(key), "status": path[-1],
        "version": version, "placed_seq": seq, "placed_at": 0.0, "accept_by": 300.0, "seen": True,
        "history": [[status, "kitchen"] for status in path], "texts": texts,
    }  # fmt: skip


def good() -> list[Line]:
    """Return a history with nothing wrong: screen 0 saw all live, screen 1 came in the middle by a snapshot."""
    return [
        {"at": 0.0, "kind": "run", "seed": 1},
        {"at": 0.0, "kind": "paired", "screen": "shop/0", "shop": "shop"},
        {"at": 0.0, "kind": "paired", "screen": "shop/1", "shop": "shop"},
        {"at": 1.0, "kind": "place", "key": "a", "shop": "shop", "attempt": 0},
        {"at": 1.1, "kind": "place.unknown", "key": "a", "shop": "shop", "attempt": 0, "why": "TimeoutError"},
        {"at": 1.2, "kind": "place.ok", "key": "a", "shop": "shop", "attempt": 1, "status": 201, "order": ONE},
        {"at": 1.3, "kind": "look", "order": ONE, "status": 200},
        {"at": 1.4, "kind": "fault.begin", "name": "kill gateway"},
        {"at": 1.5, "kind": "fault.end", "name": "kill gateway", "met": 1},
        {"at": 1.6, "kind": "events", "screen": "shop/0", "page": 1, "epoch": "e", "events": LOG[:3], "rung": [ONE, TWO]},
        {"at": 1.7, "kind": "place.ok", "key": "b", "shop": "shop", "attempt": 0, "status": 201, "order": TWO},
        {"at": 1.8, "kind": "place.refused", "key": "c", "shop": "shop", "attempt": 0, "why": "409 shop_closed"},
        {"at": 1.9, "kind": "snapshot", "screen": "shop/1", "page": 1, "epoch": "e", "seq": 4,
         "orders": [[ONE, 3, "preparing"], [TWO, 1, "placed"]], "rung": [TWO]},
        {"at": 2.0, "kind": "command", "screen": "shop/0", "page": 1, "id": "x", "name": "message", "order": ONE, "text": "hi"},
        {"at": 2.1, "kind": "result", "screen": "shop/0", "id": "x", "ok": True},
        {"at": 2.2, "kind": "events", "screen": "shop/0", "page": 1, "epoch": "e", "events": LOG[3:], "rung": []},
        {"at": 2.3, "kind": "events", "screen": "shop/1", "page": 1, "epoch": "e", "events": LOG[4:], "rung": []},
        {"at": 2.4, "kind": "followed", "page": "p", "order": ONE, "version": 1, "status": "placed"},
        {"at": 2.5, "kind": "followed", "page": "p", "order": ONE, "version": 3, "status": "preparing"},
        {"at": 9.0, "kind": "final", "screen": "shop/0", "page": 1, "epoch": "e", "seq": 7, "orders": LEFT},
        {"at": 9.0, "kind": "final", "screen": "shop/1", "page": 1, "epoch": "e", "seq": 7, "orders": LEFT},
        {"kind": "db.clock", "now": 9.0},
        {"kind": "db.meters", "sweeps": 9},
        {"kind": "db.shop", "shop": "shop", "epoch": "e", "last_seq": 7, "kept_seq": 0},
        stored(ONE, "a", 1, ["placed", "accepted", "preparing"], 4, ["hi"]),
        stored(TWO, "b", 3, ["placed", "rejected"], 2, []),
        *({"kind": "db.event", "shop": "shop", "event": event} for event in LOG),
        {"kind": "db.command", "id": "x", "ok": True},
    ]  # fmt: skip


def findings(lines: list[Line]) -> dict[str, list[str]]:
    return {name: found for name, found in judge(Evidence(copy.deepcopy(lines))).items() if found}


def only(lines: list[Line], kind: str, number: int = 0, **wanted: Any) -> Line:
    """Return a line of a kind, to be changed."""
    return [
        line for line in lines if line["kind"] == kind and all(line.get(k) == v for k, v in wanted.items())
    ][number]


def without(lines: list[Line], gone: Callable[[Line], bool]) -> None:
    lines[:] = [line for line in lines if not gone(line)]


def test_a_good_history_passes() -> None:
    assert findings(good()) == {}


PLANTED: list[tuple[str, str, Callable[[list[Line]], Any]]] = []


def planted(rule: str) -> Callable[[Callable[[list[Line]], Any]], Callable[[list[Line]], Any]]:
    """Register what plants a fault that the rule must find."""

    def register(plant: Callable[[list[Line]], Any]) -> Callable[[list[Line]], Any]:
        PLANTED.append((rule, plant.__name__, plant))
        return plant

    return register


@planted("lost")
def an_acked_order_is_not_stored(lines: list[Line]) -> None:
    without(lines, lambda line: line["kind"] == "db.order" and line["order"] == TWO)


@planted("false_success")
def a_2xx_names_another_order(lines: list[Line]) -> None:
    only(lines, "place.ok", key="a")["order"] = TWO


@planted("doubled")
def a_key_has_two_orders(lines: list[Line]) -> None:
    only(lines, "db.order", order=TWO)["key_hash"] = key_hash("a")


@planted("doubled")
def a_key_was_answered_with_two_orders(lines: list[Line]) -> None:
    lines.append({**only(lines, "place.ok", key="a"), "order": TWO})


@planted("refused_but_stored")
def a_refused_order_is_stored(lines: list[Line]) -> None:
    only(lines, "place.refused")["key"] = "b"


@planted("unreadable")
def an_acked_order_is_not_found(lines: list[Line]) -> None:
    only(lines, "look")["status"] = 404


@planted("holes")
def the_log_has_a_hole(lines: list[Line]) -> None:
    without(lines, lambda line: line["kind"] == "db.event" and line["event"][0] == 5)


@planted("holes")
def the_log_ends_before_its_counter(lines: list[Line]) -> None:
    only(lines, "db.shop")["last_seq"] = 8


@planted("holes")
def an_order_was_placed_twice_in_the_log(lines: list[Line]) -> None:
    lines.append({"kind": "db.event", "shop": "shop", "event": [8, "order.placed", ONE, 1, "placed"]})
    only(lines, "db.shop")["last_seq"] = 8


@planted("missing")
def an_order_never_came_on_a_screen(lines: list[Line]) -> None:
    line = only(lines, "snapshot")
    line["orders"], line["rung"] = line["orders"][:1], []
    without(lines, lambda line: line["kind"] == "events" and line["screen"] == "shop/1")


@planted("missing")
def an_order_came_too_late(lines: list[Line]) -> None:
    for line in lines:
        if line.get("screen") == "shop/0" and line["kind"] in ("events", "final"):
            line["at"] += 12


@planted("twice")
def a_page_announced_an_order_twice(lines: list[Line]) -> None:
    only(lines, "events", 1)["rung"] = [ONE]


@planted("out_of_order")
def a_page_applied_an_event_with_a_gap(lines: list[Line]) -> None:
    del only(lines, "events")["events"][1]


@planted("out_of_order")
def a_page_announced_orders_in_the_wrong_order(lines: list[Line]) -> None:
    only(lines, "events")["rung"].reverse()


@planted("out_of_order")
def a_page_went_back_to_an_older_snapshot(lines: list[Line]) -> None:
    place = lines.index(only(lines, "final"))
    lines.insert(place, {**only(lines, "snapshot"), "screen": "shop/0", "at": 8.0, "rung": []})


@planted("differs_from_log")
def a_page_applied_another_event_than_the_log_has(lines: list[Line]) -> None:
    events = only(lines, "events")["events"]
    events[1] = [2, "order.updated", ONE, 2, "rejected"]


@planted("snapshot_wrong")
def a_snapshot_lacks_an_order(lines: list[Line]) -> None:
    only(lines, "snapshot")["orders"].pop(0)


@planted("snapshot_wrong")
def a_page_keeps_an_order_that_ended(lines: list[Line]) -> None:
    only(lines, "final")["orders"] = [*LEFT, [TWO, 1, "placed"]]


@planted("behind_at_end")
def a_screen_is_behind(lines: list[Line]) -> None:
    only(lines, "final")["seq"] = 6


@planted("behind_at_end")
def a_screen_says_nothing(lines: list[Line]) -> None:
    without(lines, lambda line: line["kind"] == "final" and line["screen"] == "shop/1")


@planted("backwards")
def a_screen_goes_back(lines: list[Line]) -> None:
    only(lines, "events", 1)["events"][2] = [6, "order.message", ONE, 1, "placed"]


@planted("backwards")
def a_customer_goes_back(lines: list[Line]) -> None:
    lines.append(
        {"at": 3.0, "kind": "followed", "page": "p", "order": ONE, "version": 2, "status": "accepted"}
    )


@planted("backwards")
def a_customer_was_shown_what_never_was(lines: list[Line]) -> None:
    only(lines, "followed", 1)["status"] = "ready"


@planted("illegal_path")
def an_order_skipped_a_status(lines: list[Line]) -> None:
    only(lines, "db.order", order=ONE)["history"].pop(1)


@planted("illegal_path")
def an_order_stands_elsewhere_than_its_history(lines: list[Line]) -> None:
    only(lines, "db.order", order=ONE)["status"] = "accepted"


@planted("illegal_path")
def the_log_moves_an_order_as_it_must_not(lines: list[Line]) -> None:
    only(lines, "db.event", 1)["event"][4] = "completed"


@planted("overdue")
def an_order_was_never_expired(lines: list[Line]) -> None:
    only(lines, "db.order", order=TWO).update(status="placed", history=[["placed", "customer"]])
    only(lines, "db.clock")["now"] = 321.0


@planted("answered_wrong")
def a_command_was_answered_in_two_ways(lines: list[Line]) -> None:
    lines.append({"at": 3.0, "kind": "result", "screen": "shop/0", "id": "x", "ok": False})


@planted("answered_wrong")
def an_answer_is_not_the_stored_one(lines: list[Line]) -> None:
    without(lines, lambda line: line["kind"] == "db.command")


@planted("acted_wrong")
def a_command_acted_twice(lines: list[Line]) -> None:
    only(lines, "db.order", order=ONE)["texts"].append("hi")


@planted("acted_wrong")
def a_command_that_was_answered_well_did_nothing(lines: list[Line]) -> None:
    only(lines, "db.order", order=ONE)["texts"].clear()


@planted("acted_wrong")
def an_order_was_accepted_twice(lines: list[Line]) -> None:
    only(lines, "db.order", order=ONE)["history"].insert(1, ["accepted", "kitchen"])


@pytest.mark.parametrize(
    ("rule", "plant"), [(rule, plant) for rule, _, plant in PLANTED], ids=[p[1] for p in PLANTED]
)
def test_a_planted_fault_is_found(rule: str, plant: Callable[[list[Line]], Any]) -> None:
    lines = copy.deepcopy(good())
    plant(lines)
    assert rule in findings(lines)


def test_every_rule_has_something_planted_for_it() -> None:
    assert {rule for rule, _, _ in PLANTED} == {rule.__name__ for rule in RULES}


def test_an_order_that_ended_before_a_page_was_loaded_need_not_be_shown() -> None:
    lines = good()
    snapshot = only(lines, "snapshot")
    snapshot.update(seq=7, orders=LEFT, rung=[])
    without(lines, lambda line: line["kind"] == "events" and line["screen"] == "shop/1")
    assert findings(lines) == {}
