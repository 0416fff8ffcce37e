"""Orders written straight into a store's books, under the use cases."""

from __future__ import annotations

from dataclasses import replace

from orderbell.domain import placing
from orderbell.domain.events import EventType
from orderbell.domain.menu import Accepting, Openness, Shop, pickup_code
from orderbell.domain.order import Draft, Order
from orderbell.domain.status import Actor, Move
from orderbell.service.ports import Books, Claim, Connections
from orderbell.wire import tokens, voice
from support.food import DRAFT, MENU
from support.layer import Store, new_key

OPEN = Openness(Accepting.OPEN, None, None)
SLOW = Openness(Accepting.BUSY, 20, None)
CLOSED = Openness(Accepting.CLOSED, None, None)


def write_order(books: Books, key: str | None = None, draft: Draft = DRAFT) -> Order:
    """Put a new order into an open transaction and return it; nothing is committed."""
    held = books.held
    order = placing.place(
        held.shop,
        MENU,
        replace(draft, shop=held.shop.slug),
        order_id=tokens.new_order_id(),
        number=pickup_code(held.nth_today),
        at=held.now,
    )
    books.place(
        order,
        voice.body(order),
        idem_hash=tokens.digest(key or new_key()),
        fingerprint=b"print/+=",
        token_hash=tokens.digest(f"token of {order.id}"),
    )
    return order


def store_order(store: Store, shop: Shop, key: str | None = None) -> Order:
    """Store an order in a transaction of its own and return it."""
    with store.ledger().hold(shop.slug) as books:
        order = write_order(books, key)
        claims = books.commit()
    give_back(store, claims)
    return order


def store_move(store: Store, shop: Shop, order: Order, move: Move, minutes: int | None = None) -> Order:
    """Move an order for its kitchen, in a transaction of its own, and return it as it is then."""
    with store.ledger().hold(shop.slug) as books:
        before = books.order(order.id)
        assert before is not None
        after = before.move(move, Actor.KITCHEN, books.held.now, minutes=minutes)
        books.change(after, voice.body(after), EventType.ORDER_UPDATED)
        claims = books.commit()
    give_back(store, claims)
    return after


def store_events(store: Store, shop: Shop, count: int) -> None:
    """Store so many events about the shop, in one transaction."""
    with store.ledger().hold(shop.slug) as books:
        for number in range(count):
            books.set_openness(OPEN if number % 2 else SLOW)
        claims = books.commit()
    give_back(store, claims)


def give_back(store: Store, claims: list[Claim] | None) -> None:
    """End the leases that a commit took, without a push: these helpers are not about telling."""
    connections = store.connections()
    for claim in claims or ():
        connections.settle(claim.connection, claim.lease, claim.after)


def bound_kitchen(connections: Connections, shop: Shop, device: str, connection: str = "screen/+=") -> str:
    """Bind a kitchen's connection whose cursor is at 0, free to be claimed; return its id."""
    connections.add(connection)
    lease = connections.bind(connection, "kitchen", shop.id, device=device)
    connections.settle(connection, lease, 0, acked=0)
    return connection


def seqs(claim: Claim) -> list[int]:
    """Return the seqs of a claim's events."""
    return [event.seq for event in claim.events]
