"""The statements of rates. They do not wait for the disk, as no other table is written: a bucket that is lost is full."""

from __future__ import annotations

FORGET_AT_ONCE = 10_000

LIMITING: dict[str, str] = {
    # Rows are locked in the order of their names, so that two that want the same ones never wait for each other, and read as they
    # are once the lock is had. A bucket that two make at the same moment is taken from by both.
    "take": """
        WITH wanted AS (
            SELECT * FROM unnest($1::bytea[], $2::float8[], $3::float8[], $4::float8[]) WITH ORDINALITY
                AS given (bucket, burst, per_s, debt, nth)),
        held AS (
            SELECT r.bucket, r.tokens, r.at FROM rate r WHERE r.bucket = ANY ($1) ORDER BY r.bucket FOR UPDATE),
        filled AS (
            SELECT w.*, clock_timestamp() AS now, least(w.burst, coalesce(h.tokens
                + greatest(0, extract(epoch FROM clock_timestamp() - h.at))::float8 * w.per_s, w.burst)) AS has
            FROM wanted w LEFT JOIN held h USING (bucket)),
        verdict AS (SELECT bool_and(has >= 1) AS pass FROM filled),
        taken AS (
            INSERT INTO rate AS r (bucket, tokens, at)
            SELECT f.bucket, CASE WHEN pass THEN f.has - 1 ELSE greatest(f.has - 1, -f.debt) END, f.now
            FROM filled f, verdict WHERE pass OR (f.debt > 0 AND f.has < 1) ORDER BY f.bucket
            ON CONFLICT (bucket) DO UPDATE SET at = excluded.at, tokens =
                CASE WHEN EXISTS (SELECT FROM held h WHERE h.bucket = excluded.bucket)
                    THEN excluded.tokens ELSE r.tokens - 1 END)
        SELECT has FROM filled ORDER BY nth""",
    "forget_rates": f"""
        DELETE FROM rate WHERE bucket IN (
            SELECT bucket FROM rate WHERE at < statement_timestamp() - $1::float8 * interval '1 second'
            ORDER BY at LIMIT {FORGET_AT_ONCE} FOR UPDATE SKIP LOCKED)
        RETURNING 1""",
}
