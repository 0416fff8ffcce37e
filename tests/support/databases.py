"""Databases for tests: each is new, and dropped when its test is done."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2.errors import InsufficientPrivilege
from psycopg2.sql import SQL, Identifier

from orderbell_cli.cluster import NAME, ensure, open_cluster
from orderbell_cli.folder import Folder
from support.postgres import open_folder, running_postgres

FREE = "held_by_no_wall"
"""A role of our own server that row-level security does not hold."""

OPERATOR = "-c orderbell.wall=all"
"""The options of a connection that sees every shop's orders, as the operator's does: by itself the role sees none."""


@contextmanager
def own_server() -> Iterator[str]:
    """Run a PostgreSQL for a test session; its one role may make databases, which the product's may not."""
    with open_folder() as folder:
        data = Folder(folder / "data")
        data.create()
        data.lock()
        try:
            cluster = open_cluster(data, lambda line: None)
            ensure(cluster, data, lambda line: None)
            cluster.sql(f"ALTER ROLE {NAME} CREATEDB")
            cluster.sql(f"CREATE ROLE {FREE} BYPASSRLS", f"GRANT {FREE} TO {NAME}")
            with (cluster.path / "pg_hba.conf").open("a") as file:
                file.write(f"host all {NAME} 127.0.0.1/32 scram-sha-256\n")
        finally:
            data.unlock()
        with running_postgres(data.path) as url:
            yield url


class Server:
    """A PostgreSQL server on which we may make databases. It needs a role with CREATEDB."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg2.connect(url, application_name="tests")
        self._connection.autocommit = True
        self._numbers = itertools.count(1)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *reason: object) -> None:
        self._connection.close()

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[tuple[str, str]]:
        """Make a database as a copy of another, give its name and address, and drop it."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        try:
            yield name, urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))
        finally:
            self._drop(name)

    def _drop(self, name: str) -> None:
        try:
            self._run("DROP DATABASE {} WITH (FORCE)", name)
        except InsufficientPrivilege:
            # An autovacuum worker is in it, which our role may not end: the plain statement asks it to go and waits.
            self._run("DROP DATABASE {}", name)

    def _run(self, statement: str, *names: str) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(SQL(statement).format(*map(Identifier, names)))
