"""The statements of what is shown around an order: whether a shop is attended, and the guests' board."""

from __future__ import annotations

from orderbell.adapters.sql.statements_parts import FREE, RELAXED
from orderbell.domain.board import KEPT, LATE, SHOWN
from orderbell.domain.menu import ATTENDED
from orderbell.domain.status import Service

ATTEND_EVERY_S = 5
AT_ONCE = 64

_SHOWN = ", ".join(sorted(f"'{status.value}'" for status in SHOWN))

# A device (d) whose screen can be seen and heard.
_THERE = f"d.revoked_at IS NULL AND d.ready_at > clock_timestamp() - interval '{int(ATTENDED.total_seconds())} seconds'"

SHOWING: dict[str, str] = {
    # The shop's row is let alone: it is the one that orders wait for.
    "attend": f"""
        WITH {RELAXED}
        UPDATE device d SET ready_at = clock_timestamp() FROM relaxed
        WHERE d.device_id = $1::uuid AND d.revoked_at IS NULL
            AND (d.ready_at IS NULL OR d.ready_at < clock_timestamp() - interval '{ATTEND_EVERY_S} seconds')""",
    "attended": f"SELECT EXISTS (SELECT FROM device d WHERE d.shop_id = $1::bigint AND {_THERE})",
    "set_attended": """
        WITH changed AS (
            UPDATE shop SET last_seq = $2::bigint, state_seq = $2, attended = $3::boolean WHERE shop_id = $1::bigint)
        INSERT INTO event (shop_id, seq, type, created_at) VALUES ($1, $2, 'shop.updated', $4::timestamptz)""",
    # IN: the few devices that are there are looked up once, and not once for each shop.
    "turned_shops": f"""
        SELECT s.slug FROM shop s
        WHERE s.attended <> (s.shop_id IN (SELECT d.shop_id FROM device d WHERE {_THERE})) LIMIT {AT_ONCE}""",
    "board": f"""
        SELECT s.slug, s.last_seq, clock_timestamp(), o.number, o.service, o.history::text FROM shop s
        LEFT JOIN orders o ON o.shop_id = s.shop_id AND o.status IN ({_SHOWN}) AND o.service <> '{Service.DELIVERY.value}'
            AND o.placed_at > clock_timestamp() - interval '{int(KEPT.total_seconds())} seconds'
            AND (o.placed_at > clock_timestamp() - interval '{int(LATE.total_seconds())} seconds'
                OR o.business_day >= greatest((clock_timestamp() AT TIME ZONE s.timezone)::date, s.business_day))
            AND NOT EXISTS (SELECT FROM orders later
                WHERE later.shop_id = o.shop_id AND later.number = o.number AND later.business_day > o.business_day)
        WHERE s.shop_id = $1::bigint""",
    "lagging_boards": f"""
        SELECT DISTINCT c.shop_id FROM connection c JOIN shop s USING (shop_id)
        WHERE c.role = 'board' AND {FREE} AND c.sent_seq < s.board_seq LIMIT {AT_ONCE}""",
}
