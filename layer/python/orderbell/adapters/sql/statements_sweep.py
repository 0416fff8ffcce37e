"""The statements of the sweep. They are short and taken in small bites: orders that come meanwhile do not wait for them."""

from __future__ import annotations

from orderbell.adapters.sql.statements_parts import (
    FREE,
    GREETED,
    LEASE,
    OPEN_STATUSES,
    PUSHABLE,
    RELAXED,
    START,
)

# An index takes no bound from clock_timestamp(), which moves on: what is looked for by an index has statement_timestamp().

AT_ONCE = 64
"""Shops, orders and guests' shops that are looked at in one step."""

PROBE_AT_ONCE = 256
SILENT_S = 60
"""The pages ping every 5 to 25 s: who has said nothing for so long is asked whether it is there."""

IDLE_S = 600
"""The time after which the clouds' own gateways end a silent socket (specs/aws.md, specs/tencent.md)."""

NO_HELLO_S = 11
"""The 10 s of protocol.md 2, and a second for the gateway to see to it itself."""

DEAD_LEASE_S = 1.2
"""A push has 1 s, as a rule: who holds a lease for longer died with it. Where it lives it pushes twice, and no more."""

KEPT_DAYS = 7
PURGE_AT_ONCE = 1000

# What a connection counted goes on counting when it is gone. One order of names, so that two never wait for each other.
COUNT_GONE = """INSERT INTO meter (name, value)
        SELECT counted.name, sum(counted.value) FROM ended, LATERAL (VALUES ('dropped', ended.dropped),
            ('gone', ended.gone::int), ('pushes', ended.pushes), ('resends', ended.resends)) counted (name, value)
        GROUP BY counted.name HAVING sum(counted.value) > 0 ORDER BY counted.name
        ON CONFLICT (name) DO UPDATE SET value = meter.value + excluded.value"""

_SILENT = f"clock_timestamp() - interval '{SILENT_S} seconds'"


def _total(column: str) -> str:
    return f"""(SELECT coalesce((SELECT value FROM meter WHERE name = '{column}'), 0)
            + coalesce((SELECT sum({column}) FROM connection), 0))::bigint"""


