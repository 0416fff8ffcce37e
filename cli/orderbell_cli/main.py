"""`orderbell`: the command line. Each command is one file; what one does not need it does not import."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from orderbell_cli.errors import Failed

PROGRAM = os.environ.get("ORDERBELL_PROGRAM", "orderbell")  # `./dev` says how it is called in a checkout


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 1 failed (one line says why), 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a shop's name must not end a command on an ASCII terminal
    args = _parser().parse_args(argv)
    try:
        sys.exit(_run(args))
    except Failed as error:
        _fail(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `| head` has seen enough
        sys.exit(0)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))


def _run(args: argparse.Namespace) -> int:
    if args.command == "up":
        return _up(args)
    from orderbell.domain.errors import OrderbellError

    try:
        return _command(args)
    except OrderbellError as error:
        raise Failed(str(error)) from None


def _up(args: argparse.Namespace) -> int:
    from orderbell.domain.errors import OrderbellError
    from orderbell_cli.network import Doors
    from orderbell_cli.up import Options, Up

    if args.port and args.port == args.internal_port:
        raise Failed("--port and --internal-port must differ: the second is not for the public")
    try:
        doors = Doors(args.plain_http, args.trust_proxy, args.tls_cert, args.tls_key)
        Up(Options(args.host, args.port, args.internal_port, args.data, not args.no_demo, doors)).run()
    except OrderbellError as error:
        raise Failed(str(error)) from None
    return 0


def _command(args: argparse.Namespace) -> int:
    if args.command == "db":
        return _db(args)
    if args.command == "doctor":
        from orderbell_cli import doctor

        return doctor.run(args.data)
    if args.command == "shop":
        from orderbell_cli import shops

        return shops.run(args)
    if args.command == "day":
        from orderbell_cli import day

        return day.run(args)
    if args.command == "orders":
        from orderbell_cli import orders

        return orders.run(args)
    if args.command == "privacy":
        from orderbell_cli import privacy

        return privacy.run(args)
    if args.command == "webhook":
        from orderbell_cli import webhook

        return webhook.run(args)
    from orderbell_cli import kitchens

    return kitchens.run(args)


def _db(args: argparse.Namespace) -> int:
    if args.verb == "prepare":
        from orderbell_cli import database

        return database.prepare(demo=not args.no_demo)
    from orderbell_cli import backup

    return backup.run(args)


def _fail(text: str) -> NoReturn:
    from orderbell_cli import tables

    print(f"orderbell: {tables.plain(' '.join(text.split()))}", file=sys.stderr, flush=True)
    sys.exit(1)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535, 0 is any free one")
    return int(text)


def _number(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 10000")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data", type=Path, default=Path(".orderbell"), help="data folder (default: .orderbell)"
    )
    parser = argparse.ArgumentParser(prog=PROGRAM, description="Food orders that reach the kitchen.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_up(commands.add_parser("up", parents=[data], help="start the whole system"))
    shop = commands.add_parser("shop", help="shops and their menus").add_subparsers(
        dest="verb", required=True
    )
    shop.add_parser("list", parents=[data], help="every shop, one line each")
    importing = shop.add_parser("import", parents=[data], help="create or change a shop from a YAML file")
    importing.add_argument("file", type=Path, metavar="FILE.yaml")
    shop.add_parser("export", parents=[data], help="print a shop as YAML").add_argument(
        "slug", metavar="SLUG"
    )
    _add_qr(shop.add_parser("qr", parents=[data], help="a sheet of QR codes to print, for the tables"))
    kitchen = commands.add_parser("kitchen", help="the kitchens' screens").add_subparsers(
        dest="verb", required=True
    )
    kitchen.add_parser("pair", parents=[data], help="a one-use pairing code").add_argument(
        "slug", metavar="SLUG"
    )
    kitchen.add_parser("list", parents=[data], help="every paired screen, one line each")
    revoke = kitchen.add_parser("revoke", parents=[data], help="shut one screen out at once")
    revoke.add_argument("device", metavar="DEVICE")
    day = commands.add_parser("day", parents=[data], help="a link that opens the owner's day page")
    day.add_argument("slug", metavar="SLUG")
    _add_url(day)
    _add_orders(commands.add_parser("orders", parents=[data], help="how the latest orders were delivered"))
    alerts = commands.add_parser("webhook", help="the owner's alerts").add_subparsers(
        dest="verb", required=True
    )
    alerts.add_parser("secret", parents=[data], help="print the secret that signs them")
    alerts.add_parser("test", parents=[data], help="send a signed test event and say what came back")
    _add_privacy(commands.add_parser("privacy", help="everything about one phone number"), data)
    commands.add_parser("doctor", parents=[data], help="check everything and say how to mend what is wrong")
    _add_db(commands.add_parser("db", help="back the database up, and put a backup in its place"), data)
    return parser


def _add_qr(sheet: argparse.ArgumentParser) -> None:
    sheet.add_argument("slug", metavar="SLUG")
    sheet.add_argument(
        "--tables", metavar="1-20", help="a card for each: 1-20, or 1,2,A3 (default: one for the shop)"
    )
    sheet.add_argument(
        "--out",
        type=Path,
        metavar="FILE.html",
        help="where to write it, - for stdout (default: SLUG-qr.html)",
    )
    _add_url(sheet)


def _add_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url", metavar="URL", help="where people reach the pages (default: where `up` runs now)"
    )


def _add_orders(orders: argparse.ArgumentParser) -> None:
    orders.add_argument("slug", nargs="?", metavar="SLUG", help="of one shop (default: of all)")
    orders.add_argument("--last", type=_number, default=20, metavar="N", help="how many (default: 20)")


def _add_privacy(parser: argparse.ArgumentParser, data: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    export = verbs.add_parser("export", parents=[data], help="every order with the number, as JSON")
    erase = verbs.add_parser("erase", parents=[data], help="erase name, phone, address, notes and messages")
    for verb in (export, erase):
        verb.add_argument("phone", metavar="PHONE", help="as it was given, or with +86")
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: stdout)")
    erase.add_argument("--open", action="store_true", help="orders that are not over, too")
    erase.add_argument("--yes", action="store_true", help="do not ask")


def _add_db(parser: argparse.ArgumentParser, data: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    backup = verbs.add_parser(
        "backup", parents=[data], help="write everything into a file, also while `up` runs"
    )
    restore = verbs.add_parser("restore", parents=[data], help="put a backup in the place of what is there")
    for verb in (backup, restore):
        verb.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="throw the orders that are there now away")
    verbs.add_parser(
        "new-epoch", parents=[data], help="after a restore by other means: let every screen begin anew"
    )
    verbs.add_parser("prepare").add_argument(
        "--no-demo", action="store_true"
    )  # what `up` calls; not in the help


def _add_up(up: argparse.ArgumentParser) -> None:
    up.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this computer only)"
    )
    up.add_argument("--port", type=_port, default=8080, help="public port (default: 8080)")
    up.add_argument(
        "--internal-port", type=_port, default=9000, help="port for pushes and metrics (default: 9000)"
    )
    up.add_argument(
        "--no-demo", action="store_true", help="do not load the demo shops into an empty database"
    )
    up.add_argument(
        "--plain-http",
        action="store_true",
        help="let others than this computer in without TLS: everybody on the network can read orders",
    )
    up.add_argument("--trust-proxy", action="store_true", help="a proxy with TLS stands before --host")
    up.add_argument("--tls-cert", type=Path, metavar="FILE.pem", help="serve https with this certificate")
    up.add_argument("--tls-key", type=Path, metavar="FILE.pem", help="and this private key")


if __name__ == "__main__":
    main()
