"""What the database holds at the end, as lines of the history: so that a history can be judged anywhere, at any time.

It reads the tables with SQL of its own; nothing of the product or of the workload is used here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import psycopg2.extensions

_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"
_SHOPS = "SELECT slug, epoch::text, last_seq, kept_seq FROM shop ORDER BY slug"
_METERS = "SELECT name, value FROM meter"
_ORDERS = """
    SELECT o.order_id::text, s.slug, encode(o.idem_hash, 'hex'), o.status, o.version, o.placed_seq,
        extract(epoch FROM o.placed_at)::float8, extract(epoch FROM o.accept_by)::float8,
        o.seen_at IS NOT NULL, o.history::text, o.messages::text
    FROM orders o JOIN shop s USING (shop_id) ORDER BY s.slug, o.placed_seq"""
_EVENTS = """
    SELECT s.slug, e.seq, e.type, e.order_id::text, (e.payload->>'version')::int, e.payload->>'status'
    FROM event e JOIN shop s USING (shop_id) ORDER BY s.slug, e.seq"""
_COMMANDS = "SELECT command_id, result::text FROM command"


def lines(connection: psycopg2.extensions.connection) -> Iterator[dict[str, Any]]:
    """Give the shops, orders, events and commands as of one moment."""
    connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with connection.cursor() as cursor:
        cursor.execute(_CLOCK)
        yield {"kind": "db.clock", "now": (cursor.fetchone() or (0.0,))[0]}
        cursor.execute(_METERS)
        yield {"kind": "db.meters", **{name: int(value) for name, value in cursor.fetchall()}}
        cursor.execute(_SHOPS)
        for slug, epoch, last_seq, kept_seq in cursor.fetchall():
            yield {
                "kind": "db.shop",
                "shop": slug,
                "epoch": epoch,
                "last_seq": last_seq,
                "kept_seq": kept_seq,
            }
        cursor.execute(_ORDERS)
        for order, shop, key, status, version, seq, placed_at, accept_by, seen, history, messages in cursor:
            yield {
                "kind": "db.order", "order": order, "shop": shop, "key_hash": key, "status": status, "version": version,
                "placed_seq": seq, "placed_at": placed_at, "accept_by": accept_by, "seen": seen,
                "history": [[step["status"], step["by"]] for step in json.loads(history)],
                "texts": [message["text"] for message in json.loads(messages)],
            }  # fmt: skip
        cursor.execute(_EVENTS)
        for shop, seq, kind, order, version, status in cursor:
            row = [seq, kind] if order is None else [seq, kind, order, version, status]
            yield {"kind": "db.event", "shop": shop, "event": row}
        cursor.execute(_COMMANDS)
        for identity, result in cursor:
            yield {"kind": "db.command", "id": identity, "ok": json.loads(result)["ok"]}


def append(path: Path, database_url: str) -> None:
    """Add what the database holds to a history."""
    connection = psycopg2.connect(
        database_url, application_name="chaos-checker", options="-c orderbell.wall=all"
    )
    try:
        with path.open("a", encoding="utf-8") as file:
            for line in lines(connection):
                file.write(json.dumps(line, separators=(",", ":")) + "\n")
    finally:
        connection.close()
