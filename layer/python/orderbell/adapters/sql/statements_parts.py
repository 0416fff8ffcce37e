"""What several statements are made of."""

from __future__ import annotations

from orderbell.domain.status import OPEN

OPEN_STATUSES = ", ".join(sorted(f"'{status.value}'" for status in OPEN))

SHOP_COLUMNS = """s.shop_id, s.slug, s.name::text, s.locale, s.currency, s.timezone, s.phone,
    s.accepting, s.busy_minutes, s.paused_until, s.menu_version, s.accept_seconds,
    s.amber_minutes, s.red_minutes, s.attended"""

ORDER_COLUMNS = """o.order_id::text, o.number, s.slug, o.status, o.version, o.service, o.table_label, o.currency, o.note,
    o.placed_at, o.accept_by, o.seen_at, o.promised_at, o.cancel_requested_at, o.nudges, o.nudged_at,
    o.customer_name, o.customer_phone, o.customer_address, o.history::text, o.messages::text,
    (SELECT json_agg(json_build_object('item', l.item_id, 'name', l.name, 'quantity', l.quantity,
        'unit_price', l.unit_price, 'options', l.options, 'note', l.note) ORDER BY l.line_no)::text
        FROM order_line l WHERE l.order_id = o.order_id)"""

UNSEEN = f"o.seen_at IS NULL AND o.status IN ({OPEN_STATUSES})"
"""An order that ended before any screen had it was never seen: a snapshot does not show it, and an ack says nothing of it."""

RELAXED = "relaxed AS (SELECT set_config('synchronous_commit', 'off', true))"

LEASE = "clock_timestamp() + interval '5 seconds'"

FREE = "(c.busy_until IS NULL OR c.busy_until < clock_timestamp()) AND (c.next_try IS NULL OR c.next_try <= clock_timestamp())"

# Where to go on from: what was sent, or, if the screen has not acked that for 1.5 s, what it acked.
START = """CASE WHEN c.acked_seq < c.sent_seq AND c.sent_at < clock_timestamp() - interval '1.5 seconds'
    THEN c.acked_seq ELSE c.sent_seq END"""

GREETED = "c.sent_at IS NOT NULL"
"""Its hello went to the end: it has a snapshot, or said what it has. Before that, events would replay all there ever was."""

BATCH = 32
WINDOW = 128

# A kitchen's connection (c) of a shop (s) that lacks events and may be sent them: what a drain takes is what the sweep looks for.
PUSHABLE = f"""c.role = 'kitchen' AND {FREE} AND {GREETED}
    AND {START} < s.last_seq AND {START} >= s.kept_seq AND {START} - c.acked_seq < {WINDOW}"""

AT_ONCE = 8
"""Connections claimed together: as many as are pushed to in parallel, so that a lease does not end while its push waits."""
