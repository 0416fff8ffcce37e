"""The connections in PostgreSQL (`service.ports.Connections`)."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby

from orderbell.adapters.sql import rows
from orderbell.adapters.sql.database import Database, Row
from orderbell.domain.errors import Flooding, Unauthorized
from orderbell.domain.events import within
from orderbell.domain.rates import CROWDED_S
from orderbell.service.ports import Claim, Connection, Follower

BATCH_BYTES = 256_000
"""A batch is cut here, so that no talk in an order's history makes a frame that no socket takes."""


MAX_COUNT = 2**31 - 1
"""What a page says is cut to what the column holds."""


class SqlConnections:
    """Sockets and their cursors as rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, connection_id: str, peer: bytes | None = None, most: int | None = None) -> None:
        """Note a socket that opened. Raises Flooding."""
        if not self._database.run("add", connection_id, peer, most)[0][0]:
            raise Flooding("too many connections of this address are open", CROWDED_S)

    def peer(self, connection_id: str) -> bytes | None:
        """Return the hash of a socket's address."""
        found = self._database.run("peer", connection_id)
        return bytes(found[0][0]) if found and found[0][0] is not None else None

    def remove(self, connection_id: str, *, gone: bool = False) -> None:
        """Forget a socket."""
        self._database.run("remove", connection_id, gone)

    def get(self, connection_id: str) -> Connection | None:
        """Return a socket that we know, and note that it spoke."""
        found = self._database.run("get", connection_id)
        return Connection(connection_id, *found[0]) if found else None

    def bind(
        self, connection_id: str, role: str, shop_id: int, *,
        device: str | None = None, order: str | None = None, lang: str | None = None, sent: int = 0, acked: int = 0,
        most: int | None = None,
    ) -> datetime:  # fmt: skip
        """Say who a socket is, and return a lease on it. Raises Unauthorized: the device was revoked; Flooding."""
        has_room, busy_until = self._database.run(
            "bind", connection_id, role, shop_id, device, order, lang, sent, acked, most
        )[0]
        if not has_room:
            raise Flooding("too many connections are open already", CROWDED_S)
        if busy_until is None:
            raise Unauthorized("this device was revoked: pair this screen again")
        if device is not None:
            self._database.run("touch_device", device)
        lease: datetime = busy_until
        return lease

    def settle(self, connection_id: str, lease: datetime, sent: int, acked: int | None = None) -> None:
        """Note what was pushed and give the lease back."""
        self._database.run("settle", connection_id, lease, sent, acked)

    def release(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back."""
        self._database.run("release", connection_id, lease)

    def failed(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back, for later."""
        self._database.run("failed", connection_id, lease)

    def claim(self, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Take every kitchen connection that lacks events, is free and is due, with the events."""
        return claims(self._database.run("claim", shop_id, connection_id))

    def settle_and_claim(self, done: Claim, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Settle a claim whose events were pushed, then claim again, in one round trip."""
        settle = ("settle", (done.connection, done.lease, done.events[-1].seq, None))
        return claims(self._database.run_then(settle, ("claim", (shop_id, connection_id))))

    def claim_followers(self, order_id: str, version: int) -> list[Follower]:
        """Take every customer's connection of an order that has less than `version`."""
        return [Follower(*row) for row in self._database.run("claim_followers", order_id, version)]

    def claim_guests(self, shop_id: int, state_seq: int) -> list[Follower]:
        """Take every guest's connection of a shop that has less than `state_seq`."""
        return [Follower(*row) for row in self._database.run("claim_guests", shop_id, state_seq)]

    def claim_boards(self, shop_id: int) -> list[Follower]:
        """Take every board's connection of a shop that was read before the latest move on it."""
        return [Follower(*row) for row in self._database.run("claim_boards", shop_id)]

    def customers(self, shop_id: int) -> list[Follower]:
        """Return the customers' connections of a shop."""
        return [Follower(*row) for row in self._database.run("customers", shop_id)]

    def ack(self, connection_id: str, seq: int) -> bool | None:
        """Note what a screen has; True where an order was never seen before; None where the log is not that long."""
        found = self._database.run("ack", connection_id, seq)
        return bool(found[0][0]) if found else None

    def resume(self, connection_id: str, seq: int) -> bool:
        """Put the cursor back to `seq`."""
        return bool(self._database.run("resume", connection_id, seq))

    def ready(self, connection_id: str, ready: str | None, dropped: int | None = None) -> None:
        """Note what a screen says of itself."""
        self._database.run(
            "ready", connection_id, ready, None if dropped is None else min(dropped, MAX_COUNT)
        )

    def attend(self, device: str) -> None:
        """Note that a screen can be seen and heard now."""
        self._database.run("attend", device)

    def wrong_code(self, connection_id: str) -> int:
        """Count a wrong pairing code."""
        found = self._database.run("wrong_code", connection_id)
        return int(found[0][0]) if found else 0


def claims(found: list[Row]) -> list[Claim]:
    """Read what the statement `claim` returns: a row per event, those of a connection together."""
    return [
        Claim(
            connection,
            lease,
            lang,
            epoch,
            start,
            tuple(within([rows.logged(row[5:]) for row in lacking], BATCH_BYTES)),
        )
        for (connection, lease, lang, start, epoch), lacking in groupby(found, lambda row: row[:5])
    ]
