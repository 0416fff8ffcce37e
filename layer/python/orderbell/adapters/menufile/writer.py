"""Values to a file as a person would have written it: only what is not the default, a choice in one line."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from orderbell.domain.menu import AGES, LANGUAGES, Ages, Category, Choice, Item, Names, OptionGroup
from orderbell.domain.shopfile import ShopFile, digits_of, major

HEADER = """\
# A shop and its menu. Change it with any text editor, then: orderbell shop import THIS_FILE
# - A name is one text, or one for each language: {zh-CN: ..., en: ...}. Prices have a point: 26.00
# - Orders know things by their id (a-z, 0-9, -): keep it when a name or a price changes.
# - min and max: how many choices of a group a guest takes. min 1, max 1 is "pick one", min 0 "if you like".
# - "ages: {amber: 5, red: 10}" says after how many minutes a ticket in the kitchen turns amber, and red.
# - "available: false" is sold out, "available: true" is back; without it, it stays as the kitchen set it.
"""


def dump(shop_file: ShopFile) -> str:
    """Return the text of a menu file, from which `parse` reads the same value."""
    root = _Writer(shop_file).shop()
    # Long lines are not folded: a text in one line is easier to change.
    content: str = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=2**31)
    return HEADER + content


class _Writer:
    """Writes one file."""

    def __init__(self, shop_file: ShopFile) -> None:
        self.file, self.digits = shop_file, digits_of(shop_file.currency)

    def shop(self) -> yaml.Node:
        file = self.file
        return _block(
            slug=_plain(file.slug),
            name=self.names(file.name),
            locale=_plain(file.locale),
            currency=_plain(file.currency),
            timezone=_plain(file.timezone),
            phone=_plain(file.phone) if file.phone else None,
            accept_seconds=_plain(str(file.accept_seconds), "int") if file.accept_seconds != 300 else None,
            position=_plain(str(file.position), "int") if file.position else None,
            ages=self.ages(file.ages) if file.ages != AGES else None,
            menu=_rows(self.category(category) for category in file.categories),
        )

    def ages(self, ages: Ages) -> yaml.Node:
        amber, red = (_plain(str(minutes), "int") for minutes in ages)
        return _block(flow=True, amber=amber, red=red)

    def category(self, category: Category) -> yaml.Node:
        items = _rows(self.item(item) for item in category.items)
        return _block(id=_plain(category.id), name=self.names(category.name), items=items)

    def item(self, item: Item) -> yaml.Node:
        return _block(
            id=_plain(item.id),
            name=self.names(item.name),
            description=self.names(item.description, flow=False) if item.description else None,
            price=self.price(item.price),
            available=self.available(item.available, item.id),
            options=_rows(self.group(item, group) for group in item.options) if item.options else None,
        )

    def group(self, item: Item, group: OptionGroup) -> yaml.Node:
        return _block(
            id=_plain(group.id),
            name=self.names(group.name),
            min=_plain(str(group.min), "int"),
            max=_plain(str(group.max), "int"),
            choices=_rows(self.choice(item, choice) for choice in group.choices),
        )

    def choice(self, item: Item, choice: Choice) -> yaml.Node:
        return _block(
            flow=True,
            id=_plain(choice.id),
            name=self.names(choice.name),
            price=self.price(choice.price) if choice.price else None,
            available=self.available(choice.available, f"{item.id}/{choice.id}"),
        )

    def names(self, names: Names, flow: bool = True) -> yaml.Node:
        if set(names) == {self.file.locale}:
            return _plain(names[self.file.locale])
        return _block(flow=flow, **{tag: _plain(names[tag]) for tag in LANGUAGES if tag in names})

    def price(self, minor: int) -> yaml.Node:
        return _plain(major(minor, self.digits), "float" if self.digits else "int")

    def available(self, available: bool, path: str) -> yaml.Node | None:
        if available and path not in self.file.restocked:
            return None
        return _plain("true" if available else "false", "bool")


def _plain(value: str, kind: str = "str") -> yaml.Node:
    """A scalar; PyYAML quotes it where its text alone would mean another kind."""
    return yaml.ScalarNode(f"tag:yaml.org,2002:{kind}", value)


def _block(flow: bool = False, **fields: yaml.Node | None) -> yaml.Node:
    pairs = [(_plain(key), value) for key, value in fields.items() if value is not None]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)


def _rows(rows: Iterable[yaml.Node]) -> yaml.Node:
    return yaml.SequenceNode("tag:yaml.org,2002:seq", list(rows), flow_style=False)
