"""One whole system for the tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.system import System, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A running `orderbell up` with the demo shops."""
    folder = open_folder()
    with running_system(folder / "data") as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


def open_folder() -> Path:
    """Return a new folder that PostgreSQL's own user can reach too, as pytest's are not when the tests run as root."""
    folder = Path(tempfile.mkdtemp(prefix="orderbell-test-"))
    folder.chmod(0o755)
    return folder
