"""What keeps doors shut: rates across instances, tokens that change, what was erased, and a wall around each shop."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the table and the columns."""
    op.execute("SET LOCAL statement_timeout = 0")  # a big database takes its time
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop them, with all that is in them."""
    op.execute("DROP TABLE rate")
    op.execute("ALTER TABLE connection DROP COLUMN peer")
    op.execute("ALTER TABLE device DROP COLUMN next_hash, DROP COLUMN token_at")
    op.execute("ALTER TABLE orders DROP COLUMN erased_at")
    for table in ("orders", "order_line", "event", "availability", "command", "alert"):
        op.execute(f"DROP POLICY wall ON {table}")
        op.execute(f"DROP POLICY IF EXISTS wall_order ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE order_line DROP COLUMN shop_id")
    op.execute("ALTER TABLE command DROP COLUMN shop_id")
