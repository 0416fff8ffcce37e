"""Runs the migrations on the connection that orderbell.adapters.sql.admin_schema gives it. No alembic.ini.

The caller's transaction is used: either every revision is in the database afterwards, or none.
"""

from __future__ import annotations

from alembic import context

from orderbell.adapters.sql.schema import metadata

connection = context.config.attributes.get("connection")
if connection is None:
    raise RuntimeError("migrations run through orderbell: `orderbell up`, or the function init_db")

context.configure(connection=connection, target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
