"""`orderbell kitchen`: pair a kitchen's screen, list the paired ones, shut one out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from orderbell_cli import tables
from orderbell_cli.database import connected
from orderbell_cli.folder import Folder
from orderbell_cli.links import kitchen_link

if TYPE_CHECKING:
    from orderbell.entry.operator import Admin


def run(args: argparse.Namespace) -> int:
    """Do what `kitchen VERB` asks for."""
    with connected(args.data) as admin:
        if args.verb == "pair":
            _pair(admin, args.slug, args.data)
        elif args.verb == "revoke":
            closed = admin.revoke(args.device)
            print(f"Revoked. {closed} connection{'' if closed == 1 else 's'} closed.")
        else:
            _list(admin)
    return 0


def _pair(admin: Admin, slug: str, data: Path) -> None:
    pairing = admin.pair(slug)
    print(f"Code   {pairing.code}   (once, until {tables.when(pairing.expires_at)})")
    running = Folder(data).running()
    if running:
        print(f"Link   {kitchen_link(running.url, pairing.code)}")


def _list(admin: Admin) -> None:
    devices = admin.devices()
    if not devices:
        print("No screens yet: `kitchen pair SLUG` gives a code for one.")
        return
    rows = [
        (
            d.id,
            d.shop,
            d.name,
            tables.when(d.created_at),
            tables.when(d.last_seen_at),
            tables.when(d.revoked_at),
        )
        for d in devices
    ]
    tables.show(("DEVICE", "SHOP", "NAME", "PAIRED", "LAST SEEN", "REVOKED"), rows)
