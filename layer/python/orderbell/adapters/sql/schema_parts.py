"""What the tables of `schema` are made of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def moment(
    name: str, *, nullable: bool = True, now: bool = False, comment: str | None = None
) -> sa.Column[datetime]:
    """A moment: always with a zone, and the database's clock where it has a default."""
    default = sa.func.now() if now else None
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=nullable, server_default=default, comment=comment
    )


def one_of(column: str, values: Iterable[Enum]) -> str:
    """Return the condition that a column holds one of an enum's words."""
    words = ", ".join(f"'{member.value}'" for member in values)
    return f"{column} IN ({words})"
