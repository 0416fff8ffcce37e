"""Sockets, and what was answered on them: part of `schema`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from orderbell.adapters.sql.schema_parts import metadata, moment

connection = sa.Table(
    "connection",
    metadata,
    sa.Column("connection_id", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, comment="null until hello"),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE")),
    sa.Column("device_id", sa.Uuid, sa.ForeignKey("device.device_id", ondelete="CASCADE")),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.order_id", ondelete="CASCADE")),
    sa.Column("lang", sa.Text),
    sa.Column(
        "sent_seq",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="kitchen: seq of the log; customer: version of the order; guest: state_seq of the shop; "
        "board: seq of the log at which it was read",
    ),
    sa.Column("acked_seq", sa.BigInteger, nullable=False, server_default="0"),
    moment("sent_at"),
    moment("busy_until"),
    moment("next_try"),
    sa.Column("fails", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ready", JSONB, comment="whether this screen can be seen and heard, in its own words"),
    sa.Column("pair_tries", sa.Integer, nullable=False, server_default="0"),
    moment("connected_at", nullable=False, now=True),
    moment("seen_at", nullable=False, now=True),
    sa.Column(
        "pushes", sa.Integer, nullable=False, server_default="0", comment="batches of events or states sent"
    ),
    sa.Column("resends", sa.Integer, nullable=False, server_default="0", comment="of these, again"),
    sa.Column(
        "dropped",
        sa.Integer,
        nullable=False,
        server_default="0",
        comment="repeats that the page says it dropped",
    ),
    moment("probed_at", comment="when a silent socket was last asked whether it is there"),
    sa.Column("peer", sa.LargeBinary, comment="hash of the client's address"),
    sa.CheckConstraint("role IN ('kitchen', 'customer', 'guest', 'board')", name="role"),
    sa.CheckConstraint("role IS NULL OR shop_id IS NOT NULL", name="shop"),
    sa.CheckConstraint("role <> 'kitchen' OR device_id IS NOT NULL", name="kitchen"),
    sa.CheckConstraint("role <> 'customer' OR order_id IS NOT NULL", name="customer"),
    sa.CheckConstraint("acked_seq >= 0 AND sent_seq >= 0 AND fails >= 0", name="cursors"),
)
sa.Index("ix_connection_shop", connection.c.shop_id, connection.c.role)
sa.Index("ix_connection_order", connection.c.order_id, postgresql_where=connection.c.order_id.isnot(None))
sa.Index("ix_connection_device", connection.c.device_id, postgresql_where=connection.c.device_id.isnot(None))
sa.Index("ix_connection_peer", connection.c.peer, postgresql_where=connection.c.peer.isnot(None))

command = sa.Table(
    "command",
    metadata,
    sa.Column("actor", sa.Text, primary_key=True, comment="device:ID or order:ID"),
    sa.Column("command_id", sa.Text, primary_key=True),
    sa.Column("result", JSONB, nullable=False),
    moment("created_at", nullable=False, now=True),
    sa.Column(
        "shop_id", sa.BigInteger, nullable=False, comment="of the device or the order, for the wall around it"
    ),
)
sa.Index("ix_command_created_at", command.c.created_at)
