"""`orderbell shop qr`: a sheet of cards with QR codes, to be printed, cut and put on the tables."""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from orderbell_cli.address import is_loopback, public_url
from orderbell_cli.database import connected
from orderbell_cli.errors import Failed
from orderbell_cli.sheet_page import CARDS_PER_PAGE, Card, page

MAX_TABLES = 200
MAX_LABEL = 16
"""As many letters as an order's `table` may have (protocol.md)."""

_RANGE = re.compile(r"(?P<before>\D*)(?P<first>[0-9]{1,4})-(?:(?P=before))?(?P<last>[0-9]{1,4})")


def run(args: argparse.Namespace) -> int:
    """Write the sheet and say where it is."""
    labels = table_labels(args.tables) if args.tables is not None else None
    url = public_url(args.url, args.data)
    if url is None:
        raise Failed("`up` does not run here: say with --url where phones find the shop")
    with connected(args.data) as admin:
        names = admin.shop_names(args.slug)
    text = page(names, cards(url, args.slug, labels))
    if is_loopback(url):
        print(
            f"orderbell: phones cannot reach {url}: give --url, or in your own network start up with --host 0.0.0.0 --plain-http",
            file=sys.stderr,
        )
    if str(args.out) == "-":
        sys.stdout.buffer.write(text.encode())
        sys.stdout.flush()
        return 0
    file = args.out or Path(f"{args.slug}-qr.html")
    file.write_text(text, encoding="utf-8")
    number = len(labels or [None])
    pages = -(-number // CARDS_PER_PAGE)
    print(
        f"{file}: {_count(number, 'card')} on {_count(pages, 'page')}. Open it in a browser and print it on A4."
    )
    return 0


def cards(url: str, slug: str, labels: Sequence[str] | None) -> list[Card]:
    """Return a card for each table, or one for the whole shop."""
    link = f"{url}/s/{slug}"
    if labels is None:
        return [Card(link, link, None)]
    return [
        Card(f"{link}?table={quote(label, safe='')}", f"{link}?table={_typed(label)}", label)
        for label in labels
    ]


def _typed(label: str) -> str:
    """Return a label as it is typed into a browser: what is not ASCII stays readable."""
    return "".join(quote(letter, safe="") if letter.isascii() else letter for letter in label)


def table_labels(text: str) -> list[str]:
    """Read "1-20", "1,2,A3", "A1-A9,Bar": each table once, in the order given.

    Raises:
        Failed: there is none, too many, or one that cannot stand in an order.
    """
    found: dict[str, None] = {}
    for part in text.split(","):
        for label in _expanded(unicodedata.normalize("NFC", part).strip()):
            found[label] = None
            if len(found) > MAX_TABLES:
                raise Failed(f"--tables names more than {MAX_TABLES} tables: print them in several sheets")
    return list(found)


def _expanded(part: str) -> Iterator[str]:
    span = _RANGE.fullmatch(part)
    if span is None:
        yield _label(part)
        return
    first, last = span["first"], span["last"]
    if int(first) > int(last):
        raise Failed(f"--tables {part!r} runs backwards: the smaller number comes first")
    width = len(first) if first.startswith("0") else 0
    for number in range(int(first), int(last) + 1):
        yield _label(f"{span['before']}{number:0{width}}")


def _label(text: str) -> str:
    if not text:
        raise Failed("--tables has an empty place: 1-20, or 1,2,A3")
    if len(text) > MAX_LABEL or not text.isprintable():
        raise Failed(f"--tables {text!r} is no label: 1 to {MAX_LABEL} letters that can be printed")
    return text


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
