"""What the owner's report keeps: part of `schema`."""

from __future__ import annotations

import sqlalchemy as sa

from orderbell.adapters.sql.schema_parts import metadata, moment

availability = sa.Table(
    "availability",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True, comment="of the event menu.updated that told it"),
    sa.Column("item_id", sa.Text, primary_key=True, comment="no reference: the menu may have it no more"),
    sa.Column(
        "device_id",
        sa.Uuid,
        sa.ForeignKey("device.device_id", ondelete="SET NULL"),
        comment="null where an import did it",
    ),
    moment("at", nullable=False),
    sa.Column("available", sa.Boolean, nullable=False),
    moment("until", comment="sold out until then"),
)
sa.Index("ix_availability_at", availability.c.at)
