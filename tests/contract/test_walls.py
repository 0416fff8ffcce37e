"""The second wall: what PostgreSQL lets a statement see and write, whatever the statement says.

Every statement that touches a walled table has a case in `support.walled`, a new one too: it is run with the ids of a shop that
has everything, as nobody, as another shop and as somebody with an order of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, UndefinedObject
from psycopg2.sql import SQL, Identifier

from orderbell.adapters.sql.schema_walls import WALLED
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.service.wall import EVERYTHING, NOBODY
from support.databases import Server
from support.layer import SqlStore
from support.walled import ARGUMENTS, Place, furnish

_TABLE = re.compile(rf"\b({'|'.join(WALLED)})\b")
TOUCHING = sorted(name for name, sql in STATEMENTS.items() if _TABLE.search(sql))
STRANGER = "order:018f0000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def place(server: Server, template: str) -> Iterator[Place]:
    with server.database(template) as (_, url), SqlStore(url) as store:
        yield furnish(store)


_STATE = SQL("SELECT t::text FROM {} t WHERE shop_id = %s ORDER BY 1")


class Attempt:
    """Statements tried in transactions that are undone, on a connection of the product's role."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection = psycopg2.connect(place.store.url)
        self._prepared: set[str] = set()

    def close(self) -> None:
        self._connection.close()

    def outcome(self, name: str, scope: str) -> tuple[object, list[str]]:
        """Return the rows that a statement gives inside a wall, and every row of the full shop afterwards."""
        arguments = self._place.arguments(name)
        with self._connection.cursor() as cursor:
            try:
                if name not in self._prepared:
                    cursor.execute(f"PREPARE p_{name} AS {STATEMENTS[name]}")
                    self._prepared.add(name)
                cursor.execute("SAVEPOINT before")
                cursor.execute("SET LOCAL orderbell.wall = %s", (scope,))
                rows: object = self._run(cursor, name, arguments)
                cursor.execute("SET LOCAL orderbell.wall = 'all'")
                return rows, self._state(cursor)
            finally:
                self._connection.rollback()

    def untouched(self) -> list[str]:
        """Return every row of the full shop as it is."""
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL orderbell.wall = 'all'")
            state = self._state(cursor)
            self._connection.rollback()
            return state

    def _run(self, cursor: Any, name: str, arguments: tuple[Any, ...]) -> object:
        given = f"({', '.join(['%s'] * len(arguments))})" if arguments else ""
        try:
            cursor.execute(f"EXECUTE p_{name}{given}", arguments)
            return [tuple(map(_steady, row)) for row in cursor.fetchall()] if cursor.description else []
        except psycopg2.Error as error:
            cursor.execute("ROLLBACK TO SAVEPOINT before")
            return f"refused: {error.pgcode}"

    def _state(self, cursor: Any) -> list[str]:
        state: list[str] = []
        for table in ("shop", *WALLED):
            cursor.execute(_STATE.format(Identifier(table)), (self._place.full.id,))
            state += [f"{table} {row[0]}" for row in cursor.fetchall()]
        return state


def _steady(value: object) -> object:
    """Replace what the clock says: it is another at each run."""
    return type(value).__name__ if isinstance(value, (datetime, float, timedelta)) else value


@pytest.fixture(scope="module")
def attempt(place: Place) -> Iterator[Attempt]:
    found = Attempt(place)
    yield found
    found.close()


def test_every_statement_on_a_walled_table_has_a_case() -> None:
    assert sorted(ARGUMENTS) == TOUCHING


@pytest.mark.parametrize("name", TOUCHING)
def test_outside_its_wall_a_statement_gets_and_writes_nothing(
    place: Place, attempt: Attempt, name: str
) -> None:
    before = attempt.untouched()
    assert len({line.split()[0] for line in before}) == 1 + len(WALLED), "every table has something to lose"
    inside = attempt.outcome(name, EVERYTHING)
    nobody = attempt.outcome(name, NOBODY)
    assert inside != nobody, "the case reaches nothing even where it may"
    for scope in (NOBODY, f"shop:{place.empty.id}", STRANGER, "shop:", "ALL"):
        rows, after = attempt.outcome(name, scope)
        assert after == before, scope
        assert rows == nobody[0] or str(rows).startswith("refused"), scope
        for canary in (place.order, place.later, "Canary", "13812345678"):
            assert canary not in str(rows), scope


@pytest.mark.parametrize("name", TOUCHING)
def test_an_orders_wall_lets_its_order_be_read_and_nothing_be_written(
    place: Place, attempt: Attempt, name: str
) -> None:
    rows, after = attempt.outcome(name, f"order:{place.order}")
    assert after == attempt.untouched()
    assert place.later not in str(rows)


