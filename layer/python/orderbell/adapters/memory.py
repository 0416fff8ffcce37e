"""The ledger in this process: for tests, for a demo without a database, and as the reference of the contract.

`MemoryLedger` is `service.ports.Ledger` on a `MemoryWorld`; the sockets are in `memory_connections`.
A transaction is staged in its `MemoryBooks`, and commit() puts it into the world all at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from orderbell.adapters.memory_world import EventRow, MarkRow, MemoryWorld, OrderRow, ShopRow
from orderbell.domain.board import KEPT, LATE, Board, Row, gather, shows
from orderbell.domain.errors import Unavailable, UnknownShop
from orderbell.domain.events import EventType, Logged
from orderbell.domain.menu import Item, Menu, Openness, Shop
from orderbell.domain.order import Order
from orderbell.domain.status import OPEN, Status
from orderbell.service.ports import Device, Held, Keyed, KeyTaken, Standing
from orderbell.service.wall import Wall

__all__ = ["MemoryBooks", "MemoryLedger", "MemoryWorld"]

RENEW = timedelta(days=30)
HOLD_WAIT_S = 2.0
"""Whoever waits longer for a shop than this is told to come again, as PostgreSQL's lock_timeout does."""


def is_unseen(order: Order) -> bool:
    """Say whether an order waits for a first screen; one that ended before was never seen."""
    return order.seen_at is None and order.status in OPEN


