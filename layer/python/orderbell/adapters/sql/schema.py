"""The one description of the database, with the other files `schema_*`.

Alembic and `db/schema.sql` are made from it; hot functions never import it. Rules are kept here and not only in code:
money is never negative, an amount is its product, a log has no second event with the same number, an Idempotency-Key
makes one order.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from orderbell.adapters.sql.schema_parts import metadata as metadata
from orderbell.adapters.sql.schema_parts import moment, one_of
from orderbell.domain.events import EventType
from orderbell.domain.menu import Accepting
from orderbell.domain.order import NUDGES
from orderbell.domain.status import Service, Status

shop = sa.Table(
    "shop",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("name", JSONB, nullable=False),
    sa.Column("locale", sa.Text, nullable=False, comment="the language its kitchen reads"),
    sa.Column("currency", sa.CHAR(3), nullable=False),
    sa.Column("timezone", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False, server_default=""),
    sa.Column("accepting", sa.Text, nullable=False, server_default="open"),
    sa.Column("busy_minutes", sa.Integer),
    moment("paused_until"),
    sa.Column("accept_seconds", sa.Integer, nullable=False, server_default="300"),
    sa.Column("menu_version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("epoch", sa.Uuid, nullable=False, server_default=sa.text("gen_random_uuid()")),
    sa.Column(
        "last_seq",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="the row lock on it orders the shop's log",
    ),
    sa.Column(
        "state_seq",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="seq of its latest shop or menu event",
    ),
    sa.Column("business_day", sa.Date, comment="the shop's local day that day_count counts"),
    sa.Column("day_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("secret", sa.LargeBinary, nullable=False, comment="key of the order tokens"),
    moment("created_at", nullable=False, now=True),
    sa.Column(
        "kept_seq",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="events up to this seq were purged",
    ),
    sa.Column(
        "amber_minutes",
        sa.Integer,
        nullable=False,
        server_default="5",
        comment="age at which a ticket turns amber",
    ),
    sa.Column("red_minutes", sa.Integer, nullable=False, server_default="10"),
    sa.Column(
        "attended",
        sa.Boolean,
        nullable=False,
        server_default=sa.false(),
        comment="a screen that can be seen and heard said so lately; kept by the sweep",
    ),
    sa.Column(
        "board_seq",
        sa.BigInteger,
        nullable=False,
        server_default="0",
        comment="seq of the latest move that changed the guests' board",
    ),
    sa.CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$'", name="slug"),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name="name"),
    sa.CheckConstraint(one_of("accepting", Accepting), name="accepting"),
    sa.CheckConstraint("busy_minutes BETWEEN 1 AND 240", name="busy_minutes"),
    sa.CheckConstraint("paused_until < '2500-01-01 00:00:00+00'", name="paused_until"),
    sa.CheckConstraint("accept_seconds BETWEEN 30 AND 3600", name="accept_seconds"),
    sa.CheckConstraint(
        "menu_version > 0 AND last_seq >= 0 AND day_count >= 0 AND state_seq <= last_seq", name="counters"
    ),
    sa.CheckConstraint("octet_length(secret) >= 32", name="secret"),
    sa.CheckConstraint("kept_seq BETWEEN 0 AND last_seq", name="kept_seq"),
    sa.CheckConstraint(
        "amber_minutes >= 1 AND amber_minutes < red_minutes AND red_minutes <= 240", name="ages"
    ),
    sa.CheckConstraint("board_seq BETWEEN 0 AND last_seq", name="board_seq"),
)

category = sa.Table(
    "category",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("category_id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", JSONB, nullable=False),
    sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name="name"),
)

item = sa.Table(
    "item",
    metadata,
    sa.Column("shop_id", sa.BigInteger, primary_key=True),
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("category_id", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", JSONB, nullable=False),
    sa.Column("description", JSONB, nullable=False, server_default="{}"),
    sa.Column("price", sa.BigInteger, nullable=False, comment="minor units"),
    sa.Column("available", sa.Boolean, nullable=False, server_default=sa.true()),
    moment("unavailable_until"),
    sa.ForeignKeyConstraint(
        ["shop_id", "category_id"], ["category.shop_id", "category.category_id"], ondelete="CASCADE"
    ),
    sa.CheckConstraint("price >= 0", name="price"),
    sa.CheckConstraint("jsonb_typeof(name) = 'object' AND name <> '{}'", name="name"),
)

option_group = sa.Table(
    "option_group",
    metadata,
    sa.Column("shop_id", sa.BigInteger, primary_key=True),
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column("group_id", sa.Text, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", JSONB, nullable=False),
    sa.Column("min_choices", sa.Integer, nullable=False),
    sa.Column("max_choices", sa.Integer, nullable=False),
    sa.ForeignKeyConstraint(["shop_id", "item_id"], ["item.shop_id", "item.item_id"], ondelete="CASCADE"),
    sa.CheckConstraint("min_choices BETWEEN 0 AND max_choices AND max_choices >= 1", name="choices"),
)

choice = sa.Table(
    "choice",
    metadata,
    sa.Column("shop_id", sa.BigInteger, primary_key=True),
    sa.Column("item_id", sa.Text, primary_key=True),
    sa.Column(
        "choice_id",
        sa.Text,
        primary_key=True,
        comment="unique within the item, as an order names choices without their group",
    ),
    sa.Column("group_id", sa.Text, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", JSONB, nullable=False),
    sa.Column("price", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("available", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.ForeignKeyConstraint(
        ["shop_id", "item_id", "group_id"],
        ["option_group.shop_id", "option_group.item_id", "option_group.group_id"],
        ondelete="CASCADE",
    ),
    sa.CheckConstraint("price >= 0", name="price"),
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("order_id", sa.Uuid, primary_key=True),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id"), nullable=False),
    sa.Column("business_day", sa.Date, nullable=False),
    sa.Column("number", sa.Text, nullable=False, comment="called at the counter"),
    sa.Column("idem_hash", sa.LargeBinary, nullable=False, comment="sha256 of the Idempotency-Key"),
    sa.Column(
        "fingerprint", sa.LargeBinary, nullable=False, comment="sha256 of the order that came with the key"
    ),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, comment="sha256 of the customer's token"),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("table_label", sa.Text),
    sa.Column("total", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.CHAR(3), nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("customer_name", sa.Text, nullable=False),
    sa.Column("customer_phone", sa.Text),
    sa.Column("customer_address", sa.Text),
    sa.Column("placed_seq", sa.BigInteger, nullable=False),
    moment("placed_at", nullable=False),
    moment("accept_by", nullable=False),
    moment("seen_at"),
    moment("promised_at"),
    moment("cancel_requested_at"),
    sa.Column("nudges", sa.Integer, nullable=False, server_default="0"),
    moment("nudged_at"),
    sa.Column("history", JSONB, nullable=False),
    sa.Column("messages", JSONB, nullable=False, server_default="[]"),
    moment("pushed_at", comment="the first push to a kitchen that was answered well"),
    moment("erased_at", comment="when name, phone, address, notes and messages were erased"),
    sa.UniqueConstraint("shop_id", "idem_hash"),
    sa.UniqueConstraint("shop_id", "business_day", "number"),
    sa.CheckConstraint(one_of("status", Status), name="status"),
    sa.CheckConstraint(one_of("service", Service), name="service"),
    sa.CheckConstraint("version > 0", name="version"),
    sa.CheckConstraint("total >= 0", name="total"),
    sa.CheckConstraint(f"nudges BETWEEN 0 AND {NUDGES}", name="nudges"),
    sa.CheckConstraint("service <> 'dine_in' OR table_label IS NOT NULL", name="table_label"),
    sa.CheckConstraint("jsonb_typeof(history) = 'array' AND jsonb_typeof(messages) = 'array'", name="arrays"),
)
sa.Index(
    "ix_orders_open",
    orders.c.shop_id,
    orders.c.placed_seq,
    postgresql_where=sa.text("status IN ('placed', 'accepted', 'preparing', 'ready', 'dispatched')"),
)
sa.Index("ix_orders_kept", orders.c.placed_at, postgresql_where=orders.c.erased_at.is_(None))
sa.Index("ix_orders_due", orders.c.accept_by, postgresql_where=sa.text("status = 'placed'"))
sa.Index("ix_orders_expired", orders.c.accept_by, postgresql_where=sa.text("status = 'expired'"))
sa.Index(
    "ix_orders_unseen", orders.c.shop_id, orders.c.placed_seq, postgresql_where=orders.c.seen_at.is_(None)
)

order_line = sa.Table(
    "order_line",
    metadata,
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.order_id", ondelete="CASCADE"), primary_key=True),
    sa.Column("line_no", sa.Integer, primary_key=True),
    sa.Column("item_id", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("unit_price", sa.BigInteger, nullable=False),
    sa.Column("amount", sa.BigInteger, nullable=False),
    sa.Column("options", JSONB, nullable=False, server_default="[]"),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("shop_id", sa.BigInteger, nullable=False, comment="of the order, for the wall around it"),
    sa.CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity"),
    sa.CheckConstraint("unit_price >= 0", name="unit_price"),
    sa.CheckConstraint("amount = quantity * unit_price", name="amount"),
    sa.CheckConstraint("jsonb_typeof(options) = 'array'", name="options"),
)

event = sa.Table(
    "event",
    metadata,
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("order_id", sa.Uuid, sa.ForeignKey("orders.order_id", ondelete="CASCADE")),
    sa.Column(
        "payload",
        JSONB,
        comment="the order as of this event, without the customer; null for shop and menu events",
    ),
    moment("created_at", nullable=False, now=True),
    sa.CheckConstraint("seq > 0", name="seq"),
    sa.CheckConstraint(one_of("type", EventType), name="type"),
    sa.CheckConstraint("(order_id IS NULL) = (payload IS NULL)", name="payload"),
)
sa.Index("ix_event_order_id", event.c.order_id)

device = sa.Table(
    "device",
    metadata,
    sa.Column("device_id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token_hash", sa.LargeBinary, nullable=False, unique=True),
    moment("created_at", nullable=False, now=True),
    moment("last_seen_at"),
    moment("revoked_at"),
    moment("ready_at", comment="when it last said that it can be seen and heard"),
    sa.Column(
        "next_hash",
        sa.LargeBinary,
        unique=True,
        comment="sha256 of a token that was handed out and not used yet; the old one holds until then",
    ),
    moment("token_at", nullable=False, now=True, comment="since when the token holds"),
)

pairing_code = sa.Table(
    "pairing_code",
    metadata,
    sa.Column("code_hash", sa.LargeBinary, primary_key=True),
    sa.Column("shop_id", sa.BigInteger, sa.ForeignKey("shop.shop_id", ondelete="CASCADE"), nullable=False),
    moment("created_at", nullable=False, now=True),
    moment("expires_at", nullable=False),
    moment("used_at"),
)

# Here, so that the schema is read in an order in which it could be made: they refer to the tables above.
from orderbell.adapters.sql import schema_doors as schema_doors  # noqa: E402
from orderbell.adapters.sql import schema_report as schema_report  # noqa: E402
from orderbell.adapters.sql import schema_sockets as schema_sockets  # noqa: E402
from orderbell.adapters.sql import schema_sweep as schema_sweep  # noqa: E402
from orderbell.adapters.sql import schema_walls as schema_walls  # noqa: E402
