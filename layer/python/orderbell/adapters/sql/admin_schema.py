"""The schema's way into a database and onto paper: the `db` folder, its migrations, and `db/schema.sql`."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement, SetColumnComment

from orderbell.adapters.sql.schema import metadata
from orderbell.adapters.sql.schema_walls import walls
from orderbell.domain.errors import SettingsError, Unavailable


def db_folder() -> Path:
    """Return the folder of `migrations` and `demo`: beside the package in a built layer, or the repository's.

    Raises:
        SettingsError: there is neither.
    """
    package = Path(__file__).resolve().parents[2]
    for folder in (package.parent / "db", package.parents[2] / "db"):
        if (folder / "migrations" / "env.py").is_file():
            return folder
    raise SettingsError(
        "the folder db is missing: it belongs beside the package orderbell, or build the layer again"
    )


def head() -> str:
    """Return the newest revision that this version of orderbell brings."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision that a database is at, or None before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: sa.Connection) -> list[str]:
    """Bring a database to the newest revision inside the caller's transaction; return the revisions it took.

    Raises:
        Unavailable: a newer version of orderbell has been here.
    """
    config = _config(connection)
    before = revision_of(connection)
    known = [
        step.revision for step in ScriptDirectory.from_config(config).walk_revisions()
    ]  # the newest first
    if before is not None and before not in known:
        unknown = f"the database is at revision {before}, which this version of orderbell does not know"
        raise Unavailable(f"{unknown}: use the version that made it, or a newer one")
    steps = known if before is None else known[: known.index(before)]
    if steps:
        command.upgrade(config, "head")
    return steps[::-1]


def downgrade(connection: sa.Connection) -> None:
    """Undo every migration inside the caller's transaction. All data is lost: for tests and developers."""
    command.downgrade(_config(connection), "base")


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    # ConfigParser reads '%' as its own.
    config.set_main_option("script_location", str(db_folder() / "migrations").replace("%", "%%"))
    return config


def schema_sql() -> str:
    """Return the whole schema as PostgreSQL's SQL, for humans; the same text on every machine."""
    blocks = [
        "-- The schema of orderbell, for reading: made by `./dev docs` from adapters/sql/schema.py.",
        "-- A database is made and changed by db/migrations. A test holds the three together.",
    ]
    for table in metadata.tables.values():
        blocks += ["", _sql(CreateTable(table))]
        blocks += [
            _sql(CreateIndex(index)) for index in sorted(table.indexes, key=lambda index: str(index.name))
        ]
        blocks += [_sql(SetColumnComment(column)) for column in table.columns if column.comment]
        blocks += [f"{statement};" for statement in walls(table.name)]
    return "\n".join(blocks) + "\n"


def _sql(element: ExecutableDDLElement) -> str:
    text = str(element.compile(dialect=postgresql.dialect())).strip()  # type: ignore[no-untyped-call]
    return "\n".join(line.rstrip() for line in text.replace("\t", "    ").splitlines()) + ";"
