"""A backup's way into a database: all of it or nothing, in one transaction, and under new epochs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast

import psycopg2
import sqlalchemy as sa

from orderbell.adapters.sql import admin_schema
from orderbell.adapters.sql.admin import AdminStore
from orderbell.adapters.sql.database import APPLICATION
from orderbell.adapters.sql.schema import metadata, orders, shop
from orderbell.adapters.sql.schema_sockets import connection as sockets
from orderbell.domain.errors import Conflict, Unavailable
from orderbell.domain.status import OPEN

_COPY_ENDS = b"\\.\n"
# What `pg_restore` says for its own session: ours is set up already, and an older server knows not all of them.
_NOT_OURS = (
    *(b"SET ", b"SELECT pg_catalog.set_config(", b"\\restrict", b"\\unrestrict", b"--"),
    b"COMMENT ON EXTENSION ",  # only its owner may, and that is seldom we
)
_TABLES = (*(f"public.{name}" for name in metadata.tables), "public.alembic_version")
_HAS_UUIDS = 130000  # gen_random_uuid() is PostgreSQL's own from version 13 on; before, pgcrypto brings it


@dataclass(frozen=True)
class Belongings:
    """What a backup takes of a database, which may hold other things too."""

    tables: tuple[str, ...]
    extensions: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """What a restore brought, and the revisions that it took to bring an older backup up to date."""

    shops: int
    orders: int
    open_orders: int
    upgraded: list[str]


class RestoreStore(AdminStore):
    """The operator's store for when a database comes back from a backup. Raises as AdminStore does."""

    def belongings(self) -> Belongings:
        """Return what a backup takes: the tables that are ours, those of a later version too, and what they need."""
        with self._transaction() as connection:
            version = int(connection.scalar(sa.text("SHOW server_version_num")) or 0)
            return Belongings(_TABLES, () if version >= _HAS_UUIDS else ("pgcrypto",))

    def restore(self, script: Iterator[bytes], *, replace: bool) -> Restored:
        """Put the lines of a script of `pg_restore` in the place of what is here. Whatever raises leaves the database as it was.

        Raises:
            Conflict: functions use the database, or there are orders and `replace` does not allow to throw them away.
            Unavailable: it is no backup of orderbell, or one of a newer version.
        """
        with self._transaction() as connection:
            self._alone(connection)
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            _see_that_nobody_works(connection)
            if admin_schema.revision_of(connection) is not None:
                admin_schema.upgrade(connection)  # refuses what a newer version made
                if not replace and (there := _count(connection, orders)):
                    raise Conflict(f"the database holds {there} orders: back them up, then add --replace")
            connection.execute(sa.text(f"DROP TABLE IF EXISTS {', '.join(_TABLES)} CASCADE"))
            try:
                _replay(connection, script)
            except psycopg2.Error as error:
                reason = str(error).strip().split("\n")[0]
                raise Unavailable(f"the file cannot be restored: {reason}") from error
            if admin_schema.revision_of(connection) is None:
                raise Unavailable("the file is no backup of orderbell")
            upgraded = admin_schema.upgrade(connection)
            _new_epochs(connection)
            # Else the first hour's plans are those for empty tables.
            connection.execute(sa.text(f"ANALYZE {', '.join(_TABLES)}"))
            waiting = orders.c.status.in_(sorted(status.value for status in OPEN))
            counts = _count(connection, shop), _count(connection, orders), _count(connection, orders, waiting)
            return Restored(*counts, upgraded)

    def new_epoch(self) -> list[str]:
        """Give every shop's log a new name, so that each screen takes a snapshot; return the sockets of before."""
        with self._transaction() as connection:
            self._alone(connection)
            return _new_epochs(connection)


def _see_that_nobody_works(connection: sa.Connection) -> None:
    """Refuse to go on beside functions: a statement that waited for us would find tables without rows, and say so."""
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = :name"
    )
    if there := connection.scalar(others, {"name": APPLICATION}):
        raise Conflict(f"{there} sessions of functions use the database: stop `up`, or the functions, first")


def _new_epochs(connection: sa.Connection) -> list[str]:
    connection.execute(sa.update(shop).values(epoch=sa.func.gen_random_uuid()))
    return list(connection.scalars(sa.delete(sockets).returning(sockets.c.connection_id)))


def _count(connection: sa.Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)


def _replay(connection: sa.Connection, script: Iterator[bytes]) -> None:
    """Run a script of `pg_restore`: statements, and the rows of `COPY ... FROM stdin`."""
    with closing(cast(Any, connection.connection.cursor())) as cursor:
        statements: list[bytes] = []
        for line in script:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                _run(cursor, statements)
                cursor.copy_expert(line.decode(), _Rows(script))
            elif not line.startswith(_NOT_OURS):
                statements.append(line)
        _run(cursor, statements)


def _run(cursor: Any, statements: list[bytes]) -> None:
    if b"".join(statements).strip():
        cursor.execute(b"".join(statements))  # allowed(sql-by-string): the script of pg_restore, whole
    statements.clear()


class _Rows:
    """The rows of one table as a file: lines up to the one that ends them."""

    def __init__(self, script: Iterator[bytes]) -> None:
        self._script = script
        self._rest = b""
        self._ended = False

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, none at the end."""
        while len(self._rest) < size and not self._ended:
            line = next(self._script, _COPY_ENDS)
            self._ended = line == _COPY_ENDS
            self._rest += b"" if self._ended else line
        found, self._rest = self._rest[:size], self._rest[size:]
        return found
