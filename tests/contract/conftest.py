"""Databases for the contract tests."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2 import sql

from support.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server, by the address of a database of its."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A fresh database without tables."""
    if not os.environ.get(
        "TEST_DATABASE_URL"
    ):  # our own server's one database, whose owner may make no other
        _run(postgres_url, sql.SQL("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
        yield postgres_url
        return
    name = sql.Identifier(f"test_{uuid.uuid4().hex}")
    _run(postgres_url, sql.SQL("CREATE DATABASE {}").format(name))
    start, _, query = postgres_url.partition("?")
    yield f"{start.rpartition('/')[0]}/{name.string}" + (f"?{query}" if query else "")
    _run(postgres_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def _run(url: str, statement: sql.Composable) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
