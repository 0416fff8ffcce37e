"""What `memory` holds instead of a database: the rows, one lock around them, and one clock."""

from __future__ import annotations

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from orderbell.domain.errors import Unavailable
from orderbell.domain.events import EventType, Logged
from orderbell.domain.ladder import AlertKind, AlertOutcome
from orderbell.domain.menu import ATTENDED, Menu, Shop
from orderbell.domain.order import Customer, Order
from orderbell.service.wall import Wall

HEARD = timedelta(seconds=60)


@dataclass(frozen=True)
class ShopRow:
    """A shop, its menu and its counters."""

    shop: Shop
    menu: Menu
    secret: bytes
    epoch: str
    position: int
    last_seq: int = 0
    state_seq: int = 0
    kept_seq: int = 0
    board_seq: int = 0


@dataclass(frozen=True)
class OrderRow:
    """An order with what is stored beside it and never shown."""

    order: Order
    shop_id: int
    placed_seq: int
    business_day: date
    idem_hash: bytes
    fingerprint: bytes
    token_hash: bytes
    erased: bool = False


@dataclass(frozen=True)
class EventRow:
    """One entry of a log; `order_id` and `body` are None for events about the shop or its menu."""

    seq: int
    type: EventType
    at: datetime
    order_id: str | None
    body: str | None


@dataclass(frozen=True)
class DeviceRow:
    """A kitchen screen."""

    id: str
    shop_id: int
    name: str
    token_hash: bytes
    token_at: datetime
    revoked: bool = False
    ready_at: datetime | None = None
    next_hash: bytes | None = None


@dataclass
class SocketRow:
    """A socket with its cursors and its lease."""

    id: str
    connected_at: datetime
    role: str | None = None
    shop_id: int | None = None
    device: str | None = None
    order: str | None = None
    lang: str | None = None
    sent: int = 0
    acked: int = 0
    sent_at: datetime | None = None
    busy_until: datetime | None = None
    next_try: datetime | None = None
    fails: int = 0
    ready: str | None = None
    wrong_codes: int = 0
    seen_at: datetime | None = None
    probed_at: datetime | None = None
    pushes: int = 0
    resends: int = 0
    dropped: int = 0
    peer: bytes | None = None


@dataclass(frozen=True)
class MarkRow:
    """An item was marked as there or sold out, `until` a moment or for good."""

    shop_id: int
    item: str
    device: str | None
    at: datetime
    available: bool
    until: datetime | None


@dataclass
class AlertRow:
    """An alert; `next_try` is also the lease of the one that sends it."""

    id: str
    order: str
    kind: AlertKind
    created_at: datetime
    next_try: datetime
    tries: int = 0
    outcome: AlertOutcome | None = None


def _erased(event: EventRow) -> EventRow:
    said = json.loads(event.body or "{}")
    said |= {"note": "", "messages": [], "lines": [line | {"note": ""} for line in said["lines"]]}
    return replace(event, body=json.dumps(said, ensure_ascii=False))


def utc_now() -> datetime:
    """Return this machine's time."""
    return datetime.now(timezone.utc)


