"""The alerts of `memory` (`service.ports_alerts.AlertBook`)."""

from __future__ import annotations

import uuid
from datetime import timedelta

from orderbell.adapters.memory_world import AlertRow, MemoryWorld, OrderRow
from orderbell.domain.ladder import GIVE_UP, RUNGS, Alert, AlertKind, AlertOutcome
from orderbell.domain.status import Status
from orderbell.service.ports_alerts import AlertCounts

LEASE_S = 30.0


class MemoryAlerts:
    """Alerts in a MemoryWorld."""

    def __init__(self, world: MemoryWorld) -> None:
        self._world = world

    def note(self) -> int:
        """Store the alerts whose time has come; how many are new."""
        with self._world.data() as world:
            told = {(row.order, row.kind) for row in world.alerts.values()}
            due = [(row.order.id, kind) for row in world.orders.values() for kind in self._due(row)]
            new = [each for each in due if each not in told]
            for order_id, kind in new:
                row = AlertRow(str(uuid.uuid4()), order_id, kind, world.clock(), world.clock())
                world.alerts[row.id] = row
            return len(new)

    def take(self) -> Alert | None:
        """Close what needs no sending, and take the alert that has waited longest."""
        with self._world.data() as world:
            due = [row for row in world.alerts.values() if self._waits(row) and row.next_try <= world.clock()]
            for row in due:
                young = row.created_at > world.clock() - GIVE_UP
                placed = world.orders[row.order].order.status is Status.PLACED
                if row.kind is not AlertKind.EXPIRED and not placed:
                    self._end(row, AlertOutcome.SETTLED if young else AlertOutcome.FAILED)
                elif not young:
                    self._end(row, AlertOutcome.FAILED)
            due = sorted(filter(self._waits, due), key=lambda row: (row.next_try, row.id))
            return self._taken(due[0]) if due else None

    def end(self, alert: Alert, outcome: AlertOutcome) -> None:
        """End an alert."""
        with self._world.data() as world:
            row = world.alerts[alert.id]
            if self._waits(row):
                self._end(row, outcome)

    def put_off(self, alert: Alert, seconds: float) -> None:
        """Let it be due later."""
        with self._world.data() as world:
            row = world.alerts[alert.id]
            if self._waits(row) and row.next_try == alert.lease:
                row.next_try = world.clock() + timedelta(seconds=seconds)

    def counts(self) -> AlertCounts:
        """Return how many alerts there are."""
        with self._world.data() as world:
            pending = sum(map(self._waits, world.alerts.values()))
            return AlertCounts(pending, world.meters["alerts_sent"], world.meters["alerts_failed"])

    def _due(self, row: OrderRow) -> list[AlertKind]:
        """Return the kinds of alert that an order has earned by now."""
        now, order = self._world.clock(), row.order
        if order.status is Status.EXPIRED:
            return [AlertKind.EXPIRED] if order.accept_by > now - GIVE_UP else []
        if order.status is not Status.PLACED:
            return []
        return [kind for kind, after in RUNGS.items() if order.placed_at <= now - after]

    def _taken(self, row: AlertRow) -> Alert:
        world = self._world
        row.next_try = world.lease(LEASE_S)
        row.tries += 1
        order, shop = world.orders[row.order].order, world.shops[world.orders[row.order].shop_id].shop
        return Alert(
            id=row.id, kind=row.kind, created_at=row.created_at, attempt=row.tries, lease=row.next_try, now=world.clock(),
            shop=shop.slug, shop_name=shop.name, locale=shop.locale, order=order.id, number=order.number, total=order.total,
            currency=order.currency, placed_at=order.placed_at, accept_by=order.accept_by, seen=order.seen_at is not None,
        )  # fmt: skip

    def _end(self, row: AlertRow, outcome: AlertOutcome) -> None:
        row.outcome = outcome
        self._world.meters[f"alerts_{outcome.value}"] += 1

    @staticmethod
    def _waits(row: AlertRow) -> bool:
        return row.outcome is None
