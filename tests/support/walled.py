"""A shop that has something in every walled table, and what each statement is run with to reach it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timezone
from typing import Any

from orderbell.domain.menu import Shop
from support.books import bound_kitchen, store_order
from support.layer import SqlStore

NOW = datetime.now(timezone.utc)

_HISTORY = json.dumps(
    [{"status": "placed", "at": NOW.isoformat()}, {"status": "preparing", "at": NOW.isoformat()}]
)


@dataclass(frozen=True)
class Place:
    """A shop with one of everything that is due, another without anything, and the ids of the first."""

    store: SqlStore
    full: Shop
    empty: Shop
    order: str
    later: str
    alert: str
    device: str

    def arguments(self, name: str) -> tuple[Any, ...]:
        """Return what a statement is run with: the full shop's ids."""
        return ARGUMENTS[name](self)


def body(place: Place, order: str, version: int) -> str:
    said = place.store.run("SELECT payload::text FROM event WHERE order_id = %s LIMIT 1", order)[0][0]
    return json.dumps({**json.loads(said), "version": version})


def placed(place: Place) -> tuple[Any, ...]:
    """Return the arguments of a new order in the full shop."""
    fresh = "018f0000-0000-7000-8000-00000000000a"
    said = json.loads(body(place, place.order, 1)) | {"id": fresh, "number": "Z99"}
    who = ("Canary Wang", "13812345678", "1 Canary Road")
    return (
        *(place.full.id, 90, date(2026, 1, 1), 9, fresh, b"key", b"print", b"token"),
        *(*who, json.dumps(said)),
    )


# With the ids of the full shop; its log has few entries, so that 90 is a seq of its future.
ARGUMENTS: dict[str, Callable[[Place], tuple[Any, ...]]] = {
    "place": placed,
    "change": lambda p: (p.full.id, 90, p.order, body(p, p.order, 2), NOW, "order.updated", NOW, False),
    "set_openness": lambda p: (p.full.id, 90, "closed", None, None, NOW),
    "set_available": lambda p: (p.full.id, 90, "beef-noodles", False, False, NOW, p.device),
    "set_attended": lambda p: (p.full.id, 90, True, NOW),
    "result": lambda p: (p.full.id, f"device:{p.device}", "old"),
    "remember": lambda p: (p.full.id, f"device:{p.device}", "new", "{}"),
    "overdue": lambda p: (
        p.full.id,
        datetime.now(timezone.utc),
        9,
    ),  # not of the import: that may be long ago
    "order": lambda p: (p.order, p.full.id),
    "order_of": lambda p: (p.order,),
    "by_key": lambda p: (p.full.slug, b"idem"),
    "unseen": lambda p: (p.full.id, 99, 9),
    "has_unseen": lambda p: (p.full.id, 99),
    "snapshot": lambda p: (p.full.id,),
    "events": lambda p: (p.full.id, 0, 9),
    "board": lambda p: (p.full.id,),
    "settle": lambda p: ("leased", _lease(p), 99, None),
    "claim": lambda p: (p.full.id, None),
    "ack": lambda p: ("screen", 3),
    "day_orders": lambda p: (p.full.id, _day(p), "Asia/Shanghai"),
    "day_marks": lambda p: (p.full.id, date(2026, 1, 2), "Asia/Shanghai"),
    "overdue_shops": lambda p: (),
    "lagging_orders": lambda p: (),
    "purgeable": lambda p: (),
    "purge_events": lambda p: (p.full.id,),
    "purge_commands": lambda p: (),
    "purge_availability": lambda p: (),
    "purge_alerts": lambda p: (),
    "measure": lambda p: (),
    "note_alerts": lambda p: (),
    "settle_alerts": lambda p: (),
    "take_alert": lambda p: (),
    "end_alert": lambda p: (p.alert, "sent"),
    "put_off_alert": lambda p: (p.alert, _next_try(p), 60.0),
    "count_alerts": lambda p: (),
    "erase": lambda p: (0,),
}


def _lease(place: Place) -> datetime:
    found: datetime = place.store.run("SELECT busy_until FROM connection WHERE connection_id = 'leased'")[0][
        0
    ]
    return found


def _day(place: Place) -> date:
    found: date = place.store.run("SELECT business_day FROM orders WHERE order_id = %s", place.order)[0][0]
    return found


def _next_try(place: Place) -> datetime:
    found: datetime = place.store.run("SELECT next_try FROM alert WHERE alert_id = %s", place.alert)[0][0]
    return found


def furnish(store: SqlStore) -> Place:
    """Open two shops, and give one of them an order, an event, a command, a mark and an alert of each kind that is due."""
    full, empty = store.open_shop("full"), store.open_shop("empty")
    gone, order, later = (store_order(store, full).id for _ in range(3))
    store.run(
        "UPDATE orders SET accept_by = now() - interval '1 minute', placed_at = now() - interval '10 minutes'"
    )
    store.run("UPDATE orders SET idem_hash = 'idem' WHERE order_id = %s", order)
    store.run("UPDATE orders SET status = 'preparing', history = %s WHERE order_id = %s", _HISTORY, later)
    store.run(
        "UPDATE orders SET status = 'expired', placed_seq = 0, seen_at = now() WHERE order_id = %s", gone
    )
    store.run("UPDATE event SET created_at = now() - interval '99 days' WHERE order_id = %s", gone)
    device = store.add_device(full, "token")
    store.run("INSERT INTO command VALUES (%s, 'old', '{}', '2026-01-01', %s)", f"device:{device}", full.id)
    store.run(
        "INSERT INTO availability VALUES (%s, 1, 'beef-noodles', %s, '2026-01-02', false)",
        full.id,
        device,
    )
    alerts = store.run(
        """INSERT INTO alert (shop_id, order_id, kind, done_at, outcome) VALUES
        (%s, %s, 'unaccepted', NULL, NULL), (%s, %s, 'unaccepted', NULL, NULL),
        (%s, %s, 'unaccepted', now() - interval '99 days', 'sent') RETURNING alert_id::text""",
        *(full.id, order, full.id, later, full.id, gone),
    )
    bound_kitchen(store.connections(), full, device, "screen")
    bound_kitchen(store.connections(), full, device, "leased")
    store.run("UPDATE connection SET busy_until = now() + interval '1 hour' WHERE connection_id = 'leased'")
    lease = store.connections().bind("page", "customer", full.id, order=order)
    store.connections().settle("page", lease, 0)
    return Place(store, full, empty, order, later, alerts[0][0], device)
