"""Many orders at once, for tests and measurements of what happens after a long time away."""

from __future__ import annotations

from support.parts import ask
from support.system import System

# A placed order's rows again under new ids, with their events, as if so many had been placed after it.
_COPY = """
WITH base AS MATERIALIZED (
    SELECT o.*, s.last_seq FROM orders o JOIN shop s USING (shop_id) WHERE o.order_id = %(order)s
    FOR NO KEY UPDATE OF s),
fresh AS MATERIALIZED (
    SELECT n, gen_random_uuid() AS id, 'Z' || n AS number, last_seq + n AS seq FROM base, generate_series(1, %(count)s) AS n),
stored AS (
    INSERT INTO orders
    SELECT (jsonb_populate_record(o, jsonb_build_object('order_id', f.id, 'number', f.number, 'placed_seq', f.seq,
        'idem_hash', '\\x' || encode(sha256(f.id::text::bytea), 'hex'), 'seen_at', NULL, 'pushed_at', NULL))).*
    FROM orders o, fresh f WHERE o.order_id = %(order)s),
lines AS (
    INSERT INTO order_line
    SELECT (jsonb_populate_record(l, jsonb_build_object('order_id', f.id))).*
    FROM order_line l, fresh f WHERE l.order_id = %(order)s),
logged AS (
    INSERT INTO event (shop_id, seq, type, order_id, payload, created_at)
    SELECT e.shop_id, f.seq, e.type, f.id,
        e.payload || jsonb_build_object('id', f.id, 'number', f.number, 'seen_at', NULL), e.created_at
    FROM event e, fresh f WHERE e.order_id = %(order)s AND e.type = 'order.placed'),
counted AS (
    UPDATE shop s SET last_seq = s.last_seq + %(count)s FROM base WHERE s.shop_id = base.shop_id)
SELECT id::text FROM fresh ORDER BY n
"""


def copy_order(system: System | str, order_id: str, count: int) -> list[str]:
    """Store so many copies of a placed order and tell nobody; return their ids in the log's order."""
    return [str(row[0]) for row in ask(system, _COPY, {"order": order_id, "count": count})]
