"""Rules about placing: nothing that was answered 2xx is lost, doubled or another than it was said to be."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict

from chaos.evidence import Evidence, Findings


def lost(e: Evidence) -> Findings:
    """An order that was answered 2xx is not in the database."""
    for order, attempt in e.acked().items():
        if order not in e.orders:
            yield f"order {order} was answered 2xx at {attempt.at:.2f} s and is not stored"


def false_success(e: Evidence) -> Findings:
    """A 2xx named another order, or another shop's, than the one that is stored under the key."""
    by_key = {row["key_hash"]: order for order, row in e.orders.items()}
    for attempt in e.attempts:
        if attempt.end != "ok":
            continue
        stored = by_key.get(hashlib.sha256(attempt.key.encode()).hexdigest())
        if stored != attempt.order or (stored is not None and e.orders[stored]["shop"] != attempt.shop):
            yield f"key {attempt.key} was answered with order {attempt.order}; under it is stored {stored}"


def doubled(e: Evidence) -> Findings:
    """One key made two orders."""
    stored = Counter(row["key_hash"] for row in e.orders.values())
    for key, count in stored.items():
        if count > 1:
            yield f"{count} orders are stored under the key with hash {key}"
    answered = defaultdict(set)
    for attempt in e.attempts:
        if attempt.end == "ok":
            answered[attempt.key].add(attempt.order)
    for key, orders in answered.items():
        if len(orders) > 1:
            yield f"key {key} was answered with {len(orders)} orders"


def refused_but_stored(e: Evidence) -> Findings:
    """An order that was refused (4xx) is stored."""
    stored = {row["key_hash"] for row in e.orders.values()}
    for attempt in e.attempts:
        if attempt.end == "refused" and hashlib.sha256(attempt.key.encode()).hexdigest() in stored:
            yield f"key {attempt.key} was refused at {attempt.at:.2f} s and an order is stored under it"


def unreadable(e: Evidence) -> Findings:
    """An order that was answered 2xx could not be read back."""
    for line in e.looks:
        if line["status"] not in (200, 503):
            yield f"order {line['order']} was answered with {line['status']} at {line['at']:.2f} s, after its 2xx"


def holes(e: Evidence) -> Findings:
    """A shop's log has a hole, or does not end at its counter; or an order has not exactly one `order.placed`."""
    placed: Counter[str | None] = Counter()
    for shop, row in e.shops.items():
        seqs = [event.seq for event in e.log[shop]]
        if seqs != list(range(row["kept_seq"] + 1, row["last_seq"] + 1)):
            yield f"the log of {shop} is not {row['kept_seq'] + 1} to {row['last_seq']} without holes"
        placed.update(event.order for event in e.log[shop] if event.type == "order.placed")
    for order, stored in e.orders.items():
        purged = stored["placed_seq"] <= e.shops[stored["shop"]]["kept_seq"]
        if placed[order] != 1 and not purged:
            yield f"order {order} has {placed[order]} events order.placed"


RULES = (lost, false_success, doubled, refused_but_stored, unreadable, holes)
