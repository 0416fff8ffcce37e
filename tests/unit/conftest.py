"""The doors of the functions, on a store in memory."""

from __future__ import annotations

import pytest

from support.doors import House
from support.layer import MemoryStore


@pytest.fixture
def house(memory: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> House:
    """Every function, wired to memory, with one shop and one kitchen screen's token."""
    return House(memory, monkeypatch)
