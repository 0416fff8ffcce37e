"""Rules about screens: every order is on every screen of its shop, once, in order, and as the log has it."""

from __future__ import annotations

from collections import Counter, defaultdict

from chaos.evidence import OPEN, Evidence, Findings, Life

GRACE_S = 10.0
"""An order is on every screen this long after it was answered, or after the last fault, at the latest."""


def shown_at(e: Evidence) -> dict[str, dict[str, float]]:
    """Return when each screen first had each order: on it, or in a snapshot that says that it had ended by then."""
    ended: dict[str, tuple[str, int]] = {}
    for shop, events in e.log.items():
        for event in events:
            if event.order is None:
                continue
            if event.status in OPEN:
                ended.pop(event.order, None)
            else:
                ended.setdefault(event.order, (shop, event.seq))
    first: dict[str, dict[str, float]] = {screen: {} for screen in e.screens}
    for life in e.lives.values():
        seen = first.setdefault(life.screen, {})
        for step in life.steps:
            if step["kind"] == "events":
                orders = [row[2] for row in step["events"] if len(row) > 2]
            else:
                orders = [row[0] for row in step["orders"]]
                if step["kind"] == "snapshot":
                    orders += [
                        o for o, (shop, seq) in ended.items() if shop == life.shop and seq <= step["seq"]
                    ]
            for order in orders:
                seen[order] = min(step["at"], seen.get(order, step["at"]))
    return first


def missing(e: Evidence) -> Findings:
    """An order that was answered 2xx was never on a screen of its shop, or came there too late."""
    shown, healed = shown_at(e), e.last_fault_end()
    for order, attempt in e.acked().items():
        for screen, shop in e.screens.items():
            if shop != attempt.shop:
                continue
            at = shown[screen].get(order)
            if at is None:
                yield f"order {order} was never on {screen}"
            elif at > max(attempt.at, healed) + GRACE_S:
                yield f"order {order} came on {screen} {at - max(attempt.at, healed):.1f} s late"


def twice(e: Evidence) -> Findings:
    """A page announced an order as new twice."""
    for life in e.lives.values():
        rung = Counter(order for step in life.steps for order in step.get("rung", ()))
        for order, count in rung.items():
            if count > 1:
                yield f"{life.screen} page {life.page} announced order {order} {count} times"


def out_of_order(e: Evidence) -> Findings:
    """A page applied events with a gap or backwards, or announced orders in another order than they were placed in."""
    for life in e.lives.values():
        seq: int | None = None
        placed = 0
        for step in life.steps:
            if step["kind"] == "snapshot":
                if seq is not None and step["seq"] < seq and step["epoch"] == e.shops[life.shop]["epoch"]:
                    yield f"{life.screen} page {life.page} went back from seq {seq} to a snapshot at {step['seq']}"
                seq = step["seq"]
            for row in step.get("events", ()):
                if row[0] != (0 if seq is None else seq) + 1:
                    yield f"{life.screen} page {life.page} applied seq {row[0]} after {seq}"
                seq = row[0]
            for order in step.get("rung", ()):
                place = e.orders[order]["placed_seq"] if order in e.orders else 0
                if place < placed:
                    yield f"{life.screen} page {life.page} announced order {order} after a later one"
                placed = max(placed, place)


def differs_from_log(e: Evidence) -> Findings:
    """What a page applied is not what the database's log has at that place."""
    logs = {shop: {event.seq: list(event) for event in events} for shop, events in e.log.items()}
    for life in e.lives.values():
        log = logs.get(life.shop, {})
        for step in life.steps:
            for row in step.get("events", ()):
                if log.get(row[0]) != row + [None] * (5 - len(row)):
                    yield f"{life.screen} page {life.page} applied {row}; the log has {log.get(row[0])}"


def snapshot_wrong(e: Evidence) -> Findings:
    """A snapshot, or a page at the end, is not what the log makes of its first `seq` events."""
    wanted: dict[str, list[tuple[int, Life, str, set[tuple[str, int, str]]]]] = defaultdict(list)
    for life in e.lives.values():
        for step in life.steps:
            if step["kind"] != "events" and step["epoch"] is not None:
                orders = {(row[0], row[1], row[2]) for row in step["orders"]}
                wanted[life.shop].append((step["seq"], life, step["kind"], orders))
    for shop, claims in wanted.items():
        yield from _against_log(e, shop, sorted(claims, key=lambda claim: claim[0]))


def _against_log(
    e: Evidence, shop: str, claims: list[tuple[int, Life, str, set[tuple[str, int, str]]]]
) -> Findings:
    if e.shops[shop]["kept_seq"]:
        return  # the log no longer begins at its first event: nothing to compare with
    state: dict[str, tuple[str, int, str]] = {}
    events = iter(e.log[shop])
    at = 0
    for seq, life, kind, orders in claims:
        while at < seq and (event := next(events, None)) is not None:
            at = event.seq
            if event.order is None or event.version is None or event.status is None:
                continue
            if event.status in OPEN:
                state[event.order] = (event.order, event.version, event.status)
            else:
                state.pop(event.order, None)
        if orders != set(state.values()):
            wrong = len(orders ^ set(state.values()))
            yield f"{life.screen} page {life.page}: its {kind} at seq {seq} differs from the log in {wrong} places"


def behind_at_end(e: Evidence) -> Findings:
    """A screen was not as far as its shop's log when the run ended."""
    for screen, shop in e.screens.items():
        finals = [
            step
            for life in e.lives.values()
            if life.screen == screen
            for step in life.steps
            if step["kind"] == "final"
        ]
        last, epoch = e.shops[shop]["last_seq"], e.shops[shop]["epoch"]
        if not finals:
            yield f"{screen} said nothing at the end"
        elif (finals[-1]["seq"], finals[-1]["epoch"]) != (last, epoch):
            yield f"{screen} ended at seq {finals[-1]['seq']}, its shop at {last}"


RULES = (missing, twice, out_of_order, differs_from_log, snapshot_wrong, behind_at_end)
