"""What the owner's report needs to know: when which item was sold out and back, and by which screen."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the table."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop it, with all that is in it."""
    op.execute("DROP TABLE availability")
