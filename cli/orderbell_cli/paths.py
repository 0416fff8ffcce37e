"""Where the parts of this checkout lie, and what its child processes are told about it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = tuple(ROOT / part for part in ("layer/python", "gateway", "cli"))


def child_environment() -> dict[str, str]:
    """Return our environment with the packages findable."""
    own = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    ours = [str(path) for path in PACKAGES if str(path) not in own]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(own + ours)}


def given_database() -> str | None:
    """Return the database that the environment names, None when it names none.

    Raises:
        SettingsError: it names half of one.
    """
    from orderbell.config import database_url

    names = ("DATABASE_URL", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME")
    return database_url(os.environ) if any(os.environ.get(name, "").strip() for name in names) else None


def given_push() -> tuple[str | None, str | None]:
    """Return the push endpoint and its secret as the environment names them."""
    return os.environ.get("PUSH_URL") or None, os.environ.get("PUSH_TOKEN") or None