@dataclass
class MemoryWorld:
    """Shops, orders, logs, screens and sockets. While `up` is False nothing can be reached."""

    clock: Callable[[], datetime] = utc_now
    up: bool = True
    shops: dict[int, ShopRow] = field(default_factory=dict)
    orders: dict[str, OrderRow] = field(default_factory=dict)
    keys: dict[tuple[int, bytes], str] = field(default_factory=dict)
    logs: dict[int, list[EventRow]] = field(default_factory=dict)
    results: dict[tuple[str, str], str] = field(default_factory=dict)
    devices: dict[str, DeviceRow] = field(default_factory=dict)
    codes: dict[bytes, tuple[int, datetime]] = field(default_factory=dict)
    sockets: dict[str, SocketRow] = field(default_factory=dict)
    alerts: dict[str, AlertRow] = field(default_factory=dict)
    marks: list[MarkRow] = field(default_factory=list)
    turns: dict[int, threading.Lock] = field(default_factory=dict)
    meters: Counter[str] = field(default_factory=Counter)
    rates: dict[bytes, tuple[float, datetime]] = field(default_factory=dict)
    sweep_until: datetime | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _last_lease: datetime = datetime.min.replace(tzinfo=timezone.utc)

    @contextmanager
    def data(self) -> Iterator[MemoryWorld]:
        """Read or write at one moment. Raises Unavailable."""
        with self._lock:
            if not self.up:
                raise Unavailable("the memory is switched off")
            yield self

    def named(self, slug: str) -> ShopRow | None:
        """Return a shop by its slug."""
        return next((row for row in self.shops.values() if row.shop.slug == slug), None)

    def of_shop(self, shop_id: int, wall: Wall) -> list[OrderRow]:
        """Return a shop's orders, none outside its wall."""
        return [row for row in self.orders.values() if row.shop_id == shop_id and wall.lets_into(shop_id)]

    def bound(self, role: str) -> list[SocketRow]:
        """Return the sockets of a role, by id."""
        return sorted((row for row in self.sockets.values() if row.role == role), key=lambda row: row.id)

    def beside(self, connection_id: str, role: str, shop_id: int, device: str | None) -> int:
        """Count the sockets that share a limit with this one: a device's that were heard lately, or a shop's followers."""
        others = [row for row in self.sockets.values() if row.id != connection_id]
        if role != "kitchen":
            return sum(row.shop_id == shop_id and row.role not in (None, "kitchen") for row in others)
        lately = self.clock() - HEARD
        return sum(row.device == device and (row.seen_at or row.connected_at) > lately for row in others)

    def device(self, token_hash: bytes) -> DeviceRow | None:
        """Return the device with this token; a new token's first use ends the one before."""
        for row in self.devices.values():
            if row.next_hash == token_hash and not row.revoked:
                used = replace(row, token_hash=token_hash, next_hash=None, token_at=self.clock())
                self.devices[row.id] = used
                return used
        living = [row for row in self.devices.values() if not row.revoked]
        return next((row for row in living if row.token_hash == token_hash), None)

    def attended(self, shop_id: int) -> bool:
        """Say whether a screen of a shop said lately that it can be seen and heard."""
        screens = [row for row in self.devices.values() if row.shop_id == shop_id and not row.revoked]
        return any(row.ready_at is not None and row.ready_at > self.clock() - ATTENDED for row in screens)

    def lease(self, seconds: float) -> datetime:
        """Return the end of a lease; no two are the same, even where the clock stands still."""
        ends = self.clock() + timedelta(seconds=seconds)
        self._last_lease = max(ends, self._last_lease + timedelta(microseconds=1))
        return self._last_lease

    def forget(self, row: SocketRow, *, gone: bool = False) -> None:
        """Remove a socket; what it counted goes on counting."""
        del self.sockets[row.id]
        counted = {"pushes": row.pushes, "resends": row.resends, "dropped": row.dropped, "gone": int(gone)}
        self.meters.update(counted)

    def log(self, shop_id: int, after: int, limit: int) -> list[Logged]:
        """Return events after a seq, each with its order's customer as the order has it now."""
        found = []
        kept = [event for event in self.logs[shop_id] if event.seq > after]
        for event in kept[:limit]:
            customer = None if event.order_id is None else self.orders[event.order_id].order.customer
            found.append(Logged(event.seq, event.type, event.at, event.body, customer))
        return found

    def erase(self, order_id: str) -> None:
        """Forget whose an order was and what was said, in the log too."""
        row = self.orders[order_id]
        lines = tuple(replace(line, note="") for line in row.order.lines)
        order = replace(
            row.order, lines=lines, note="", customer=Customer("", None, None), messages=()
        )  # fmt: skip
        self.orders[order_id] = replace(row, order=order, token_hash=b"", fingerprint=b"", erased=True)
        log = self.logs[row.shop_id]
        self.logs[row.shop_id] = [_erased(event) if event.order_id == order_id else event for event in log]

    # What an operator does.

    def open_shop(self, shop: Shop, menu: Menu, *, secret: bytes, position: int = 0) -> Shop:
        """Add a shop and return it with the id that it got."""
        with self.data():
            shop = replace(shop, id=len(self.shops) + 1, menu_version=menu.version)
            self.shops[shop.id] = ShopRow(shop, menu, secret, str(uuid.uuid4()), position)
            self.logs[shop.id] = []
            self.turns[shop.id] = threading.Lock()
            return shop

    def add_device(self, shop_id: int, name: str, token_hash: bytes) -> str:
        """Add a kitchen screen and return its id."""
        with self.data():
            device = DeviceRow(str(uuid.uuid4()), shop_id, name, token_hash, self.clock())
            self.devices[device.id] = device
            return device.id

    def add_code(self, shop_id: int, code_hash: bytes, expires_at: datetime) -> None:
        """Let one screen pair by the code with this hash."""
        with self.data():
            self.codes[code_hash] = (shop_id, expires_at)

    def revoke(self, device_id: str) -> list[str]:
        """End a screen's right to its shop; return its connections, which are forgotten."""
        with self.data():
            self.devices[device_id] = replace(self.devices[device_id], revoked=True)
            theirs = sorted(row.id for row in self.sockets.values() if row.device == device_id)
            for connection_id in theirs:
                self.forget(self.sockets[connection_id])
            return theirs
