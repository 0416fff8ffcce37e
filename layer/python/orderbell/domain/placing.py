"""How an order is placed: priced from the menu, or refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from orderbell.domain.errors import FieldError, Invalid, ItemUnavailable, PriceChanged, ShopClosed
from orderbell.domain.menu import Item, Menu, Shop, pick
from orderbell.domain.order import ChosenOption, Draft, DraftLine, HistoryEntry, Line, Order
from orderbell.domain.status import Actor, Status

MAX_TOTAL = 10**11
"""A sum above this is a mistake or an attack, in any currency. Far inside 64 bits."""


def place(shop: Shop, menu: Menu, draft: Draft, *, order_id: str, number: str, at: datetime) -> Order:
    """Price a draft from the menu and return the order.

    Raises:
        ShopClosed: the shop takes no orders at `at`.
        Invalid: an item, an option or a needed choice is wrong; every one is named.
        ItemUnavailable: something is sold out; every one is named.
        PriceChanged: `expected_total` is not the menu's sum.
    """
    if not shop.openness.at(at).open:
        raise ShopClosed("the shop takes no orders now")
    lines, invalid, sold_out = _price(shop, menu, enumerate(draft.lines), at)
    if invalid:
        raise Invalid("the order has wrong fields", tuple(invalid))
    if sold_out:
        raise ItemUnavailable("something in the order is sold out", tuple(sold_out))
    total = sum(line.amount for line in lines)
    if total > MAX_TOTAL:
        raise Invalid(
            "the order has wrong fields",
            (FieldError("/lines", f"the sum must be at most {MAX_TOTAL}, got {total}"),),
        )
    if draft.expected_total is not None and draft.expected_total != total:
        detail = f"the total is {total}, not {draft.expected_total}"
        raise PriceChanged(detail, (FieldError("/expected_total", detail),))
    return Order(
        id=order_id, number=number, shop=shop.slug, status=Status.PLACED, version=1, service=draft.service,
        table=draft.table, lines=tuple(lines), currency=shop.currency, note=draft.note, placed_at=at,
        accept_by=at + timedelta(seconds=shop.accept_seconds), customer=draft.customer,
        history=(HistoryEntry(Status.PLACED, at, Actor.CUSTOMER),),
    )  # fmt: skip


def faults(shop: Shop, menu: Menu, lines: Iterable[tuple[int, DraftLine]], at: datetime) -> list[FieldError]:
    """Return what is wrong with lines, each given with its number, by the menu: for a draft that is refused anyway."""
    return _price(shop, menu, lines, at)[1]


def _price(
    shop: Shop, menu: Menu, wanted: Iterable[tuple[int, DraftLine]], at: datetime
) -> tuple[list[Line], list[FieldError], list[FieldError]]:
    """Price every line, and gather every fault instead of stopping at the first."""
    lines: list[Line] = []
    invalid: list[FieldError] = []
    sold_out: list[FieldError] = []
    for index, line in wanted:
        at_line = f"/lines/{index}"
        item = menu.items.get(line.item)
        if item is None:
            invalid.append(FieldError(f"{at_line}/item", f"no item {line.item!r} on the menu"))
            continue
        if not item.is_available(at):
            sold_out.append(FieldError(f"{at_line}/item", f"{line.item} is sold out"))
        chosen = _choose(shop, item, line, at_line, invalid, sold_out)
        unit_price = item.price + sum(option.price for option in chosen)
        lines.append(
            Line(item.id, pick(item.name, shop.locale), line.quantity, unit_price, chosen, line.note)
        )
    return lines, invalid, sold_out


def _choose(
    shop: Shop,
    item: Item,
    line: DraftLine,
    at_line: str,
    invalid: list[FieldError],
    sold_out: list[FieldError],
) -> tuple[ChosenOption, ...]:
    taken: dict[str, int] = {group.id: 0 for group in item.options}
    chosen: list[ChosenOption] = []
    for index, option_id in enumerate(line.options):
        pointer = f"{at_line}/options/{index}"
        found = item.choices.get(option_id)
        if found is None:
            invalid.append(FieldError(pointer, f"{item.id} has no option {option_id!r}"))
            continue
        group, choice = found
        if option_id in line.options[:index]:
            invalid.append(FieldError(pointer, f"option {option_id!r} stands twice"))
            continue
        if not choice.available:
            sold_out.append(FieldError(pointer, f"{option_id} is sold out"))
        taken[group.id] += 1
        chosen.append(ChosenOption(choice.id, pick(choice.name, shop.locale), choice.price))
    for group in item.options:
        if not group.min <= taken[group.id] <= group.max:
            bounds = f"{group.min}" if group.min == group.max else f"{group.min} to {group.max}"
            detail = f"{item.id} takes {bounds} of {group.id!r}, got {taken[group.id]}"
            invalid.append(FieldError(f"{at_line}/options", detail))
    return tuple(chosen)
