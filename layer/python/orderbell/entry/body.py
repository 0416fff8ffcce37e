"""The body of POST /bill: read whole, so that every wrong field is named at once (protocol.md 1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderbell.domain.errors import FieldError, Invalid, UnknownShop
from orderbell.domain.order import Customer, Draft, DraftLine
from orderbell.domain.placing import faults
from orderbell.domain.status import Service
from orderbell.service.catalog import Catalog
from orderbell.wire import frames as f
from orderbell.wire import parse


def read(raw: Any, catalog: Catalog) -> tuple[f.NewOrder, Draft]:
    """Return the order that parsed JSON asks for.

    Raises:
        Invalid: `errors` names what is wrong with its form, what its service needs and lacks, and, as the order is
            refused anyway, what the menu of its shop does not have.
    """
    if not isinstance(raw, dict):
        raise Invalid("some fields are wrong", (FieldError("", "the body must be a JSON object"),))
    errors: list[FieldError] = []
    new: f.NewOrder | None = None
    try:
        new = parse.convert(raw, f.NewOrder)
    except Invalid as error:
        errors.extend(error.errors)
    errors.extend(_lacks(raw))
    if new is None or errors:
        errors.extend(_not_on_the_menu(raw, catalog))
        named = {error.pointer: error for error in reversed(errors)}  # the first that is said of a field
        raise Invalid("some fields are wrong", tuple(reversed(named.values())))
    return new, _draft(new)


def _lacks(raw: dict[str, Any]) -> Iterator[FieldError]:
    """Say what the service needs and the body does not have."""
    service, customer = raw.get("service"), raw.get("customer")
    who = customer if isinstance(customer, dict) else {}
    if service == "delivery" and not who.get("address"):
        yield FieldError("/customer/address", "delivery needs an address")
    if service in ("pickup", "delivery") and not who.get("phone"):
        yield FieldError("/customer/phone", f"{service} needs a phone number")
    if service == "dine_in" and not raw.get("table"):
        yield FieldError("/table", "dine_in needs a table")


def _not_on_the_menu(raw: dict[str, Any], catalog: Catalog) -> list[FieldError]:
    slug, lines = raw.get("shop"), raw.get("lines")
    if not isinstance(slug, str) or not isinstance(lines, list):
        return []
    try:
        standing = catalog.standing(slug)
    except UnknownShop:
        return []
    menu = catalog.menu(standing.shop, standing.epoch)
    return faults(standing.shop, menu, _readable(lines[:50]), standing.now)


def _readable(lines: list[Any]) -> Iterator[tuple[int, DraftLine]]:
    """Yield the lines whose item and options can be looked up, whatever else is wrong with them."""
    for index, line in enumerate(lines):
        if not isinstance(line, dict) or not isinstance(line.get("item"), str):
            continue
        options = line.get("options", [])
        if isinstance(options, list) and all(isinstance(option, str) for option in options):
            yield index, DraftLine(line["item"], 1, tuple(options[:20]))


def _draft(new: f.NewOrder) -> Draft:
    return Draft(
        shop=new.shop,
        service=Service(new.service),
        table=new.table,
        customer=Customer(new.customer.name, new.customer.phone, new.customer.address),
        lines=tuple(
            DraftLine(line.item, line.quantity, tuple(line.options), line.note) for line in new.lines
        ),
        note=new.note,
        expected_total=new.expected_total,
    )
