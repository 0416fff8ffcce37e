"""Every statement that a function runs, by name. Each is prepared once per connection.

Rules of this file: lock order is shop, then orders, then connection; decisions use the database's clock; a statement that
only moves a cursor does not wait for the disk (`relaxed`), as losing it in a crash costs a repeat and never an order.
"""

from __future__ import annotations

from orderbell.adapters.sql.statements_alerts import ALERTS
from orderbell.adapters.sql.statements_devices import DEVICES
from orderbell.adapters.sql.statements_limits import LIMITING
from orderbell.adapters.sql.statements_parts import (
    AT_ONCE,
    BATCH,
    FREE,
    LEASE,
    OPEN_STATUSES,
    ORDER_COLUMNS,
    PUSHABLE,
    RELAXED,
    SHOP_COLUMNS,
    START,
    UNSEEN,
)  # fmt: skip
from orderbell.adapters.sql.statements_privacy import PRIVACY
from orderbell.adapters.sql.statements_report import REPORTING
from orderbell.adapters.sql.statements_show import SHOWING
from orderbell.adapters.sql.statements_sweep import COUNT_GONE, SWEEPING

PLACING = ("take", "hold", "place", "claim", "settle")
"""What an order needs: prepared when the connection is made."""


def _claim(role: str, lacks: str) -> str:
    """Take free connections whose cursor lies behind. They are taken under a row lock, so that two drains never share one."""
    return f"""
        WITH {RELAXED},
        due AS (SELECT c.connection_id FROM connection c
                WHERE c.role = '{role}' AND {FREE} AND {lacks}
                LIMIT {AT_ONCE} FOR UPDATE SKIP LOCKED)
        UPDATE connection c SET busy_until = {LEASE} FROM due, relaxed WHERE c.connection_id = due.connection_id
        RETURNING c.connection_id, c.busy_until, c.lang"""


