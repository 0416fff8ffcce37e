"""Which adapter serves which port. Built once per instance, on the first call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from orderbell import config
from orderbell.adapters.sql.alerts import SqlAlerts
from orderbell.adapters.sql.chores import SqlChores
from orderbell.adapters.sql.connections import SqlConnections
from orderbell.adapters.sql.database import Database
from orderbell.adapters.sql.ledger import SqlLedger
from orderbell.adapters.sql.limits import SqlLimits
from orderbell.adapters.sql.report import SqlDayBook
from orderbell.adapters.sql.statements import PLACING, STATEMENTS
from orderbell.domain.rates import UNLIMITED, Sizes
from orderbell.entry import logs
from orderbell.service.alerts import Alerts
from orderbell.service.catalog import Catalog
from orderbell.service.delivery import Delivery
from orderbell.service.kitchen import Kitchen
from orderbell.service.limiter import Limiter
from orderbell.service.ordering import Ordering
from orderbell.service.pairing import Pairing
from orderbell.service.ports import Connections, Ledger, Push, Secrets, Voice
from orderbell.service.ports_alerts import Webhook
from orderbell.service.ports_report import DayBook
from orderbell.service.ports_sweep import Chores
from orderbell.service.report import Reports
from orderbell.service.sessions import Sessions
from orderbell.service.sweep import KEPT_DAYS, Alerting, Sweeper
from orderbell.service.wall import Wall
from orderbell.wire import tokens, voice
from orderbell.wire.tokens import digest


@dataclass(frozen=True)
class Wiring:
    """The use cases, ready to run."""

    ledger: Ledger
    catalog: Catalog
    delivery: Delivery
    ordering: Ordering
    kitchen: Kitchen
    sessions: Sessions
    pairing: Pairing
    sweeper: Sweeper
    reports: Reports
    allowed_origins: frozenset[str]
    limiter: Limiter
    wall: Wall

    def for_call(self) -> Wiring:
        """Return itself for a new call, which is nobody's yet: every door begins with this."""
        self.wall.nobody()
        return self


def assemble(
    ledger: Ledger,
    connections: Connections,
    chores: Chores,
    push: Push,
    allowed_origins: frozenset[str] = frozenset(),
    alerts: Alerting | None = None,
    *,
    days: DayBook,
    limiter: Limiter | None = None,
    privacy_days: int = KEPT_DAYS,
    wall: Wall,
) -> Wiring:
    """Put the use cases on the given adapters, which hold to `wall`."""
    say: Voice = voice
    secrets: Secrets = tokens
    limiter = limiter or Limiter()
    catalog = Catalog(ledger)
    delivery = Delivery(ledger, connections, catalog, push, say)
    kitchen = Kitchen(ledger, delivery, say)
    return Wiring(
        ledger=ledger,
        catalog=catalog,
        delivery=delivery,
        ordering=Ordering(ledger, catalog, secrets, say, delivery.ring_shop, limiter, wall=wall),
        kitchen=kitchen,
        sessions=Sessions(ledger, connections, catalog, delivery, kitchen, secrets, say, limiter, wall=wall),
        pairing=Pairing(ledger, connections, delivery, secrets, say, limiter),
        sweeper=Sweeper(
            ledger,
            chores,
            delivery,
            kitchen,
            say,
            alerts,
            limiter.forget,
            wall=wall,
            privacy_days=privacy_days,
        ),  # fmt: skip
        reports=Reports(ledger, days, secrets, limiter),
        allowed_origins=allowed_origins,
        limiter=limiter,
        wall=wall,
    )


@lru_cache(maxsize=2)
def wiring(pushes: bool = True) -> Wiring:
    """Return this instance's wiring, from the settings. Raises SettingsError."""
    settings = config.load(pushes=pushes)
    logs.configure(settings.log_level)
    ready = PLACING if pushes else ()
    return on_postgres(
        settings.database_url, pusher(settings), settings.allowed_origins, ready, owner(settings),
        settings.rates, digest(f"rates {settings.push_token}"), settings.privacy_days,
    )  # fmt: skip


def on_postgres(
    url: str,
    push: Push,
    allowed_origins: frozenset[str] = frozenset(),
    ready: Sequence[str] = (),
    webhook: Webhook | None = None,
    rates: Sizes = UNLIMITED,
    key: bytes = b"",
    privacy_days: int = KEPT_DAYS,
) -> Wiring:
    """Put the use cases on one PostgreSQL connection; the statements in `ready` are prepared with it.

    Addresses and phone numbers are hashed with `key`, which is not in the database: a copy of it gives none away.
    """
    wall = Wall()
    database = Database(url, STATEMENTS, ready, wall=wall)
    alerts = None if webhook is None else Alerts(SqlAlerts(database), webhook)
    return assemble(
        SqlLedger(database),
        SqlConnections(database),
        SqlChores(database),
        push,
        allowed_origins,
        alerts,
        days=SqlDayBook(database),
        limiter=Limiter(SqlLimits(database), rates, key),
        privacy_days=privacy_days,
        wall=wall,
    )


def owner(settings: config.Config) -> Webhook | None:
    """Return the way to the owner, None where no address was given: then no alert is made."""
    if settings.alert_webhook_url is None:
        return None
    from orderbell.adapters.webhook import SignedWebhook

    return SignedWebhook(settings.alert_webhook_url, settings.alert_webhook_secret)


def pusher(settings: config.Config) -> Push:
    """Return the way to the sockets. A function that never pushes does not pay for sockets and TLS."""
    if not settings.push_url:
        return Silent()
    from orderbell.adapters.push.tencent import TencentPush

    return TencentPush(settings.push_url, settings.push_token, logs.request_id.get)


class Silent:
    """The push of a function that has none."""

    def send(self, connection_id: str, text: str) -> None:
        """Push nothing: whoever comes next does."""

    def close(self, connection_id: str, code: int, reason: str) -> None:
        """Close nothing."""
