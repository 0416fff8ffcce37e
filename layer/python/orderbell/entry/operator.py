"""What an operator does: through the command line, or by invoking `function_init_db`. No route leads here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from orderbell import config
from orderbell.domain.errors import OrderbellError, PushFailed
from orderbell.entry import logs
from orderbell.wire import tokens
from orderbell.wire.problem import CLOSE_REVOKED, CLOSE_TRY_LATER, CLOSE_UNAUTHORIZED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orderbell.adapters.sql.admin import DeliveryRow, DeviceRow, ShopRow
    from orderbell.adapters.sql.admin_privacy import ErasedOf
    from orderbell.adapters.sql.admin_restore import Belongings, Restored
    from orderbell.domain.menu import Names
    from orderbell.service.ports_alerts import Answer

MAX_SKEW_S = 2.0
RESTORED = "the database was restored"
OWN_ROLE = (
    "give DATABASE_URL a role of its own, NOSUPERUSER NOBYPASSRLS, that owns the tables (docs/security.md)"
)
MAX_SWEEP_AGE_S = 120.0
"""Twice the rarest timer that makes sense, one a minute."""


@dataclass(frozen=True)
class Pairing:
    """A one-use pairing code and when it ends."""

    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Check:
    """One thing that `doctor` looked at; `remedy` says how to mend it where it is not ok."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


