"""The operator's store: set the database up, shops in and out, screens in and out. Never on the hot path."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import psycopg2
import sqlalchemy as sa
from psycopg2 import errorcodes
from psycopg2.extensions import connection as PgConnection
from psycopg2.extensions import parse_dsn
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from orderbell.adapters.sql import admin_menu, admin_orders, admin_schema
from orderbell.adapters.sql.admin_menu import ImportResult
from orderbell.adapters.sql.admin_orders import DeliveryRow
from orderbell.adapters.sql.admin_schema import db_folder, schema_sql
from orderbell.adapters.sql.database import SETTING
from orderbell.adapters.sql.schema import device, orders, pairing_code, shop
from orderbell.adapters.sql.schema_sockets import connection as sockets
from orderbell.domain.errors import Conflict, NotFound, SettingsError, Unavailable, UnknownShop
from orderbell.domain.menu import Accepting, Openness, pick
from orderbell.domain.shopfile import ShopFile
from orderbell.domain.status import OPEN
from orderbell.service.wall import EVERYTHING

__all__ = ["AdminStore", "DeliveryRow", "DeviceRow", "ImportResult", "ShopRow", "db_folder", "schema_sql"]

CONNECT_TIMEOUT_S = 5
OPTIONS = f"-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=5000 -c {SETTING}={EVERYTHING}"
PAIRING_TIME = timedelta(minutes=10)  # protocol.md 4

_ONE_AT_A_TIME = 0x6F72646572  # "order": the advisory lock of whoever sets the database up
_NO_TABLES = (errorcodes.UNDEFINED_TABLE, errorcodes.UNDEFINED_COLUMN)


@dataclass(frozen=True)
class ShopRow:
    """A shop in a list; `name` is in the shop's own language, `devices` are its paired screens."""

    slug: str
    name: str
    currency: str
    accepting: str
    devices: int
    open_orders: int


@dataclass(frozen=True)
class DeviceRow:
    """A kitchen screen in a list."""

    id: str
    shop: str
    name: str
    created_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None


