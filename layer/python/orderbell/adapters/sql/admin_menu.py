"""A shop's menu between the tables and the domain, for import and export."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from orderbell.adapters.menufile import ShopFile
from orderbell.adapters.sql.schema import category, choice, item, option_group
from orderbell.domain.menu import LANGUAGES, Category, Choice, Item, Names, OptionGroup

Categories = tuple[Category, ...]


def names(stored: Mapping[str, str]) -> Names:
    """Return names in the order of `LANGUAGES`: jsonb keeps none of its own."""
    return {tag: stored[tag] for tag in LANGUAGES if tag in stored}


def read(connection: sa.Connection, shop_id: int) -> Categories:
    """Return a shop's menu as it stands."""
    choices: dict[tuple[str, str], list[Choice]] = defaultdict(list)
    for row in _rows(connection, choice, shop_id):
        choices[row.item_id, row.group_id].append(
            Choice(row.choice_id, names(row.name), row.price, row.available)
        )
    groups: dict[str, list[OptionGroup]] = defaultdict(list)
    for row in _rows(connection, option_group, shop_id):
        taken = tuple(choices[row.item_id, row.group_id])
        group = OptionGroup(row.group_id, names(row.name), row.min_choices, row.max_choices, taken)
        groups[row.item_id].append(group)
    items: dict[str, list[Item]] = defaultdict(list)
    for row in _rows(connection, item, shop_id):
        items[row.category_id].append(
            Item(
                id=row.item_id,
                name=names(row.name),
                description=names(row.description),
                price=row.price,
                available=row.available,
                unavailable_until=row.unavailable_until,
                options=tuple(groups[row.item_id]),
            )
        )
    return tuple(
        Category(row.category_id, names(row.name), tuple(items[row.category_id]))
        for row in _rows(connection, category, shop_id)
    )


def replace_all(connection: sa.Connection, shop_id: int, menu: Categories) -> None:
    """Make `menu` the shop's menu. The caller holds the shop's row."""
    connection.execute(sa.delete(category).where(category.c.shop_id == shop_id))  # the rest goes with it
    rows: dict[sa.Table, list[dict[str, Any]]] = {category: [], item: [], option_group: [], choice: []}

    def add(table: sa.Table, position: int, **values: Any) -> None:
        rows[table].append({"shop_id": shop_id, "position": position, **values})

    for at, heading in enumerate(menu):
        add(category, at, category_id=heading.id, name=heading.name)
        for position, dish in enumerate(heading.items):
            add(
                item,
                position,
                item_id=dish.id,
                category_id=heading.id,
                name=dish.name,
                description=dish.description,
                price=dish.price,
                available=dish.available,
                unavailable_until=dish.unavailable_until,
            )
            for nth, group in enumerate(dish.options):
                of = {"item_id": dish.id, "group_id": group.id}
                add(option_group, nth, name=group.name, min_choices=group.min, max_choices=group.max, **of)
                for n, one in enumerate(group.choices):
                    add(
                        choice,
                        n,
                        choice_id=one.id,
                        name=one.name,
                        price=one.price,
                        available=one.available,
                        **of,
                    )
    for table, values in rows.items():
        if values:
            connection.execute(sa.insert(table), values)


def with_availability_of(shop_file: ShopFile, now: Categories) -> Categories:
    """Return the file's menu with the availability that the kitchen set, where the file does not say otherwise."""
    items = {dish.id: dish for heading in now for dish in heading.items}
    choices = {
        (dish.id, one.id): one.available for dish in items.values() for _, one in dish.choices.values()
    }

    def kept_item(dish: Item) -> Item:
        available, until = _kept(dish, items.get(dish.id), shop_file.restocked)
        options = tuple(
            replace(group, choices=tuple(kept_choice(dish.id, one) for one in group.choices))
            for group in dish.options
        )
        return replace(dish, available=available, unavailable_until=until, options=options)

    def kept_choice(item_id: str, one: Choice) -> Choice:
        if not one.available or f"{item_id}/{one.id}" in shop_file.restocked:
            return one
        return replace(one, available=choices.get((item_id, one.id), True))

    return tuple(
        replace(heading, items=tuple(map(kept_item, heading.items))) for heading in shop_file.categories
    )


def as_said(menu: Categories) -> Categories:
    """Return a menu as a file can say it: what is sold out until a moment is not sold out for good."""

    def said(dish: Item) -> Item:
        return (
            dish if dish.unavailable_until is None else replace(dish, available=True, unavailable_until=None)
        )

    return tuple(replace(heading, items=tuple(map(said, heading.items))) for heading in menu)


def _kept(dish: Item, before: Item | None, restocked: frozenset[str]) -> tuple[bool, datetime | None]:
    if not dish.available:
        return False, None
    if before is None or dish.id in restocked:
        return True, None
    return before.available, before.unavailable_until


def _rows(connection: sa.Connection, table: sa.Table, shop_id: int) -> sa.CursorResult[Any]:
    return connection.execute(sa.select(table).where(table.c.shop_id == shop_id).order_by(table.c.position))
