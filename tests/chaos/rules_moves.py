"""Rules about what happens to an order: it moves as it may, never back, and a command acts once."""

from __future__ import annotations

from collections import Counter

from chaos.evidence import Evidence, Findings

PATHS: dict[str, tuple[str, ...]] = {
    "placed": ("accepted", "rejected", "expired", "cancelled"),
    "accepted": ("preparing", "cancelled"),
    "preparing": ("ready", "cancelled"),
    "ready": ("dispatched", "completed", "cancelled", "preparing"),
    "dispatched": ("completed",),
    "completed": ("ready",),
}

EXPIRED_WITHIN_S = 20.0
"""Faults keep one sweep after the other from its work, but none lasts as long as this."""


def backwards(e: Evidence) -> Findings:
    """An order went to an older version, or to another status under the same version, on a screen or a customer's page."""
    truth = {
        (event.order, event.version): event.status
        for events in e.log.values()
        for event in events
        if event.order
    }
    for life in e.lives.values():
        newest: dict[str, int] = {}
        for step in life.steps:
            rows = [row[2:] for row in step.get("events", ()) if len(row) > 2] + step.get("orders", [])
            for order, version, _ in rows:
                if version < newest.get(order, 0):
                    yield f"{life.screen} page {life.page}: order {order} went from version {newest[order]} to {version}"
                newest[order] = max(version, newest.get(order, 0))
    for page, lines in e.followed.items():
        for before, line in zip([None, *lines], lines, strict=False):
            order, version = line["order"], line["version"]
            if before is not None and version <= before["version"]:
                yield f"customer's page {page}: order {order} went from version {before['version']} to {version}"
            if truth.get((order, version), line["status"]) != line["status"]:
                yield f"customer's page {page}: order {order} version {version} was shown as {line['status']}"


def illegal_path(e: Evidence) -> Findings:
    """An order moved as the table of protocol.md 2.4 does not allow, or does not stand where its history ends."""
    for order, row in e.orders.items():
        steps = [step[0] for step in row["history"]]
        if not steps or steps[0] != "placed" or steps[-1] != row["status"]:
            yield f"order {order} is {row['status']}, its history says {steps}"
        for before, after in zip(steps, steps[1:], strict=False):
            if after not in PATHS.get(before, ()):
                yield f"order {order} went from {before} to {after}"
    for shop, events in e.log.items():
        status: dict[str, str] = {}
        for event in events:
            if event.order is None or event.status is None:
                continue
            before = status.get(event.order, event.status)
            if before != event.status and event.status not in PATHS.get(before, ()):
                yield f"{shop}: event {event.seq} moves order {event.order} from {before} to {event.status}"
            status[event.order] = event.status


def overdue(e: Evidence) -> Findings:
    """An order still waits to be accepted, long after its time was over."""
    for order, row in e.orders.items():
        if row["status"] == "placed" and e.clock > row["accept_by"] + EXPIRED_WITHIN_S:
            yield f"order {order} should have expired {e.clock - row['accept_by']:.0f} s ago"


def answered_wrong(e: Evidence) -> Findings:
    """A command was answered in two ways, or not as it is stored."""
    for identity in e.commands:
        answers = set(e.results[identity])
        if answers and answers != {e.stored_results.get(identity)}:
            yield f"command {identity} was answered {sorted(answers)}, stored is {e.stored_results.get(identity)}"


def acted_wrong(e: Evidence) -> Findings:
    """A command acted twice, or it was answered well and did nothing, or it was refused and acted."""
    recalls: Counter[str] = Counter()
    for identity, line in e.commands.items():
        answers = set(e.results[identity])
        if line["name"] == "recall" and answers != {False}:  # one whose answer nobody read may have acted
            recalls[line["order"]] += 1
        if line["name"] == "message" and line["order"] in e.orders:
            times = e.orders[line["order"]]["texts"].count(line["text"])
            if times > 1 or (answers == {True} and times == 0) or (answers == {False} and times):
                yield f"the message {line['text']!r} is {times} times in order {line['order']}, answered {sorted(answers)}"
    for order, row in e.orders.items():
        steps = Counter(step[0] for step in row["history"])
        if steps["placed"] > 1 or steps["accepted"] > 1 or steps["completed"] > 1 + recalls[order]:
            yield f"order {order} went through {[step[0] for step in row['history']]}, recalled {recalls[order]} times"


RULES = (backwards, illegal_path, overdue, answered_wrong, acted_wrong)
