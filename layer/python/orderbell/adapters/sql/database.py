"""One kept PostgreSQL connection: named statements, explicit transactions, and errors turned into ours."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg2
from psycopg2 import errorcodes
from psycopg2.extensions import TRANSACTION_STATUS_INERROR
from psycopg2.extensions import connection as PgConnection

from orderbell.adapters.sql.watchdog import Watchdog
from orderbell.domain.errors import Unavailable
from orderbell.service.wall import Wall

# A function that a cloud freezes must not hold a shop's row: its transaction is ended for it (reliability.md 2.1).
# The plan of a statement does not depend on its values here, and planning one anew costs more than running it.
OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "timezone=UTC",
        "statement_timeout=5000",
        "lock_timeout=2000",
        "idle_in_transaction_session_timeout=5000",
        "jit=off",
        "plan_cache_mode=force_generic_plan",
    )
)
APPLICATION = "orderbell"
SETTING = "orderbell.wall"
"""What the policies of the tables read (`schema_walls`)."""
CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 6.0
"""A message whose answer is later than this will have none: the server itself gives up a statement after 5 s."""
PROBE_TIMEOUT_S = 2.0
STALE_AFTER_S = 1.0
"""A connection idle for longer is asked whether it lives before a transaction relies on it. A query costs 0.1 ms."""

_TRANSIENT = {
    errorcodes.DEADLOCK_DETECTED,
    errorcodes.SERIALIZATION_FAILURE,
    errorcodes.LOCK_NOT_AVAILABLE,
    errorcodes.QUERY_CANCELED,
    errorcodes.DISK_FULL,
    errorcodes.IO_ERROR,
    errorcodes.OUT_OF_MEMORY,
    errorcodes.IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    errorcodes.READ_ONLY_SQL_TRANSACTION,
}

# The tables changed under a kept connection, or a pooler gave us another one: prepare everything anew.
_OUTDATED = {
    errorcodes.FEATURE_NOT_SUPPORTED,  # "cached plan must not change result type"
    errorcodes.INVALID_SQL_STATEMENT_NAME,
    errorcodes.DUPLICATE_PREPARED_STATEMENT,
}

# A network that falls silent is noticed within seconds, and not when the kernel gives up after a quarter of an hour.
_KEEPALIVE: dict[str, Any] = {
    "tcp_user_timeout": 5000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}

_TELL = f"SET {SETTING} = %s"

Row = tuple[Any, ...]
Call = tuple[str, tuple[Any, ...]]
"""A named statement with its arguments."""


class Database:
    """Runs named statements. Each is prepared once per connection (`ready` ones at once); several can go in one round trip.

    Outside `begin()` every statement is its own transaction. A dead connection is replaced by the next call.
    PostgreSQL is told what the `wall` opens in the same message as the statements, where it was told otherwise before.
    """

    def __init__(
        self,
        dsn: str,
        statements: Mapping[str, str],
        ready: Sequence[str] = (),
        answer_timeout_s: float = ANSWER_TIMEOUT_S,
        *,
        wall: Wall,
    ) -> None:
        self._dsn = dsn
        self._answer_timeout_s = answer_timeout_s
        self._ready = ready
        self._statements = statements
        self.wall = wall
        self._told: str | None = None  # the wall that the session has; None: not known
        self._connection: PgConnection | None = None
        self._prepared: set[str] = set()
        self._used_at = 0.0
        self._in_transaction = False
        self._lock = threading.RLock()
        self._watchdog = Watchdog()

    def run(self, name: str, *arguments: Any) -> list[Row]:
        """Run a named statement and return its rows.

        Raises:
            Unavailable: the database cannot be reached, or gave up on this statement.
            psycopg2.Error: a constraint, or a defect.
        """
        return self._message((name, arguments))

    def begin(self, name: str, *arguments: Any) -> list[Row]:
        """Open a transaction with its first statement and return its rows. Raises as `run` does."""
        return self._message("BEGIN", (name, arguments))

    def commit(self, before: Sequence[Call] = (), after: Call | None = None) -> list[Row]:
        """Run what is left, end the transaction durably, and ask one thing more as a transaction of its own.

        Return the rows of `after`.

        Raises:
            Unavailable: the fate of the transaction is unknown.
            psycopg2.Error: a constraint of `before`; the transaction is undone.
        """
        return self._message(*before, "COMMIT", *([after] if after is not None else []))

    def run_then(self, first: Call, second: Call) -> list[Row]:
        """Run two statements, each a transaction of its own, and return the rows of the second. Raises as `run` does."""
        return self._message("BEGIN", first, "COMMIT", second)

    def _message(self, *parts: Call | str) -> list[Row]:
        """Send statements in one round trip and return the rows of the last.

        Together they are one simple query, in which BEGIN and COMMIT stand as words. An error in any ends them all.
        """
        with self._lock:
            if not self._in_transaction:
                self._revive()
            calls = [part for part in parts if not isinstance(part, str)]
            try:
                for name, _ in calls:
                    self._prepare(name)
                wall = self.wall.scope
                tell, told = ([], []) if wall == self._told else ([_TELL], [wall])
                said = [part if isinstance(part, str) else _execute(part) for part in parts]
                self._in_transaction = self._in_transaction or "BEGIN" in parts
                self._told = None
                arguments = [argument for _, given in calls for argument in given]
                rows = self._fetch("; ".join(tell + said), told + arguments)
                self._told = wall
            except psycopg2.Error as error:
                ours = self._ours(error, committing="COMMIT" in parts)
                self.rollback()
                raise ours from error
            except (
                BaseException
            ):  # a row that Python cannot hold, or a wish to stop: nothing may stay open behind it
                self._drop()
                raise
            if "COMMIT" in parts:
                self._in_transaction = False
            return rows

    def rollback(self) -> None:
        """Undo the transaction, if there is one. Never raises."""
        with self._lock:
            if not self._in_transaction:
                return
            self._in_transaction = False
            self._told = None  # what the transaction told is undone with it
            try:
                self._send("ROLLBACK")
            except (psycopg2.Error, Unavailable):
                self._drop()

    def _revive(self) -> None:
        """Make sure of a live connection: PostgreSQL may have been restarted since the last call."""
        try:
            if self._connection is not None and not self._connection.closed:
                if time.monotonic() - self._used_at < STALE_AFTER_S:
                    return
                try:
                    self._send("SELECT 1", PROBE_TIMEOUT_S)
                    return
                except psycopg2.Error:
                    self._drop()
            self._connection = psycopg2.connect(
                self._dsn,
                options=OPTIONS,
                connect_timeout=CONNECT_TIMEOUT_S,
                application_name=APPLICATION,
                **_KEEPALIVE,
            )
            self._watchdog.watch(self._connection)
            self._connection.autocommit = True  # begin() opens transactions, with their first statement
            self._prepared, self._told = set(), None
            for name in self._ready:  # now, and not while a shop's row is held
                self._prepare(name)
        except psycopg2.Error as error:
            self._drop()
            raise Unavailable("the database cannot be reached") from error

    def _prepare(self, name: str) -> None:
        if name not in self._prepared:
            self._send(f"PREPARE ob_{name} AS {self._statements[name]}")
            self._prepared.add(name)

    def _send(self, sql: str, timeout_s: float | None = None) -> None:
        self._fetch(sql, None, timeout_s)

    def _fetch(self, sql: str, arguments: list[Any] | None, timeout_s: float | None = None) -> list[Row]:
        assert self._connection is not None
        with self._connection.cursor() as cursor:
            self._watchdog.arm(timeout_s or self._answer_timeout_s)
            try:
                cursor.execute(sql, arguments)
            finally:
                self._watchdog.disarm()
            rows = cursor.fetchall() if cursor.description else []
        self._used_at = time.monotonic()
        return rows

    def _ours(self, error: psycopg2.Error, *, committing: bool) -> Exception:
        """Return what an error means. One after the COMMIT of its message leaves an order that is stored: its fate is unknown."""
        connection, code = self._connection, error.pgcode or ""
        dead = connection is None or connection.closed
        if dead or code in _OUTDATED:
            self._drop()
        elif committing and connection is not None:
            dead = connection.get_transaction_status() != TRANSACTION_STATUS_INERROR
        passing = code in _TRANSIENT or code in _OUTDATED or code[:2] in ("08", "57", "53")
        if dead or passing or isinstance(error, psycopg2.InterfaceError):
            return Unavailable(f"the database gave up: {type(error).__name__}")
        return error

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        self._in_transaction = False
        self._watchdog.leave()
        if connection is not None:
            try:
                connection.close()
            except psycopg2.Error:
                return


def _execute(call: Call) -> str:
    name, arguments = call
    places = f"({', '.join(['%s'] * len(arguments))})" if arguments else ""
    return f"EXECUTE ob_{name}{places}"
