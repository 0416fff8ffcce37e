"""The sweep's view of `memory` (`service.ports_sweep.Chores`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from statistics import quantiles

from orderbell.adapters.memory_connections import MemoryConnections
from orderbell.adapters.memory_world import MemoryWorld, OrderRow, SocketRow
from orderbell.domain.status import OPEN, Status
from orderbell.service.ports_sweep import Erased, Idle, Measures, Silent
from orderbell.service.wall import EVERYTHING, Wall

SILENT = timedelta(seconds=60)
IDLE = timedelta(seconds=600)
NO_HELLO = timedelta(seconds=11)
KEPT = timedelta(days=7)
KEPT_MARKS = timedelta(days=35)
DEAD_LEASE = timedelta(seconds=1.2)
LEASE_S = 5.0


class MemoryChores:
    """What is due."""

    def __init__(self, world: MemoryWorld) -> None:
        self._world = world
        self._connections = MemoryConnections(world, Wall(EVERYTHING))

    def take(self) -> datetime | None:
        """Take the right to sweep."""
        with self._world.data() as world:
            if world.sweep_until is not None and world.sweep_until >= world.clock():
                return None
            world.sweep_until = world.lease(LEASE_S)
            return world.sweep_until

    def keep(self, lease: datetime) -> datetime | None:
        """Take it for longer."""
        with self._world.data() as world:
            if world.sweep_until != lease:
                return None
            world.sweep_until = world.lease(LEASE_S)
            return world.sweep_until

    def end(self, lease: datetime) -> None:
        """Give it back."""
        with self._world.data() as world:
            if world.sweep_until == lease:
                world.sweep_until = None
                world.meters["sweeps"] += 1

    def overdue_shops(self) -> list[str]:
        """Return slugs of shops with overdue orders."""
        with self._world.data() as world:
            late = [row for row in world.orders.values() if row.order.accept_by <= world.clock()]
            return sorted({row.order.shop for row in late if row.order.status is Status.PLACED})

    def end_dead_leases(self) -> None:
        """End leases whose functions were killed."""
        with self._world.data() as world:
            dead = world.clock() + timedelta(seconds=LEASE_S) - DEAD_LEASE
            for row in world.sockets.values():
                if row.busy_until is not None and row.sent_at is not None and row.busy_until < dead:
                    row.busy_until = None

    def lagging_kitchens(self) -> list[tuple[int, str]]:
        """Return (shop_id, slug) of shops whose kitchens lack events."""
        with self._world.data() as world:
            behind = [row for row in world.bound("kitchen") if self._connections.pushable(row)]
            shops = {row.shop_id for row in behind if row.shop_id is not None}
            return [(shop_id, world.shops[shop_id].shop.slug) for shop_id in sorted(shops)]

    def lagging_orders(self) -> list[str]:
        """Return ids of orders whose customers lack a version."""
        with self._world.data() as world:
            free = [row for row in world.bound("customer") if self._connections.free(row)]
            following = [(row, row.order) for row in free if row.order is not None]
            return sorted({order for row, order in following if row.sent < world.orders[order].order.version})

    def lagging_guests(self) -> list[str]:
        """Return slugs of shops whose guests lack a state."""
        with self._world.data() as world:
            free = [row for row in world.bound("guest") if self._connections.free(row)]
            shops = [(row, world.shops[row.shop_id]) for row in free if row.shop_id is not None]
            return sorted({shop.shop.slug for row, shop in shops if row.sent < shop.state_seq})

    def lagging_boards(self) -> list[int]:
        """Return ids of shops whose boards lack a move."""
        with self._world.data() as world:
            free = [row for row in world.bound("board") if self._connections.free(row)]
            shops = [(row, world.shops[row.shop_id]) for row in free if row.shop_id is not None]
            return sorted({shop.shop.id for row, shop in shops if row.sent < shop.board_seq})

    def turned_shops(self) -> list[str]:
        """Return slugs of shops that are attended and not said to be, or the other way round."""
        with self._world.data() as world:
            rows = world.shops.values()
            return sorted(row.shop.slug for row in rows if row.shop.attended != world.attended(row.shop.id))

    def silent(self) -> list[Silent]:
        """Return connections to be asked whether they are there."""
        with self._world.data() as world:
            now = world.clock()
            found = []
            for row in world.sockets.values():
                probed = row.probed_at is not None and row.probed_at >= now - SILENT
                if row.shop_id is None or self._heard(row) >= now - SILENT or probed:
                    continue
                if self._connections.free(row):
                    row.probed_at = now
                    found.append(Silent(row.id, world.shops[row.shop_id].last_seq, now))
            return found

    def idle(self) -> list[Idle]:
        """Forget who is idle, and return them."""
        with self._world.data() as world:
            ended = [row for row in world.sockets.values() if self._is_idle(row)]
            for row in ended:
                world.forget(row)
            return [Idle(row.id, row.role is None) for row in ended]

    def purge(self) -> int:
        """Remove what is past retention; the number of events."""
        with self._world.data() as world:
            removed = 0
            world.marks = [mark for mark in world.marks if mark.at >= world.clock() - KEPT_MARKS]
            for shop_id, shop in list(world.shops.items()):
                old = [event.seq for event in world.logs[shop_id] if event.at < world.clock() - KEPT]
                mine = [row for row in world.orders.values() if row.shop_id == shop_id]
                needed = [row.placed_seq - 1 for row in mine if row.order.status in OPEN]
                upto = min([max(old, default=0), *needed])
                if upto <= shop.kept_seq:
                    continue
                kept = [event for event in world.logs[shop_id] if event.seq > upto]
                removed += len(world.logs[shop_id]) - len(kept)
                world.logs[shop_id] = kept
                world.shops[shop_id] = replace(shop, kept_seq=upto)
            return removed

    def erase(self, days: int) -> Erased:
        """Erase who ordered longer ago."""
        with self._world.data() as world:
            start = world.clock() - timedelta(days=days)
            rows = world.orders.values()
            due = {row.order.id for row in rows if row.order.placed_at < start and not row.erased}
            for order_id in due:
                world.erase(order_id)
            ended = [row for row in world.bound("customer") if row.order in due]
            for row in ended:
                world.forget(row)
            return Erased(len(due), [row.id for row in ended])

    def count(self, name: str, number: int) -> None:
        """Add to a counter."""
        with self._world.data() as world:
            world.meters[name] += number

    def measure(self) -> Measures:
        """Return how delivery stands."""
        with self._world.data() as world:
            rows = list(world.orders.values())
            opened = [row for row in rows if row.order.status in OPEN]
            unseen = [row for row in opened if row.order.seen_at is None]
            p50, p95 = _percentiles(rows, world.clock())
            waiting = [row.order.placed_at for row in unseen] + self._unacked()
            behind = [self._behind(row) for row in world.bound("kitchen")]

            def total(name: str) -> int:
                living = sum(getattr(row, name) for row in world.sockets.values())
                return int(world.meters[name]) + int(living)

            return Measures(
                oldest_undelivered_seconds=(
                    (world.clock() - min(waiting)).total_seconds() if waiting else 0.0
                ),
                events_unacked=sum(behind),
                orders_unseen=len(unseen),
                orders_placed=sum(row.order.status is Status.PLACED for row in rows),
                orders_open=len(opened),
                kitchens_connected=len(behind),
                connections=len(world.sockets),
                pushes_total=total("pushes"),
                resends_total=total("resends"),
                duplicates_dropped_total=total("dropped"),
                connections_gone_total=world.meters["gone"],
                orders_expired_total=world.meters["expired"],
                sweeps_total=world.meters["sweeps"],
                store_to_screen_p50_seconds=p50,
                store_to_screen_p95_seconds=p95,
                shops_unattended=sum(
                    row.shop.openness.at(world.clock()).open and not row.shop.attended
                    for row in world.shops.values()
                ),
            )

    def _heard(self, row: SocketRow) -> datetime:
        return row.seen_at or row.connected_at

    def _is_idle(self, row: SocketRow) -> bool:
        now = self._world.clock()
        if row.role is None and row.connected_at < now - NO_HELLO:
            return True
        if self._heard(row) < now - IDLE:
            return True
        if row.role != "kitchen" or row.shop_id is None or not self._connections.free(row):
            return False
        if row.sent_at is None:
            return True
        return self._connections.start(row) < self._world.shops[row.shop_id].kept_seq

    def _behind(self, row: SocketRow) -> int:
        return 0 if row.shop_id is None else self._world.shops[row.shop_id].last_seq - row.acked

    def _unacked(self) -> list[datetime]:
        """Return when the first event was stored that a kitchen has not acked, of each that lacks one."""
        rows = [row for row in self._world.bound("kitchen") if row.shop_id is not None and self._behind(row)]
        events = [self._world.log(row.shop_id, row.acked, 1) for row in rows if row.shop_id is not None]
        return [found[0].at for found in events if found]


def _percentiles(rows: list[OrderRow], now: datetime) -> tuple[float, float]:
    """Return the median and the 95th percentile of store to screen in the last hour, in seconds."""
    recent = [row.order for row in rows if row.order.placed_at > now - timedelta(hours=1)]
    took = [
        (order.seen_at - order.placed_at).total_seconds() for order in recent if order.seen_at is not None
    ]
    if len(took) < 2:
        return (took[0], took[0]) if took else (0.0, 0.0)
    steps = quantiles(took, n=100, method="inclusive")
    return steps[49], steps[94]
