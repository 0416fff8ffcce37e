"""A shop with a kitchen's screen and a customer, functions that live, and what must be true of all of them at the end."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

from orderbell import entry
from orderbell.domain.order import Order
from orderbell.domain.status import OPEN
from orderbell.entry.wiring import wiring
from orderbell.service.ports import Ledger
from support.doors import socket_event
from support.example import ORDER
from support.layer import SqlStore
from support.system import Screen
from support.waiting import until
from tests.steps.endpoint import Endpoint
from tests.steps.functions import Functions, Run

BILL, TRANSPORT = "function_bill/bill.py", "function_ws_trans/ws_trans.py"
SWEEP = {"Type": "Timer", "TriggerName": "sweep", "Time": "2026-11-21T12:00:05Z", "Message": ""}
LEASES_S = 6
"""After this every lease has ended: they last 5 s."""

JSON = dict[str, Any]
OPEN_WORDS = {status.value for status in OPEN}
_numbers = itertools.count(1)


def ledger() -> Ledger:
    """Return the ledger of this process's own instance, with everything open to it until its next call."""
    parts = wiring()
    parts.wall.everything()
    return parts.ledger


@dataclass(frozen=True)
class Stage:
    """What the scenes of a module share: a database, a push endpoint, and functions that can be killed."""

    store: SqlStore
    endpoint: Endpoint
    functions: Functions


class Page(Screen):
    """A kitchen's screen without a socket: what it says waits until somebody takes it along."""

    def __init__(self) -> None:
        self.acks = True
        self.epoch: str | None = None
        self.seq: int | None = None
        self.orders: dict[str, JSON] = {}
        self.shown: list[str] = []
        self.repeats = 0
        self.said: list[JSON] = []
        self.results: dict[str, JSON] = {}
        self.welcomed = False

    def say(self, **frame: Any) -> None:
        self.said.append(frame)

    def take(self, frame: JSON) -> None:
        self.welcomed = self.welcomed or frame["type"] == "welcome"
        if frame["type"] == "result":
            self.results[frame["id"]] = frame
        if frame["type"] == "events" and self.seq is None and frame["prev"] == 0:
            self.epoch, self.seq = frame["epoch"], 0  # the first snapshot was overtaken, and is not needed
        super().take(frame)
        if frame["type"] == "snapshot":
            self.shown += [order["id"] for order in frame["orders"] if order["id"] not in self.shown]

    def open(self) -> dict[str, int]:
        """Return the versions of the orders that are on the board."""
        return {id: order["version"] for id, order in self.orders.items() if order["status"] in OPEN_WORDS}


