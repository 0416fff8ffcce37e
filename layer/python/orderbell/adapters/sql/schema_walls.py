"""The wall around each shop, in the database: part of `schema`.

The setting `orderbell.wall` of a session says whose rows it sees and writes: those of `shop:ID`, those of `order:UUID` (to
read), `all` of them, or none where it is empty. A session that never set it gets an error (42704): an old function would else
take nothing for the truth, and show a kitchen an empty board. FORCE: the owner of the tables is held to it; a superuser never is.
"""

from __future__ import annotations

import sqlalchemy as sa

from orderbell.adapters.sql.database import SETTING
from orderbell.adapters.sql.schema_parts import metadata

READS_ORDER = ("orders", "order_line")
WALLED = (*READS_ORDER, "event", "availability", "command", "alert")

_NOW = f"current_setting('{SETTING}')"


def _holds(condition: str) -> str:
    """Say a condition so that the planner takes it for true: else it expects few rows behind it, and reads whole tables."""
    return f"CASE WHEN {condition} THEN true END IS NOT NULL"


def walls(table: str) -> list[str]:
    """Return the statements that put the wall around a table; none where a table holds nothing of a shop's own."""
    if table not in WALLED:
        return []
    shop = _holds(f"{_NOW} IN ('all', 'shop:' || shop_id::text)")
    made = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY wall ON {table} USING ({shop})",
    ]
    if table in READS_ORDER:
        mine = _holds(f"{_NOW} = 'order:' || order_id::text")
        made.append(f"CREATE POLICY wall_order ON {table} FOR SELECT USING ({mine})")
    return made


for _name in WALLED:
    for _statement in walls(_name):
        sa.event.listen(metadata, "after_create", sa.DDL(_statement))  # type: ignore[no-untyped-call]
