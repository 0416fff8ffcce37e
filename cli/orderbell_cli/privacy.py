"""`orderbell privacy`: everything about one phone number, to hand out or to erase."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orderbell_cli.database import connected
from orderbell_cli.errors import Failed

if TYPE_CHECKING:
    from orderbell.entry.operator import Admin

ENDED = ("completed", "rejected", "expired", "cancelled")


def run(args: argparse.Namespace) -> int:
    """Do what `privacy VERB` asks for. What is printed about it has the number masked."""
    from orderbell.domain.phone import is_phone
    from orderbell.wire.tokens import mask_phone

    number = args.phone.strip()
    if not is_phone(number):
        raise Failed("this is no phone number: digits, with spaces or dashes, and + before a country's code")
    shown = str(mask_phone(number))
    with connected(args.data) as admin:
        found = admin.orders_of(number)
        if args.verb == "export":
            _write(found, args.out, shown)
            return 0
        return _erase(admin, number, shown, json.loads(found)["orders"], args)


def _write(found: bytes, out: Path | None, shown: str) -> None:
    """Write the orders to a new file that only its owner can read, or to stdout."""
    orders = json.loads(found)["orders"]
    text = json.dumps({"orders": orders}, ensure_ascii=out is None, indent=2) + "\n"
    if out is None:
        sys.stdout.write(text)
        return
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Failed(f"{out} is there already: name a new file") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    print(f"{_orders(len(orders))} of {shown} written to {out}. It holds personal data.")


def _erase(
    admin: Admin, number: str, shown: str, orders: list[dict[str, str]], args: argparse.Namespace
) -> int:
    waiting = sum(order["status"] not in ENDED for order in orders)
    due = len(orders) if args.open else len(orders) - waiting
    left_alone = (
        "" if args.open or not waiting else f", and {waiting} open left alone (--open erases them too)"
    )
    print(f"{shown}: {_orders(due)} to erase{left_alone}.")
    if not due:
        return 1 if waiting else 0
    if not args.yes and not _agreed():
        print("Nothing was erased.")
        return 1
    erased = admin.erase(number, with_open=args.open)
    print(f"Erased: {_orders(erased.orders)}. Backups made before still hold them.")
    if erased.left:
        print(
            f"{_orders(erased.left)} left, open or in use: run it again when they are over.", file=sys.stderr
        )
    return 1 if erased.left else 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Failed("nobody can be asked here: add --yes")
    return input("Name, phone, address, notes and messages go for good. Erase? [y/N] ").strip().lower() in (
        "y",
        "yes",
    )


def _orders(count: int) -> str:
    return f"{count} order{'' if count == 1 else 's'}"
