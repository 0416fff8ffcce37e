"""What the operator does while pages are open, without the second that a command line of its own takes each time."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orderbell_cli.database import administration
from orderbell_cli.folder import Folder
from support.system import System

if TYPE_CHECKING:
    from orderbell.entry.operator import Admin


@contextmanager
def office(system: System) -> Iterator[Admin]:
    """Give the operator's commands on a system; its open pages are told."""
    with warnings.catch_warnings():
        # A command's process ends together with its lines to the gateway; this one goes on without them.
        warnings.simplefilter("ignore", ResourceWarning)
        yield administration(system.database_url, system.push_url, Folder(system.data).secret("push_token"))
        gc.collect()


def import_shop(system: System, menu: str) -> str:
    """Create or change a shop; return its slug."""
    with office(system) as admin:
        return admin.import_shop(menu, "menu.yaml")


def revoke(system: System, shop: str, name: str = "") -> None:
    """Revoke a shop's devices of this name, or all of them."""
    with office(system) as admin:
        for device in admin.devices():
            if device.shop == shop and device.revoked_at is None and name in (device.name, ""):
                admin.revoke(device.id)
