"""What the pages need to know of a shop: the age colours of its tickets, whether a screen is ready, and the guests' board."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

_COLUMNS = {
    "shop": ("amber_minutes", "red_minutes", "attended", "board_seq"),
    "device": ("ready_at",),
}


def upgrade() -> None:
    """Create the columns."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop them, with all that is in them."""
    op.execute("DELETE FROM connection WHERE role = 'board'")
    op.execute("""ALTER TABLE connection DROP CONSTRAINT ck_connection_role,
        ADD CONSTRAINT ck_connection_role CHECK (role IN ('kitchen', 'customer', 'guest'))""")
    for table, columns in _COLUMNS.items():
        for column in columns:
            op.drop_column(table, column)
