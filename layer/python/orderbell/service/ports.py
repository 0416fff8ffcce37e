"""What the product needs from the world. Adapters match by shape; each docstring is the guarantee that an adapter owes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from orderbell.domain.board import Board
from orderbell.domain.events import EventType, Logged
from orderbell.domain.menu import Menu, Openness, Shop
from orderbell.domain.order import Order
from orderbell.service.ports_voice import Voice
from orderbell.service.types import Claim, Connection, Device, Follower, Held, Keyed, Standing


class Books(Protocol):
    """One transaction on one shop. Leaving the `with` block without commit() undoes everything in it."""

    held: Held

    def order(self, order_id: str) -> Order | None:
        """Return an order of this shop, or None."""

    def result(self, actor: str, command_id: str) -> str | None:
        """Return the stored answer to a command of `actor`, or None."""

    def unseen(self, seq: int, limit: int) -> list[Order]:
        """Return at most `limit` orders placed at or before `seq` that no screen has shown yet, oldest first."""

    def overdue(self, limit: int) -> list[Order]:
        """Return at most `limit` placed orders whose `accept_by` is past, oldest first."""

    def place(
        self, order: Order, body: str, *, idem_hash: bytes, fingerprint: bytes, token_hash: bytes
    ) -> int:
        """Store a new order, its lines and its event; return the seq. commit() raises KeyTaken where `idem_hash` is taken."""

    def change(self, order: Order, body: str, kind: EventType, *, board: bool = False) -> int:
        """Store a changed order (its version must be one above the stored one) and its event; return the seq.

        `board`: this changes the guests' board.
        """

    def set_openness(self, openness: Openness) -> int:
        """Store whether the shop takes orders, and its event; return the seq."""

    def attended(self) -> bool:
        """Say whether a screen of this shop said within the last 30 s that it can be seen and heard."""

    def set_attended(self, attended: bool) -> int:
        """Store whether the shop is attended, and its `shop.updated` event; return the seq."""

    def set_available(
        self, item_id: str, available: bool, *, today: bool, device: str | None = None
    ) -> int | None:
        """Store whether an item is there (`today`: sold out until the shop's midnight), which device says so, and its event.

        Return the seq, or None where the shop has no such item.
        """

    def remember(self, actor: str, command_id: str, result: str) -> None:
        """Store the answer to a command."""

    def commit(self) -> list[Claim] | None:
        """Make everything durable, and where the connections are kept in the same store, claim the shop's kitchens.

        Return what `Connections.claim` would, or None where it must be asked. The caller owes each claim a push.

        Raises:
            KeyTaken: another order of this shop has the placed order's `idem_hash`; nothing is stored.
            Unavailable: the fate is unknown.
        """


class KeyTaken(Exception):
    """An order with this Idempotency-Key exists already."""


class Ledger(Protocol):
    """Shops, orders and logs. Every method raises Unavailable where the store cannot be reached."""

    def hold(self, slug: str) -> AbstractContextManager[Books]:
        """Open a transaction that owns a shop's log: seq order is commit order, and there are no holes.

        The wall opens for this shop and stays open for what is told afterwards.

        Raises:
            UnknownShop: no shop has this slug.
            WallBreached: this call is in another shop.
        """

    def by_key(self, slug: str, idem_hash: bytes) -> Keyed | None:
        """Return the order that an Idempotency-Key made, or None."""

    def order_of(self, order_id: str) -> tuple[Order, bytes] | None:
        """Return an order and its token's hash, or None."""

    def shops(self) -> tuple[list[Shop], datetime]:
        """Return every shop, in the operator's order, and the store's clock."""

    def standing(self, slug: str) -> Standing | None:
        """Return where a shop stands, or None."""

    def menu(self, shop_id: int) -> Menu:
        """Return a shop's menu with its version."""

    def has_unseen(self, shop_id: int, seq: int) -> bool:
        """Say whether an order placed at or before `seq` was never on a screen."""

    def snapshot(self, shop_id: int) -> tuple[str, int, list[Order]]:
        """Return (epoch, seq, open orders oldest first) as of one moment."""

    def board(self, shop_id: int) -> Board:
        """Return the guests' board as of one moment."""

    def events(self, shop_id: int, after: int, limit: int) -> list[Logged]:
        """Return events after a seq, in order."""

    def device(self, token_hash: bytes) -> Device | None:
        """Return the device with this token, unless it is revoked. The first use of a new token ends the one before."""

    def renew(self, device_id: str, token_hash: bytes) -> None:
        """Let a device have a new token beside its own, which holds until the new one is used."""

    def unpair(self, device_id: str) -> list[str]:
        """End a device's right to its shop; return its connections, which are forgotten."""

    def pair(self, code_hash: bytes, name: str, token_hash: bytes) -> Device | None:
        """Use up a pairing code and make a device, both or neither; None where the code is wrong, used or too old."""

    def healthy(self) -> None:
        """Return, or raise Unavailable."""


class Connections(Protocol):
    """The sockets. Losing one of these writes in a crash costs a repeat, never an order."""

    def add(self, connection_id: str, peer: bytes | None = None, most: int | None = None) -> None:
        """Note a socket that opened, of an address with this hash.

        Raises:
            Flooding: `most` others of the address are noted; this one is not.
        """

    def peer(self, connection_id: str) -> bytes | None:
        """Return the hash of a socket's address, None where none was noted."""

    def remove(self, connection_id: str, *, gone: bool = False) -> None:
        """Forget a socket; forgetting it twice is the same. `gone`: a push found it dead, which is counted."""

    def get(self, connection_id: str) -> Connection | None:
        """Return a socket that we know, and note that it spoke: a back-off ends."""

    def bind(
        self, connection_id: str, role: str, shop_id: int, *,
        device: str | None = None, order: str | None = None, lang: str | None = None, sent: int = 0, acked: int = 0,
        most: int | None = None,
    ) -> datetime:  # fmt: skip
        """Say who a socket is, and return a lease on it: nobody else pushes to it until `settle`.

        Raises:
            Unauthorized: the device was revoked; a revocation that comes later finds the connection.
            Flooding: a kitchen's device has `most` other sockets that were heard within a minute, or a shop `most` other
                guests, customers and boards. More than that can be let in only at one and the same moment.
        """

    def settle(self, connection_id: str, lease: datetime, sent: int, acked: int | None = None) -> None:
        """Note what was pushed and give the lease back; a lease that was lost meanwhile changes nothing."""

    def release(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back, nothing was pushed: whoever comes next may."""

    def failed(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back, not to be taken again before a time that doubles with each failure (30 s at most)."""

    def claim(self, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Take kitchen connections of a shop (or the one named) that lack events, are free and due; 8 at once."""

    def settle_and_claim(self, done: Claim, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Settle a claim whose events were pushed, then, in a second transaction, claim again.

        The second must see what was committed before the first ended: whoever wrote meanwhile saw the lease taken and left.
        """

    def claim_followers(self, order_id: str, version: int) -> list[Follower]:
        """Take customers' connections of an order that have less than `version`; 8 at once."""

    def claim_guests(self, shop_id: int, state_seq: int) -> list[Follower]:
        """Take guests' connections of a shop that have less than `state_seq`; 8 at once."""

    def claim_boards(self, shop_id: int) -> list[Follower]:
        """Take boards' connections of a shop that were read before the latest move on it; 8 at once."""

    def customers(self, shop_id: int) -> list[Follower]:
        """Return the customers' connections of a shop, not taken: for news that may be lost."""

    def ack(self, connection_id: str, seq: int) -> bool | None:
        """Note that a screen has everything up to `seq`, if the shop's log is that long, else return None.

        Return True where an order up to `seq` was never seen before.
        """

    def resume(self, connection_id: str, seq: int) -> bool:
        """Put the cursor back to `seq`; False where the shop's log is not that long."""

    def ready(self, connection_id: str, ready: str | None, dropped: int | None = None) -> None:
        """Note what a screen says of itself (JSON), and how many repeats it dropped; None changes nothing."""

    def attend(self, device: str) -> None:
        """Note that a screen can be seen and heard now; a write at most every 5 s."""

    def wrong_code(self, connection_id: str) -> int:
        """Count a wrong pairing code and return how many there were."""


class Push(Protocol):
    """The way to a socket."""

    def send(self, connection_id: str, text: str) -> None:
        """Hand a text frame to a socket.

        Raises:
            ConnectionGone: there is no such socket.
            PushFailed: anything else; it may have arrived.
        """

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Close a socket; one that is gone is as good. Raises PushFailed."""


class Secrets(Protocol):
    """Ids and tokens."""

    def digest(self, secret: str, /) -> bytes:
        """Return the hash under which a secret is stored."""

    def same(self, secret: str, stored: bytes, /) -> bool:
        """Compare in constant time."""

    def order_token(self, shop_secret: bytes, order_id: str, key: str, /) -> str:
        """Return the token of an order; the same for the same arguments."""

    def new_order_id(self) -> str:
        """Return a new UUIDv7."""

    def device_token(self) -> str:
        """Return a new random token."""

    def next_token(self, shop_secret: bytes, device_id: str, token: str, /) -> str:
        """Return the token that follows a device's; the same for the same arguments."""


__all__ = [
    "Books", "Claim", "Connection", "Connections", "Device", "Follower", "Held", "KeyTaken", "Keyed",
    "Ledger", "Push", "Secrets", "Standing", "Voice",
]  # fmt: skip