class AdminStore:
    """What an operator does with the database. Every method is one transaction on a connection of its own.

    Every method raises Unavailable, in one line without the password, where the database does not answer or
    has not this version's tables.
    """

    def __init__(self, database_url: str) -> None:
        """Take a PostgreSQL address; nothing is opened yet. Raises SettingsError where it is none."""
        self._where, self._password = _read_url(database_url)

        def connect() -> PgConnection:
            return psycopg2.connect(
                database_url,
                connect_timeout=CONNECT_TIMEOUT_S,
                options=OPTIONS,
                application_name="orderbell admin",
            )

        # libpq reads the address, as it does for the functions; SQLAlchemy would read some of them otherwise.
        self._engine = sa.create_engine(
            "postgresql+psycopg2://", creator=connect, poolclass=sa.NullPool, hide_parameters=True
        )

    # The tables.

    def upgrade(self) -> list[str]:
        """Bring the database to this version's tables; return the revisions that this took."""
        with self._transaction() as connection:
            self._alone(connection)
            return admin_schema.upgrade(connection)

    def current(self) -> tuple[str | None, str]:
        """Return the revision of the database (None before the first) and the newest one."""
        with self._transaction() as connection:
            return admin_schema.revision_of(connection), admin_schema.head()

    def clock_skew_s(self) -> float:
        """Return by how many seconds the database's clock is ahead of ours."""
        with self._transaction() as connection:
            connection.execute(sa.text("SELECT 1"))  # so that the next one is a bare round trip
            before = time.time()
            theirs = connection.execute(sa.text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one()
            return float(theirs) - (before + time.time()) / 2

    def swept_s(self) -> float | None:
        """Return how many seconds ago the last sweep ended; None where there was none."""
        with self._transaction() as connection:
            return admin_orders.swept_s(connection)

    def unattended(self) -> list[str]:
        """Return slugs of shops that take orders while no screen says that it can be seen and heard."""
        with self._transaction() as connection:
            return admin_orders.unattended(connection)

    # Shops.

    def is_empty(self) -> bool:
        """Say whether there is no shop at all."""
        with self._transaction() as connection:
            return _has_no_shop(connection)

    def shops(self) -> list[ShopRow]:
        """Return every shop, in the order that customers see."""
        mine = device.c.shop_id == shop.c.shop_id
        screens = sa.select(sa.func.count()).where(mine, device.c.revoked_at.is_(None)).scalar_subquery()
        open_now = orders.c.status.in_(sorted(status.value for status in OPEN))
        waiting = (
            sa.select(sa.func.count()).where(orders.c.shop_id == shop.c.shop_id, open_now).scalar_subquery()
        )
        query = sa.select(shop, screens.label("devices"), waiting.label("waiting"), sa.func.now().label("at"))
        with self._transaction() as connection:
            return [
                _shop_row(row) for row in connection.execute(query.order_by(shop.c.position, shop.c.slug))
            ]

    def import_shop(self, shop_file: ShopFile) -> ImportResult:
        """Create the shop, or bring it to what the file says; its orders, screens and openness stay.

        Where something changed, the menu's version rises and the shop's log gets a `menu.updated`.

        Raises:
            MenuError: the database does not know the time zone.
        """
        with self._transaction() as connection:
            return admin_menu.import_file(connection, shop_file)

    def export_shop(self, slug: str) -> ShopFile:
        """Return a shop as a menu file says it. Raises UnknownShop."""
        with self._transaction() as connection:
            row = connection.execute(sa.select(shop).where(shop.c.slug == slug)).one_or_none()
            if row is None:
                raise UnknownShop(f"no shop {slug!r}")
            return admin_menu.export_file(connection, row)

    def load_demo(self, files: Iterable[ShopFile]) -> list[str]:
        """Import these shops where there is no shop at all; return the slugs of those imported."""
        with self._transaction() as connection:
            self._alone(connection)
            if not _has_no_shop(connection):
                return []
            in_order = sorted(files, key=lambda shop_file: shop_file.position)
            return [admin_menu.import_file(connection, shop_file).slug for shop_file in in_order]

    # Screens.

    def new_pairing(self, slug: str, code_hash: bytes) -> datetime:
        """Let one screen pair by the code of this hash, for 10 minutes; return when that ends.

        Raises:
            UnknownShop: no shop has this slug.
            Conflict: the code is waiting to be used already. Make another.
        """
        code = pairing_code.c
        fresh = {"created_at": sa.func.now(), "expires_at": sa.func.now() + PAIRING_TIME, "used_at": None}
        with self._transaction() as connection:
            shop_id = connection.scalar(sa.select(shop.c.shop_id).where(shop.c.slug == slug))
            if shop_id is None:
                raise UnknownShop(f"no shop {slug!r}")
            connection.execute(
                sa.delete(pairing_code).where(code.expires_at < sa.func.now() - timedelta(days=1))
            )
            row = {"code_hash": code_hash, "shop_id": shop_id, **fresh}
            over = sa.or_(code.used_at.is_not(None), code.expires_at <= sa.func.now())
            ends = connection.scalar(
                insert(pairing_code)
                .values(row)
                .on_conflict_do_update(index_elements=[code.code_hash], set_=row, where=over)
                .returning(code.expires_at)
            )
            if ends is None:
                raise Conflict("this pairing code is in use, make another")
            return cast(datetime, ends)

    def devices(self) -> list[DeviceRow]:
        """Return every screen, revoked ones too, by shop and age."""
        of = device.c
        columns = (of.device_id, shop.c.slug, of.name, of.created_at, of.last_seen_at, of.revoked_at)
        query = sa.select(*columns).join(shop).order_by(shop.c.slug, of.created_at, of.device_id)
        with self._transaction() as connection:
            return [DeviceRow(str(row[0]), *row[1:]) for row in connection.execute(query)]

    def orders(self, slug: str | None, last: int) -> list[DeliveryRow]:
        """Return how the latest orders were delivered, newest first.

        Raises:
            UnknownShop: no shop has this slug.
        """
        with self._transaction() as connection:
            if slug is not None and not connection.scalar(
                sa.select(shop.c.shop_id).where(shop.c.slug == slug)
            ):
                raise UnknownShop(f"there is no shop {slug!r}")
            return admin_orders.deliveries(connection, slug, last)

    def revoke(self, device_id: str) -> list[str]:
        """End a screen's right to its shop; return its connections, whose sockets are the caller's to close.

        Raises:
            NotFound: no screen has this id.
        """
        try:
            key = uuid.UUID(device_id)
        except ValueError:
            raise NotFound(f"no device {device_id!r}") from None
        with self._transaction() as connection:
            first = sa.func.coalesce(device.c.revoked_at, sa.func.now())
            if not connection.execute(
                sa.update(device).where(device.c.device_id == key).values(revoked_at=first)
            ).rowcount:
                raise NotFound(f"no device {device_id!r}")
            gone = sa.delete(sockets).where(sockets.c.device_id == key).returning(sockets.c.connection_id)
            return sorted(connection.scalars(gone))

    # How.

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._unavailable(getattr(error, "orig", None) or error) from error

    def _unavailable(self, cause: BaseException) -> Unavailable:
        if getattr(cause, "pgcode", None) in _NO_TABLES:
            return Unavailable(
                f"the database {self._where} has not this version's tables: start `orderbell up` or init_db"
            )
        reason = " ".join(str(cause).strip().split("\n")[0].split())
        if self._password:
            reason = reason.replace(self._password, "***")
        return Unavailable(f"the database {self._where} does not serve: {reason or type(cause).__name__}")

    def _alone(self, connection: sa.Connection) -> None:
        """Wait for whoever else sets this database up, longer than one waits for a row."""
        connection.execute(sa.text("SET LOCAL lock_timeout = '30s'"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))


def _read_url(database_url: str) -> tuple[str, str]:
    """Return where the database is, in words for a message, and the password."""
    help_ = "DATABASE_URL must look like postgresql://USER:PASSWORD@HOST:PORT/NAME"
    if not database_url.startswith(("postgresql://", "postgres://")):
        raise SettingsError(help_)
    try:
        parts = parse_dsn(database_url)
    except psycopg2.Error:  # its text may hold the password
        raise SettingsError(help_) from None
    port = parts.get("port", "5432")
    if not all(number.isdigit() for number in port.split(",")):
        raise SettingsError(f"{help_}, with a number as PORT")
    host = parts.get("host", "localhost")
    return f"{parts.get('dbname', 'postgres')!r} at {host}:{port}", parts.get("password", "")


def _has_no_shop(connection: sa.Connection) -> bool:
    return not connection.scalar(sa.select(sa.exists().select_from(shop)))


def _shop_row(row: sa.Row[Any]) -> ShopRow:
    openness = Openness(Accepting(row.accepting), row.busy_minutes, row.paused_until).at(row.at)
    name = pick(admin_menu.names(row.name), row.locale)
    return ShopRow(row.slug, name, row.currency, openness.accepting.value, row.devices, row.waiting)


if __name__ == "__main__":
    if sys.argv[1:] != ["schema"]:
        sys.exit("usage: python -m orderbell.adapters.sql.admin schema")
    sys.stdout.write(schema_sql())
