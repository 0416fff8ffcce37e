"""The reference: what a kitchen's screen and a customer's page make of each frame (protocol.md, "The kitchen's stream").

Written from the rules and not from `clients/lib/log.ts`, which must come to the same on every case that `cases` makes.
Pure: nothing that is handed in is changed. A frame and an order are what came out of JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

JSON = dict[str, Any]
Board = dict[str, JSON]
"""Orders by id."""

OPEN = ("placed", "accepted", "preparing", "ready", "dispatched")
DONE_KEPT = 30


class Log(NamedTuple):
    """What a screen knows. Without an epoch it waits for a snapshot, and shows what it had."""

    epoch: str | None = None
    seq: int = 0
    orders: Board = {}
    """Open orders."""
    gone: Board = {}
    """Orders that ended without the kitchen's doing, until somebody has seen that."""
    done: tuple[JSON, ...] = ()
    """Completed orders, newest first."""
    accepting: str | None = None
    """What the shop's last event said of it."""


class Applied(NamedTuple):
    """The log after a frame, and what the screen must do: ring, then ack, resume or restart."""

    log: Log
    effects: list[JSON]
    dropped: int = 0
    """Events of the frame that it had already."""


def apply(log: Log, frame: JSON) -> Applied:
    """Return the log after a snapshot or a batch of events, and what the screen must do."""
    return _snapshot(log, frame) if frame["type"] == "snapshot" else _events(log, frame)


def dismiss(log: Log, order_id: str) -> Log:
    """Return the log after somebody has seen that an order is gone."""
    return log._replace(gone=_without(log.gone, order_id))


def start_over(log: Log) -> Log:
    """Return the log of a screen whose history is no more (rule 3): what it shows stays until a snapshot comes.

    One that follows no history yet keeps what a reload kept.
    """
    if log.epoch is None:
        return log
    return log._replace(epoch=None, seq=0, gone={})


def reload(log: Log) -> Log:
    """Return the log of a page that is loaded again: it keeps what no snapshot would bring back."""
    return Log(gone=log.gone, done=log.done)


def newer(shown: JSON | None, came: JSON) -> JSON:
    """Return what a customer's page shows: an order only ever gets newer."""
    if shown is None or shown["id"] != came["id"]:
        return came
    return came if came["version"] > shown["version"] else shown


def _snapshot(log: Log, frame: JSON) -> Applied:
    if frame["epoch"] == log.epoch and frame["seq"] < log.seq:
        return Applied(log, [_ack(log.seq)])  # it was overtaken: taking it would bring back what has ended
    same = log.epoch in (None, frame["epoch"])
    orders = {order["id"]: order for order in frame["orders"]}
    waiting = [order for order in frame["orders"] if order["status"] == "placed"]
    new = [order for order in waiting if order["id"] not in log.orders]
    after = log._replace(
        epoch=frame["epoch"],
        seq=frame["seq"],
        orders=orders,
        gone={key: order for key, order in log.gone.items() if same and key not in orders},
        done=tuple(order for order in log.done if order["id"] not in orders),
    )
    return Applied(after, [*_rings(after, [("new", order["id"]) for order in new]), _ack(after.seq)])


def _events(log: Log, frame: JSON) -> Applied:
    if frame["epoch"] != log.epoch:  # also where there is none yet: that takes a snapshot
        return Applied(log, [{"do": "restart"}])
    if frame["prev"] > log.seq:
        return Applied(log, [_resume(log.seq)])
    heard: list[tuple[str, str]] = []
    dropped = 0
    for event in frame["events"]:
        if event["seq"] <= log.seq:
            dropped += 1
            continue
        if event["seq"] > log.seq + 1:
            return Applied(log, [*_rings(log, heard), _resume(log.seq)], dropped)
        log, tone = _event(log, event)
        if tone is not None:
            heard.append((tone, event["order"]["id"]))
    return Applied(log, [*_rings(log, heard), _ack(log.seq)], dropped)


def _event(log: Log, event: JSON) -> tuple[Log, str | None]:
    log = log._replace(seq=event["seq"])
    if "order" not in event:
        return log._replace(accepting=event["shop"]["accepting"]), None
    order = event["order"]
    before = log.orders.get(order["id"])
    tone = _tone(event["type"], before, order)
    orders, gone = _without(log.orders, order["id"]), log.gone
    if order["status"] in OPEN:
        orders, gone = {**orders, order["id"]: order}, _without(gone, order["id"])
    elif _taken_away(order) and (before is not None or order["id"] in gone):
        gone = {**gone, order["id"]: order}
    done = tuple(other for other in log.done if other["id"] != order["id"])
    if order["status"] == "completed":
        done = (order, *done)[:DONE_KEPT]
    return log._replace(orders=orders, gone=gone, done=done), tone


def _tone(kind: str, before: JSON | None, order: JSON) -> str | None:
    """Return what a change sounds like: what the kitchen did itself makes no sound."""
    if kind == "order.placed":
        return "new"
    if kind == "order.nudged":
        return "nudge"
    if kind == "order.message":
        return "message" if order["messages"][-1]["from"] == "customer" else None
    if before is None:  # called back
        return None
    asked = order["cancel_requested_at"] is not None and before["cancel_requested_at"] is None
    return "cancelled" if asked or _taken_away(order) else None


def _rings(log: Log, heard: list[tuple[str, str]]) -> list[JSON]:
    """Return one ring for each tone that was heard, with the orders of which it is still true."""
    shown = {**log.gone, **log.orders}
    true = [(tone, key) for tone, key in heard if key in shown and _still(tone, shown[key])]
    tones = dict.fromkeys(tone for tone, _ in true)
    return [_ring(tone, dict.fromkeys(key for other, key in true if other == tone)) for tone in tones]


def _still(tone: str, order: JSON) -> bool:
    if tone == "new":
        return bool(order["status"] == "placed")
    if tone == "cancelled":
        return order["cancel_requested_at"] is not None or _taken_away(order)
    if tone == "message":
        return bool(order["messages"][-1]["from"] == "customer")
    return order["status"] in OPEN


def _taken_away(order: JSON) -> bool:
    status, by = str(order["status"]), str(order["history"][-1]["by"])
    return status == "expired" or (status == "cancelled" and by != "kitchen")


def _without(board: Board, order_id: str) -> Board:
    return {key: order for key, order in board.items() if key != order_id}


def _ack(seq: int) -> JSON:
    return {"do": "ack", "seq": seq}


def _resume(seq: int) -> JSON:
    return {"do": "resume", "seq": seq}


def _ring(tone: str, orders: Iterable[str]) -> JSON:
    return {"do": "ring", "tone": tone, "orders": list(orders)}
