"""The statements of kitchens' screens: who they are, and that they come and go."""

from __future__ import annotations

RENEW_DAYS = 30
"""A token that has held for so long is changed with the next hello."""

_AGED = f"d.token_at < clock_timestamp() - interval '{RENEW_DAYS} days'"
_OF_DEVICE = f"d.device_id::text, s.slug, CASE WHEN {_AGED} THEN s.secret END"

DEVICES: dict[str, str] = {
    # The first use of a new token ends the one before.
    "device": f"""
        WITH used AS (
            UPDATE device SET token_hash = next_hash, next_hash = NULL, token_at = clock_timestamp()
            WHERE next_hash = $1::bytea AND revoked_at IS NULL RETURNING device_id, shop_id, token_at)
        SELECT {_OF_DEVICE} FROM device d JOIN shop s USING (shop_id) WHERE d.token_hash = $1 AND d.revoked_at IS NULL
        UNION ALL SELECT {_OF_DEVICE} FROM used d JOIN shop s USING (shop_id)""",
    "renew": "UPDATE device SET next_hash = $2::bytea WHERE device_id = $1::uuid AND revoked_at IS NULL",
    "unpair": "UPDATE device SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE device_id = $1::uuid",
    "drop_device": "DELETE FROM connection WHERE device_id = $1::uuid RETURNING connection_id",
    "pair": """
        WITH used AS (
            UPDATE pairing_code SET used_at = clock_timestamp()
            WHERE code_hash = $1::bytea AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING shop_id),
        made AS (
            INSERT INTO device (shop_id, name, token_hash) SELECT shop_id, $2::text, $3::bytea FROM used
            RETURNING device_id, shop_id)
        SELECT made.device_id::text, s.slug FROM made JOIN shop s USING (shop_id)""",
}
