"""One kept PostgreSQL connection: named statements, explicit transactions, and errors turned into ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extensions import connection as PgConnection

from orderbell.domain.errors import Unavailable

# A function that a cloud freezes must not hold a shop's row: its transaction is ended for it (reliability.md 2.1).
OPTIONS = (
    "-c timezone=UTC -c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000 -c jit=off"
)
CONNECT_TIMEOUT_S = 3
STALE_AFTER_S = 1.0
"""A connection idle for longer is asked whether it lives before a transaction relies on it. A query costs 0.1 ms."""

_TRANSIENT = {
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.QUERY_CANCELED,
    errorcodes.DISK_FULL,
    errorcodes.OUT_OF_MEMORY,
    errorcodes.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    errorcodes.READ_ONLY_SQL_TRANSACTION,
}

Row = tuple[Any, ...]


class Database:
    """Runs named statements. Each is prepared once per connection and costs one round trip.

    Outside `begin()` every statement is its own transaction. A dead connection is replaced by the next call.
    """

    def __init__(self, dsn: str, statements: Mapping[str, str]) -> None:
        self._dsn = dsn
        self._statements = statements
        self._connection: PgConnection | None = None
        self._prepared: set[str] = set()
        self._used_at = 0.0
        self._lock = threading.RLock()

    def run(self, name: str, *arguments: Any) -> list[Row]:
        """Run a named statement and return its rows.

        Raises:
            Unavailable: the database cannot be reached, or gave up on this statement.
            psycopg2.Error: a constraint, or a defect.
        """
        with self._lock:
            if not self._in_transaction:
                self._revive()
            try:
                return self._execute(name, arguments)
            except psycopg2.Error as error:
                raise self._ours(error) from error

    def begin(self, name: str, *arguments: Any) -> list[Row]:
        """Open a transaction with its first statement, in one round trip. Raises as `run` does."""
        with self._lock:
            self._revive()
            try:
                self._prepare(name)
                self._in_transaction = True
                return self._fetch(f"BEGIN; EXECUTE ob_{name}{_places(arguments)}", arguments)
            except psycopg2.Error as error:
                self.rollback()
                raise self._ours(error) from error

    def commit(self) -> None:
        """End the transaction durably. Raises Unavailable: its fate is unknown then."""
        with self._lock:
            try:
                self._send("COMMIT")
            except psycopg2.Error as error:
                self._drop()
                raise Unavailable("the database went away during a commit") from error
            finally:
                self._in_transaction = False

    def rollback(self) -> None:
        """Undo the transaction, if there is one. Never raises."""
        with self._lock:
            if not self._in_transaction:
                return
            self._in_transaction = False
            try:
                self._send("ROLLBACK")
            except psycopg2.Error:
                self._drop()

    _in_transaction = False

    def _revive(self) -> None:
        """Make sure of a live connection: PostgreSQL may have been restarted since the last call."""
        try:
            if self._connection is not None and not self._connection.closed:
                if time.monotonic() - self._used_at < STALE_AFTER_S:
                    return
                try:
                    self._send("SELECT 1")
                    return
                except psycopg2.Error:
                    self._drop()
            self._connection = psycopg2.connect(
                self._dsn, options=OPTIONS, connect_timeout=CONNECT_TIMEOUT_S, application_name="orderbell"
            )
            self._connection.autocommit = True  # transactions are opened by begin(), with their first statement
            self._prepared = set()
        except psycopg2.Error as error:
            self._drop()
            raise Unavailable("the database cannot be reached") from error

    def _execute(self, name: str, arguments: tuple[Any, ...]) -> list[Row]:
        self._prepare(name)
        return self._fetch(f"EXECUTE ob_{name}{_places(arguments)}", arguments)

    def _prepare(self, name: str) -> None:
        if name not in self._prepared:
            self._send(f"PREPARE ob_{name} AS {self._statements[name]}")
            self._prepared.add(name)

    def _send(self, sql: str) -> None:
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
        self._used_at = time.monotonic()

    def _fetch(self, sql: str, arguments: tuple[Any, ...]) -> list[Row]:
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            rows = cursor.fetchall() if cursor.description else []
        self._used_at = time.monotonic()
        return rows

    def _ours(self, error: psycopg2.Error) -> Exception:
        dead = self._connection is None or self._connection.closed
        if dead:
            self._drop()
        code = error.pgcode or ""
        if dead or code in _TRANSIENT or code[:2] in ("08", "57", "53") or isinstance(error, psycopg2.InterfaceError):
            return Unavailable(f"the database gave up: {type(error).__name__}")
        return error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._in_transaction = False
        if connection is not None:
            try:
                connection.close()
            except psycopg2.Error:
                return


def _places(arguments: tuple[Any, ...]) -> str:
    return "(" + ", ".join(["%s"] * len(arguments)) + ")" if arguments else ""