class MemoryBooks:
    """A transaction on one shop: staged here, seen by nobody else until commit()."""

    def __init__(self, world: MemoryWorld, row: ShopRow) -> None:
        now = world.clock()
        today = now.astimezone(ZoneInfo(row.shop.timezone)).date()
        mine = [order for order in world.orders.values() if order.shop_id == row.shop.id]
        nth = 1 + sum(order.business_day == today for order in mine)
        self.held = Held(row.shop, row.epoch, row.last_seq, row.secret, now, today, nth)
        self._world = world
        self._row = row
        self._orders: dict[str, OrderRow] = {}
        self._events: list[EventRow] = []
        self._results: dict[tuple[str, str], str] = {}
        self._marks: list[MarkRow] = []

    def order(self, order_id: str) -> Order | None:
        """Return an order of this shop, or None."""
        found = self._find(order_id)
        return None if found is None else found.order

    def result(self, actor: str, command_id: str) -> str | None:
        """Return the stored answer to a command."""
        with self._world.data() as world:
            return self._results.get((actor, command_id)) or world.results.get((actor, command_id))

    def unseen(self, seq: int, limit: int) -> list[Order]:
        """Return at most `limit` orders placed at or before `seq` that no screen has shown yet, oldest first."""
        with self._world.data() as world:
            rows = sorted({**world.orders, **self._orders}.values(), key=lambda row: row.placed_seq)
        mine = [row for row in rows if row.shop_id == self.held.shop.id and row.placed_seq <= seq]
        return [row.order for row in mine if is_unseen(row.order)][:limit]

    def overdue(self, limit: int) -> list[Order]:
        """Return at most `limit` placed orders whose `accept_by` is past, oldest first."""
        with self._world.data() as world:
            rows = sorted({**world.orders, **self._orders}.values(), key=lambda row: row.placed_seq)
        mine = [row.order for row in rows if row.shop_id == self.held.shop.id]
        late = [order for order in mine if order.accept_by <= self.held.now]
        return [order for order in late if order.status is Status.PLACED][:limit]

    def place(
        self, order: Order, body: str, *, idem_hash: bytes, fingerprint: bytes, token_hash: bytes
    ) -> int:
        """Store a new order and its event; return the seq."""
        seq = self._log(EventType.ORDER_PLACED, order.id, body)
        shop_id, day = self.held.shop.id, self.held.today
        self._orders[order.id] = OrderRow(order, shop_id, seq, day, idem_hash, fingerprint, token_hash)
        return seq

    def change(self, order: Order, body: str, kind: EventType, *, board: bool = False) -> int:
        """Store a changed order and its event; return the seq."""
        stored = self._find(order.id)
        if stored is None or stored.order.version != order.version - 1:
            raise AssertionError("an order changed under its shop's lock")
        self._orders[order.id] = replace(stored, order=order, erased=False)
        seq = self._log(kind, order.id, body)
        self._row = replace(self._row, board_seq=seq if board else self._row.board_seq)
        return seq

    def attended(self) -> bool:
        """Say whether a screen of this shop can be seen and heard."""
        with self._world.data() as world:
            return world.attended(self.held.shop.id)

    def set_attended(self, attended: bool) -> int:
        """Store whether the shop is attended, and its event; return the seq."""
        self._row = replace(self._row, shop=replace(self._row.shop, attended=attended))
        return self._log_about_shop(EventType.SHOP_UPDATED)

    def set_openness(self, openness: Openness) -> int:
        """Store whether the shop takes orders, and its event; return the seq."""
        self._row = replace(self._row, shop=replace(self._row.shop, openness=openness))
        return self._log_about_shop(EventType.SHOP_UPDATED)

    def set_available(
        self, item_id: str, available: bool, *, today: bool, device: str | None = None
    ) -> int | None:
        """Store whether an item is there, who says so, and its event; None where there is no such item."""
        menu = self._row.menu
        if item_id not in menu.items:
            return None
        tomorrow, zone = self.held.today + timedelta(days=1), ZoneInfo(self.held.shop.timezone)
        midnight = datetime.combine(tomorrow, time(), zone)
        until = midnight.astimezone(timezone.utc) if today else None

        def marked(item: Item) -> Item:
            return replace(item, available=available, unavailable_until=until) if item.id == item_id else item

        categories = tuple(replace(part, items=tuple(map(marked, part.items))) for part in menu.categories)
        menu = Menu(menu.version + 1, categories)
        self._row = replace(self._row, menu=menu, shop=replace(self._row.shop, menu_version=menu.version))
        self._marks.append(MarkRow(self.held.shop.id, item_id, device, self.held.now, available, until))
        return self._log_about_shop(EventType.MENU_UPDATED)

    def remember(self, actor: str, command_id: str, result: str) -> None:
        """Store the answer to a command."""
        self._results[(actor, command_id)] = result

    def commit(self) -> None:
        """Put everything into the world at once; ask the connections. Raises KeyTaken, Unavailable."""
        with self._world.data() as world:
            shop_id = self.held.shop.id
            if any(world.keys.get((shop_id, row.idem_hash), key) != key for key, row in self._orders.items()):
                raise KeyTaken
            world.shops[shop_id] = self._row
            world.orders.update(self._orders)
            world.keys.update({(shop_id, row.idem_hash): row.order.id for row in self._orders.values()})
            world.logs[shop_id].extend(self._events)
            world.results.update(self._results)
            world.marks.extend(self._marks)

    def _find(self, order_id: str) -> OrderRow | None:
        with self._world.data() as world:
            found = self._orders.get(order_id.lower()) or world.orders.get(order_id.lower())
            return found if found is not None and found.shop_id == self.held.shop.id else None

    def _log(self, kind: EventType, order_id: str | None, body: str | None) -> int:
        seq = self._row.last_seq + 1
        self._row = replace(self._row, last_seq=seq)
        self._events.append(EventRow(seq, kind, self.held.now, order_id, body))
        return seq

    def _log_about_shop(self, kind: EventType) -> int:
        seq = self._log(kind, None, None)
        self._row = replace(self._row, state_seq=seq)
        return seq


