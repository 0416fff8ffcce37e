"""A shop and its menu, as the rules see them: frozen values, names in every language the menu has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from functools import cached_property
from typing import NamedTuple

Names = Mapping[str, str]
"""A text by language tag: {"zh-CN": "牛肉面", "en": "Beef noodles"}. Never empty."""

LANGUAGES = ("zh-CN", "en")
"""The languages that pages and menus speak."""


class Accepting(str, Enum):
    """Whether a shop takes orders: a switch of the shop's, never "is a socket open"."""

    OPEN = "open"
    BUSY = "busy"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True)
class Choice:
    """One choice of an option group; `price` is added to the item's, in minor units."""

    id: str
    name: Names
    price: int
    available: bool = True


@dataclass(frozen=True)
class OptionGroup:
    """Choices that belong together; between `min` and `max` of them are taken."""

    id: str
    name: Names
    min: int
    max: int
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Item:
    """Something to order. `unavailable_until` set and in the future means sold out until then."""

    id: str
    name: Names
    description: Names
    price: int
    available: bool = True
    unavailable_until: datetime | None = None
    options: tuple[OptionGroup, ...] = ()

    def is_available(self, at: datetime) -> bool:
        """Say whether it can be ordered at this moment."""
        if self.unavailable_until is not None:
            return self.unavailable_until <= at
        return self.available

    @cached_property
    def choices(self) -> dict[str, tuple[OptionGroup, Choice]]:
        """Every choice by its id, which is unique within the item."""
        return {choice.id: (group, choice) for group in self.options for choice in group.choices}


@dataclass(frozen=True)
class Category:
    """A heading of the menu."""

    id: str
    name: Names
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Menu:
    """What a shop sells, at one `version`: a new version for every change."""

    version: int
    categories: tuple[Category, ...]

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its id, which is unique within the shop."""
        return {item.id: item for category in self.categories for item in category.items}


class Openness(NamedTuple):
    """Whether a shop takes orders at a moment, with what goes with it."""

    accepting: Accepting
    busy_minutes: int | None
    paused_until: datetime | None

    @property
    def open(self) -> bool:
        """Orders are taken."""
        return self.accepting in (Accepting.OPEN, Accepting.BUSY)

    def at(self, now: datetime) -> Openness:
        """Return what holds at `now`: a pause ends by itself at its time."""
        if self.accepting is Accepting.PAUSED and self.paused_until is not None and self.paused_until <= now:
            return Openness(Accepting.OPEN, None, None)
        return self


class Ages(NamedTuple):
    """After how many minutes a ticket of the kitchen turns amber, and then red."""

    amber: int
    red: int


AGES = Ages(5, 10)
"""Those of a shop that says nothing else."""

ATTENDED = timedelta(seconds=30)
"""A screen that can be seen and heard says so with its pings, every few seconds: after this it no longer counts."""


@dataclass(frozen=True)
class Shop:
    """A shop without its menu. `locale` is the language its kitchen reads; money is in `currency`'s minor unit."""

    id: int
    slug: str
    name: Names
    locale: str
    currency: str
    timezone: str
    phone: str
    openness: Openness = field(default=Openness(Accepting.OPEN, None, None))
    menu_version: int = 1
    accept_seconds: int = 300
    ages: Ages = AGES
    attended: bool = False
    """A screen that can be seen and heard has said so lately."""


def pick(names: Names, language: str) -> str:
    """Return the text in `language`, or in the first language it has."""
    return names.get(language) or next(iter(names.values()))


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O: read aloud and read from two metres they are 1 and 0
_SHORT = len(_LETTERS) * 81


def pickup_code(nth: int) -> str:
    """Return the code called at the counter for the nth order of a shop's day (1, 2, 3, ...): A11, A12, ... Z99, AA11, ...

    Digits are 1 to 9. Unique for 48 600 orders a day, which is one every two seconds for 24 hours.
    """
    nth -= 1
    if nth < _SHORT:
        letters, rest = _LETTERS[nth // 81], nth % 81
    else:
        first, within = divmod(nth - _SHORT, _SHORT)
        letters, rest = _LETTERS[first % len(_LETTERS)] + _LETTERS[within // 81], within % 81
    return f"{letters}{rest // 9 + 1}{rest % 9 + 1}"
