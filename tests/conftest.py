"""Fixtures asked for by name: a real PostgreSQL, databases on it, and the stores of the contract."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest

from orderbell.adapters.sql.admin import AdminStore
from support.databases import Server, own_server
from support.layer import MemoryStore, SqlStore, Store


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL that makes databases: TEST_DATABASE_URL's, or one that lives as long as the session."""
    with contextlib.ExitStack() as stack:
        url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(own_server())
        yield stack.enter_context(Server(url))


@pytest.fixture(scope="session")
def postgres_url(server: Server) -> str:
    """The address of the server."""
    return server.url


@pytest.fixture(scope="session")
def template(server: Server) -> Iterator[str]:
    """The name of a database with this version's tables, made by its migrations; nobody is connected."""
    with server.database() as (name, url):
        AdminStore(url).upgrade()
        yield name


@pytest.fixture
def empty_database_url(server: Server) -> Iterator[str]:
    """A new database without any table, dropped afterwards."""
    with server.database() as (_, url):
        yield url


@pytest.fixture
def database_url(server: Server, template: str) -> Iterator[str]:
    """A new database with all tables, dropped afterwards."""
    with server.database(template) as (_, url):
        yield url


@pytest.fixture
def memory() -> MemoryStore:
    """A store in memory whose clock stands still until it is moved."""
    return MemoryStore()


@pytest.fixture
def sql(database_url: str) -> Iterator[SqlStore]:
    """A store in a PostgreSQL database of its own."""
    with SqlStore(database_url) as store:
        yield store


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest) -> Store:
    """Each store that must keep the contract of `service/ports.py`, one after the other."""
    found: Store = request.getfixturevalue(request.param)
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests last: while a browser runs, its library has this thread's event loop."""
    items.sort(key=lambda item: "browser" in item.path.parts)
