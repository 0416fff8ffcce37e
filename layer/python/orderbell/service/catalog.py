"""Shops and their menus. A menu is kept per instance for as long as its version is the shop's."""

from __future__ import annotations

from datetime import datetime

from orderbell.domain.errors import UnknownShop
from orderbell.domain.menu import Menu, Shop
from orderbell.service.ports import Ledger, Standing


class Catalog:
    """What is sold where."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._menus: dict[int, tuple[str, Menu]] = {}

    def shops(self) -> tuple[list[Shop], datetime]:
        """Return every shop and the time."""
        return self._ledger.shops()

    def standing(self, slug: str) -> Standing:
        """Return where a shop stands.

        Raises:
            UnknownShop: no shop has this slug.
        """
        standing = self._ledger.standing(slug)
        if standing is None:
            raise UnknownShop(f"there is no shop {slug!r}")
        return standing

    def menu(self, shop: Shop, epoch: str) -> Menu:
        """Return the shop's menu at its present version: 30 items are read once, not with each order.

        A restored database may come to the same version with another menu; its epoch is another one.
        """
        kept_epoch, menu = self._menus.get(shop.id, ("", None))
        if menu is None or menu.version != shop.menu_version or kept_epoch != epoch:
            menu = self._ledger.menu(shop.id)
            self._menus[shop.id] = (epoch, menu)
        return menu
