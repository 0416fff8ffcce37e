"""Everything about one phone number: to hand out, and to erase. For the operator."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from orderbell.adapters.sql import rows
from orderbell.adapters.sql.admin import AdminStore
from orderbell.adapters.sql.schema import shop
from orderbell.adapters.sql.statements_privacy import ERASE_THESE, TAIL, WITH_TAIL
from orderbell.domain import phone
from orderbell.domain.order import Order
from orderbell.domain.status import OPEN


@dataclass(frozen=True)
class ErasedOf:
    """How many orders of a number were erased, how many stay (open, or in use just now), and connections to be closed."""

    orders: int
    left: int
    connections: list[str]


class PrivacyStore(AdminStore):
    """The operator's store for one customer's orders, over all shops. Raises as AdminStore does."""

    def orders_of(self, number: str) -> list[Order]:
        """Return every order with this phone number, however it was written, oldest first."""
        with self._transaction() as connection:
            return _orders_of(connection, number)

    def erase(self, number: str, *, with_open: bool) -> ErasedOf:
        """Erase who ordered and what was said from the orders with this number; open ones only `with_open`.

        The shops are held meanwhile: no change that began before brings back what is erased.
        """
        with self._transaction() as connection:
            slugs = {order.shop for order in _orders_of(connection, number)}
            held = sa.select(shop.c.shop_id).where(shop.c.slug.in_(slugs)).order_by(shop.c.shop_id)
            connection.execute(held.with_for_update(key_share=True))
            theirs = _orders_of(connection, number)
            due = [order.id for order in theirs if with_open or order.status not in OPEN]
            erased, ended = connection.exec_driver_sql(ERASE_THESE, {"ids": due}).one()
            return ErasedOf(erased, len(theirs) - erased, sorted(ended))


def _orders_of(connection: sa.Connection, number: str) -> list[Order]:
    """Look up by the last digits, which every way to write a number has, and then compare whole numbers."""
    wanted = phone.plain(number)
    tail = re.sub("[^0-9]", "", wanted)[-TAIL:]
    found = [rows.order(tuple(row)) for row in connection.exec_driver_sql(WITH_TAIL, {"tail": tail})]
    return [order for order in found if phone.plain(order.customer.phone or "") == wanted]
