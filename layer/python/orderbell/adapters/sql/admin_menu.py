"""Shops and their menus between the tables and the menu files, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from psycopg2 import errorcodes
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError

from orderbell.adapters.sql.schema import category, choice, event, item, option_group, shop
from orderbell.adapters.sql.schema_report import availability
from orderbell.domain.errors import MenuError
from orderbell.domain.events import EventType
from orderbell.domain.menu import LANGUAGES, Ages, Category, Choice, Item, Names, OptionGroup
from orderbell.domain.shopfile import ShopFile

Categories = tuple[Category, ...]


@dataclass(frozen=True)
class ImportResult:
    """What an import did. A new shop is created and changed; the same file again is neither."""

    slug: str
    created: bool
    changed: bool


def names(stored: Mapping[str, str]) -> Names:
    """Return names in the order of `LANGUAGES`: jsonb keeps none of its own."""
    return {tag: stored[tag] for tag in LANGUAGES if tag in stored}


def import_file(connection: sa.Connection, shop_file: ShopFile) -> ImportResult:
    """Create the shop, or bring it to what the file says. Raises MenuError: its zone is unknown."""
    _know_timezone(connection, shop_file)
    settings = _settings(shop_file)
    held = sa.select(shop).where(shop.c.slug == shop_file.slug).with_for_update()
    row = connection.execute(held).one_or_none()
    if row is None:
        new = insert(shop).values(slug=shop_file.slug, secret=secrets.token_bytes(32), **settings)
        shop_id = connection.scalar(new.on_conflict_do_nothing().returning(shop.c.shop_id))
        if shop_id is not None:
            _replace_all(connection, shop_id, shop_file.categories)
            return ImportResult(shop_file.slug, created=True, changed=True)
        row = connection.execute(held).one()  # somebody else was first
    now = _read(connection, row.shop_id)
    menu = _with_availability_of(shop_file, now)
    if (settings, menu) == (_settings(_as_file(row, now)), now):
        return ImportResult(shop_file.slug, created=False, changed=False)
    _replace_all(connection, row.shop_id, menu)
    seq = row.last_seq + 1
    up = {"menu_version": row.menu_version + 1, "last_seq": seq, "state_seq": seq}
    connection.execute(sa.update(shop).where(shop.c.shop_id == row.shop_id).values(**settings, **up))
    told = {"shop_id": row.shop_id, "seq": seq, "type": EventType.MENU_UPDATED.value}
    connection.execute(sa.insert(event).values(told))
    _note_marks(connection, {"shop_id": row.shop_id, "seq": seq, "at": sa.func.now()}, now, menu)
    return ImportResult(shop_file.slug, created=False, changed=True)


def _note_marks(
    connection: sa.Connection, of: Mapping[str, Any], before: Categories, after: Categories
) -> None:
    """Note which items a file marked as there or sold out: the owner's report would else say that they still are not."""
    was = {dish.id: dish for heading in before for dish in heading.items}
    for heading in after:
        for dish in heading.items:
            known = was.get(dish.id, dish)
            mark = {"available": dish.available, "until": dish.unavailable_until}
            if (known.available, known.unavailable_until) != tuple(mark.values()):
                connection.execute(sa.insert(availability).values(item_id=dish.id, **of, **mark))


def export_file(connection: sa.Connection, row: sa.Row[Any]) -> ShopFile:
    """Return the shop of a row as a menu file says it."""
    return _as_file(row, _as_said(_read(connection, row.shop_id)))


def _know_timezone(connection: sa.Connection, shop_file: ShopFile) -> None:
    """Refuse a zone that Python knows and PostgreSQL does not: every order of the shop would fail."""
    try:
        connection.execute(sa.text("SELECT now() AT TIME ZONE :zone"), {"zone": shop_file.timezone})
    except DBAPIError as error:
        if getattr(error.orig, "pgcode", None) != errorcodes.INVALID_PARAMETER_VALUE:
            raise
        zone = shop_file.timezone
        raise MenuError(f"{shop_file.slug}: the database does not know the time zone {zone!r}") from None


def _settings(shop_file: ShopFile) -> dict[str, Any]:
    return {
        "name": dict(shop_file.name),
        "locale": shop_file.locale,
        "currency": shop_file.currency,
        "timezone": shop_file.timezone,
        "phone": shop_file.phone,
        "accept_seconds": shop_file.accept_seconds,
        "position": shop_file.position,
        "amber_minutes": shop_file.ages.amber,
        "red_minutes": shop_file.ages.red,
    }


def _as_file(row: sa.Row[Any], menu: Categories) -> ShopFile:
    return ShopFile(
        slug=row.slug,
        name=names(row.name),
        locale=row.locale,
        currency=row.currency,
        timezone=row.timezone,
        categories=menu,
        phone=row.phone,
        accept_seconds=row.accept_seconds,
        position=row.position,
        ages=Ages(row.amber_minutes, row.red_minutes),
    )


def _read(connection: sa.Connection, shop_id: int) -> Categories:
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


def _replace_all(connection: sa.Connection, shop_id: int, menu: Categories) -> None:
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


def _with_availability_of(shop_file: ShopFile, now: Categories) -> Categories:
    """Return the file's menu, as available as the kitchen set it where the file does not say otherwise."""
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


def _as_said(menu: Categories) -> Categories:
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