SWEEPING: dict[str, str] = {
    "take_task": f"""
        INSERT INTO task AS t (name, busy_until) VALUES ($1::text, {LEASE})
        ON CONFLICT (name) DO UPDATE SET busy_until = excluded.busy_until
        WHERE t.busy_until IS NULL OR t.busy_until < clock_timestamp()
        RETURNING t.busy_until""",
    "keep_task": f"""
        UPDATE task SET busy_until = {LEASE} WHERE name = $1::text AND busy_until = $2::timestamptz RETURNING busy_until""",
    "end_task": """
        WITH ended AS (
            UPDATE task SET busy_until = NULL, done_at = clock_timestamp()
            WHERE name = $1::text AND busy_until = $2::timestamptz RETURNING name)
        INSERT INTO meter (name, value) SELECT name || 's', 1 FROM ended
        ON CONFLICT (name) DO UPDATE SET value = meter.value + 1""",
    "overdue_shops": f"""
        SELECT DISTINCT s.slug FROM orders o JOIN shop s USING (shop_id)
        WHERE o.status = 'placed' AND o.accept_by <= statement_timestamp() LIMIT {AT_ONCE}""",
    # A hello's lease (nothing was sent yet) is let alone: a snapshot may take its time.
    "end_dead_leases": f"""
        WITH {RELAXED},
        dead AS (
            SELECT connection_id FROM connection c
            WHERE c.busy_until > clock_timestamp() AND {GREETED}
                AND c.busy_until < {LEASE} - interval '{DEAD_LEASE_S} seconds'
            FOR UPDATE SKIP LOCKED)
        UPDATE connection c SET busy_until = NULL FROM dead, relaxed WHERE c.connection_id = dead.connection_id""",
    "lagging_kitchens": f"""
        SELECT DISTINCT c.shop_id, s.slug FROM connection c JOIN shop s USING (shop_id)
        WHERE {PUSHABLE} LIMIT {AT_ONCE}""",
    "lagging_orders": f"""
        SELECT DISTINCT c.order_id::text FROM connection c JOIN orders o USING (order_id)
        WHERE c.role = 'customer' AND {FREE} AND c.sent_seq < o.version LIMIT {AT_ONCE}""",
    "lagging_guests": f"""
        SELECT DISTINCT s.slug FROM connection c JOIN shop s USING (shop_id)
        WHERE c.role = 'guest' AND {FREE} AND c.sent_seq < s.state_seq LIMIT {AT_ONCE}""",
    "silent": f"""
        WITH {RELAXED},
        due AS (
            SELECT c.connection_id FROM connection c
            WHERE c.role IS NOT NULL AND c.seen_at < {_SILENT} AND (c.probed_at IS NULL OR c.probed_at < {_SILENT}) AND {FREE}
            ORDER BY c.seen_at LIMIT {PROBE_AT_ONCE} FOR UPDATE SKIP LOCKED)
        UPDATE connection c SET probed_at = clock_timestamp() FROM due, relaxed, shop s
        WHERE c.connection_id = due.connection_id AND s.shop_id = c.shop_id
        RETURNING c.connection_id, s.last_seq, clock_timestamp()""",
    # Silent for too long; without a hello, or one whose function died; or so far behind that what it lacks was purged: it must
    # come again.
    "idle": f"""
        WITH {RELAXED},
        due AS (
            SELECT c.connection_id FROM connection c LEFT JOIN shop s USING (shop_id)
            WHERE c.seen_at < clock_timestamp() - interval '{IDLE_S} seconds'
                OR (c.role IS NULL AND c.connected_at < clock_timestamp() - interval '{NO_HELLO_S} seconds')
                OR (c.role = 'kitchen' AND c.busy_until < clock_timestamp() AND NOT {GREETED})
                OR (c.role = 'kitchen' AND {START} < s.kept_seq AND {FREE})
            LIMIT {PROBE_AT_ONCE} FOR UPDATE OF c SKIP LOCKED),
        ended AS (
            DELETE FROM connection c USING due, relaxed WHERE c.connection_id = due.connection_id
            RETURNING c.connection_id, c.role, c.pushes, c.resends, c.dropped, false AS gone),
        counted AS ({COUNT_GONE} RETURNING 1)
        SELECT connection_id, role IS NULL FROM ended""",
    "purgeable": f"""
        SELECT s.shop_id FROM shop s WHERE (
            SELECT e.created_at FROM event e WHERE e.shop_id = s.shop_id AND e.seq > s.kept_seq ORDER BY e.seq LIMIT 1
            ) < clock_timestamp() - interval '{KEPT_DAYS} days' LIMIT {AT_ONCE}""",
    # Never under an open order, and always from the old end: what is left has no holes.
    "purge_events": f"""
        WITH oldest AS (
            SELECT e.seq, e.created_at FROM event e JOIN shop s USING (shop_id)
            WHERE s.shop_id = $1::bigint AND e.seq > s.kept_seq ORDER BY e.seq LIMIT {PURGE_AT_ONCE}),
        cut AS (
            SELECT least(max(seq),
                (SELECT min(placed_seq) - 1 FROM orders WHERE shop_id = $1 AND status IN ({OPEN_STATUSES}))) AS upto
            FROM oldest WHERE created_at < clock_timestamp() - interval '{KEPT_DAYS} days' HAVING max(seq) IS NOT NULL),
        moved AS (
            UPDATE shop SET kept_seq = cut.upto FROM cut
            WHERE shop_id = $1 AND cut.upto > kept_seq RETURNING shop_id, cut.upto)
        DELETE FROM event e USING moved WHERE e.shop_id = moved.shop_id AND e.seq <= moved.upto RETURNING 1""",
    "purge_commands": f"""
        DELETE FROM command WHERE (actor, command_id) IN (
            SELECT actor, command_id FROM command WHERE created_at < statement_timestamp() - interval '{KEPT_DAYS} days'
            ORDER BY created_at LIMIT {PURGE_AT_ONCE})""",
    "purge_codes": "DELETE FROM pairing_code WHERE expires_at < clock_timestamp() - interval '1 day'",
    "purge_alerts": "DELETE FROM alert WHERE done_at < clock_timestamp() - interval '30 days'",
    # OFFSET 0: a sum in the join, which may overflow and so tell of a row, would not be looked up behind the wall (row-level
    # security), and the whole log be read instead.
    "measure": f"""
        WITH unseen AS (
            SELECT count(*) AS orders, min(placed_at) AS oldest FROM orders
            WHERE seen_at IS NULL AND status IN ({OPEN_STATUSES})),
        behind AS (
            SELECT coalesce(sum(s.last_seq - c.acked_seq), 0)::bigint AS events, min(e.created_at) AS oldest
            FROM (SELECT shop_id, acked_seq, acked_seq + 1 AS next FROM connection WHERE role = 'kitchen' OFFSET 0) c
            JOIN shop s USING (shop_id) LEFT JOIN event e ON e.shop_id = c.shop_id AND e.seq = c.next),
        shown AS (
            SELECT percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM took)::float8) AS seconds
            FROM (SELECT seen_at - placed_at AS took
                FROM (SELECT seen_at, placed_at FROM orders ORDER BY order_id DESC LIMIT 500) latest
                WHERE seen_at IS NOT NULL AND placed_at > clock_timestamp() - interval '1 hour') recent)
        SELECT coalesce(extract(epoch FROM clock_timestamp() - least(unseen.oldest, behind.oldest)), 0)::float8,
            behind.events, unseen.orders,
            (SELECT count(*) FROM orders WHERE status = 'placed'),
            (SELECT count(*) FROM orders WHERE status IN ({OPEN_STATUSES})),
            (SELECT count(*) FROM connection WHERE role = 'kitchen'),
            (SELECT count(*) FROM connection),
            {_total("pushes")}, {_total("resends")}, {_total("dropped")},
            (SELECT coalesce((SELECT value FROM meter WHERE name = 'gone'), 0)),
            (SELECT coalesce((SELECT value FROM meter WHERE name = 'expired'), 0)),
            (SELECT coalesce((SELECT value FROM meter WHERE name = 'sweeps'), 0)),
            coalesce(shown.seconds[1], 0), coalesce(shown.seconds[2], 0),
            (SELECT count(*) FROM shop WHERE NOT attended AND (accepting IN ('open', 'busy')
                OR (accepting = 'paused' AND paused_until <= clock_timestamp())))
        FROM unseen, behind, shown""",
    "count": """
        INSERT INTO meter (name, value) VALUES ($1::text, $2::bigint)
        ON CONFLICT (name) DO UPDATE SET value = meter.value + excluded.value""",
}
