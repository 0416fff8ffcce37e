"""Nodes to values: what a shop, an item, an option group are made of, and what they may hold."""

from __future__ import annotations

import re

import yaml

from orderbell.adapters.menufile.fields import (
    Fields,
    WrongNode,
    compose,
    number,
    rows,
    scalar,
    short,
    text,
    timezone,
    word,
)
from orderbell.domain.errors import MenuError
from orderbell.domain.menu import AGES, LANGUAGES, Ages, Category, Choice, Item, Names, OptionGroup
from orderbell.domain.placing import MAX_TOTAL
from orderbell.domain.shopfile import ShopFile, digits_of, major

MAX_ITEMS = 500
MAX_CATEGORIES = 100
MAX_GROUPS = 20  # of an item
MAX_CHOICES = 50  # of a group
MAX_NAME, MAX_DESCRIPTION, MAX_PHONE = 80, 300, 40  # characters

_SHOP = ("slug", "name", "locale", "currency", "timezone", "menu")
_slug = word("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", "1 to 63 of a-z, 0-9 and '-', the first and last not '-'")
_id = word("[a-z0-9][a-z0-9-]{0,62}", "1 to 63 of a-z, 0-9 and '-', the first not '-'")
_language = word("|".join(LANGUAGES), " or ".join(LANGUAGES))
_currency = word("[A-Z]{3}", "three capital letters like CNY, EUR or USD")
_minutes = number(1, 240)
_flag = word("true|false", "true or false")
_PRICE = re.compile(r"([0-9]{1,15})(?:\.([0-9]+))?")


def parse(content: str, file: str) -> ShopFile:
    """Read a menu file from its text; `file` is its name for the messages.

    Raises:
        MenuError: `FILE:LINE: what is wrong, what is allowed`, for the first fault.
    """
    root = compose(content, file)
    if root is None:
        raise MenuError(f"{file}:1: the file is empty, a shop needs {', '.join(_SHOP)}")
    try:
        return _Reader().shop(root)
    except WrongNode as error:
        raise MenuError(f"{file}:{error.line}: {error}") from None


def _ages(node: yaml.Node, what: str) -> Ages:
    """Return after how many minutes a ticket turns amber and red."""
    fields = Fields(node, what, ("amber", "red"))
    ages = Ages(fields.need("amber", _minutes), fields.need("red", _minutes))
    if ages.amber >= ages.red:
        fields.fail("red", f"'red' of {what} must be more than its 'amber' of {ages.amber}, got {ages.red}")
    return ages


