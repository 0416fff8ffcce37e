"""Gateways for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.gateway.gateway_process import PROBE, TOKEN, GatewayProcess, running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., GatewayProcess]]:
    """Start gateways on the probe functions (or another root) with flags; each is stopped at the end."""
    with ExitStack() as stack:

        def begin(*flags: str, root: Path = PROBE, **environment: str) -> GatewayProcess:
            given = {"PUSH_TOKEN": TOKEN, "RECORD": str(tmp_path / "events.jsonl"), **environment}
            return stack.enter_context(running(root, *flags, **given))

        yield begin


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayProcess]:
    """One gateway with the usual settings, for tests that leave it as it was."""
    record = tmp_path_factory.mktemp("record") / "events.jsonl"
    with running(PROBE, PUSH_TOKEN=TOKEN, RECORD=str(record), COLOUR="blue") as gateway:
        gateway.facts["record"] = record
        yield gateway