class Scene:
    """One shop. The functions that answer here are an instance that nobody kills."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.number = next(_numbers)
        self.shop = stage.store.open_shop(f"shop-{self.number}")
        self.token = f"device of {self.shop.slug}"
        stage.store.add_device(self.shop, self.token)
        self.key = f"key of {self.shop.slug}"
        self.connection = ""
        self.page = Page()
        self.beside: dict[str, Page] = {}
        self.customer = f"customer-{self.number}"
        self.states: list[JSON] = []

    # What happens

    def hello(self) -> JSON:
        """Open a socket for the screen, and return the event of its hello, which goes on from what it has."""
        self.connection = f"screen-{self.number}-{next(_numbers)}"
        self.page.welcomed = False
        entry.socket(entry.register)(socket_event("connecting", self.connection), {})
        goes_on = {} if self.page.epoch is None else {"epoch": self.page.epoch, "seq": self.page.seq}
        return self.event({"type": "hello", "role": "kitchen", "token": self.token, **goes_on})

    def arrive(self) -> None:
        """Let the screen say hello, and take all there is."""
        self.transport(self.hello())
        self.relay()

    def arrive_beside(self) -> None:
        """Let another screen of the kitchen say hello, and take all there is."""
        page, connection = self.page, self.connection
        self.page = Page()
        self.arrive()
        self.beside[self.connection] = self.page
        self.page, self.connection = page, connection

    def look(self) -> None:
        """Let the screen do what it does every few seconds: ping, and come again where nobody knows it."""
        if self.page.welcomed:
            self.transport(self.event({"type": "ping", "seq": self.page.seq or 0}))
            self.relay()
        if not self.page.welcomed or self.connection in self.stage.endpoint.gone:
            self.arrive()

    def order_event(self, key: str) -> JSON:
        """Return the event of an order being placed."""
        return {
            "requestContext": {"requestId": "req-1", "path": "/bill", "httpMethod": "POST"},
            "httpMethod": "POST",
            "path": "/bill",
            "queryString": {},
            "headers": {"Content-Type": "application/json", "Idempotency-Key": key},
            "body": json.dumps({**ORDER, "shop": self.shop.slug}),
            "isBase64Encoded": False,
        }

    def place(self, key: str) -> JSON:
        """Place an order as a customer does who has a good line; return the answer."""
        answer = entry.http(entry.bill)(self.order_event(key), {})
        assert answer["statusCode"] in (200, 201), answer
        found: JSON = json.loads(answer["body"])
        return found

    def follow(self, placed: JSON) -> None:
        """Let the customer open the page of an order."""
        entry.socket(entry.register)(socket_event("connecting", self.customer), {})
        hello = {
            "type": "hello",
            "role": "customer",
            "order": placed["order"]["id"],
            "token": placed["token"],
        }
        self.transport(self.event(hello, self.customer))
        self.relay()

    def event(self, frame: JSON, connection: str | None = None) -> JSON:
        """Return the event of a frame that came on a socket, the screen's unless another is named."""
        return socket_event(
            "data send", connection or self.connection, data=json.dumps(frame), dataType="text"
        )

    def transport(self, event: JSON) -> None:
        """Let a frame be dealt with."""
        assert entry.socket(entry.transport, entry.sweep)(event, {})["errNo"] == 0

    def relay(self) -> None:
        """Carry frames to the pages, and what they say back, until nobody has anything to say."""
        while any(self._carry(*each) for each in ((self.connection, self.page), *self.beside.items())):
            continue
        self.states += [
            frame["order"] for frame in self.stage.endpoint.take(self.customer) if frame["type"] == "order"
        ]

    def _carry(self, connection: str, page: Page) -> bool:
        came = self.stage.endpoint.take(connection)
        for frame in came:
            page.take(frame)
        said, page.said = page.said, []
        for frame in said:
            self.transport(self.event(frame, connection))
        return bool(came or said)

    def sweep(self) -> None:
        """Let time pass until every lease has ended, and nothing happen but the timer."""
        self.stage.store.pass_time(LEASES_S)
        answer = entry.socket(entry.transport, entry.sweep)(SWEEP, {})
        assert answer["ok"] and not answer.get("skipped"), answer
        self.relay()

    def victim(self, function: str, event: JSON, at: int | None = None, how: str = "", **more: Any) -> Run:
        """Let an instance of its own deal with an event, and see that the database has let go of it."""
        run = self.stage.functions.run(function, event, at, how, **more)
        sql = "SELECT pid FROM pg_stat_activity WHERE pid = ANY(%s)"
        until(lambda: not self.stage.store.run(sql, list(run.backends)), "the database has let go of it")
        return run

    # What must be true

    def stored(self) -> list[str]:
        """Return the ids of the shop's orders, in the order of its log."""
        sql = "SELECT order_id::text FROM orders WHERE shop_id = %s ORDER BY placed_seq"
        return [row[0] for row in self.stage.store.run(sql, self.shop.id)]

    def order(self, order_id: str) -> Order:
        """Return an order as it is stored."""
        found = ledger().order_of(order_id)
        assert found is not None
        return found[0]

    def newest_state(self) -> JSON:
        """Return what the customer's page shows: the newest version of the order that came."""
        return max(self.states, key=lambda order: int(order["version"]))

    def check(self) -> None:
        """See that the log has no hole, that nothing is held, and that the screen shows what is stored, once and in order."""
        self.place(f"one more for {self.shop.slug}")
        self.relay()
        run = self.stage.store.run
        log = [row[0] for row in run("SELECT seq FROM event WHERE shop_id = %s ORDER BY seq", self.shop.id)]
        ((last,),) = run("SELECT last_seq FROM shop WHERE shop_id = %s", self.shop.id)
        assert log == list(range(1, last + 1)), "the log has a hole"
        for page in (self.page, *self.beside.values()):
            assert page.seq == last, "the screen lacks events"
            assert page.shown == self.stored(), "the screen shows other orders, twice, or in another order"
        _, _, orders = ledger().snapshot(self.shop.id)
        stored = {order.id: order.version for order in orders}
        for page in (self.page, *self.beside.values()):
            assert page.open() == stored, "the screen shows other states"
        assert all(order.seen_at is not None for order in orders), "on the screen, and not noted as seen"

    def leave(self) -> None:
        """Forget the shop, so that the next scene is not about it."""
        for table in ("orders", "shop"):
            self.stage.store.run(f"DELETE FROM {table} WHERE shop_id = %s", self.shop.id)  # noqa: S608
