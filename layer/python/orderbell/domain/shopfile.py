"""What a menu file says, as a value; and how many decimals a currency has."""

from __future__ import annotations

from dataclasses import dataclass

from orderbell.domain.menu import AGES, Ages, Category, Names

# The currencies whose decimals are not two (ISO 4217).
_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4,
}  # fmt: skip


@dataclass(frozen=True)
class ShopFile:
    """What a menu file says. Whether the shop is open, its orders and its screens are not in it.

    An item or choice that is not `available` is sold out. `restocked` names those of which the file says
    outright that they are available: an item as "ITEM", a choice as "ITEM/CHOICE". Of the others the file
    says nothing, and an import leaves them as the kitchen set them.
    """

    slug: str
    name: Names
    locale: str
    currency: str
    timezone: str
    categories: tuple[Category, ...]
    phone: str = ""
    accept_seconds: int = 300
    position: int = 0
    ages: Ages = AGES
    restocked: frozenset[str] = frozenset()


def digits_of(currency: str) -> int:
    """Return how many decimals the currency's major unit has: 2 for CNY, 0 for JPY."""
    return _DIGITS.get(currency, 2)


def major(minor: int, digits: int) -> str:
    """Return minor units as the file writes them: 1250 is 12.50, and with no digits 1250."""
    return f"{minor // 10**digits}.{minor % 10**digits:0{digits}}" if digits else str(minor)
