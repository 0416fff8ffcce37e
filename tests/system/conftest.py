"""One whole system for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.postgres import open_folder
from support.system import System, running_system


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """A running `orderbell up` with the demo shops."""
    with open_folder() as folder, running_system(folder / "data") as running:
        yield running
