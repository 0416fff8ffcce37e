"""The statements that erase who ordered. The order stays, with its lines, sums and times: the owner's figures are the same."""

from __future__ import annotations

from orderbell.adapters.sql.statements_parts import ORDER_COLUMNS
from orderbell.adapters.sql.statements_sweep import COUNT_GONE

ERASE_AT_ONCE = 200
TAIL = 4
"""Digits at a number's end by which it is looked up: every way to write it has them."""


def erase(due: str) -> str:
    """Return the statement that erases the orders which the query `due` finds (order_id), but for those that somebody holds.

    Name, phone, address, notes and messages go, from the log too. So do the hashes of the token, which ends with it, and of what
    was sent: few names and numbers are possible, and who guesses could ask a hash. The hash of the Idempotency-Key stays, so that
    an old request is no new order. Gives how many orders there were, and the customers' connections that ended.

    Lock order: of connections only customers' are taken, and nobody who holds one of these waits for an order.
    """
    return f"""
        WITH due AS ({due} FOR UPDATE OF o SKIP LOCKED),
        erased AS (
            UPDATE orders o SET customer_name = '', customer_phone = NULL, customer_address = NULL, note = '', messages = '[]',
                token_hash = '', fingerprint = '', erased_at = clock_timestamp()
            FROM due WHERE o.order_id = due.order_id RETURNING o.order_id),
        lines AS (UPDATE order_line l SET note = '' FROM due WHERE l.order_id = due.order_id AND l.note <> ''),
        told AS (
            UPDATE event e SET payload = e.payload || jsonb_build_object('note', '', 'messages', '[]'::jsonb, 'lines',
                (SELECT coalesce(jsonb_agg(l || '{{"note": ""}}' ORDER BY n), '[]')
                    FROM jsonb_array_elements(e.payload->'lines') WITH ORDINALITY AS given (l, n)))
            FROM due WHERE e.order_id = due.order_id),
        ended AS (
            DELETE FROM connection c USING due WHERE c.role = 'customer' AND c.order_id = due.order_id
            RETURNING c.connection_id, c.pushes, c.resends, c.dropped, false AS gone),
        counted AS ({COUNT_GONE} RETURNING 1)
        SELECT (SELECT count(*) FROM erased), (SELECT coalesce(array_agg(connection_id), '{{}}') FROM ended)"""


PRIVACY: dict[str, str] = {
    "erase": erase(f"""
        SELECT o.order_id FROM orders o
        WHERE o.erased_at IS NULL AND o.placed_at < statement_timestamp() - make_interval(days => $1::int)
        ORDER BY o.placed_at LIMIT {ERASE_AT_ONCE}"""),
}

# For the operator, whose driver names arguments so.
WITH_TAIL = f"""
    SELECT {ORDER_COLUMNS} FROM orders o JOIN shop s USING (shop_id)
    WHERE o.erased_at IS NULL AND right(regexp_replace(o.customer_phone, '[^0-9]', '', 'g'), {TAIL}) = %(tail)s
    ORDER BY o.placed_at, o.order_id"""
ERASE_THESE = erase("SELECT o.order_id FROM orders o WHERE o.order_id = ANY (%(ids)s::uuid[])")
