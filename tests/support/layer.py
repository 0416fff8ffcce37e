"""The stores that the contract suite runs on, with the same verbs for memory and for PostgreSQL."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any, Protocol

import psycopg2

from orderbell.adapters.memory import MemoryLedger
from orderbell.adapters.memory_alerts import MemoryAlerts
from orderbell.adapters.memory_chores import MemoryChores
from orderbell.adapters.memory_connections import MemoryConnections, MemoryPush
from orderbell.adapters.memory_limits import MemoryLimits
from orderbell.adapters.memory_report import MemoryDayBook
from orderbell.adapters.memory_world import MemoryWorld
from orderbell.adapters.sql.alerts import SqlAlerts
from orderbell.adapters.sql.chores import SqlChores
from orderbell.adapters.sql.connections import SqlConnections
from orderbell.adapters.sql.database import Database
from orderbell.adapters.sql.ledger import SqlLedger
from orderbell.adapters.sql.limits import SqlLimits
from orderbell.adapters.sql.report import SqlDayBook
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.domain.menu import Item, Menu, Shop
from orderbell.domain.order import Customer, Draft, Order
from orderbell.domain.rates import Sizes
from orderbell.entry.wiring import Wiring, assemble
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Connections, Ledger, Push
from orderbell.service.ports_alerts import AlertBook
from orderbell.service.ports_limits import Limits
from orderbell.service.ports_report import DayBook
from orderbell.service.ports_sweep import Chores
from orderbell.service.wall import EVERYTHING, Wall
from orderbell.wire import tokens
from support.databases import OPERATOR
from support.food import DRAFT, MENU, NOON, SHOP


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


class Store(Protocol):
    """What a test does to a store besides using its ports."""

    def ledger(self, wall: Wall | None = None) -> Ledger:
        """Return a ledger of its own, as another function instance has it; everything is open to it unless a wall is given."""
        ...

    def connections(self, wall: Wall | None = None) -> Connections:
        """Return connections of their own, as another function instance has them."""
        ...

    def chores(self, wall: Wall | None = None) -> Chores:
        """Return a sweep's view of its own."""
        ...

    def alerts(self) -> AlertBook:
        """Return an alert book of its own."""
        ...

    def days(self, wall: Wall | None = None) -> DayBook:
        """Return a day book of its own."""
        ...

    def limits(self) -> Limits:
        """Return buckets of its own view."""
        ...

    def open_shop(self, slug: str = ..., *, menu: Menu = ..., position: int = 0, **over: Any) -> Shop:
        """Add a shop with a menu."""
        ...

    def add_device(self, shop: Shop, token: str) -> str:
        """Add a kitchen screen with a known token and return its id."""
        ...

    def add_code(self, shop: Shop, code: str, minutes: float = 10) -> None:
        """Let one screen pair by a code."""
        ...

    def revoke(self, device_id: str) -> list[str]:
        """End a screen's right; return its connections."""
        ...

    def pass_time(self, seconds: float, *, orders: bool = True) -> None:
        """Let everything that waits for a time have waited so much longer; without `orders` an order stays as its events say."""
        ...

    def pass_day(self) -> None:
        """Let everything placed so far be of the local day before."""
        ...

    def erase_customers(self) -> None:
        """Forget the names, phones and addresses of all orders."""
        ...

    def switch_off(self) -> None:
        """Let nothing be reached from now on."""
        ...


