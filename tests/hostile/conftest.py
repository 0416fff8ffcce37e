"""One system that every attack of this folder is made on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile.cast import Cast, cast_of

from support.postgres import open_folder
from support.system import running_system


@pytest.fixture(scope="session")
def cast() -> Iterator[Cast]:
    """A running `orderbell up` with the demo shops, and everybody whom the attacks are about."""
    with open_folder() as folder:
        with running_system(folder / "data") as system:
            everybody = cast_of(system)
            yield everybody
            everybody.close()
        assert everybody.last_alarms() == []
