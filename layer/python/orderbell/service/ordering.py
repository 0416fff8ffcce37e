"""Taking an order: once per key, priced by the shop, stored with its event before anybody is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from orderbell.domain.errors import KeyReused, NotFound, Refused
from orderbell.domain.menu import pickup_code
from orderbell.domain.order import Draft, Order
from orderbell.domain.placing import place
from orderbell.service.catalog import Catalog
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Claim, KeyTaken, Ledger, Secrets, Voice
from orderbell.service.wall import Wall


@dataclass(frozen=True)
class Placed:
    """An order, the token that shows it, and whether it had been placed before."""

    order: Order
    token: str
    replayed: bool


class Ring(Protocol):
    """What tells a shop's kitchens."""

    def __call__(self, shop_id: int, slug: str, claims: list[Claim] | None, /) -> None: ...


class Ordering:
    """The customer's side of orders over HTTP."""

    def __init__(
        self, ledger: Ledger, catalog: Catalog, secrets: Secrets, voice: Voice, ring: Ring,
        limiter: Limiter | None = None, *, wall: Wall,
    ) -> None:  # fmt: skip
        self._wall = wall
        self._ledger = ledger
        self._limiter = limiter or Limiter()
        self._catalog = catalog
        self._secrets = secrets
        self._voice = voice
        self._ring = ring

    def place(self, draft: Draft, key: str, fingerprint: bytes, peer: str = "") -> Placed:
        """Store an order of an address and ring its shop; the same key and draft again return the same order.

        On return the order is durable. Whether the ring reached a screen does not matter here: it is repeated until it did.

        Raises:
            UnknownShop, ShopClosed, Invalid, ItemUnavailable, PriceChanged: refused, nothing is stored.
            KeyReused: the key came before with another draft.
            RateLimited: too many orders come from this address, or to this shop, from all or from this phone number.
            Unavailable: nothing was stored, or its fate is unknown.
        """
        idem_hash = self._secrets.digest(key)
        try:
            self._limiter.ordering(peer)
            with self._ledger.hold(draft.shop) as books:
                held = books.held
                menu = self._catalog.menu(held.shop, held.epoch)
                order_id, number = self._secrets.new_order_id(), pickup_code(held.nth_today)
                order = place(held.shop, menu, draft, order_id=order_id, number=number, at=held.now)
                # Not before: what is refused must use up nothing of a shop or of a stranger's number. Drawn in the
                # transaction, which undoes it where it fails; who else wants these buckets waits for this shop anyway.
                self._limiter.order(held.shop.slug, draft.customer.phone)
                token = self._secrets.order_token(held.secret, order.id, key)
                books.place(
                    order,
                    self._voice.body(order),
                    idem_hash=idem_hash,
                    fingerprint=fingerprint,
                    token_hash=self._secrets.digest(token),
                )
                claims = books.commit()
        except (KeyTaken, Refused) as refusal:
            # What is refused now may have been placed before: the shop closed, or many order, and the first answer was lost.
            again = self._again(draft.shop, key, idem_hash, fingerprint)
            if again is not None:
                return again
            raise refusal
        self._ring(held.shop.id, held.shop.slug, claims)
        return Placed(order, token, replayed=False)

    def _again(self, shop: str, key: str, idem_hash: bytes, fingerprint: bytes) -> Placed | None:
        standing = self._ledger.standing(shop)
        if standing is None:
            return None
        self._wall.shop(standing.shop.id)  # it may have been refused before its shop was held
        found = self._ledger.by_key(shop, idem_hash)
        if found is None:
            return None
        if found.fingerprint != fingerprint:
            raise KeyReused("this Idempotency-Key was used for another order: take a new key for a new order")
        token = self._secrets.order_token(found.secret, found.order.id, key)
        return Placed(found.order.as_placed(), token, replayed=True)

    def show(self, order_id: str, token: str, peer: str = "") -> Order:
        """Return an order to who holds its token, or to a device of its shop.

        Raises:
            NotFound: there is no such order, or the token is not for it; the two look alike.
            RateLimited: too many requests with this token, or without a good one from this address.
        """
        self._wall.order(order_id)
        found = self._ledger.order_of(order_id)
        if found is not None:
            order, token_hash = found
            if self._secrets.same(token, token_hash):
                self._limiter.reads(peer, order=order.id)
                return order
            device = self._ledger.device(self._secrets.digest(token))
            if device is not None and device.shop == order.shop:
                self._limiter.reads(peer, device=device.id)
                return order
        self._limiter.reads(peer)
        raise NotFound("there is no such order, or the token is not for it")
