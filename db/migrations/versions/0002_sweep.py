"""What the sweep needs: its lease, its counters, alerts, and when an order was first pushed."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = {
    "shop": ("kept_seq",),
    "orders": ("pushed_at",),
    "connection": ("pushes", "resends", "dropped", "probed_at"),
}


def upgrade() -> None:
    """Create the tables and columns."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop them, with all that is in them."""
    op.execute("DROP TABLE alert, meter, task")
    op.execute("DROP INDEX ix_orders_due, ix_orders_expired, ix_command_created_at")
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
