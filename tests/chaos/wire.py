"""The frames of protocol.md, as far as the clients of a chaos run look into them."""

from __future__ import annotations

import json
from typing import Any

import msgspec

COMMAND_AGAIN_S = 2.0
PLACE_TIMEOUT_S = 5.0


class Order(msgspec.Struct):
    """What a client remembers of an order."""

    id: str
    version: int
    status: str


class Event(msgspec.Struct):
    """One event of a shop's log."""

    seq: int
    type: str
    order: Order | None = None


class Problem(msgspec.Struct):
    """Why a command was refused."""

    code: str = ""


class Frame(msgspec.Struct):
    """Any frame of the server."""

    type: str
    epoch: str = ""
    seq: int = 0
    prev: int = 0
    events: list[Event] = []
    orders: list[Order] = []
    order: Order | None = None
    id: str = ""
    ok: bool = False
    error: Problem | None = None
    code: str = ""
    token: str = ""


class Placed(msgspec.Struct):
    """The answer to POST /bill."""

    order: Order
    token: str


decode = msgspec.json.Decoder(Frame).decode
decode_placed = msgspec.json.Decoder(Placed).decode
decode_problem = msgspec.json.Decoder(Problem).decode


def text(kind: str, **fields: Any) -> str:
    """Return a client's frame."""
    return json.dumps({"type": kind, **fields})
