"""What the sweep keeps: part of `schema`."""

from __future__ import annotations

import sqlalchemy as sa

from orderbell.adapters.sql.schema_parts import metadata, moment

task = sa.Table(
    "task",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    moment("busy_until", comment="the lease of the one that does it now"),
    moment("done_at", comment="when it was last done to its end"),
)

meter = sa.Table(
    "meter",
    metadata,
    sa.Column("name", sa.Text, primary_key=True, comment="a counter that outlives the rows it counts"),
    sa.Column("value", sa.BigInteger, nullable=False, server_default="0"),
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("alert_id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE"), nullable=False),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.order_id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    moment("created_at", nullable=False, now=True),
    moment("next_try", nullable=False, now=True, comment="also the lease of the one that sends it"),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    moment("done_at"),
    sa.Column("outcome", sa.Text),
    sa.UniqueConstraint("order_id", "kind"),
    sa.CheckConstraint("kind IN ('unaccepted', 'unaccepted_again', 'expired')", name="kind"),
    sa.CheckConstraint("outcome IN ('sent', 'settled', 'failed')", name="outcome"),
    sa.CheckConstraint("(done_at IS NULL) = (outcome IS NULL)", name="done"),
)
sa.Index("ix_alert_next_try", alert.c.next_try, postgresql_where=alert.c.done_at.is_(None))
sa.Index("ix_alert_shop_id", alert.c.shop_id)
