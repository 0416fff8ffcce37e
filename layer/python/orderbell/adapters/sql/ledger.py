"""The ledger on PostgreSQL: shops, orders and logs (`service.ports.Ledger`, `Books`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import psycopg2.errors

from orderbell.adapters.sql import rows
from orderbell.adapters.sql.connections import claims
from orderbell.adapters.sql.database import Call, Database, Row
from orderbell.domain.board import Board, gather
from orderbell.domain.errors import UnknownShop
from orderbell.domain.events import EventType, Logged
from orderbell.domain.menu import Menu, Openness, Shop
from orderbell.domain.order import Order
from orderbell.service.ports import Claim, Device, Held, Keyed, KeyTaken, Standing


class SqlBooks:
    """A transaction that holds the shop's row: what it appends is in commit order, without holes."""

    def __init__(self, database: Database, held: Held) -> None:
        self._database = database
        self._seq = held.last_seq
        self._last: list[Call] = []  # goes with the commit
        self.held = held

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def order(self, order_id: str) -> Order | None:
        """Return an order of this shop, or None."""
        found = self._database.run("order", order_id, self.held.shop.id)
        return rows.order(found[0]) if found else None

    def result(self, actor: str, command_id: str) -> str | None:
        """Return the stored answer to a command."""
        found = self._database.run("result", self.held.shop.id, actor, command_id)
        return found[0][0] if found else None

    def unseen(self, seq: int, limit: int) -> list[Order]:
        """Return at most `limit` orders placed at or before `seq` that no screen has shown yet, oldest first."""
        return [rows.order(row) for row in self._database.run("unseen", self.held.shop.id, seq, limit)]

    def overdue(self, limit: int) -> list[Order]:
        """Return at most `limit` placed orders whose `accept_by` is past, oldest first."""
        found = self._database.run("overdue", self.held.shop.id, self.held.now, limit)
        return [rows.order(row) for row in found]

    def place(
        self, order: Order, body: str, *, idem_hash: bytes, fingerprint: bytes, token_hash: bytes
    ) -> int:
        """Store a new order, its lines and its event in one statement, which goes with the commit; return the seq."""
        held, who, seq = self.held, order.customer, self._next()
        arguments = (
            held.shop.id, seq, held.today, held.nth_today, order.id, idem_hash, fingerprint, token_hash,
            who.name, who.phone, who.address, body,
        )  # fmt: skip
        self._last.append(("place", arguments))
        return seq

    def change(self, order: Order, body: str, kind: EventType, *, board: bool = False) -> int:
        """Store a changed order and its event in one statement, which goes with the commit; return the seq."""
        seq = self._next()
        arguments = (
            self.held.shop.id,
            seq,
            order.id,
            body,
            order.nudged_at,
            kind.value,
            self.held.now,
            board,
        )
        self._last.append(("change", arguments))
        return seq

    def set_openness(self, openness: Openness) -> int:
        """Store whether the shop takes orders, and its event, with the commit; return the seq."""
        seq, wanted = self._next(), openness
        arguments = (wanted.accepting.value, wanted.busy_minutes, wanted.paused_until, self.held.now)
        self._last.append(("set_openness", (self.held.shop.id, seq, *arguments)))
        return seq

    def attended(self) -> bool:
        """Say whether a screen of this shop can be seen and heard."""
        return bool(self._database.run("attended", self.held.shop.id)[0][0])

    def set_attended(self, attended: bool) -> int:
        """Store whether the shop is attended, and its event, with the commit; return the seq."""
        seq = self._next()
        self._last.append(("set_attended", (self.held.shop.id, seq, attended, self.held.now)))
        return seq

    def set_available(
        self, item_id: str, available: bool, *, today: bool, device: str | None = None
    ) -> int | None:
        """Store whether an item is there, who says so, and its event; None where there is no such item."""
        while self._last:  # in the order of their seqs
            name, arguments = self._last.pop(0)
            self._database.run(name, *arguments)
        seq = self._next()
        arguments = (self.held.shop.id, seq, item_id, available, today, self.held.now, device)
        if self._database.run("set_available", *arguments):
            return seq
        self._seq -= 1
        return None

    def remember(self, actor: str, command_id: str, result: str) -> None:
        """Store the answer to a command, with the commit."""
        self._last.append(("remember", (self.held.shop.id, actor, command_id, result)))

    def commit(self) -> list[Claim]:
        """Make everything durable, and take the shop's kitchen connections that lack events, in one round trip.

        Raises KeyTaken, and Unavailable: its fate is unknown then.
        """
        try:
            return claims(self._database.commit(self._last, after=("claim", (self.held.shop.id, None))))
        except psycopg2.errors.UniqueViolation as error:
            if error.diag.constraint_name == "uq_orders_shop_id_idem_hash":
                raise KeyTaken from error
            raise


