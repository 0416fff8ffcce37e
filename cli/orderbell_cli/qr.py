"""`python -m orderbell_cli.qr TEXT`: a QR code for the terminal. On its own, so that `up` stays small."""

from __future__ import annotations

import sys

import segno


def main() -> None:
    """Draw the code of the first argument."""
    segno.make(sys.argv[1], micro=False).terminal(compact=True, border=2)


if __name__ == "__main__":
    main()
