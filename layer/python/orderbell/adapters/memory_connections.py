"""The sockets of `memory`: `service.ports.Connections` and `Push` in this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from orderbell.adapters.memory import is_unseen
from orderbell.adapters.memory_world import MemoryWorld, SocketRow
from orderbell.domain.errors import ConnectionGone, Flooding, PushFailed, Unauthorized
from orderbell.domain.rates import CROWDED_S
from orderbell.service.ports import Claim, Connection, Follower
from orderbell.service.wall import Wall

LEASE_S = 5.0
RESEND_AFTER = timedelta(seconds=1.5)
AT_ONCE = 8
BATCH = 32
WINDOW = 128
BACK_OFF_S = 0.1
MAX_BACK_OFF_S = 30.0


class MemoryConnections:
    """Sockets and their cursors in memory."""

    def __init__(self, world: MemoryWorld, wall: Wall) -> None:
        self._world = world
        self._wall = wall

    def add(self, connection_id: str, peer: bytes | None = None, most: int | None = None) -> None:
        """Note a socket that opened. Raises Flooding."""
        with self._world.data() as world:
            others = [row for row in world.sockets.values() if row.id != connection_id]
            theirs = [row for row in others if peer is not None and row.peer == peer]
            if most is not None and len(theirs) >= most:
                raise Flooding("too many connections of this address are open", CROWDED_S)
            world.sockets.setdefault(connection_id, SocketRow(connection_id, world.clock(), peer=peer))

    def peer(self, connection_id: str) -> bytes | None:
        """Return the hash of a socket's address."""
        with self._world.data() as world:
            row = world.sockets.get(connection_id)
            return None if row is None else row.peer

    def remove(self, connection_id: str, *, gone: bool = False) -> None:
        """Forget a socket."""
        with self._world.data() as world:
            if connection_id in world.sockets:
                world.forget(world.sockets[connection_id], gone=gone)

    def get(self, connection_id: str) -> Connection | None:
        """Return a socket that we know; it spoke, and so a back-off ends."""
        with self._world.data() as world:
            row = world.sockets.get(connection_id)
            if row is None:
                return None
            row.next_try, row.fails, row.seen_at = None, 0, world.clock()
            now, shop = world.clock(), None if row.shop_id is None else world.shops[row.shop_id]
            return Connection(
                id=row.id,
                role=row.role,
                shop_id=row.shop_id,
                shop=None if shop is None else shop.shop.slug,
                device=row.device,
                order=row.order,
                lang=row.lang,
                sent=row.sent,
                acked=row.acked,
                age_s=(now - row.connected_at).total_seconds(),
                last_seq=0 if shop is None else shop.last_seq,
                now=now,
                kept_seq=0 if shop is None else shop.kept_seq,
            )

    def bind(
        self,
        connection_id: str,
        role: str,
        shop_id: int,
        *,
        device: str | None = None,
        order: str | None = None,
        lang: str | None = None,
        sent: int = 0,
        acked: int = 0,
        most: int | None = None,
    ) -> datetime:
        """Say who a socket is, and return a lease on it. Raises Unauthorized: the device was revoked; Flooding."""
        with self._world.data() as world:
            if most is not None and world.beside(connection_id, role, shop_id, device) >= most:
                raise Flooding("too many connections are open already", CROWDED_S)
            if device is not None and world.devices[device].revoked:
                raise Unauthorized("this device was revoked: pair this screen again")
            row = world.sockets.setdefault(connection_id, SocketRow(connection_id, world.clock()))
            row.role, row.shop_id, row.device, row.order, row.lang = role, shop_id, device, order, lang
            row.sent, row.acked, row.sent_at, row.next_try, row.fails = sent, acked, None, None, 0
            row.busy_until = world.lease(LEASE_S)
            return row.busy_until

    def settle(self, connection_id: str, lease: datetime, sent: int, acked: int | None = None) -> None:
        """Note what was pushed and give the lease back."""
        with self._leased(connection_id, lease) as rows:
            for row in rows:
                row.sent, row.sent_at, row.next_try, row.fails = sent, self._world.clock(), None, 0
                row.pushes += 1
                row.acked = row.acked if acked is None else acked

    def release(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back."""
        with self._leased(connection_id, lease):
            return

    def failed(self, connection_id: str, lease: datetime) -> None:
        """Give the lease back, for later."""
        with self._leased(connection_id, lease) as rows:
            for row in rows:
                wait_s = min(MAX_BACK_OFF_S, BACK_OFF_S * 2 ** min(row.fails, 9))
                row.next_try = self._world.clock() + timedelta(seconds=wait_s)
                row.fails += 1

    def claim(self, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Take every kitchen connection that lacks events, is free and is due, with the events."""
        with self._world.data() as world:
            claims: list[Claim] = []
            shop = world.shops[shop_id]
            for row in world.bound("kitchen") if self._wall.lets_into(shop_id) else ():
                if row.shop_id != shop_id or connection_id not in (None, row.id) or len(claims) == AT_ONCE:
                    continue
                if row.device is None or world.devices[row.device].revoked:
                    continue
                start = self.start(row)
                if self.pushable(row):
                    row.resends += start < row.sent
                    events = tuple(world.log(shop_id, start, BATCH))
                    claims.append(Claim(row.id, self._take(row), row.lang, shop.epoch, start, events))
            return claims

    def settle_and_claim(self, done: Claim, shop_id: int, connection_id: str | None = None) -> list[Claim]:
        """Settle a claim whose events were pushed, then claim again."""
        self.settle(done.connection, done.lease, done.events[-1].seq)
        return self.claim(shop_id, connection_id)

    def claim_followers(self, order_id: str, version: int) -> list[Follower]:
        """Take every customer's connection of an order that has less than `version`."""
        with self._world.data() as world:
            following = [row for row in world.bound("customer") if row.order == order_id]
            behind = [row for row in following if self.free(row) and row.sent < version]
            return [self._follower(row) for row in behind[:AT_ONCE]]

    def claim_guests(self, shop_id: int, state_seq: int) -> list[Follower]:
        """Take every guest's connection of a shop that has less than `state_seq`."""
        with self._world.data() as world:
            guests = [row for row in world.bound("guest") if row.shop_id == shop_id]
            behind = [row for row in guests if self.free(row) and row.sent < state_seq]
            return [self._follower(row) for row in behind[:AT_ONCE]]

    def claim_boards(self, shop_id: int) -> list[Follower]:
        """Take every board's connection of a shop that was read before the latest move on it."""
        with self._world.data() as world:
            moved = world.shops[shop_id].board_seq
            boards = [row for row in world.bound("board") if row.shop_id == shop_id]
            behind = [row for row in boards if self.free(row) and row.sent < moved]
            return [self._follower(row) for row in behind[:AT_ONCE]]

    def customers(self, shop_id: int) -> list[Follower]:
        """Return the customers' connections of a shop, not taken."""
        with self._world.data() as world:
            mine = [row for row in world.bound("customer") if row.shop_id == shop_id]
            return [Follower(row.id, row.connected_at, row.lang) for row in mine]

    def ack(self, connection_id: str, seq: int) -> bool | None:
        """Note what a screen has; True: an order was never seen before; None: the log is not that long."""
        with self._world.data() as world:
            row = self._kitchen_at(connection_id, seq)
            if row is None:
                return None
            row.acked, row.sent = max(row.acked, seq), max(row.sent, seq)
            mine = world.of_shop(row.shop_id, self._wall) if row.shop_id is not None else []
            return any(is_unseen(found.order) and found.placed_seq <= seq for found in mine)

    def resume(self, connection_id: str, seq: int) -> bool:
        """Put the cursor back to `seq`."""
        with self._world.data():
            row = self._kitchen_at(connection_id, seq)
            if row is None:
                return False
            row.sent, row.acked, row.busy_until, row.next_try = seq, min(row.acked, seq), None, None
            return True

    def ready(self, connection_id: str, ready: str | None, dropped: int | None = None) -> None:
        """Note what a screen says of itself."""
        with self._world.data() as world:
            row = world.sockets.get(connection_id)
            if row is not None:
                row.ready = row.ready if ready is None else ready
                row.dropped = max(row.dropped, dropped or 0)

    def attend(self, device: str) -> None:
        """Note that a screen can be seen and heard now."""
        with self._world.data() as world:
            row = world.devices[device]
            world.devices[device] = row if row.revoked else replace(row, ready_at=world.clock())

    def wrong_code(self, connection_id: str) -> int:
        """Count a wrong pairing code."""
        with self._world.data() as world:
            row = world.sockets.get(connection_id)
            if row is None:
                return 0
            row.wrong_codes += 1
            return row.wrong_codes

    @contextmanager
    def _leased(self, connection_id: str, lease: datetime) -> Iterator[list[SocketRow]]:
        """Give the row whose lease this still is, if any, and end the lease."""
        with self._world.data() as world:
            row = world.sockets.get(connection_id)
            rows = [row] if row is not None and row.busy_until == lease else []
            yield rows
            for mine in rows:
                mine.busy_until = None

    def _kitchen_at(self, connection_id: str, seq: int) -> SocketRow | None:
        """Return a kitchen's row, if its shop's log reaches `seq`."""
        row = self._world.sockets.get(connection_id)
        if row is None or row.role != "kitchen" or row.shop_id is None:
            return None
        return row if seq <= self._world.shops[row.shop_id].last_seq else None

    def pushable(self, row: SocketRow) -> bool:
        """Say whether a kitchen's row lacks events that can be pushed now."""
        assert row.shop_id is not None
        shop, start = self._world.shops[row.shop_id], self.start(row)
        if row.sent_at is None:  # its hello is under way, or died
            return False
        return self.free(row) and shop.kept_seq <= start < shop.last_seq and start - row.acked < WINDOW

    def start(self, row: SocketRow) -> int:
        """Where to go on from: what was sent or, if that was not acked for 1.5 s, what was acked."""
        late = row.sent_at is not None and row.sent_at < self._world.clock() - RESEND_AFTER
        return row.acked if late and row.acked < row.sent else row.sent

    def free(self, row: SocketRow) -> bool:
        """Say whether nobody has a lease on it, and no back-off is on."""
        now = self._world.clock()
        taken = row.busy_until is not None and row.busy_until >= now
        return not taken and (row.next_try is None or row.next_try <= now)

    def _take(self, row: SocketRow) -> datetime:
        row.busy_until = self._world.lease(LEASE_S)
        return row.busy_until

    def _follower(self, row: SocketRow) -> Follower:
        return Follower(row.id, self._take(row), row.lang)


class MemoryPush:
    """Keeps what was pushed. A socket is there until it is closed or hangs up; `failing` are not reached."""

    def __init__(self) -> None:
        self.closed: dict[str, tuple[int, str]] = {}
        self.failing: set[str] = set()
        self._frames: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def send(self, connection_id: str, text: str) -> None:
        """Hand a text frame to a socket. Raises ConnectionGone or PushFailed."""
        with self._lock:
            if connection_id in self.failing:
                raise PushFailed("this socket is set to fail")
            if connection_id in self.closed:
                raise ConnectionGone("connection not found")
            self._frames.setdefault(connection_id, []).append(text)

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Close a socket; one that is gone is as good. Raises PushFailed."""
        with self._lock:
            if connection_id in self.failing:
                raise PushFailed("this socket is set to fail")
            self.closed.setdefault(connection_id, (code, reason))

    def hang_up(self, connection_id: str) -> None:
        """Let the client go away."""
        self.closed.setdefault(connection_id, (1006, ""))

    def frames(self, connection_id: str) -> list[str]:
        """Return what a socket was sent, oldest first."""
        with self._lock:
            return list(self._frames.get(connection_id, ()))
