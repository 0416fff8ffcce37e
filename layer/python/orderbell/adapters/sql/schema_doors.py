"""What keeps doors shut: part of `schema`."""

from __future__ import annotations

import sqlalchemy as sa

from orderbell.adapters.sql.schema_parts import metadata, moment

# Lost in a crash of the database, which is as good: a bucket that is not there is full.
rate = sa.Table(
    "rate",
    metadata,
    sa.Column(
        "bucket",
        sa.LargeBinary,
        primary_key=True,
        comment="hash of what is counted: an address, a phone number, a shop, a device",
    ),
    sa.Column("tokens", sa.Double, nullable=False, comment="how many more are let through as of `at`"),
    moment("at", nullable=False, now=True),
    prefixes=["UNLOGGED"],
)
sa.Index("ix_rate_at", rate.c.at)