class SqlLedger:
    """Shops, orders and logs in PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def hold(self, slug: str) -> Iterator[SqlBooks]:
        """Open a transaction that owns a shop's log. Raises UnknownShop, Unavailable, WallBreached."""
        try:
            found = self._database.begin("hold", slug)
            if not found:
                raise UnknownShop(f"there is no shop {slug!r}")
            held = _held(found[0])
            self._database.wall.shop(held.shop.id)
            yield SqlBooks(self._database, held)
        finally:
            self._database.rollback()

    def by_key(self, slug: str, idem_hash: bytes) -> Keyed | None:
        """Return the order that an Idempotency-Key made."""
        found = self._database.run("by_key", slug, idem_hash)
        if not found:
            return None
        return Keyed(rows.order(found[0]), bytes(found[0][-2]), bytes(found[0][-1]))

    def order_of(self, order_id: str) -> tuple[Order, bytes] | None:
        """Return an order and its token's hash."""
        found = self._database.run("order_of", order_id)
        return (rows.order(found[0]), bytes(found[0][-1])) if found else None

    def shops(self) -> tuple[list[Shop], datetime]:
        """Return every shop and the database's clock."""
        found = self._database.run("shops")
        now = found[0][-1] if found else datetime.min
        return [rows.shop(row) for row in found], now

    def standing(self, slug: str) -> Standing | None:
        """Return where a shop stands."""
        found = self._database.run("standing", slug)
        if not found:
            return None
        return Standing(rows.shop(found[0]), *found[0][rows.SHOP_WIDTH :])

    def menu(self, shop_id: int) -> Menu:
        """Return a shop's menu with its version."""
        version, text = self._database.run("menu", shop_id)[0]
        return rows.menu(version, text)

    def has_unseen(self, shop_id: int, seq: int) -> bool:
        """Say whether an order placed at or before `seq` was never on a screen."""
        return bool(self._database.run("has_unseen", shop_id, seq)[0][0])

    def snapshot(self, shop_id: int) -> tuple[str, int, list[Order]]:
        """Return (epoch, seq, open orders), read in one statement and so as of one moment."""
        found = self._database.run("snapshot", shop_id)
        orders = [rows.order(row[2:]) for row in found if row[2] is not None]
        return found[0][0], found[0][1], orders

    def board(self, shop_id: int) -> Board:
        """Return the guests' board, read in one statement and so as of one moment."""
        found = self._database.run("board", shop_id)
        slug, seq, at = found[0][:3]
        return gather(slug, seq, at, [rows.on_board(row[3:]) for row in found if row[3] is not None])

    def events(self, shop_id: int, after: int, limit: int) -> list[Logged]:
        """Return events after a seq, in order."""
        return [rows.logged(row) for row in self._database.run("events", shop_id, after, limit)]

    def device(self, token_hash: bytes) -> Device | None:
        """Return the device with this token, unless it is revoked; a new token's first use ends the old one."""
        # Again: where two use a new token first, the one that came second did not see what it had waited for.
        found = self._database.run("device", token_hash) or self._database.run("device", token_hash)
        return _device(found[0]) if found else None

    def pair(self, code_hash: bytes, name: str, token_hash: bytes) -> Device | None:
        """Use up a pairing code and make a device, in one statement."""
        found = self._database.run("pair", code_hash, name, token_hash)
        return Device(*found[0]) if found else None

    def renew(self, device_id: str, token_hash: bytes) -> None:
        """Let a device have a new token beside its own."""
        self._database.run("renew", device_id, token_hash)

    def unpair(self, device_id: str) -> list[str]:
        """End a device's right, and forget its connections in a second transaction, which sees those that came meanwhile."""
        found = self._database.run_then(("unpair", (device_id,)), ("drop_device", (device_id,)))
        return [row[0] for row in found]

    def healthy(self) -> None:
        """Return, or raise Unavailable."""
        self._database.run("healthy")


def _held(row: Row) -> Held:
    epoch, last_seq, secret, now, today, business_day, day_count = row[rows.SHOP_WIDTH :]
    nth = day_count + 1 if business_day == today else 1
    return Held(rows.shop(row), epoch, last_seq, bytes(secret), now, today, nth)


def _device(row: Row) -> Device:
    device_id, shop, secret = row
    return Device(device_id, shop, None if secret is None else bytes(secret))
