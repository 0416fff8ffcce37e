"""`orderbell day SLUG`: a link that opens the owner's day page on a phone or a computer."""

from __future__ import annotations

import argparse

from orderbell_cli import tables
from orderbell_cli.address import is_loopback, public_url
from orderbell_cli.database import connected
from orderbell_cli.errors import Failed


def run(args: argparse.Namespace) -> int:
    """Print a fresh link: it pairs whoever opens it first, as a screen of the shop."""
    url = public_url(args.url, args.data)
    if url is None:
        raise Failed("`up` does not run here: say with --url where the owner finds the pages")
    with connected(args.data) as admin:
        pairing = admin.pair(args.slug)
    print(f"{url}/day/#pair={pairing.code}")
    print(
        f"Once, until {tables.when(pairing.expires_at)}. `kitchen list` and `kitchen revoke` hold for it too."
    )
    if is_loopback(url):
        print(
            "Only this computer can open it. For others: --url, or in a network of your own up --host 0.0.0.0 --plain-http"
        )
    return 0
