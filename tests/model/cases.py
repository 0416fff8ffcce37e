"""Walks of a screen as JSON lines, from seeded dice: what the reference makes of them is what the page's own code must make.

A case is `{"name", "steps"}`; a step says what happened and how the log must stand after it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from tests.model import reducer
from tests.model.reducer import JSON, Log
from tests.model.steps import ALL, CALM, HARM, SHOP, WAYS, names
from tests.model.world import World

Case = dict[str, Any]


def cases(first: int, count: int, steps: int) -> Iterator[Case]:
    """Make `count` walks of a kitchen's screen, each from a seed of its own, and as many of a customer's page."""
    for seed in range(first, first + count):
        yield kitchen(seed, steps)
        yield customer(seed)


def lines(first: int, count: int, steps: int) -> str:
    """Return the text of a file of cases."""
    return "".join(json.dumps(case) + "\n" for case in cases(first, count, steps))


def walk(seed: int, steps: int, world: World) -> None:
    """Let a world take steps that a seed chooses; the last one heals the wire."""
    dice = random.Random(seed)
    for name in dice.choices(names(SHOP, CALM, CALM, HARM), k=steps):
        ALL[name][1](world, dice.randrange(WAYS), dice.randrange(WAYS))
    world.settle()


def kitchen(seed: int, steps: int) -> Case:
    """Make one walk of a kitchen's screen."""
    taken: list[JSON] = []
    walk(seed, steps, World(recorded=lambda step, log: taken.append({**step, "log": _said(log)})))
    return {"name": f"kitchen {seed}", "steps": taken}


def customer(seed: int) -> Case:
    """Make what comes to a customer's page, in any order, and the version that it must show after each."""
    dice = random.Random(seed)
    shown: JSON | None = None
    steps = []
    for _ in range(dice.randint(1, 12)):
        came = {"id": dice.choice(["mine", "mine", "mine", "other"]), "version": dice.randint(1, 6)}
        shown = reducer.newer(shown, came)
        steps.append({"op": "order", "order": came, "shown": shown})
    return {"name": f"customer {seed}", "steps": steps}


def _said(log: Log) -> JSON:
    """Return what is compared of a log."""
    return {
        "epoch": log.epoch,
        "seq": log.seq,
        "orders": {key: [order["version"], order["status"]] for key, order in sorted(log.orders.items())},
        "gone": {key: [order["version"], order["status"]] for key, order in sorted(log.gone.items())},
        "done": [order["id"] for order in log.done],
        "accepting": log.accepting,
    }
