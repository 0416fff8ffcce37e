"""The wall around a shop: whose rows a call may touch, by who calls. The store holds to it whatever a statement says.

A call starts as nobody and sees no order, event, command, mark or alert at all. Who it is (a device's shop, an order's
token, the shop that an order is placed in) opens one shop or one order, and never a second one in the same call. Only the
sweep and the operator see everything. PostgreSQL enforces it by row-level security (docs/security.md).
"""

from __future__ import annotations

NOBODY = ""
EVERYTHING = "all"


class WallBreached(Exception):
    """A call reached for another shop than the one it is in: a defect, and nothing was stored."""


class Wall:
    """What one function instance may touch now. An instance deals with one call at a time."""

    def __init__(self, scope: str = NOBODY) -> None:
        self._scope = scope
        self._shop_of_order: int | None = None

    @property
    def scope(self) -> str:
        """What the store is told: '' for nobody, 'all', 'shop:ID' or 'order:UUID'."""
        return self._scope

    def nobody(self) -> None:
        """Begin a call: nothing is open."""
        self._scope, self._shop_of_order = NOBODY, None

    def everything(self) -> None:
        """Open every shop: for the sweep and the operator, never for what comes by the gateway."""
        self._scope, self._shop_of_order = EVERYTHING, None

    def order(self, order_id: str, shop_id: int | None = None) -> None:
        """Open one order for reading. Its shop may be opened after it where `shop_id` says which that is.

        Raises:
            WallBreached: this call is in a shop, or at another order.
        """
        scope = f"order:{order_id.lower()}"
        if self._scope == EVERYTHING:
            return
        if self._scope not in (NOBODY, scope):
            raise WallBreached(f"this call is at {self._scope} and may not read {scope}")
        self._scope, self._shop_of_order = scope, shop_id

    def shop(self, shop_id: int) -> None:
        """Open a shop, for a call that is nobody's yet, or at an order of this shop.

        Raises:
            WallBreached: this call is in another shop, or at an order that is not known to be of this one.
        """
        scope = f"shop:{shop_id}"
        if self._scope in (EVERYTHING, scope):
            return
        if self._scope != NOBODY and self._shop_of_order != shop_id:
            raise WallBreached(f"this call is at {self._scope} and may not touch {scope}")
        self._scope, self._shop_of_order = scope, None

    def lets_into(self, shop_id: int, order_id: str | None = None) -> bool:
        """Say whether rows of a shop, or of one order of it, can be read: for stores that have no wall of their own."""
        return self._scope in (EVERYTHING, f"shop:{shop_id}") or (
            order_id is not None and self._scope == f"order:{order_id.lower()}"
        )