STATEMENTS: dict[str, str] = {
    # NO KEY: a screen that says hello refers to the shop by a foreign key and need not wait for orders.
    # A shop that moves to a zone further west does not number its day twice: hence greatest().
    "hold": f"""
        SELECT {SHOP_COLUMNS}, s.epoch::text, s.last_seq, s.secret, clock_timestamp(),
            greatest((clock_timestamp() AT TIME ZONE s.timezone)::date, s.business_day), s.business_day, s.day_count
        FROM shop s WHERE s.slug = $1 FOR NO KEY UPDATE OF s""",
    "place": """
        WITH counted AS (
            UPDATE shop SET last_seq = $2::bigint, business_day = $3::date, day_count = $4::int WHERE shop_id = $1::bigint),
        stored AS (
            INSERT INTO orders (order_id, shop_id, business_day, number, idem_hash, fingerprint, token_hash, status, version,
                service, table_label, total, currency, note, customer_name, customer_phone, customer_address,
                placed_seq, placed_at, accept_by, history)
            SELECT $5::uuid, $1, $3, p->>'number', $6::bytea, $7::bytea, $8::bytea, p->>'status', (p->>'version')::int,
                p->>'service', p->>'table', (p->>'total')::bigint, p->>'currency', p->>'note', $9::text, $10::text, $11::text,
                $2, (p->>'placed_at')::timestamptz, (p->>'accept_by')::timestamptz, p->'history'
            FROM (SELECT $12::jsonb AS p) given),
        lines AS (
            INSERT INTO order_line (order_id, shop_id, line_no, item_id, name, quantity, unit_price, amount, options, note)
            SELECT $5, $1, n, l->>'item', l->>'name', (l->>'quantity')::int, (l->>'unit_price')::bigint,
                (l->>'amount')::bigint, l->'options', l->>'note'
            FROM jsonb_array_elements($12->'lines') WITH ORDINALITY AS given (l, n))
        INSERT INTO event (shop_id, seq, type, order_id, payload, created_at)
        VALUES ($1, $2, 'order.placed', $5, $12, ($12->>'placed_at')::timestamptz)""",
    # What was erased is to be looked at again: a message may have come.
    # An order that is not at the version before has no row in `changed`; the event's check on payload then undoes it all.
    "change": """
        WITH counted AS (
            UPDATE shop SET last_seq = $2::bigint, board_seq = CASE WHEN $8::boolean THEN $2 ELSE board_seq END
            WHERE shop_id = $1::bigint),
        changed AS (
            UPDATE orders SET status = p->>'status', version = (p->>'version')::int,
                seen_at = (p->>'seen_at')::timestamptz, promised_at = (p->>'promised_at')::timestamptz,
                cancel_requested_at = (p->>'cancel_requested_at')::timestamptz, nudges = (p->>'nudges')::int,
                nudged_at = $5::timestamptz, history = p->'history', messages = p->'messages',
                pushed_at = coalesce(pushed_at, (p->>'seen_at')::timestamptz), erased_at = NULL
            FROM (SELECT $4::jsonb AS p) given
            WHERE order_id = $3::uuid AND shop_id = $1 AND version = (p->>'version')::int - 1
            RETURNING order_id)
        INSERT INTO event (shop_id, seq, type, order_id, payload, created_at)
        SELECT $1, $2, $6::text, (SELECT order_id FROM changed), $4, $7::timestamptz""",
    "set_openness": """
        WITH changed AS (
            UPDATE shop SET last_seq = $2::bigint, state_seq = $2, accepting = $3::text, busy_minutes = $4::int,
                paused_until = $5::timestamptz WHERE shop_id = $1::bigint)
        INSERT INTO event (shop_id, seq, type, created_at) VALUES ($1, $2, 'shop.updated', $6::timestamptz)""",
    "set_available": """
        WITH changed AS (
            UPDATE item i SET available = $4::boolean,
                unavailable_until = CASE WHEN $5::boolean
                    THEN ((clock_timestamp() AT TIME ZONE s.timezone)::date + 1)::timestamp AT TIME ZONE s.timezone END
            FROM shop s WHERE s.shop_id = $1::bigint AND i.shop_id = s.shop_id AND i.item_id = $3::text
            RETURNING i.shop_id, i.item_id, i.available, i.unavailable_until),
        counted AS (
            UPDATE shop s SET last_seq = $2::bigint, state_seq = $2, menu_version = menu_version + 1
            FROM changed WHERE s.shop_id = changed.shop_id),
        noted AS (
            INSERT INTO availability (shop_id, seq, item_id, device_id, at, available, until)
            SELECT shop_id, $2, item_id, (SELECT device_id FROM device WHERE device_id::text = $7::text),
                $6::timestamptz, available, unavailable_until FROM changed)
        INSERT INTO event (shop_id, seq, type, created_at)
        SELECT shop_id, $2, 'menu.updated', $6::timestamptz FROM changed RETURNING seq""",
    "result": "SELECT result::text FROM command WHERE shop_id = $1::bigint AND actor = $2::text AND command_id = $3::text",
    "remember": "INSERT INTO command (shop_id, actor, command_id, result) VALUES ($1::bigint, $2::text, $3::text, $4::jsonb)",
    "overdue": f"""
        SELECT {ORDER_COLUMNS} FROM orders o JOIN shop s USING (shop_id)
        WHERE o.shop_id = $1::bigint AND o.status = 'placed' AND o.accept_by <= $2::timestamptz
        ORDER BY o.placed_seq LIMIT $3::int""",
    "order": f"""
        SELECT {ORDER_COLUMNS} FROM orders o JOIN shop s USING (shop_id)
        WHERE o.order_id = $1::uuid AND o.shop_id = $2::bigint""",
    "order_of": f"SELECT {ORDER_COLUMNS}, o.token_hash FROM orders o JOIN shop s USING (shop_id) WHERE o.order_id = $1::uuid",
    "by_key": f"""
        SELECT {ORDER_COLUMNS}, o.fingerprint, s.secret FROM orders o JOIN shop s USING (shop_id)
        WHERE s.slug = $1::text AND o.idem_hash = $2::bytea""",
    "unseen": f"""
        SELECT {ORDER_COLUMNS} FROM orders o JOIN shop s USING (shop_id)
        WHERE o.shop_id = $1::bigint AND {UNSEEN} AND o.placed_seq <= $2::bigint ORDER BY o.placed_seq LIMIT $3::int""",
    "shops": f"SELECT {SHOP_COLUMNS}, clock_timestamp() FROM shop s ORDER BY s.position, s.slug",
    "standing": f"""
        SELECT {SHOP_COLUMNS}, s.epoch::text, s.last_seq, s.state_seq, clock_timestamp(), s.kept_seq
        FROM shop s WHERE s.slug = $1::text""",
    "menu": """
        SELECT s.menu_version,
            (SELECT json_agg(json_build_object('id', c.category_id, 'name', c.name, 'items',
                (SELECT json_agg(json_build_object('id', i.item_id, 'name', i.name, 'description', i.description,
                        'price', i.price, 'available', i.available,
                        'until', extract(epoch FROM i.unavailable_until), 'options',
                    (SELECT json_agg(json_build_object('id', g.group_id, 'name', g.name, 'min', g.min_choices,
                            'max', g.max_choices, 'choices',
                        (SELECT json_agg(json_build_object('id', o.choice_id, 'name', o.name, 'price', o.price,
                                'available', o.available) ORDER BY o.position)
                            FROM choice o WHERE o.shop_id = g.shop_id AND o.item_id = g.item_id AND o.group_id = g.group_id))
                        ORDER BY g.position)
                        FROM option_group g WHERE g.shop_id = i.shop_id AND g.item_id = i.item_id)) ORDER BY i.position)
                    FROM item i WHERE i.shop_id = c.shop_id AND i.category_id = c.category_id)) ORDER BY c.position)::text
                FROM category c WHERE c.shop_id = s.shop_id)
        FROM shop s WHERE s.shop_id = $1::bigint""",
    "has_unseen": f"""
        SELECT EXISTS (SELECT FROM orders o
            WHERE o.shop_id = $1::bigint AND {UNSEEN} AND o.placed_seq <= $2::bigint)""",
    "snapshot": f"""
        SELECT s.epoch::text, s.last_seq, {ORDER_COLUMNS} FROM shop s
        LEFT JOIN orders o ON o.shop_id = s.shop_id AND o.status IN ({OPEN_STATUSES})
        WHERE s.shop_id = $1::bigint ORDER BY o.placed_seq""",
    "events": """
        SELECT e.seq, e.type, e.created_at, e.payload::text, o.customer_name, o.customer_phone, o.customer_address
        FROM event e LEFT JOIN orders o USING (order_id)
        WHERE e.shop_id = $1::bigint AND e.seq > $2::bigint ORDER BY e.seq LIMIT $3::int""",
    "healthy": "SELECT 1",
    "add": """
        WITH theirs AS (SELECT count(*) AS open FROM connection WHERE peer = $2::bytea AND connection_id <> $1::text),
        noted AS (
            INSERT INTO connection (connection_id, peer) SELECT $1, $2 FROM theirs WHERE $3::int IS NULL OR open < $3
            ON CONFLICT DO NOTHING)
        SELECT $3 IS NULL OR open < $3 FROM theirs""",
    "peer": "SELECT peer FROM connection WHERE connection_id = $1::text",
    "remove": f"""
        WITH {RELAXED},
        ended AS (
            DELETE FROM connection USING relaxed WHERE connection_id = $1::text
            RETURNING pushes, resends, dropped, $2::boolean AS gone)
        {COUNT_GONE}""",
    # Who speaks is alive: it need not wait for a back-off to end.
    "get": f"""
        WITH {RELAXED},
        spoke AS (
            UPDATE connection c SET seen_at = clock_timestamp(), next_try = NULL, fails = 0
            FROM relaxed WHERE c.connection_id = $1::text RETURNING c.*)
        SELECT c.role, c.shop_id, s.slug, c.device_id::text, c.order_id::text, c.lang, c.sent_seq, c.acked_seq,
            extract(epoch FROM clock_timestamp() - c.connected_at)::float8, coalesce(s.last_seq, 0), clock_timestamp(),
            coalesce(s.kept_seq, 0)
        FROM spoke c LEFT JOIN shop s ON s.shop_id = c.shop_id""",
    # The device is locked against a revocation that would miss this connection. Of a kitchen's own sockets those count that were
    # heard within a minute: a screen whose network comes and goes must not be shut out by what it left behind.
    "bind": f"""
        WITH {RELAXED},
        paired AS (SELECT device_id FROM device WHERE device_id = $4::uuid AND revoked_at IS NULL FOR SHARE),
        crowd AS (
            SELECT $9::int IS NULL OR $9 > CASE WHEN $2::text = 'kitchen'
                THEN (SELECT count(*) FROM connection WHERE device_id = $4 AND connection_id <> $1::text
                    AND seen_at > clock_timestamp() - interval '60 seconds')
                ELSE (SELECT count(*) FROM connection WHERE shop_id = $3::bigint
                    AND role IN ('customer', 'guest', 'board') AND connection_id <> $1) END AS has_room),
        bound AS (
            INSERT INTO connection AS c
                (connection_id, role, shop_id, device_id, order_id, lang, sent_seq, acked_seq, busy_until)
            SELECT $1, $2, $3, $4, $5::uuid, $6::text, $7::bigint, $8::bigint, {LEASE}
            FROM relaxed, crowd WHERE has_room AND ($4 IS NULL OR EXISTS (SELECT FROM paired))
            ON CONFLICT (connection_id) DO UPDATE SET role = excluded.role, shop_id = excluded.shop_id,
                device_id = excluded.device_id, order_id = excluded.order_id, lang = excluded.lang,
                sent_seq = excluded.sent_seq, acked_seq = excluded.acked_seq,
                busy_until = excluded.busy_until, sent_at = NULL, next_try = NULL, fails = 0
            RETURNING c.busy_until)
        SELECT has_room, busy_until FROM crowd LEFT JOIN bound ON true""",
    "touch_device": f"""
        WITH {RELAXED} UPDATE device SET last_seen_at = clock_timestamp() FROM relaxed WHERE device_id = $1::uuid""",
    # The first good push of an order is noted beside it. Lock order: nobody who holds an order waits for a connection.
    "settle": f"""
        WITH {RELAXED},
        was AS (SELECT connection_id, sent_seq FROM connection
                WHERE connection_id = $1::text AND busy_until = $2::timestamptz FOR UPDATE),
        moved AS (
            UPDATE connection c SET sent_seq = $3::bigint, acked_seq = coalesce($4::bigint, c.acked_seq),
                sent_at = clock_timestamp(), busy_until = NULL, next_try = NULL, fails = 0, pushes = c.pushes + 1
            FROM was, relaxed WHERE c.connection_id = was.connection_id
            RETURNING c.role, c.shop_id, was.sent_seq AS before)
        UPDATE orders o SET pushed_at = clock_timestamp()
        WHERE o.shop_id = (SELECT shop_id FROM moved WHERE role = 'kitchen')
            AND o.placed_seq > (SELECT before FROM moved) AND o.placed_seq <= $3
            AND o.seen_at IS NULL AND o.pushed_at IS NULL AND o.status IN ({OPEN_STATUSES})""",
    "release": f"""
        WITH {RELAXED}
        UPDATE connection SET busy_until = NULL FROM relaxed
        WHERE connection_id = $1::text AND busy_until = $2::timestamptz""",
    "failed": f"""
        WITH {RELAXED}
        UPDATE connection SET fails = fails + 1, busy_until = NULL,
            next_try = clock_timestamp() + least(30, 0.1 * 2 ^ least(fails, 9)) * (0.5 + random() / 2) * interval '1 second'
        FROM relaxed WHERE connection_id = $1::text AND busy_until = $2::timestamptz""",
    "claim": f"""
        WITH {RELAXED},
        due AS (
            SELECT c.connection_id, {START} AS start FROM connection c JOIN shop s ON s.shop_id = c.shop_id
            WHERE c.shop_id = $1::bigint AND ($2::text IS NULL OR c.connection_id = $2) AND {PUSHABLE}
            LIMIT {AT_ONCE} FOR UPDATE OF c SKIP LOCKED),
        taken AS (
            UPDATE connection c SET busy_until = {LEASE}, resends = c.resends + (due.start < c.sent_seq)::int
            FROM due, relaxed WHERE c.connection_id = due.connection_id
            RETURNING c.connection_id, c.busy_until, c.lang, due.start)
        SELECT t.connection_id, t.busy_until, t.lang, t.start, s.epoch::text,
            e.seq, e.type, e.created_at, e.payload::text, o.customer_name, o.customer_phone, o.customer_address
        FROM taken t JOIN shop s ON s.shop_id = $1
        CROSS JOIN LATERAL (SELECT * FROM event WHERE shop_id = $1 AND seq > t.start ORDER BY seq LIMIT {BATCH}) e
        LEFT JOIN orders o ON o.order_id = e.order_id
        ORDER BY t.connection_id, e.seq""",
    "claim_followers": _claim("customer", "c.order_id = $1::uuid AND c.sent_seq < $2::bigint"),
    "claim_guests": _claim("guest", "c.shop_id = $1::bigint AND c.sent_seq < $2::bigint"),
    "claim_boards": _claim(
        "board",
        "c.shop_id = $1::bigint AND c.sent_seq < (SELECT s.board_seq FROM shop s WHERE s.shop_id = $1)",
    ),
    "customers": "SELECT connection_id, connected_at, lang FROM connection WHERE shop_id = $1::bigint AND role = 'customer'",
    "ack": f"""
        WITH {RELAXED},
        acked AS (
            UPDATE connection c SET acked_seq = greatest(c.acked_seq, $2::bigint), sent_seq = greatest(c.sent_seq, $2),
                seen_at = clock_timestamp()
            FROM shop s, relaxed
            WHERE c.connection_id = $1::text AND c.role = 'kitchen' AND s.shop_id = c.shop_id AND $2 <= s.last_seq
            RETURNING c.shop_id)
        SELECT EXISTS (SELECT FROM orders o WHERE o.shop_id = acked.shop_id AND {UNSEEN} AND o.placed_seq <= $2)
        FROM acked""",
    "resume": f"""
        WITH {RELAXED}
        UPDATE connection c SET sent_seq = $2::bigint, acked_seq = least(c.acked_seq, $2), busy_until = NULL, next_try = NULL
        FROM shop s, relaxed
        WHERE c.connection_id = $1::text AND c.role = 'kitchen' AND s.shop_id = c.shop_id AND $2 <= s.last_seq
        RETURNING c.connection_id""",
    "ready": f"""
        WITH {RELAXED}
        UPDATE connection SET ready = coalesce($2::jsonb, ready), dropped = greatest(dropped, $3::int)
        FROM relaxed WHERE connection_id = $1::text""",
    "wrong_code": "UPDATE connection SET pair_tries = pair_tries + 1 WHERE connection_id = $1::text RETURNING pair_tries",
    **SHOWING,
    **SWEEPING,
    **ALERTS,
    **LIMITING,
    **REPORTING,
    **PRIVACY,
    **DEVICES,
}
