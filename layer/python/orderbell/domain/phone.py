"""Phone numbers as people write them."""

from __future__ import annotations

import re

SHORTEST = 4
"""Digits of the shortest number that an order may have."""

_HOME = re.compile(r"^(\+86|0086|86(?=1[0-9]{10}$))")
"""The country code of a number at home; without a plus only before a mobile number, which nothing else looks like."""


def plain(typed: str) -> str:
    """Return what tells numbers apart: '+86 138-0000-1234', '0086 13800001234' and '13800001234' are one number.

    Spaces, dashes, dots, slashes and brackets do not matter, nor does the 0 before an area code. A number abroad begins with '+'.
    """
    digits = re.sub(r"[^0-9+]", "", typed)
    abroad = re.sub(r"^00", "+", home) if (home := _HOME.sub("", digits)) == digits else home
    return abroad if abroad.startswith("+") else re.sub(r"^0", "", abroad)


def is_phone(typed: str) -> bool:
    """Say whether a text can be a phone number at all."""
    return bool(re.fullmatch(r"\+?[0-9][0-9 ()./-]*", typed)) and len(plain(typed)) >= SHORTEST
