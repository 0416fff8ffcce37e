"""The tables: what the migrations make, what schema.py says and what schema.sql shows are the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import orderbell
from orderbell.adapters.sql import admin_schema
from orderbell.adapters.sql.admin import AdminStore, db_folder, schema_sql
from orderbell.adapters.sql.schema import metadata
from orderbell.domain.errors import Unavailable
from support.waiting import DEADLINE_S, until

REVISIONS = ["0001", "0002", "0003", "0004", "0005"]

CATALOG = """
SELECT 'column', table_name::text, column_name::text,
    concat_ws(' ', ordinal_position, data_type, character_maximum_length, is_nullable, column_default,
        identity_generation,
        col_description(format('%I.%I', table_schema, table_name)::regclass, ordinal_position))
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'policy', tablename::text, policyname::text, concat_ws(' ', permissive, roles::text, cmd, qual, with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL
SELECT 'walled', relname::text, '', concat_ws(' ', relrowsecurity, relforcerowsecurity)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""

WAITS_LONG = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
    AND clock_timestamp() > query_start + interval '0.2 s'
"""


@pytest.fixture
def database(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(
        empty_database_url.replace("postgresql://", "postgresql+psycopg2://"), poolclass=sa.NullPool
    )
    yield engine
    engine.dispose()


def catalog(connection: sa.Connection) -> set[tuple[str, ...]]:
    rows = {tuple(row) for row in connection.exec_driver_sql(CATALOG.replace("%", "%%"), ())}
    return {row for row in rows if row[1] != "alembic_version"}


def test_the_migrations_make_what_the_schema_says(database: sa.Engine) -> None:
    with database.begin() as connection:
        admin_schema.upgrade(connection)
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        migrated = catalog(connection)
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        metadata.create_all(connection)
        assert catalog(connection) == migrated
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.exec_driver_sql(schema_sql().replace("%", "%%"))
        assert catalog(connection) == migrated
        assert {row[1] for row in migrated} >= {table.name for table in metadata.tables.values()}


def test_the_schema_on_paper_is_the_schema() -> None:
    assert (db_folder() / "schema.sql").read_text("utf-8") == schema_sql(), "run ./dev docs"


def test_a_downgrade_leaves_nothing(database: sa.Engine) -> None:
    with database.begin() as connection:
        admin_schema.upgrade(connection)
        admin_schema.downgrade(connection)
        assert catalog(connection) == set()
        assert admin_schema.revision_of(connection) is None
        assert admin_schema.upgrade(connection) == REVISIONS


def test_an_upgrade_tells_its_revisions_and_then_has_nothing_to_do(empty_database_url: str) -> None:
    store = AdminStore(empty_database_url)
    assert store.current() == (None, REVISIONS[-1])
    assert store.upgrade() == REVISIONS
    assert store.current() == (REVISIONS[-1], REVISIONS[-1])
    assert store.upgrade() == []


def test_starts_at_the_same_moment_upgrade_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        took = list(pool.map(lambda _: AdminStore(empty_database_url).upgrade(), range(3)))
    assert sorted(took) == [[], [], REVISIONS]


def test_what_is_there_already_gets_the_shop_that_it_is_behind_the_wall_of(database: sa.Engine) -> None:
    with database.begin() as connection:
        command.upgrade(admin_schema._config(connection), "0004")
        connection.exec_driver_sql("""
            INSERT INTO shop (slug, name, locale, currency, timezone, secret)
                SELECT 'shop-' || n, '{"en": "Old"}', 'en', 'CNY', 'UTC', sha256('x') FROM generate_series(1, 2) n;
            INSERT INTO device (device_id, shop_id, name, token_hash)
                SELECT ('018f0000-0000-7000-8000-00000000000' || shop_id)::uuid, shop_id, '', slug::bytea FROM shop;
            INSERT INTO orders (order_id, shop_id, business_day, number, idem_hash, fingerprint, token_hash, status,
                version, service, total, currency, note, customer_name, placed_seq, placed_at, accept_by, history)
                SELECT device_id, shop_id, '2026-01-01', 'A11', '', '', '', 'placed', 1, 'pickup', 1, 'CNY', '', 'Old', 1,
                    now(), now(), '[]' FROM device;
            INSERT INTO order_line (order_id, line_no, item_id, name, quantity, unit_price, amount)
                SELECT order_id, n, 'tea', 'Tea', 1, 1, 1 FROM orders, generate_series(1, 2) n;
            INSERT INTO command (actor, command_id, result)
                SELECT kind || device_id, 'c', '{}' FROM device, unnest(ARRAY['device:', 'order:', 'lost:']) kind""")
        assert admin_schema.upgrade(connection) == ["0005"]
        connection.exec_driver_sql("SET orderbell.wall = 'all'")
        lines = connection.exec_driver_sql(
            "SELECT shop_id, right(order_id::text, 1) FROM order_line ORDER BY 1"
        ).all()
        assert lines == [(1, "1"), (1, "1"), (2, "2"), (2, "2")]
        told = connection.exec_driver_sql("SELECT shop_id, actor FROM command ORDER BY 1, 2").all()
        assert [(shop, actor.partition(":")[0], actor[-1]) for shop, actor in told] == [
            (1, "device", "1"), (1, "order", "1"), (2, "device", "2"), (2, "order", "2"),
        ]  # fmt: skip


def test_an_upgrade_takes_as_long_as_it_needs(database: sa.Engine, empty_database_url: str) -> None:
    """From its first statement on: an index of a big database takes longer than an operator's other questions may."""

    def upgrade() -> list[str]:
        with database.begin() as connection:
            connection.exec_driver_sql("SET statement_timeout = 100")
            return admin_schema.upgrade(connection)

    with database.begin() as connection:
        command.upgrade(admin_schema._config(connection), "0004")
    with (
        ThreadPoolExecutor(1) as pool,
        database.connect() as holds,
        database.connect().execution_options(isolation_level="AUTOCOMMIT") as looks,
    ):
        holds.exec_driver_sql("LOCK TABLE connection IN ACCESS SHARE MODE")
        upgrading = pool.submit(upgrade)
        until(lambda: upgrading.done() or looks.exec_driver_sql(WAITS_LONG).first(), "it waits for too long")
        holds.rollback()
        assert upgrading.result(DEADLINE_S) == ["0005"]


def test_a_failed_upgrade_leaves_no_trace(database: sa.Engine, empty_database_url: str) -> None:
    with database.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE pairing_code (in_the_way int)")
    with pytest.raises(Unavailable, match="pairing_code"):
        AdminStore(empty_database_url).upgrade()
    with database.begin() as connection:
        assert {row[1] for row in catalog(connection)} == {"pairing_code"}


def test_a_database_of_a_newer_version_is_left_alone(database: sa.Engine, empty_database_url: str) -> None:
    store = AdminStore(empty_database_url)
    store.upgrade()
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert store.current() == ("9999", REVISIONS[-1])
    with pytest.raises(
        Unavailable, match="is at revision 9999, which this version of orderbell does not know"
    ):
        store.upgrade()


def test_a_built_layer_finds_its_migrations_and_demo_shops_beside_the_package(
    empty_database_url: str, tmp_path: Path
) -> None:
    layer = tmp_path / "opt" / "100% python"
    shutil.copytree(
        Path(orderbell.__file__).parent, layer / "orderbell", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(db_folder(), layer / "db", ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        "import sys; from orderbell import entry; from orderbell.adapters.sql.admin import db_folder;"
        "admin = entry.admin(sys.argv[1]); print(db_folder(), admin.upgrade(), admin.load_demo())"
    )
    run = [sys.executable, "-B", "-c", code, empty_database_url]
    env = {**os.environ, "PYTHONPATH": str(layer)}
    done = subprocess.run(run, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == f"{layer / 'db'} {REVISIONS} ['noodle-house', 'coffee-bar', 'burger-place']\n", (
        done.stderr
    )


def test_the_schema_prints_itself() -> None:
    run = [sys.executable, "-m", "orderbell.adapters.sql.admin", "schema"]
    env = {**os.environ, "PYTHONPATH": str(Path(orderbell.__file__).parents[1])}
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == schema_sql() and not done.stderr
