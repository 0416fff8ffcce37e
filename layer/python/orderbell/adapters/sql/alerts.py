"""The alerts in PostgreSQL (`service.ports_alerts.AlertBook`)."""

from __future__ import annotations

import json

from orderbell.adapters.sql.database import Database
from orderbell.domain.ladder import Alert, AlertKind, AlertOutcome
from orderbell.service.ports_alerts import AlertCounts


class SqlAlerts:
    """Alerts as rows that outlive whoever sends them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self) -> int:
        """Store the alerts whose time has come; how many are new."""
        return len(self._database.run("note_alerts"))

    def take(self) -> Alert | None:
        """Close what needs no sending, and take the alert that has waited longest."""
        found = self._database.run_then(("settle_alerts", ()), ("take_alert", ()))
        if not found:
            return None
        identity, kind, created_at, tries, lease, now, slug, name, *rest = found[0]
        return Alert(identity, AlertKind(kind), created_at, tries, lease, now, slug, json.loads(name), *rest)

    def end(self, alert: Alert, outcome: AlertOutcome) -> None:
        """End an alert."""
        self._database.run("end_alert", alert.id, outcome.value)

    def put_off(self, alert: Alert, seconds: float) -> None:
        """Let it be due later."""
        self._database.run("put_off_alert", alert.id, alert.lease, seconds)

    def counts(self) -> AlertCounts:
        """Return how many alerts there are."""
        return AlertCounts(*self._database.run("count_alerts")[0])
