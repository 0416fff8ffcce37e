"""The safeguards of a screen, each with the lines that take it away: from the reference and from the page's own code.

`test_planted` takes one away at a time and must see it missed.
"""

from __future__ import annotations

from typing import NamedTuple

Change = tuple[str, str]
"""A text that occurs once in a source, and what stands there instead."""


class Planted(NamedTuple):
    """A safeguard that is missing."""

    name: str
    reference: tuple[Change, ...]
    """In tests/model/reducer.py."""
    page: tuple[Change, ...]
    """In the pages' own code."""
    file: str = "log.ts"
    """Which one of clients/lib it is."""


_PREV = ('if frame["prev"] > log.seq:', "if False:"), ("if (frame.prev > log.seq)", "if (false)")
_HOLE = ('if event["seq"] > log.seq + 1:', "if False:"), ("if (event.seq !== seq + 1)", "if (false)")

PLANTED = (
    Planted(
        "what is known is dropped",
        (('if event["seq"] <= log.seq:', "if False:"),),
        (("if (event.seq <= seq)", "if (false)"),),
    ),
    Planted("a gap asks for a resume", (_PREV[0], _HOLE[0]), (_PREV[1], _HOLE[1])),
    Planted("a hole inside a batch asks for a resume", (_HOLE[0],), (_HOLE[1],)),
    Planted(
        "another epoch is another log",
        (('if frame["epoch"] != log.epoch:', "if False:"),),
        (("if (frame.epoch !== log.epoch)", "if (false)"),),
    ),
    Planted(
        "a late snapshot is not taken",
        (('if frame["epoch"] == log.epoch and frame["seq"] < log.seq:', "if False:"),),
        (("if (log.epoch === frame.epoch && frame.seq < log.seq)", "if (false)"),),
    ),
    Planted(
        "a screen without an epoch takes no events",
        (('if frame["epoch"] != log.epoch:', 'if log.epoch is None:\n        log = log._replace(epoch=frame["epoch"])\n    '
          'if frame["epoch"] != log.epoch:'),),
        (("if (frame.epoch !== log.epoch)", "log = { ...log, epoch: log.epoch ?? frame.epoch };\n"
          "  if (frame.epoch !== log.epoch)"),),
    ),
    Planted(
        "a ring is for what still is so",
        (("if key in shown and _still(tone, shown[key])]", "if key in shown]"),),
        ((" || !stillSo(tone, order)", ""),),
    ),
    Planted(
        "a frame rings once in a tone",
        (("[_ring(tone, dict.fromkeys(key for other, key in true if other == tone)) for tone in tones]",
          "[_ring(tone, [key]) for tone, key in true]"),),
        (("[...byTone].map(([tone, orders]) => ({ do: \"ring\", tone, orders: [...orders.values()] }))",
          "[...byTone].flatMap(([tone, all]) => [...all.values()].map((order) => ({ do: \"ring\", tone, orders: [order] })))"),),
    ),
    Planted(
        "a snapshot rings for what is new only",
        ((' if order["id"] not in log.orders]', "]"),),
        ((" && !log.orders.has(order.id))", ")"),),
    ),
    Planted(
        "a repeated batch is acknowledged again",
        (("[*_rings(log, heard), _ack(log.seq)]", "_rings(log, heard)"),),
        (('hole ? { do: "resume", seq } : { do: "ack", seq }]', '...(hole ? [{ do: "resume", seq } as const] : [])]'),),
    ),
    Planted(
        "what is called back makes no sound",
        (('if before is None:  # called back\n        return None\n    asked = order["cancel_requested_at"] is not None and '
          'before["cancel_requested_at"] is None',
          'asked = order["cancel_requested_at"] is not None and (before or {}).get("cancel_requested_at") is None'),),
        (("if (before === undefined) return null;", ""), (" && before.cancel_requested_at", " && before?.cancel_requested_at")),
    ),
    Planted(
        "an order only gets newer",
        (('if came["version"] > shown["version"] else shown', ""),),
        (("came.version > shown.version ||", "true ||"),),
        "tracker.ts",
    ),
)  # fmt: skip


def without(source: str, changes: tuple[Change, ...]) -> str:
    """Return a source without a safeguard. Raises ValueError where a text is not there: the safeguard looks otherwise now."""
    for old, new in changes:
        if source.count(old) != 1:
            raise ValueError(f"{source.count(old)} times in this source: {old!r}")
        source = source.replace(old, new)
    return source
