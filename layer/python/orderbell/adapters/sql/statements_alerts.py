"""The statements of the alerts. An alert is stored, leased and ended durably: losing that costs the owner a call."""

from __future__ import annotations

from orderbell.domain.ladder import GIVE_UP, RUNGS, AlertKind

AT_ONCE = 256
LEASE_S = 30
"""A POST takes 6 s at most."""

_EXPIRED = AlertKind.EXPIRED.value
_RUNGS = ", ".join(
    f"('{kind.value}', interval '{after.total_seconds()} seconds')" for kind, after in RUNGS.items()
)
# Of the statement, as an index takes no bound from a clock that moves on.
_GIVE_UP = f"statement_timestamp() - interval '{GIVE_UP.total_seconds()} seconds'"
_UNTOLD = "NOT EXISTS (SELECT FROM alert a WHERE a.order_id = o.order_id AND a.kind = {kind})"

# One alert less to send: `ended` has its outcome.
_COUNT = """INSERT INTO meter (name, value) SELECT 'alerts_' || outcome, count(*) FROM ended GROUP BY outcome ORDER BY 1
        ON CONFLICT (name) DO UPDATE SET value = meter.value + excluded.value"""

_LIVES = f"(a.kind = '{_EXPIRED}' OR o.status = 'placed') AND a.created_at > {_GIVE_UP}"
"""The alert still says what is so, and is young enough to be of use."""

ALERTS: dict[str, str] = {
    # In one order, so that two that note the same never wait for each other.
    "note_alerts": f"""
        INSERT INTO alert (shop_id, order_id, kind)
        SELECT shop_id, order_id, kind FROM (
            SELECT o.shop_id, o.order_id, rung.kind FROM orders o, (VALUES {_RUNGS}) rung (kind, after)
            WHERE o.status = 'placed' AND o.placed_at <= clock_timestamp() - rung.after
                AND {_UNTOLD.format(kind="rung.kind")}
            UNION ALL
            SELECT o.shop_id, o.order_id, '{_EXPIRED}' FROM orders o
            WHERE o.status = 'expired' AND o.accept_by > {_GIVE_UP} AND {_UNTOLD.format(kind=f"'{_EXPIRED}'")}) due
        ORDER BY order_id, kind LIMIT {AT_ONCE}
        ON CONFLICT (order_id, kind) DO NOTHING RETURNING 1""",
    "settle_alerts": f"""
        WITH due AS (
            SELECT a.alert_id, a.created_at > {_GIVE_UP} AS young FROM alert a JOIN orders o USING (order_id)
            WHERE a.done_at IS NULL AND a.next_try <= clock_timestamp() AND NOT ({_LIVES})
            LIMIT {AT_ONCE} FOR UPDATE OF a SKIP LOCKED),
        ended AS (
            UPDATE alert a SET done_at = clock_timestamp(), outcome = CASE WHEN due.young THEN 'settled' ELSE 'failed' END
            FROM due WHERE a.alert_id = due.alert_id RETURNING a.outcome)
        {_COUNT}""",
    "take_alert": f"""
        WITH due AS (
            SELECT a.alert_id FROM alert a JOIN orders o USING (order_id)
            WHERE a.done_at IS NULL AND a.next_try <= clock_timestamp() AND {_LIVES}
            ORDER BY a.next_try, a.alert_id LIMIT 1 FOR UPDATE OF a SKIP LOCKED),
        taken AS (
            UPDATE alert a SET next_try = clock_timestamp() + interval '{LEASE_S} seconds', tries = a.tries + 1
            FROM due WHERE a.alert_id = due.alert_id
            RETURNING a.alert_id, a.kind, a.created_at, a.tries, a.next_try, a.order_id)
        SELECT t.alert_id::text, t.kind, t.created_at, t.tries, t.next_try, clock_timestamp(), s.slug, s.name::text, s.locale,
            o.order_id::text, o.number, o.total, o.currency, o.placed_at, o.accept_by, o.seen_at IS NOT NULL
        FROM taken t JOIN orders o USING (order_id) JOIN shop s ON s.shop_id = o.shop_id""",
    "end_alert": f"""
        WITH ended AS (
            UPDATE alert SET done_at = clock_timestamp(), outcome = $2::text
            WHERE alert_id = $1::uuid AND done_at IS NULL RETURNING outcome)
        {_COUNT}""",
    "put_off_alert": """
        UPDATE alert SET next_try = clock_timestamp() + $3::float8 * interval '1 second'
        WHERE alert_id = $1::uuid AND next_try = $2::timestamptz AND done_at IS NULL""",
    "count_alerts": """
        SELECT (SELECT count(*) FROM alert WHERE done_at IS NULL),
            coalesce((SELECT value FROM meter WHERE name = 'alerts_sent'), 0),
            coalesce((SELECT value FROM meter WHERE name = 'alerts_failed'), 0)""",
}