class _Reader:
    """Reads one file, and remembers what must not stand twice in it."""

    def __init__(self) -> None:
        self.locale, self.currency = LANGUAGES[0], ""
        self.categories: set[str] = set()
        self.items: set[str] = set()
        self.restocked: set[str] = set()

    def shop(self, node: yaml.Node) -> ShopFile:
        fields = Fields(node, "the shop", _SHOP, ("phone", "accept_seconds", "position", "ages"))
        self.locale, self.currency = fields.need("locale", _language), fields.need("currency", _currency)
        return ShopFile(
            slug=fields.need("slug", _slug),
            name=fields.need("name", self.names),
            locale=self.locale,
            currency=self.currency,
            timezone=fields.need("timezone", timezone),
            phone=fields.get("phone", text(MAX_PHONE), ""),
            accept_seconds=fields.get("accept_seconds", number(30, 3600), 300),
            position=fields.get("position", number(0, 9999), 0),
            ages=fields.get("ages", _ages, AGES),
            categories=fields.need("menu", rows(self.category, MAX_CATEGORIES)),
            restocked=frozenset(self.restocked),
        )

    def category(self, node: yaml.Node, _: str) -> Category:
        fields = Fields(node, "a category", ("id", "name", "items"))
        id_ = self.id(fields, self.categories, "category")
        return Category(
            id_, fields.need("name", self.names), fields.need("items", rows(self.item, MAX_ITEMS))
        )

    def item(self, node: yaml.Node, _: str) -> Item:
        fields = Fields(node, "an item", ("id", "name", "price"), ("description", "available", "options"))
        id_ = self.id(fields, self.items, "item")
        if len(self.items) > MAX_ITEMS:
            raise WrongNode(node, f"a shop must have at most {MAX_ITEMS} items, this is one more")
        groups: set[str] = set()
        choices: set[str] = set()

        def group(node: yaml.Node, _: str) -> OptionGroup:
            return self.group(node, id_, groups, choices)

        return Item(
            id=id_,
            name=fields.need("name", self.names),
            description=fields.get("description", self.description, {}),
            price=fields.need("price", self.price),
            available=self.available(fields, id_),
            options=fields.get("options", rows(group, MAX_GROUPS), ()),
        )

    def group(self, node: yaml.Node, item: str, groups: set[str], choices: set[str]) -> OptionGroup:
        fields = Fields(node, f"an option group of '{item}'", ("id", "name", "min", "max", "choices"))
        id_ = self.id(fields, groups, f"option group of '{item}'")

        def choice(node: yaml.Node, _: str) -> Choice:
            return self.choice(node, item, choices)

        least, most = fields.need("min", number(0, MAX_CHOICES)), fields.need("max", number(1, MAX_CHOICES))
        if least > most:
            fields.fail("min", f"'min' of '{id_}' must be at most its 'max', which is {most}, got {least}")
        taken = fields.need("choices", rows(choice, MAX_CHOICES))
        if not taken:
            fields.fail("choices", f"'{id_}' must have at least one choice")
        if least > len(taken):
            fields.fail("min", f"'min' of '{id_}' must be at most its {len(taken)} choices, got {least}")
        return OptionGroup(id_, fields.need("name", self.names), least, most, taken)

    def choice(self, node: yaml.Node, item: str, choices: set[str]) -> Choice:
        fields = Fields(node, f"a choice of '{item}'", ("id", "name"), ("price", "available"))
        id_ = self.id(fields, choices, f"choice of '{item}'")
        price = fields.get("price", self.price, 0)
        return Choice(id_, fields.need("name", self.names), price, self.available(fields, f"{item}/{id_}"))

    # What they share.

    def id(self, fields: Fields, seen: set[str], kind: str) -> str:
        """Return the id, which nothing else of its kind has; from here on the messages name it."""
        value = fields.need("id", _id)
        if value in seen:
            fields.fail("id", f"{kind} '{value}' stands twice, every id must be its own")
        seen.add(value)
        fields.what = f"{kind} '{value}'"
        return value

    def available(self, fields: Fields, path: str) -> bool:
        """Return whether it can be had, and remember where the file says so outright."""
        value = fields.get("available", _flag, "")
        if value == "true":
            self.restocked.add(path)
        return value != "false"

    def names(self, node: yaml.Node, what: str, limit: int = MAX_NAME) -> Names:
        """Return one text, which is in the shop's own language, or one for each language."""
        if not isinstance(node, yaml.MappingNode):
            return {self.locale: text(limit)(node, what)}
        fields = Fields(node, what, (), LANGUAGES)
        if not fields.values:
            raise WrongNode(node, f"{what} must not be empty")
        return {tag: fields.need(tag, text(limit)) for tag in LANGUAGES if tag in fields.values}

    def description(self, node: yaml.Node, what: str) -> Names:
        return self.names(node, what, MAX_DESCRIPTION)

    def price(self, node: yaml.Node, what: str) -> int:
        """Return the price in minor units."""
        value, digits = scalar(node, what), digits_of(self.currency)
        if value.startswith("-"):
            raise WrongNode(node, f"{what} must not be negative, got {short(value)}")
        found = _PRICE.fullmatch(value)
        if not found:
            raise WrongNode(
                node, f"{what} must be a number like {major(26 * 10**digits, digits)}, got {short(value)}"
            )
        whole, decimals = found[1], found[2] or ""
        if len(decimals) > digits:
            raise WrongNode(
                node, f"{what} must have at most {digits} decimals in {self.currency}, got {short(value)}"
            )
        minor = int(whole + decimals.ljust(digits, "0"))
        if minor > MAX_TOTAL:
            raise WrongNode(node, f"{what} must be at most {major(MAX_TOTAL, digits)}, got {short(value)}")
        return minor
