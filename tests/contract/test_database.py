"""The kept database connection: whatever goes wrong on it, the next call finds it clean, and nobody waits for it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import psycopg2
import pytest

from orderbell.adapters.sql import watchdog
from orderbell.adapters.sql.database import Database
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.domain.errors import Unavailable
from orderbell.service.wall import EVERYTHING, Wall
from support.books import store_order
from support.layer import SqlStore
from support.waiting import DEADLINE_S, until

OURS = {
    **STATEMENTS,
    "hold_and_break": STATEMENTS["hold"].replace("SELECT", "SELECT '10000-01-01'::timestamptz,", 1),
    "divide": "SELECT 1 / $1::int",
    "whom": "SELECT pg_backend_pid()",
}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url, OURS, ready=("hold",), wall=Wall(EVERYTHING))
    yield found
    found._drop()


def test_a_row_that_python_cannot_hold_leaves_no_shop_locked(database: Database, sql: SqlStore) -> None:
    shop = sql.open_shop()
    with pytest.raises(ValueError, match="year"):
        database.begin("hold_and_break", shop.slug)
    with sql.ledger().hold(shop.slug) as books:  # would wait 2 s for the row, and give up
        assert books.held.last_seq == 0
    database.run("add", "after/+=", None, None)
    assert sql.connections().get("after/+=") is not None


def test_an_error_after_the_commit_says_that_the_fate_is_unknown(database: Database, sql: SqlStore) -> None:
    shop = sql.open_shop()
    database.begin("hold", shop.slug)
    with pytest.raises(Unavailable):
        database.commit([("add", ("kept", None, None))], after=("divide", (0,)))
    assert sql.connections().get("kept") is not None


def test_an_error_before_the_commit_undoes_everything_and_is_told(database: Database, sql: SqlStore) -> None:
    shop = sql.open_shop()
    database.begin("hold", shop.slug)
    with pytest.raises(psycopg2.errors.DivisionByZero):
        database.commit([("add", ("gone", None, None)), ("divide", (0,))], after=("healthy", ()))
    assert sql.connections().get("gone") is None


def test_statements_that_a_pooler_forgot_are_prepared_again(database: Database) -> None:
    database.run("healthy")
    assert database._connection is not None
    with database._connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(Unavailable):
        database.run("healthy")
    assert database.run("healthy") == [(1,)]


def test_a_changed_table_costs_one_answer_and_not_every_one(database: Database, sql: SqlStore) -> None:
    shop = sql.open_shop()
    database.run("standing", shop.slug)
    sql.run("ALTER TABLE shop ALTER COLUMN busy_minutes TYPE bigint")
    with pytest.raises(Unavailable):
        database.run("standing", shop.slug)
    assert database.run("standing", shop.slug)


def test_a_screen_can_say_hello_while_an_order_holds_the_shop(sql: SqlStore) -> None:
    shop = sql.open_shop()
    device = sql.add_device(shop, "token")
    connections = sql.connections()
    connections.add("screen/+=")
    with sql.ledger().hold(shop.slug) as books, ThreadPoolExecutor(1) as pool:
        bound = pool.submit(connections.bind, "screen/+=", "kitchen", shop.id, device=device)
        assert bound.result(1.5)  # before the 2 s after which it would give up
        assert books.held.shop.id == shop.id


def test_a_pause_that_no_calendar_has_is_refused_by_the_table_itself(sql: SqlStore) -> None:
    sql.open_shop()
    with pytest.raises(psycopg2.errors.CheckViolation):
        sql.run("UPDATE shop SET paused_until = '10000-01-01 00:59:59+00'")


def test_who_speaks_need_not_wait_for_a_back_off(sql: SqlStore) -> None:
    shop = sql.open_shop()
    connections = sql.connections()
    lease = connections.bind("screen/+=", "kitchen", shop.id, device=sql.add_device(shop, "token"))
    connections.settle("screen/+=", lease, 0)
    store_order(sql, shop)
    for _ in range(6):
        (claim,) = connections.claim(shop.id)
        connections.failed("screen/+=", claim.lease)
        assert connections.claim(shop.id) == []
        assert connections.get("screen/+=") is not None
    assert len(connections.claim(shop.id)) == 1


@contextmanager
def silent(database: Database) -> Iterator[None]:
    """Freeze the server's process of this connection: its kernel acknowledges what it is sent, and nobody answers."""
    pid = database.run("whom")[0][0]
    # A caller that waits for ever cannot be interrupted, only answered.
    rescue = Timer(DEADLINE_S, os.kill, (pid, signal.SIGCONT))
    rescue.start()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        rescue.cancel()
        os.kill(pid, signal.SIGCONT)


