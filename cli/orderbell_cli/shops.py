"""`orderbell shop`: shops and menus, one readable YAML file each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orderbell_cli import tables
from orderbell_cli.database import connected
from orderbell_cli.errors import Failed

if TYPE_CHECKING:
    from orderbell.entry.operator import Admin


def run(args: argparse.Namespace) -> int:
    """Do what `shop VERB` asks for."""
    if args.verb == "qr":
        from orderbell_cli import sheets

        return sheets.run(args)
    text = _read(args.file) if args.verb == "import" else ""
    with connected(args.data) as admin:
        if args.verb == "import":
            print(f"Imported {admin.import_shop(text, str(args.file))}.")
        elif args.verb == "export":
            sys.stdout.write(admin.export_shop(args.slug))
        else:
            _list(admin)
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        raise Failed(f"{file}:{line}: is not UTF-8: save the file as UTF-8") from None


def _list(admin: Admin) -> None:
    shops = admin.shops()
    if not shops:
        print("No shops yet: `shop import FILE.yaml` makes one.")
        return
    rows = [(s.slug, s.name, s.currency, s.accepting, s.devices, s.open_orders) for s in shops]
    tables.show(("SLUG", "NAME", "CURRENCY", "ACCEPTING", "SCREENS", "OPEN ORDERS"), rows)
