"""A restaurant's service on the real functions: customers, two screens that follow the reference, and pushes that go wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderbell import entry
from orderbell.wire import voice
from support.doors import DEVICE_TOKEN, House
from support.layer import Store, wired
from tests.model import reducer
from tests.model.pages import BadPush, Customer, Killed, Page, Screen
from tests.model.reducer import JSON, OPEN, Board

SWEEP = {"Type": "Timer", "TriggerName": "sweep", "Time": "2026-11-21T12:00:05Z", "Message": ""}
HEALED_S = 31
"""By then every lease and every back-off has ended."""


class Service:
    """Everything that happens, by verbs; each that talks to a function may be the last thing which that function does."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.store = store
        self.house = House(store, patch)
        self.push = BadPush()
        self._instances = [wired(store, self.push) for _ in range(2)]
        self.house.push = self.push
        self.next_instance()
        kitchen = {"role": "kitchen", "token": DEVICE_TOKEN}
        self._ledger = store.ledger()
        self.screens = [Screen(name, kitchen) for name in ("left", "right")]
        self.customers: list[Customer] = []
        self.keys: list[str] = []
        self.acked: dict[str, str] = {}
        """Order ids by Idempotency-Key, of those that were answered."""
        self.results: dict[str, JSON] = {}
        """What was answered to a command."""
        self._boards: list[Board] = [{}]
        self._placed: list[str] = []

    @property
    def pages(self) -> list[Screen | Customer]:
        """Return everybody who may be on a socket."""
        return [*self.screens, *self.customers]

    def end(self) -> None:
        """End the threads that a function's process would take along."""
        for parts in self._instances:
            if parts.delivery._pool is not None:
                parts.delivery._pool.shutdown()

    def next_instance(self) -> None:
        """Let another instance of the functions take what comes: it knows only what is stored."""
        self._instances.append(self._instances.pop(0))
        self.house.parts = self._instances[0]

    # the customers

    def place(self, key: str) -> None:
        """Order, with a new key or once more with the same one."""
        if key not in self.keys:
            self.keys.append(key)
        try:
            answer = self.house.place(key=key)
        except Killed:
            return
        assert answer.status in (200, 201), answer.body
        order, token = answer.json["order"], answer.json["token"]
        assert self.acked.setdefault(key, order["id"]) == order["id"], "the same key made two orders"
        if not any(each.hello["order"] == order["id"] for each in self.customers):
            hello = {"role": "customer", "order": order["id"], "token": token}
            self.customers.append(Customer(f"customer {len(self.customers)}", hello))

    # the sockets

    def connect(self, page: Page) -> None:
        """Open a socket and say hello, as a page does that is loaded or was cut off."""
        page.inbox.clear()
        page.connections += 1
        more = {}
        if isinstance(page, Screen) and page.log.epoch is not None:
            more = {"epoch": page.log.epoch, "seq": page.log.seq}
        self.house.open(page.connection)
        self.say(page, {"type": "hello", **page.hello, **more})

    def say(self, page: Page, frame: JSON) -> None:
        """Send a frame, if there is a line; whatever came by then lies in the inbox."""
        if page.connections and self.house.closed(page.connection) is None:
            try:
                page.inbox += self.house.say(frame, page.connection)
            except Killed:
                return

    def command(self, page: Page, name: str, command_id: str, **more: Any) -> None:
        """Send a command, new or once more."""
        self.say(page, {"type": "command", "id": command_id, "name": name, **more})

    def hang_up(self, page: Page, politely: bool) -> None:
        """A line ends, and the functions are told, or not."""
        if page.connections:
            if politely:
                self.house.hang_up(page.connection)
            self.push.hang_up(page.connection)

    def sweep(self) -> None:
        """The cloud's clock strikes."""
        try:
            answer = entry.socket(entry.transport, entry.sweep)(SWEEP, {"request_id": "r"})
            assert answer["ok"], answer
        except Killed:
            return

    # the screens

    def read(self, page: Screen | Customer) -> None:
        """A page takes all that has come, and does what must be done."""
        if page.connections == 0:
            return
        page.inbox += self.house.heard(page.connection)
        while page.inbox:
            frame = page.inbox.pop(0)
            if frame["type"] == "result":
                said = {key: value for key, value in frame.items() if key != "id"}
                assert self.results.setdefault(frame["id"], said) == said, "one command, two results"
            elif isinstance(page, Screen) and frame["type"] in ("snapshot", "events"):
                self._take(page, frame)
            elif isinstance(page, Customer) and frame["type"] == "order":
                page.shown = reducer.newer(page.shown, frame["order"])

    def poll(self, screen: Screen) -> None:
        """A screen asks by HTTP for what it lacks."""
        known = {} if screen.log.epoch is None else {"epoch": screen.log.epoch}
        try:
            answer = self.house.show(DEVICE_TOKEN, after=screen.log.seq, **known)
        except Killed:
            return
        assert answer.status == 200, answer.body
        self._take(screen, answer.json)

    def _take(self, screen: Screen, frame: JSON) -> None:
        before = screen.log
        screen.log, effects, _ = reducer.apply(before, frame)
        self._look()
        assert screen.log.seq < len(self._boards), "the screen is ahead of the log"
        if screen.log.epoch is not None:
            assert _still(screen.log.orders) == _still(self._boards[screen.log.seq]), "no prefix of the log"
        assert screen.log.seq >= before.seq, "the screen went back"
        for effect in effects:
            if effect["do"] == "ring" and effect["tone"] == "new":
                assert not screen.rung.intersection(effect["orders"]), "the same order rang as new again"
                screen.rung.update(effect["orders"])
            elif effect["do"] == "ack":
                screen.owed = effect["seq"]
            elif effect["do"] == "resume":
                self.say(screen, {"type": "resume", "seq": effect["seq"]})
            elif effect["do"] == "restart":
                assert before.epoch is None, "there is one epoch only"
                self.connect(screen)  # events came, and the snapshot before them did not

    def paint(self, screen: Screen) -> None:
        """What a screen has applied can be seen: it says so."""
        if screen.owed is not None:
            self.say(screen, {"type": "ack", "seq": screen.owed})
            screen.owed = None

    def _look(self) -> None:
        """Read what the log got, and know the board as of each seq."""
        shop_id, slug = self.house.shop.id, self.house.shop.slug
        ledger = self._ledger
        after = len(self._boards) - 1
        standing = ledger.standing(slug)
        assert standing is not None
        found = ledger.events(shop_id, after, 999)
        about = (standing, ledger.menu(shop_id))
        for event in json.loads(voice.events(standing.epoch, after, found, about, None))["events"]:
            assert event["seq"] == len(self._boards), "the log has a hole"
            board = dict(self._boards[-1])
            if order := event.get("order"):
                board.pop(order["id"], None)
                if order["status"] in OPEN:
                    board[order["id"]] = order
            if event["type"] == "order.placed":
                self._placed.append(event["order"]["id"])
            self._boards.append(board)

    # at the end

    def open_orders(self) -> list[str]:
        """Return the ids of open orders, oldest first."""
        self._look()
        return list(self._boards[-1])

    def placed(self) -> list[str]:
        """Return the ids of all orders, oldest first."""
        self._look()
        return self._placed

    def heal(self, by_sweep: bool) -> None:
        """Nothing goes wrong any more. One sweep, or one ping of everybody, must be enough for all that are connected."""
        self.push.faults.clear()
        self.store.pass_time(HEALED_S)
        if by_sweep:
            self.sweep()
        else:
            for page in self.pages:
                self.say(page, {"type": "ping"})
        for page in self.pages:
            if page.connections == 0 or self.house.closed(page.connection) is not None:
                self.connect(page)
        for page in self.pages:
            self.read(page)
        for screen in self.screens:
            self.read(screen)  # what a resume brought
        self.check()

    def settle(self) -> None:
        """Everybody looks and acknowledges until nothing is new."""
        for _ in range(50):
            for screen in self.screens:
                self.read(screen)
                self.paint(screen)
                self.say(
                    screen, {"type": "ping", "seq": screen.log.seq}
                )  # where the ack was lost with its line
            for page in self.pages:
                self.read(page)
            self._look()
            if all(screen.log.seq == len(self._boards) - 1 for screen in self.screens):
                break
        self.check()
        for order in self._boards[-1].values():
            assert order["seen_at"] is not None, "an order that every screen shows was never seen"

    def check(self) -> None:
        """All pages show what the store has, and it has each order once."""
        epoch, seq, orders = self._ledger.snapshot(self.house.shop.id)
        snapshot = json.loads(voice.snapshot(epoch, seq, orders))
        board = {order["id"]: order for order in snapshot["orders"]}
        for screen in self.screens:
            assert (screen.name, screen.log.epoch, screen.log.seq) == (screen.name, epoch, seq)
            assert _still(screen.log.orders) == _still(board), screen.name
        placed = self.placed()
        assert len(set(placed)) == len(placed) == len(self.keys), "an order is missing, or there twice"
        assert set(self.acked.values()) <= set(placed), "an order that was answered is not in the log"
        for customer in self.customers:
            found = self._ledger.order_of(customer.hello["order"])
            assert found is not None and customer.shown is not None
            assert customer.shown["version"] == found[0].version, customer.name


def _still(board: Board) -> Board:
    """Return a board without its times: a store may move them in order to let time pass."""
    times = ("placed_at", "accept_by", "seen_at")
    return {
        key: {name: value for name, value in order.items() if name not in times}
        | {"seen": order["seen_at"] is not None}
        for key, order in board.items()
    }
