"""`./dev chaos`: random faults on the whole system, and the proof that nothing was lost.

It starts a system of its own on free ports, with its data in a folder that is removed at the end. It ends with 0 only
if the checker found nothing and every kind of fault really met something.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
from pathlib import Path

from chaos.report import render
from chaos.run import Wish, run
from orderbell_cli.errors import Failed
from support.postgres import open_folder


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev chaos", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--seconds", type=_seconds, default=60.0, help="time for faults, before all is healed (60)"
    )
    parser.add_argument(
        "--orders", type=_orders, help="go on until so many orders were answered 2xx, however long it takes"
    )
    parser.add_argument("--seed", type=int, help="repeats the faults of another run (random)")
    parser.add_argument("--report", type=Path, help="write the report into this file too")
    parser.add_argument("--history", type=Path, help="keep the history, JSON lines, in this file")
    return parser.parse_args(words)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 86400")
    return seconds


def _orders(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of orders, 1 or more")
    return int(text)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def main(words: list[str]) -> int:
    """Run, print the report, and return the exit status."""
    given = _arguments(words)
    # Ctrl-C and an ordinary kill clean up alike. An ignored SIGINT is only a shell's way with background jobs.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))
    seed = given.seed if given.seed is not None else random.randrange(1_000_000)
    wish = Wish(seed, given.seconds, given.orders)
    _say(wish.command)
    with open_folder() as folder:
        try:
            outcome = run(wish, folder, given.history or folder / "history.jsonl", _say)
        except Failed as error:
            _say(f"chaos: {error}")
            return 1
        except KeyboardInterrupt:
            _say("chaos: stopped")
            return 130
    report = render(outcome)
    print(report, end="")  # noqa: T201
    if given.report is not None:
        given.report.write_text(report, encoding="utf-8")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
