"""`python -m orderbell_cli.docs write|check`: make the documents of the code, or look if they are current."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from orderbell.adapters.sql.admin_schema import schema_sql
from orderbell_cli import docs_asyncapi, docs_openapi, docs_tables, docs_typescript
from orderbell_cli.paths import ROOT


def _json(make: Callable[[], dict[str, Any]]) -> Callable[[], str]:
    return lambda: json.dumps(make(), indent=2, ensure_ascii=False) + "\n"


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/openapi.json": _json(docs_openapi.document),
    "docs/asyncapi.json": _json(docs_asyncapi.document),
    "docs/order-states.md": docs_tables.order_states,
    "docs/errors.md": docs_tables.errors,
    "clients/lib/wire.ts": docs_typescript.render,
    "db/schema.sql": schema_sql,
}
"""Where each document lies, and what makes it: the same text on every machine."""


def stale() -> list[str]:
    """Return the documents that are not what the code makes."""
    return [name for name, make in DOCUMENTS.items() if _read(name) != make()]


def write() -> list[str]:
    """Make every document that is not current and return their names."""
    names = stale()
    for name in names:
        (ROOT / name).write_text(DOCUMENTS[name](), encoding="utf-8", newline="\n")
    return names


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; 1 = something is not current, 2 = wrong usage."""
    if list(arguments) == ["write"]:
        for name in write():
            print(f"written: {name}")
        return 0
    if list(arguments) != ["check"]:
        print("usage: python -m orderbell_cli.docs write|check", file=sys.stderr)
        return 2
    names = stale()
    for name in names:
        print(f"not current: {name}: run ./dev docs", file=sys.stderr)
    return 1 if names else 0


def _read(name: str) -> str | None:
    try:
        return (ROOT / name).read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