class MemoryStore:
    """The contract's verbs on a MemoryWorld."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.world = MemoryWorld(self.clock)

    def ledger(self, wall: Wall | None = None) -> Ledger:
        return MemoryLedger(self.world, wall or Wall(EVERYTHING))

    def connections(self, wall: Wall | None = None) -> Connections:
        return MemoryConnections(self.world, wall or Wall(EVERYTHING))

    def chores(self, wall: Wall | None = None) -> Chores:
        return MemoryChores(self.world)

    def alerts(self) -> AlertBook:
        return MemoryAlerts(self.world)

    def days(self, wall: Wall | None = None) -> DayBook:
        return MemoryDayBook(self.world, wall or Wall(EVERYTHING))

    def limits(self) -> Limits:
        return MemoryLimits(self.world)

    def open_shop(self, slug: str = SHOP.slug, *, menu: Menu = MENU, position: int = 0, **over: Any) -> Shop:
        shop = replace(SHOP, slug=slug, **over)
        return self.world.open_shop(shop, menu, secret=secrets.token_bytes(32), position=position)

    def add_device(self, shop: Shop, token: str) -> str:
        return self.world.add_device(shop.id, "till", tokens.digest(token))

    def add_code(self, shop: Shop, code: str, minutes: float = 10) -> None:
        self.world.add_code(shop.id, tokens.digest(code), self.clock() + timedelta(minutes=minutes))

    def revoke(self, device_id: str) -> list[str]:
        return self.world.revoke(device_id)

    def pass_time(self, seconds: float, *, orders: bool = True) -> None:
        self.clock.pass_time(seconds)

    def pass_day(self) -> None:
        self.clock.pass_time(24 * 3600)

    def erase_customers(self) -> None:
        for key, row in self.world.orders.items():
            self.world.orders[key] = replace(row, order=replace(row.order, customer=Customer("", None, None)))

    def switch_off(self) -> None:
        self.world.up = False


class SqlStore:
    """The contract's verbs on a PostgreSQL database. Its clock stays: what waits for it is moved."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg2.connect(url, options=OPERATOR)
        self._connection.autocommit = True
        self._databases: list[Database] = []

    def __enter__(self) -> SqlStore:
        return self

    def __exit__(self, *reason: object) -> None:
        self._connection.close()
        for database in self._databases:
            database._drop()  # the product keeps its connection for as long as the process lives

    def database(self, wall: Wall | None = None) -> Database:
        """Return a new kept connection, to which everything is open unless a wall says otherwise."""
        self._databases.append(Database(self.url, STATEMENTS, wall=wall or Wall(EVERYTHING)))
        return self._databases[-1]

    def ledger(self, wall: Wall | None = None) -> Ledger:
        return SqlLedger(self.database(wall))

    def connections(self, wall: Wall | None = None) -> Connections:
        return SqlConnections(self.database(wall))

    def chores(self, wall: Wall | None = None) -> Chores:
        return SqlChores(self.database(wall))

    def alerts(self) -> AlertBook:
        return SqlAlerts(self.database())

    def days(self, wall: Wall | None = None) -> DayBook:
        return SqlDayBook(self.database(wall))

    def limits(self) -> Limits:
        return SqlLimits(self.database())

    def run(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run a statement as an operator would."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else []

    def open_shop(self, slug: str = SHOP.slug, *, menu: Menu = MENU, position: int = 0, **over: Any) -> Shop:
        shop = replace(SHOP, slug=slug, menu_version=menu.version, **over)
        row = (slug, position, _json(shop.name), shop.locale, shop.currency, shop.timezone, shop.phone)
        state = (*shop.openness, shop.accept_seconds, *shop.ages, menu.version, secrets.token_bytes(32))
        found = self.run(
            """INSERT INTO shop (slug, position, name, locale, currency, timezone, phone,
                accepting, busy_minutes, paused_until, accept_seconds, amber_minutes, red_minutes, menu_version, secret)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING shop_id""",
            *row,
            *(value.value if hasattr(value, "value") else value for value in state),
        )
        shop = replace(shop, id=found[0][0])
        self._insert_menu(shop.id, menu)
        return shop

    def _insert_menu(self, shop_id: int, menu: Menu) -> None:
        for at, part in enumerate(menu.categories):
            self.run("INSERT INTO category VALUES (%s, %s, %s, %s)", shop_id, part.id, at, _json(part.name))
            for place, item in enumerate(part.items):
                self._insert_item(shop_id, part.id, place, item)

    def _insert_item(self, shop_id: int, category: str, place: int, item: Item) -> None:
        self.run(
            "INSERT INTO item VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            *(shop_id, item.id, category, place, _json(item.name), _json(item.description), item.price),
            *(item.available, item.unavailable_until),
        )
        for at, group in enumerate(item.options):
            key = (shop_id, item.id, group.id)
            bounds = (at, _json(group.name), group.min, group.max)
            self.run("INSERT INTO option_group VALUES (%s, %s, %s, %s, %s, %s, %s)", *key, *bounds)
            for nth, choice in enumerate(group.choices):
                self.run(
                    "INSERT INTO choice VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                    *(
                        shop_id,
                        item.id,
                        choice.id,
                        group.id,
                        nth,
                        _json(choice.name),
                        choice.price,
                        choice.available,
                    ),
                )

    def add_device(self, shop: Shop, token: str) -> str:
        sql = (
            "INSERT INTO device (shop_id, name, token_hash) VALUES (%s, 'till', %s) RETURNING device_id::text"
        )
        return str(self.run(sql, shop.id, tokens.digest(token))[0][0])

    def add_code(self, shop: Shop, code: str, minutes: float = 10) -> None:
        sql = """INSERT INTO pairing_code (code_hash, shop_id, expires_at)
            VALUES (%s, %s, clock_timestamp() + %s * interval '1 minute')"""
        self.run(sql, tokens.digest(code), shop.id, minutes)

    def revoke(self, device_id: str) -> list[str]:
        self.run("UPDATE device SET revoked_at = now() WHERE device_id = %s", device_id)
        return sorted(
            row[0] for row in self.run("DELETE FROM connection WHERE device_id = %s RETURNING 1", device_id)
        )

    def pass_time(self, seconds: float, *, orders: bool = True) -> None:
        for table, columns in {
            "connection": (
                "connected_at",
                "seen_at",
                "sent_at",
                "busy_until",
                "next_try",
                "probed_at",
            ),
            **({"orders": ("placed_at", "accept_by", "seen_at", "pushed_at")} if orders else {}),
            "event": ("created_at",),
            "command": ("created_at",),
            "alert": ("created_at", "next_try", "done_at"),
            "device": ("ready_at", "token_at"),
            "task": ("busy_until",),
            "pairing_code": ("expires_at",),
            "availability": ("at",),
            "rate": ("at",),
        }.items():
            moved = ", ".join(f"{column} = {column} - %s * interval '1 second'" for column in columns)
            self.run(f"UPDATE {table} SET {moved}", *[seconds] * len(columns))  # noqa: S608

    def pass_day(self) -> None:
        self.run("UPDATE orders SET business_day = business_day - 1")
        self.run("UPDATE shop SET business_day = business_day - 1")

    def erase_customers(self) -> None:
        self.run("UPDATE orders SET customer_name = '', customer_phone = NULL, customer_address = NULL")

    def switch_off(self) -> None:
        self.url = "postgresql://nobody@127.0.0.1:9/nothing"  # the discard port: nothing listens


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def wired(
    store: Store,
    push: Push | None = None,
    allowed_origins: frozenset[str] = frozenset(),
    sizes: Sizes | None = None,
) -> Wiring:
    """Put the use cases on a store, as one function instance has them; without `sizes` nothing is limited.

    Everything is open to them until a door is called (`for_call`), as the wall is the doors' business.
    """
    wall = Wall(EVERYTHING)
    limiter = None if sizes is None else Limiter(store.limits(), sizes, b"a key of the environment")
    return assemble(
        store.ledger(wall),
        store.connections(wall),
        store.chores(wall),
        push or MemoryPush(),
        allowed_origins,
        days=store.days(wall),
        limiter=limiter,
        wall=wall,
    )


def new_key() -> str:
    """Return an Idempotency-Key that holds `/ + =`."""
    return f"{uuid.uuid4()}/+="


def print_of(draft: Draft) -> bytes:
    """Return what tells drafts apart."""
    return hashlib.sha256(repr(draft).encode()).digest()


def place(parts: Wiring, draft: Draft = DRAFT, key: str | None = None) -> Order:
    """Place an order through the use case and return it."""
    return parts.ordering.place(draft, key or new_key(), print_of(draft)).order


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Run act(0), act(1), ... in as many threads that start together; return what each returned or raised."""
    together = Barrier(count)

    def run(number: int) -> Any:
        together.wait(30)
        try:
            return act(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def until(true: Callable[[], object], deadline_s: float = 20.0) -> None:
    """Wait for a condition; fail after a deadline."""
    end = time.monotonic() + deadline_s
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"not so within {deadline_s} s")
        time.sleep(0.005)
