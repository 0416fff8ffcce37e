"""All of it: shops, menus, orders and their log, screens, connections. The SQL is in the file beside."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_HAS_UUIDS = 130000  # gen_random_uuid() is PostgreSQL's own from version 13 on; before, pgcrypto brings it
_MENU = "choice, option_group, item, category, shop"
_TABLES = f"command, connection, pairing_code, device, event, order_line, orders, {_MENU}"


def upgrade() -> None:
    """Create every table."""
    connection = op.get_bind()
    if int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) < _HAS_UUIDS:
        connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pgcrypto")
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """Drop every table, with all that is in them."""
    op.get_bind().exec_driver_sql(f"DROP TABLE {_TABLES}")
