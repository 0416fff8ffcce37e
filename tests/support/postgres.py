"""One real PostgreSQL for a test session, started by the product's own launcher."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from orderbell_cli.folder import Folder
from orderbell_cli.postgres import Postgres

# Nothing of a test outlives it: several times the commits per second.
FAST = {"fsync": "off", "full_page_writes": "off"}


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """Give an empty folder that every user can pass through (pytest's own are closed), and remove it at last.

    As root the database runs as another user, and would otherwise be put below /var/lib.
    """
    folder = Path(tempfile.mkdtemp(prefix="orderbell-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def running_postgres(folder: Path | None = None, *, durable: bool = False) -> Iterator[str]:
    """Run PostgreSQL and give the address of its empty database. Call it in the main thread.

    The data is in `folder` (one of `open_folder`), else in one that is removed at the end.
    """
    with contextlib.ExitStack() as stack:
        data = Folder(folder or stack.enter_context(open_folder()) / "data")
        data.create()
        data.lock()
        stack.callback(data.unlock)
        postgres = Postgres(data, lambda line: None, settings=None if durable else FAST)
        stack.callback(postgres.stop)
        yield postgres.start()
