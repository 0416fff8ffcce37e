"""What the tests of the command line share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.postgres import open_folder


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder to be made."""
    with open_folder() as folder:
        yield folder / "data"