class Admin:
    """The operator's commands. `push_url` is None where no gateway runs: then nobody is told until the next contact."""

    def __init__(self, database_url: str, push_url: str | None, push_token: str | None) -> None:
        from orderbell.adapters.sql.admin import AdminStore  # SQLAlchemy: not for the hot functions

        self._url = database_url
        self._push = (push_url, push_token)
        self._store = AdminStore(database_url)

    def upgrade(self) -> list[str]:
        """Create or upgrade the tables; return the revisions that were applied."""
        return self._store.upgrade()

    def load_demo(self) -> list[str]:
        """Load the demo shops into an empty database; return their slugs."""
        from orderbell.adapters import menufile
        from orderbell.adapters.sql.admin import db_folder

        demo = sorted((db_folder() / "demo").glob("*.yaml"))
        return self._store.load_demo([menufile.parse(path.read_text("utf-8"), path.name) for path in demo])

    def shops(self) -> list[ShopRow]:
        """Return every shop."""
        return self._store.shops()

    def import_shop(self, text: str, file: str) -> str:
        """Create or change a shop from a menu file, tell the open pages, and return its slug. Raises MenuError."""
        from orderbell.adapters import menufile

        done = self._store.import_shop(menufile.parse(text, file))
        if done.changed:
            self._ring(done.slug)
        return done.slug

    def export_shop(self, slug: str) -> str:
        """Return a shop as a menu file. Raises UnknownShop."""
        from orderbell.adapters import menufile

        return menufile.dump(self._store.export_shop(slug))

    def shop_names(self, slug: str) -> Names:
        """Return a shop's name in the languages it has. Raises UnknownShop."""
        return self._store.export_shop(slug).name

    def pair(self, slug: str) -> Pairing:
        """Make a pairing code for a shop, good once and for 10 minutes. Raises UnknownShop."""
        code = tokens.pairing_code()
        return Pairing(code, self._store.new_pairing(slug, tokens.digest(code)))

    def devices(self) -> list[DeviceRow]:
        """Return every paired device, revoked ones too."""
        return self._store.devices()

    def orders(self, slug: str | None, last: int) -> list[DeliveryRow]:
        """Return how the latest orders were delivered, newest first. Raises UnknownShop."""
        return self._store.orders(slug, last)

    def revoke(self, device_id: str) -> int:
        """Revoke a device and close its sockets; return how many were closed. Raises NotFound."""
        return self._close(self._store.revoke(device_id), CLOSE_REVOKED, "this device was revoked")

    def belongings(self) -> Belongings:
        """Return which tables and extensions of the database a backup takes."""
        from orderbell.adapters.sql.admin_restore import RestoreStore

        return RestoreStore(self._url).belongings()

    def restore(self, script: Iterator[bytes], *, replace: bool) -> Restored:
        """Put a backup, as lines of `pg_restore`, in the place of what is here: all or nothing, and under new epochs.

        Raises:
            Conflict: functions use the database, or orders would be thrown away without `replace`.
            Unavailable: it is no backup of orderbell, or one of a newer version.
        """
        from orderbell.adapters.sql.admin_restore import RestoreStore

        return RestoreStore(self._url).restore(script, replace=replace)

    def new_epoch(self) -> int:
        """Let every screen take a snapshot, after a restore by other means; return how many sockets were closed."""
        from orderbell.adapters.sql.admin_restore import RestoreStore

        return self._close(RestoreStore(self._url).new_epoch(), CLOSE_TRY_LATER, RESTORED)

    def _close(self, connections: list[str], code: int, reason: str) -> int:
        push = self._pusher()
        closed = 0
        for connection in connections if push is not None else ():
            try:
                push.close(connection, code, reason)
                closed += 1
            except PushFailed:
                continue
        return closed

    def check(self) -> list[Check]:
        """Look at the database, its migrations, the clock and the push endpoint."""
        try:
            current, head = self._store.current()
        except OrderbellError as error:
            return [Check("database", False, str(error), "start PostgreSQL, or correct DATABASE_URL")]
        checks = [Check("database", True, "reachable")]
        detail = f"at {current or 'nothing'}, newest is {head}"
        checks.append(
            Check(
                "migrations", current == head, detail, "start `orderbell up` once, or invoke function_init_db"
            )
        )
        skew_s = self._store.clock_skew_s()
        detail = f"{skew_s:+.1f} s against the database"
        checks.append(Check("clock", abs(skew_s) <= MAX_SKEW_S, detail, "let NTP set this machine's clock"))
        push = self._check_push()
        checks.append(push)
        if current == head:
            checks.append(self._check_wall())
        if current == head and push.ok:
            checks += [self._check_sweep(), self._check_screens()]
        return checks

    def orders_of(self, phone: str) -> bytes:
        """Return every order with a phone number, of all shops, as JSON: {"orders": [as in GET /bill]}, oldest first."""
        from orderbell.adapters.sql.admin_privacy import PrivacyStore
        from orderbell.wire import render

        found = PrivacyStore(self._url).orders_of(phone)
        return render.encode({"orders": [render.order(order, masked=False) for order in found]})

    def erase(self, phone: str, *, with_open: bool) -> ErasedOf:
        """Erase who ordered from the orders with a phone number; open ones only `with_open`. Their pages are closed."""
        from orderbell.adapters.sql.admin_privacy import PrivacyStore

        erased = PrivacyStore(self._url).erase(phone, with_open=with_open)
        self._close(erased.connections, CLOSE_UNAUTHORIZED, "this order says no longer whose it is")
        return erased

    def wall_gaps(self) -> list[str]:
        """Return what lets the database's role past the wall around each shop, each in a few words."""
        from orderbell.adapters.sql.admin_walls import WallStore

        return WallStore(self._url).gaps()

    def _check_wall(self) -> Check:
        gaps = self.wall_gaps()
        detail = "; ".join(gaps) or "each shop's orders are behind row-level security"
        return Check("wall around shops", not gaps, detail, OWN_ROLE)

    def _check_sweep(self) -> Check:
        """Somebody must sweep where a gateway runs: else an order whose function died waits for the next one."""
        age_s = self._store.swept_s()
        detail = "never ran" if age_s is None else f"ran {age_s:.0f} s ago"
        remedy = (
            "the timer trigger of function_ws_trans must be on (SWEEP_CRON); see gateway.log for its failures"
        )
        return Check("sweep", age_s is not None and age_s < MAX_SWEEP_AGE_S, detail, remedy)

    def _check_screens(self) -> Check:
        """Say which shops take orders with nobody there. It may well be so: a new system, a shop that forgot to close."""
        alone = self._store.unattended()
        if not alone:
            return Check("screens", True, "every open shop has one that can be seen and heard")
        detail = f"open, and no screen says that it can be seen and heard: {', '.join(alone)}"
        return Check("screens", True, f"{detail} (open the kitchen's page there, or close the shop)")

    def _check_push(self) -> Check:
        push = self._pusher()
        if push is None:
            return Check(
                "push endpoint",
                False,
                "no gateway is running",
                "start `orderbell up`, or set PUSH_URL and PUSH_TOKEN",
            )
        try:
            push.close("doctor-asks-for-a-connection-that-is-not", 1000, "")
        except PushFailed as error:
            return Check(
                "push endpoint",
                False,
                str(error),
                "start the gateway; PUSH_TOKEN must be the one it was started with",
            )
        return Check("push endpoint", True, "answers, and takes the secret")

    def _pusher(self) -> Any:
        url, token = self._push
        if not url or not token:
            return None
        from orderbell.adapters.push.tencent import TencentPush

        return TencentPush(url, token, logs.request_id.get)

    def _ring(self, slug: str) -> None:
        push = self._pusher()
        if push is None:
            return
        from orderbell.entry.wiring import on_postgres

        parts = on_postgres(self._url, push)
        parts.wall.everything()
        standing = parts.catalog.standing(slug)
        parts.delivery.ring_shop(standing.shop.id, slug)
        parts.delivery.ring_guests(slug)


def admin(database_url: str, push_url: str | None = None, push_token: str | None = None) -> Admin:
    """Return the operator's commands on a database. Raises SettingsError for an address that is none."""
    return Admin(config.database_url({"DATABASE_URL": database_url}), push_url, push_token)


def try_webhook(url: str, key: bytes) -> Answer:
    """Send a test event to the owner's webhook and return what came back. It has this machine's time."""
    from orderbell.adapters.webhook import SignedWebhook

    return SignedWebhook(url, key).test(str(uuid.uuid4()), datetime.now(timezone.utc))


def init_db() -> dict[str, Any]:
    """Create or upgrade the tables, load the demo shops into an empty database, and say what was done."""
    settings = config.load(pushes=False)
    logs.configure(settings.log_level)
    work = admin(settings.database_url)
    upgraded = work.upgrade()
    done = {"ok": True, "upgraded": upgraded, "demo": work.load_demo() if settings.demo else []}
    gaps = work.wall_gaps()
    return {**done, "wall": f"does not hold: {'; '.join(gaps)}"} if gaps else done
