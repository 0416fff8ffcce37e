"""`orderbell orders`: how the latest orders reached their kitchens."""

from __future__ import annotations

import argparse
from datetime import datetime

from orderbell_cli import tables
from orderbell_cli.database import connected


def run(args: argparse.Namespace) -> int:
    """Print one line per order, newest first; what followed is in seconds after it was stored."""
    with connected(args.data) as admin:
        found = admin.orders(args.slug, args.last)
    if not found:
        print("No orders yet.")
        return 0
    rows = [
        (
            row.number,
            row.shop,
            row.status,
            tables.second(row.stored_at),
            _after(row.pushed_at, row.stored_at),
            _after(row.seen_at, row.stored_at),
            _after(row.accepted_at, row.stored_at),
        )
        for row in found
    ]
    tables.show(("NUMBER", "SHOP", "STATUS", "STORED", "PUSHED", "SEEN", "ACCEPTED"), rows)
    return 0


def _after(moment: datetime | None, start: datetime) -> str:
    return "-" if moment is None else f"+{(moment - start).total_seconds():.3f} s"
