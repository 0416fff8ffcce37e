"""The bell: push what each connection lacks, from its cursor. May fail at any point; whoever comes next goes on.

A drain is run by whoever wrote, said hello, acked or pinged. Two drains at once are kept apart by a lease per connection, but
nothing depends on it: `events.prev` lets a screen see a gap or a repeat. After giving a lease back a drain looks again, for
an event that was written meanwhile by somebody who saw the lease taken: without that it would wait for the next ping.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from datetime import datetime
from functools import partial

from orderbell.domain.errors import ConnectionGone, PushFailed, Unavailable
from orderbell.domain.events import EventType
from orderbell.domain.menu import Menu
from orderbell.domain.order import Order
from orderbell.service.catalog import Catalog
from orderbell.service.ports import Claim, Connections, Follower, Ledger, Push, Standing, Voice

log = logging.getLogger("orderbell.delivery")

BUDGET_S = 2.0
"""A drain begins no new round after this: dead lines must not hold a function, and the customer waits for the answer."""

AT_ONCE = 8
"""Pushes at once, so that one dead line does not delay the next screen."""

_ABOUT_SHOP = (EventType.SHOP_UPDATED, EventType.MENU_UPDATED)


def _rounds() -> Iterator[None]:
    end = time.monotonic() + BUDGET_S
    while time.monotonic() < end:
        yield


class Delivery:
    """Rings kitchens, order followers and guests."""

    def __init__(
        self, ledger: Ledger, connections: Connections, catalog: Catalog, push: Push, voice: Voice
    ) -> None:
        self._ledger = ledger
        self._connections = connections
        self._catalog = catalog
        self._push = push
        self._voice = voice
        self._pool: ThreadPoolExecutor | None = None

    def ring_shop(self, shop_id: int, slug: str, claims: list[Claim] | None = None) -> None:
        """Push to every kitchen screen of a shop what it lacks, beginning with what the commit claimed.

        Never raises: the order is stored, and that is what counts.
        """
        self._quietly(lambda: self._drain(shop_id, slug, None, claims))

    def drain(self, shop_id: int, slug: str, connection_id: str) -> None:
        """Push to one kitchen screen what it lacks. Never raises."""
        self._quietly(lambda: self._drain(shop_id, slug, connection_id))

    def ring_order(self, order: Order) -> None:
        """Show an order's customers how it stands. Never raises."""
        self._quietly(lambda: self._ring_order(order))

    def ring_guests(self, slug: str, *, news: bool = True) -> None:
        """Show everybody on a shop's menu, and as `news` on its orders' pages, how it stands. Never raises."""
        self._quietly(lambda: self._ring_guests(slug, news))

    def ring_boards(self, shop_id: int) -> None:
        """Show a shop's boards what is in work and what is ready. Never raises. Without a board it is one query."""
        self._quietly(lambda: self._ring_boards(shop_id))

    def _ring_order(self, order: Order) -> None:
        for _ in _rounds():
            followers = self._connections.claim_followers(order.id, order.version)
            if not followers:
                return
            text = self._voice.order(order)
            self._each([partial(self._state, each, text, order.version) for each in followers])
            newer = self._ledger.order_of(order.id)
            order = newer[0] if newer is not None else order

    def _ring_guests(self, slug: str, news: bool) -> None:
        standing = self._catalog.standing(slug)
        customers = self._connections.customers(standing.shop.id) if news else []
        for _ in _rounds():  # what is left when the time is over is not told: it is news only
            if not customers:
                break
            self._say_shop(standing, customers[:AT_ONCE], self._news)
            customers = customers[AT_ONCE:]
        for _ in _rounds():
            guests = self._connections.claim_guests(standing.shop.id, standing.state_seq)
            if not guests:
                return
            self._say_shop(standing, guests, partial(self._state, sent=standing.state_seq))
            standing = self._catalog.standing(slug)

    def _ring_boards(self, shop_id: int) -> None:
        for _ in _rounds():
            screens = self._connections.claim_boards(shop_id)
            if not screens:
                return
            board = self._ledger.board(shop_id)
            text = self._voice.board(board)
            self._each([partial(self._state, each, text, board.seq) for each in screens])

    def _say_shop(
        self, standing: Standing, followers: list[Follower], say: Callable[[Follower, str], None]
    ) -> None:
        if not followers:
            return
        menu = self._catalog.menu(standing.shop, standing.epoch)
        texts = {lang: self._voice.shop(standing, menu, lang) for lang in {each.lang for each in followers}}
        self._each([partial(say, each, texts[each.lang]) for each in followers])

    def say(self, connection_id: str, text: str) -> None:
        """Answer a connection; one that is gone is forgotten.

        Raises:
            ConnectionGone: it is gone.
            PushFailed: it did not work; it may have arrived.
        """
        try:
            self._push.send(connection_id, text)
        except ConnectionGone:
            self._connections.remove(connection_id, gone=True)
            raise

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Forget a connection and close its socket, as far as that can be done."""
        self._quietly(lambda: self._connections.remove(connection_id))
        self.hang_up(connection_id, code, reason)

    def hang_up(self, connection_id: str, code: int, reason: str) -> None:
        """Close the socket of a connection that is forgotten already, as far as that can be done."""
        self._quietly(lambda: self._push.close(connection_id, code, reason))

    def _drain(
        self, shop_id: int, slug: str, connection_id: str | None, claims: list[Claim] | None = None
    ) -> None:
        if claims is None:
            claims = self._connections.claim(shop_id, connection_id)
        for _ in _rounds():
            if not claims:
                return
            shop = self._shop_of(slug, claims)
            if len(claims) == 1 and self._pushed(claims[0], shop):
                claims = self._connections.settle_and_claim(claims[0], shop_id, connection_id)
                continue
            if len(claims) > 1:
                self._each([partial(self._events, claim, shop) for claim in claims])
            claims = self._connections.claim(shop_id, connection_id)
        for claim in claims:  # the time is over: whoever comes next need not wait for these leases to end
            self._connections.release(claim.connection, claim.lease)

    def _shop_of(self, slug: str, claims: list[Claim]) -> tuple[Standing, Menu] | None:
        if not any(event.type in _ABOUT_SHOP for claim in claims for event in claim.events):
            return None
        standing = self._catalog.standing(slug)
        return standing, self._catalog.menu(standing.shop, standing.epoch)

    def _events(self, claim: Claim, shop: tuple[Standing, Menu] | None) -> None:
        if self._pushed(claim, shop):
            self._connections.settle(claim.connection, claim.lease, claim.events[-1].seq)

    def _pushed(self, claim: Claim, shop: tuple[Standing, Menu] | None) -> bool:
        text = self._voice.events(claim.epoch, claim.after, claim.events, shop, claim.lang)
        return self._send(claim.connection, claim.lease, text)

    def _state(self, follower: Follower, text: str, sent: int) -> None:
        if self._send(follower.connection, follower.lease, text):
            self._connections.settle(follower.connection, follower.lease, sent)

    def _news(self, follower: Follower, text: str) -> None:
        try:
            self.say(follower.connection, text)
        except (ConnectionGone, PushFailed):
            return

    def _send(self, connection_id: str, lease: datetime, text: str) -> bool:
        """Push, and note where it did not work: who is gone is forgotten, who failed is tried again later."""
        try:
            self._push.send(connection_id, text)
        except ConnectionGone:
            self._connections.remove(connection_id, gone=True)
        except PushFailed as error:
            log.warning("push failed", extra={"reason": str(error)})
            self._connections.failed(connection_id, lease)
        else:
            return True
        return False

    def _each(self, tasks: list[Callable[[], None]]) -> None:
        """Run the tasks; several at once, so that one dead line does not delay the next screen."""
        if len(tasks) == 1:
            tasks[0]()
            return
        if not tasks:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="push")
        # The copied context takes the request's id along.
        begun = [self._pool.submit(copy_context().run, task) for task in tasks]
        # All of them, though one may fail: they share this instance's database connection with what comes next.
        wait(begun)
        for done in begun:
            done.result()

    def _quietly(self, task: Callable[[], None]) -> None:
        try:
            task()
        except (Unavailable, ConnectionGone, PushFailed) as error:
            log.warning("not told now, told by whoever comes next", extra={"reason": str(error)})
        except Exception as error:  # a defect here must not turn a stored order into an error
            log.error("defect while telling", exc_info=error)