def test_an_orders_wall_shows_the_order_with_its_lines(place: Place, attempt: Attempt) -> None:
    assert (
        attempt.outcome("order_of", f"order:{place.order}")[0] == attempt.outcome("order_of", EVERYTHING)[0]
    )
    assert "beef" in str(attempt.outcome("order_of", f"order:{place.order}")[0])


SWEEPS_ONLY = [
    "overdue_shops",
    "lagging_orders",
    "purgeable",
    "purge_commands",
    "purge_availability",
    "purge_alerts",
    "measure",
]


@pytest.mark.parametrize("name", sorted({*TOUCHING} - {*SWEEPS_ONLY}))
def test_inside_its_own_wall_a_statement_does_what_it_does_anywhere(
    place: Place, attempt: Attempt, name: str
) -> None:
    (rows, state), (any_rows, any_state) = (
        attempt.outcome(name, scope) for scope in (f"shop:{place.full.id}", EVERYTHING)
    )
    assert rows == any_rows and len(state) == len(any_state)


ALL_OF, TOUCHED, DROPPED = (
    SQL("SELECT FROM {}"),
    SQL("UPDATE {} SET shop_id = shop_id"),
    SQL("DELETE FROM {}"),
)
ROW, COPY = (
    SQL("SELECT to_jsonb(t)::text FROM {} t"),
    SQL("INSERT INTO {0} SELECT (jsonb_populate_record(NULL::{0}, %s)).*"),
)


@pytest.mark.parametrize("table", WALLED)
def test_a_bare_statement_of_another_shop_finds_nothing_and_makes_nothing(place: Place, table: str) -> None:
    name = Identifier(table)
    with closing(psycopg2.connect(place.store.url)) as connection, connection.cursor() as cursor:

        def touched() -> list[int]:
            counts = []
            for sql in (ALL_OF, TOUCHED, DROPPED):
                cursor.execute(sql.format(name))
                counts.append(cursor.rowcount)
            return counts

        cursor.execute("SET orderbell.wall = 'all'")
        cursor.execute(ROW.format(name))
        row = cursor.fetchone()
        connection.commit()
        for scope in (NOBODY, f"shop:{place.empty.id}", STRANGER):
            cursor.execute("SET LOCAL orderbell.wall = %s", (scope,))
            assert touched() == [0, 0, 0], scope
            with pytest.raises(InsufficientPrivilege):
                cursor.execute(COPY.format(name), row)
            connection.rollback()
        cursor.execute("SET orderbell.wall = ''")
        cursor.execute(SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(name))
        assert all(touched()), "this test sees a wall that is down"
        connection.rollback()


@pytest.mark.parametrize("table", WALLED)
def test_a_session_that_never_said_whose_it_is_gets_an_error_and_not_an_empty_answer(
    place: Place, table: str
) -> None:
    """As the functions of an older version: a kitchen's screen would take nothing for the truth."""
    with closing(psycopg2.connect(place.store.url)) as connection, connection.cursor() as cursor:
        for sql in (ALL_OF, TOUCHED, DROPPED):
            with pytest.raises(UndefinedObject, match="orderbell.wall"):
                cursor.execute(sql.format(Identifier(table)))
            connection.rollback()


def test_a_shops_row_cannot_be_moved_into_another_shop(place: Place) -> None:
    with closing(psycopg2.connect(place.store.url)) as connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL orderbell.wall = %s", (f"shop:{place.full.id}",))
        with pytest.raises(InsufficientPrivilege):
            cursor.execute("UPDATE event SET shop_id = %s", (place.empty.id,))
        connection.rollback()


def test_the_wall_costs_no_index(place: Place) -> None:
    def looked_up(cursor: Any, name: str) -> list[str]:
        given = ["NULL"] * (max(map(int, re.findall(r"\$(\d+)", STATEMENTS[name])), default=0))
        cursor.execute(f"EXPLAIN (COSTS OFF) EXECUTE p_{name}" + (f"({', '.join(given)})" if given else ""))
        return sorted(line.strip() for (line,) in cursor.fetchall() if "Index Cond" in line)

    with closing(psycopg2.connect(place.store.url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET orderbell.wall = ''"
        )
        for name in TOUCHING:
            cursor.execute(f"PREPARE p_{name} AS {STATEMENTS[name]}")
        behind = {name: looked_up(cursor, name) for name in TOUCHING}
        for table in WALLED:
            cursor.execute(SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(Identifier(table)))
        free = {name: looked_up(cursor, name) for name in TOUCHING}
        connection.rollback()
    assert behind == free
    assert sum(map(len, free.values())) > len(TOUCHING) / 2