def test_a_server_that_goes_silent_is_given_up_and_the_next_call_finds_another_line(
    database_url: str, sql: SqlStore
) -> None:
    shop = sql.open_shop()
    database = Database(database_url, OURS, answer_timeout_s=0.5, wall=Wall(EVERYTHING))
    with silent(database):
        with pytest.raises(Unavailable):
            database.run("healthy")
        assert database.run("standing", shop.slug)
    database._drop()


def test_a_commit_that_is_never_answered_is_no_success_and_holds_the_shop_no_longer_than_the_server_lets_it(
    database_url: str, sql: SqlStore
) -> None:
    shop = sql.open_shop()
    database = Database(database_url, OURS, answer_timeout_s=0.5, wall=Wall(EVERYTHING))
    database.run("healthy")
    database.begin("hold", shop.slug)
    with silent(database), pytest.raises(Unavailable):
        database.commit([("add", ("unknown", None, None))])
    # Its session was cut in the middle of a transaction: nobody waits for it once it runs again.
    with sql.ledger().hold(shop.slug) as books:
        assert books.held.shop.id == shop.id
    database._drop()


def test_the_watchdog_ends_when_there_is_nothing_to_watch_and_comes_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "REST_AFTER_S", 0.0)
    monkeypatch.setattr(watchdog, "CHECK_S", 0.01)
    for _ in range(2):
        database.run("healthy")
        until(lambda: not database._watchdog._running, "its thread has ended")


def no_room(thread: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_who_cannot_be_watched_is_refused_and_the_next_one_is_watched(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(database_url, OURS, answer_timeout_s=0.5, wall=Wall(EVERYTHING))
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_room)
        with pytest.raises(Unavailable):
            database.run("healthy")
    with silent(database), pytest.raises(Unavailable):
        database.run("healthy")
    database._drop()


def test_a_transaction_that_cannot_be_watched_to_its_end_is_undone(
    database: Database, sql: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sql.open_shop()
    monkeypatch.setattr(watchdog, "REST_AFTER_S", 0.0)
    monkeypatch.setattr(watchdog, "CHECK_S", 0.01)
    database.begin("hold", shop.slug)
    until(lambda: not database._watchdog._running, "its thread has ended")
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_room)
        database.rollback()
    with sql.ledger().hold(shop.slug) as books:
        assert books.held.shop.id == shop.id


def test_a_disk_that_fails_is_no_defect_of_ours(database_url: str, sql: SqlStore) -> None:
    sql.run("""CREATE FUNCTION read_badly() RETURNS int LANGUAGE plpgsql AS
        $$ BEGIN RAISE 'could not read block 1' USING ERRCODE = 'io_error'; END $$""")
    database = Database(database_url, {"read": "SELECT read_badly()"}, wall=Wall())
    with pytest.raises(Unavailable):
        database.run("read")
    database._drop()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_dropped_connection_leaves_no_descriptor(database: Database) -> None:
    database.run("healthy")
    database._drop()
    before = descriptors()
    for _ in range(3):
        database.run("healthy")
        database._drop()
    assert descriptors() <= before
