"""The statements of the owner's report, and of the marks that it tells of. Personal columns are not read."""

from __future__ import annotations

from orderbell.adapters.sql.statements_parts import SHOP_COLUMNS

KEPT_DAYS = 35
"""Marks are kept for five weeks, so that a month can be looked at. Orders are kept anyway."""

PURGE_AT_ONCE = 1000


def _midnight(day: str) -> str:
    """Return the moment at which a day begins where the shop is, whatever its clocks do in that night."""
    return f"({day})::timestamp AT TIME ZONE $3::text"


REPORTING: dict[str, str] = {
    # The day as `hold` has it: a shop that moved west counts on in the later one.
    "day": f"""
        SELECT {SHOP_COLUMNS}, clock_timestamp(),
            greatest((clock_timestamp() AT TIME ZONE s.timezone)::date, s.business_day)
        FROM shop s WHERE s.slug = $1::text""",
    "day_orders": """
        SELECT o.number, o.service, o.status, o.total, o.currency, o.placed_at,
            (o.placed_at AT TIME ZONE $3::text) - (o.placed_at AT TIME ZONE 'UTC'),
            o.seen_at, o.promised_at, o.nudges, o.history::text
        FROM orders o WHERE o.shop_id = $1::bigint AND o.business_day = $2::date ORDER BY o.placed_seq""",
    # The marks of the day, and before them the last mark of each item with which it came into the day sold out.
    "day_marks": f"""
        WITH before AS (
            SELECT DISTINCT ON (item_id) * FROM availability WHERE shop_id = $1::bigint AND at < {_midnight("$2::date")}
            ORDER BY item_id, at DESC, seq DESC),
        told AS (
            SELECT * FROM before WHERE NOT available AND (until IS NULL OR until > {_midnight("$2::date")})
            UNION ALL
            SELECT * FROM availability
            WHERE shop_id = $1::bigint AND at >= {_midnight("$2::date")} AND at < {_midnight("$2::date + 1")})
        SELECT a.item_id, i.name::text, a.at, a.available, a.until IS NOT NULL, coalesce(d.name, '')
        FROM told a LEFT JOIN item i USING (shop_id, item_id) LEFT JOIN device d USING (device_id)
        ORDER BY a.at, a.seq, a.item_id""",
    "purge_availability": f"""
        DELETE FROM availability WHERE (shop_id, seq, item_id) IN (
            SELECT shop_id, seq, item_id FROM availability WHERE at < statement_timestamp() - interval '{KEPT_DAYS} days'
            ORDER BY at LIMIT {PURGE_AT_ONCE})""",
}