class MemoryLedger:
    """Shops, orders and logs in memory."""

    def __init__(self, world: MemoryWorld, wall: Wall) -> None:
        self._world = world
        self._wall = wall

    @contextmanager
    def hold(self, slug: str) -> Iterator[MemoryBooks]:
        """Open a transaction that owns a shop's log. Raises UnknownShop, Unavailable, WallBreached."""
        with self._world.data() as world:
            row = world.named(slug)
            if row is None:
                raise UnknownShop(f"there is no shop {slug!r}")
            shop_id, turn = row.shop.id, world.turns[row.shop.id]
        if not turn.acquire(timeout=HOLD_WAIT_S):
            raise Unavailable("somebody else holds this shop")
        try:
            self._wall.shop(shop_id)
            with self._world.data() as world:
                books = MemoryBooks(world, world.shops[shop_id])
            yield books
        finally:
            turn.release()

    def by_key(self, slug: str, idem_hash: bytes) -> Keyed | None:
        """Return the order that an Idempotency-Key made."""
        with self._world.data() as world:
            row = world.named(slug)
            order_id = None if row is None else world.keys.get((row.shop.id, idem_hash))
            if row is None or order_id is None or not self._wall.lets_into(row.shop.id):
                return None
            found = world.orders[order_id]
            return Keyed(found.order, found.fingerprint, row.secret)

    def order_of(self, order_id: str) -> tuple[Order, bytes] | None:
        """Return an order and its token's hash."""
        with self._world.data() as world:
            found = world.orders.get(order_id.lower())
            if found is None or not self._wall.lets_into(found.shop_id, order_id):
                return None
            return found.order, found.token_hash

    def shops(self) -> tuple[list[Shop], datetime]:
        """Return every shop, in the operator's order, and the clock."""
        with self._world.data() as world:
            rows = sorted(world.shops.values(), key=lambda row: (row.position, row.shop.slug))
            return [row.shop for row in rows], world.clock()

    def standing(self, slug: str) -> Standing | None:
        """Return where a shop stands."""
        with self._world.data() as world:
            row = world.named(slug)
            return (
                None
                if row is None
                else Standing(row.shop, row.epoch, row.last_seq, row.state_seq, world.clock(), row.kept_seq)
            )

    def menu(self, shop_id: int) -> Menu:
        """Return a shop's menu with its version."""
        with self._world.data() as world:
            return world.shops[shop_id].menu

    def has_unseen(self, shop_id: int, seq: int) -> bool:
        """Say whether an order placed at or before `seq` was never on a screen."""
        with self._world.data() as world:
            rows = [row for row in world.of_shop(shop_id, self._wall) if row.placed_seq <= seq]
            return any(is_unseen(row.order) for row in rows)

    def snapshot(self, shop_id: int) -> tuple[str, int, list[Order]]:
        """Return (epoch, seq, open orders oldest first) as of one moment."""
        with self._world.data() as world:
            row = world.shops[shop_id]
            rows = sorted(world.of_shop(shop_id, self._wall), key=lambda found: found.placed_seq)
            mine = [found.order for found in rows]
            return row.epoch, row.last_seq, [order for order in mine if order.status in OPEN]

    def board(self, shop_id: int) -> Board:
        """Return the guests' board as of one moment."""
        with self._world.data() as world:
            row, now = world.shops[shop_id], world.clock()
            today = now.astimezone(ZoneInfo(row.shop.timezone)).date()
            mine = world.of_shop(shop_id, self._wall)
            latest = {
                found.order.number: found for found in sorted(mine, key=lambda found: found.business_day)
            }
            shown = [
                found.order
                for found in latest.values()
                if shows(found.order)
                and found.order.placed_at > now - KEPT
                and (found.business_day >= today or found.order.placed_at > now - LATE)
            ]
            told = [Row(order.number, order.service, order.history) for order in shown]
            return gather(row.shop.slug, row.last_seq, now, told)

    def events(self, shop_id: int, after: int, limit: int) -> list[Logged]:
        """Return events after a seq, in order."""
        with self._world.data() as world:
            return world.log(shop_id, after, limit) if self._wall.lets_into(shop_id) else []

    def device(self, token_hash: bytes) -> Device | None:
        """Return the device with this token, unless it is revoked."""
        with self._world.data() as world:
            row = world.device(token_hash)
            if row is None:
                return None
            shop, aged = world.shops[row.shop_id], row.token_at < world.clock() - RENEW
            return Device(row.id, shop.shop.slug, shop.secret if aged else None)

    def renew(self, device_id: str, token_hash: bytes) -> None:
        """Let a device have a new token beside its own."""
        with self._world.data() as world:
            world.devices[device_id] = replace(world.devices[device_id], next_hash=token_hash)

    def unpair(self, device_id: str) -> list[str]:
        """End a device's right."""
        with self._world.data() as world:
            return world.revoke(device_id)

    def pair(self, code_hash: bytes, name: str, token_hash: bytes) -> Device | None:
        """Use up a pairing code and make a device, both or neither."""
        with self._world.data() as world:
            shop_id, expires_at = world.codes.get(code_hash, (0, world.clock()))
            if expires_at <= world.clock():
                return None
            del world.codes[code_hash]
            return Device(world.add_device(shop_id, name, token_hash), world.shops[shop_id].shop.slug)

    def healthy(self) -> None:
        """Return, or raise Unavailable."""
        with self._world.data():
            return
