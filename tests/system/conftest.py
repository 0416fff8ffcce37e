"""One whole system for the tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from support.postgres import open_folder
from support.system import System, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A running `orderbell up` with the demo shops."""
    folder = open_folder()
    with running_system(folder / "data") as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)
