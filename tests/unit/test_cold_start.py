"""A cold start pays for what its function uses and for nothing else: which modules each door imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOORS = sorted(path for path in ROOT.glob("function_*/*.py"))
HEAVY = (
    "sqlalchemy",
    "alembic",
    "requests",
    "yaml",
    "boto3",
    "pydantic",
    "aiohttp",
    "mako",
    "orderbell_gateway",
)

LOOK = "import importlib, json, sys; importlib.import_module(sys.argv[1]); print(json.dumps(sorted(sys.modules)))"


def modules_after_importing(door: Path) -> set[str]:
    """Return every module that is loaded once a door has been imported, in a process of its own."""
    environ = {"PYTHONPATH": os.pathsep.join([str(door.parent), str(ROOT / "layer/python")])}
    look = [sys.executable, "-c", LOOK, door.stem]
    done = subprocess.run(look, env=environ, capture_output=True, text=True, timeout=60, check=True)
    return set(json.loads(done.stdout))


def test_there_are_six_doors() -> None:
    assert len(DOORS) == 6


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.stem)
def test_a_door_imports_nothing_heavy_and_needs_no_settings(door: Path) -> None:
    loaded = modules_after_importing(door)
    assert "orderbell.entry" in loaded
    assert [name for name in HEAVY if name in loaded] == []
    if door.stem == "get_shop_info":
        assert "urllib3" not in loaded
