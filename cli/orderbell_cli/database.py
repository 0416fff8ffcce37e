"""The database that a command works on: the environment's, the running `up`'s, or our own for the moment."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder
from orderbell_cli.paths import ROOT, given_database, given_push
from orderbell_cli.postgres import Postgres

if TYPE_CHECKING:
    from orderbell.entry.operator import Admin


@contextmanager
def connected(data: Path) -> Iterator[Admin]:
    """Give the administration of the database of this data folder.

    Raises:
        Failed: there is none yet, or it cannot be had now.
    """
    with found(data) as place:
        yield administration(*place)


@contextmanager
def found(data: Path, *, make: bool = False) -> Iterator[tuple[str, str | None, str | None]]:
    """Give the address of the database of this data folder, and where its gateway, if one runs, takes pushes.

    Raises:
        Failed: there is none yet and `make` does not ask for an empty one, or it cannot be had now.
    """
    folder = Folder(data)
    running, given = folder.running(), given_database()
    push_url, push_token = given_push()
    if running and given in (None, running.database_url):
        yield running.database_url, push_url or running.push_url, push_token or folder.secret("push_token")
    elif given:
        yield given, push_url, push_token
    else:
        if not make and not any((folder.path / name).exists() for name in ("pg", "pg.location")):
            raise Failed(f"there is no database in {folder.path} yet: `up` makes it, or set DATABASE_URL")
        folder.create()
        folder.lock()
        postgres = Postgres(folder, lambda line: print(line, file=sys.stderr, flush=True))
        try:
            yield postgres.start(), None, None
        finally:
            postgres.stop()
            folder.unlock()


def administration(url: str, push_url: str | None, push_token: str | None) -> Admin:
    """Return the operator's commands on a database. What needs SQLAlchemy is loaded here."""
    from orderbell import entry

    return entry.admin(url, push_url, push_token)


def prepare(*, demo: bool) -> int:
    """Bring the tables up to date, load the demo shops if there are none, print what `up` must know as JSON.

    The kitchens are those of the demo shops: no code for a real shop's kitchen is made, or logged, unasked.
    """
    url = given_database()
    if url is None:
        raise Failed("DATABASE_URL is not set")
    _check_settings(url)
    admin = administration(url, None, None)
    said: dict[str, object] = {"applied": admin.upgrade(), "demo": admin.load_demo() if demo else []}
    said["gaps"] = admin.wall_gaps()
    demos = _demo_slugs() if demo else set()
    shops = [shop for shop in admin.shops() if shop.slug in demos]
    said["kitchens"] = [
        {"slug": each.slug, "name": each.name, "code": admin.pair(each.slug).code} for each in shops
    ]
    json.dump(said, sys.stdout)
    print()
    return 0


def _check_settings(url: str) -> None:
    """Stop at a wrong setting now: the functions would stop at it with every request."""
    from orderbell import config

    given = {"PUSH_URL": "http://127.0.0.1:1/set-by-the-gateway", "PUSH_TOKEN": "made-by-up", **os.environ}  # nosec B105  # a word in a secret's place
    config.load({**given, "DATABASE_URL": url})


def _demo_slugs() -> set[str]:
    """Return the slugs of the shops in db/demo, without a YAML reader."""
    files = (ROOT / "db" / "demo").glob("*.yaml")
    slugs = (
        re.search(r"^slug:\s*[\"']?([^\s\"'#]+)", file.read_text(encoding="utf-8"), re.M) for file in files
    )
    return {found.group(1) for found in slugs if found}
