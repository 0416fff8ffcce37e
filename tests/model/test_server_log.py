"""The real layer against every mistake of a push: random services on memory and on PostgreSQL, with the reference as screens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from orderbell.adapters.memory import MemoryLedger
from orderbell.adapters.memory_connections import MemoryConnections
from orderbell.service.delivery import Delivery
from orderbell.service.kitchen import Kitchen
from orderbell.service.sessions import Sessions
from orderbell.service.sweep import Sweeper
from support.layer import MemoryStore, SqlStore, Store
from tests.model.pages import FAULTS, Customer, Screen
from tests.model.reducer import JSON
from tests.model.service import Service

WAYS = 12
WAITS = (0.5, 1.6, 6.0, 31.0, 170.0)
"""Seconds: less than anything; more than a resend, a lease, a back-off waits; and some of these, than an order waits."""
MOVES = ("accept", "accept", "start", "ready", "complete", "recall", "reject", "cancel")
WORDS: dict[str, JSON] = {
    "accept": {"minutes": 10}, "reject": {"reason": "too_busy"}, "cancel": {"reason": "too_busy"},
}  # fmt: skip

SETTINGS = settings(
    max_examples=120, stateful_step_count=10, deadline=None, database=None, derandomize=True, print_blob=False
)


class Day:
    """A service, and every step that can be taken in it; each has a number for whom it is about, and one for how."""

    def __init__(self, store: Store) -> None:
        self.patch = pytest.MonkeyPatch()
        self.service = Service(store, self.patch)
        self.commands: list[Callable[[], None]] = []
        for screen in self.service.screens:
            self.service.connect(screen)

    def end(self) -> None:
        self.service.end()
        self.patch.undo()

    def _screen(self, nth: int) -> Screen:
        return self.service.screens[nth % 2]

    def _page(self, nth: int) -> Screen | Customer:
        """Return a screen, or a customer of one of the latest orders."""
        pages: list[Screen | Customer] = [*self.service.screens, *self.service.customers[-2:]]
        return pages[nth % len(pages)]

    # what people do

    def place(self, nth: int, way: int) -> None:
        self.service.place(f"key {len(self.service.keys)}")

    def place_again(self, nth: int, way: int) -> None:
        if keys := self.service.keys:
            self.service.place(keys[-1 - nth % min(3, len(keys))])

    def move(self, nth: int, way: int) -> None:
        if orders := self.service.placed():
            name, order = MOVES[way % len(MOVES)], orders[-1 - nth % min(3, len(orders))]
            self._command(self._screen(nth), name, order=order, **WORDS.get(name, {}))

    def change_shop(self, nth: int, way: int) -> None:
        busy = {"accepting": "busy", "busy_minutes": 10}
        self._command(self._screen(nth), "shop", **(busy if way % 2 else {"accepting": "open"}))

    def customer_asks(self, nth: int, way: int) -> None:
        if customers := self.service.customers:
            name = ("cancel", "nudge", "message")[way % 3]
            words = {"text": "hi"} if name == "message" else {}
            self._command(customers[-1 - nth % min(2, len(customers))], name, **words)

    def command_again(self, nth: int, way: int) -> None:
        if self.commands:
            self.commands[-1 - nth % min(4, len(self.commands))]()

    def _command(self, page: Screen | Customer, name: str, **words: object) -> None:
        self.commands.append(
            partial(self.service.command, page, name, f"command {len(self.commands)}", **words)
        )
        self.commands[-1]()

    # what pages do

    def connect(self, nth: int, way: int) -> None:
        self.service.connect(self._page(nth))

    def read(self, nth: int, way: int) -> None:
        self.service.read(self._page(nth))

    def paint(self, nth: int, way: int) -> None:
        self.service.read(self._screen(nth))
        self.service.paint(self._screen(nth))

    def resume(self, nth: int, way: int) -> None:
        screen = self._screen(nth)
        self.service.say(screen, {"type": "resume", "seq": max(0, screen.log.seq - way % 4)})

    def poll(self, nth: int, way: int) -> None:
        self.service.read(self._screen(nth))
        self.service.poll(self._screen(nth))

    def ping(self, nth: int, way: int) -> None:
        self.service.say(self._page(nth), {"type": "ping"})

    # what goes wrong, and what mends it

    def next_instance(self, nth: int, way: int) -> None:
        self.service.next_instance()

    def hang_up(self, nth: int, way: int) -> None:
        self.service.hang_up(self._page(nth), politely=way % 2 == 0)

    def fault(self, nth: int, way: int) -> None:
        self.service.push.faults[self._page(nth).connection] = FAULTS[way % len(FAULTS)]

    def wait(self, nth: int, way: int) -> None:
        self.service.store.pass_time(WAITS[way % len(WAITS)])

    def sweep(self, nth: int, way: int) -> None:
        self.service.sweep()

    def heal(self, nth: int, way: int) -> None:
        self.service.heal(by_sweep=way % 2 == 0)


STEPS = {
    Day.place: 5, Day.place_again: 2, Day.move: 5, Day.change_shop: 1, Day.customer_asks: 2, Day.command_again: 2,
    Day.connect: 2, Day.read: 3, Day.paint: 4, Day.resume: 1, Day.poll: 1, Day.ping: 2,
    Day.next_instance: 2, Day.hang_up: 2, Day.fault: 9, Day.wait: 3, Day.sweep: 2, Day.heal: 6,
}  # fmt: skip
"""How often each is taken."""

Taken = tuple[str, int]

some = st.lists(
    st.tuples(
        st.sampled_from([step.__name__ for step, often in STEPS.items() for _ in range(often)]),
        st.integers(0, WAYS * WAYS - 1),
    ),
    min_size=4,
    max_size=12,
)


class Days(RuleBasedStateMachine):
    """Days on memory, or on the store that a subclass makes."""

    def __init__(self) -> None:
        super().__init__()
        self.day = Day(self.new_store())

    def new_store(self) -> Store:
        return MemoryStore()

    @rule(taken=some)
    def goes_on(self, taken: list[Taken]) -> None:
        for name, number in taken:
            getattr(self.day, name)(*divmod(number, WAYS))

    def teardown(self) -> None:
        try:
            self.day.service.heal(by_sweep=True)
            self.day.service.settle()
        finally:
            self.day.end()


def test_on_memory_every_page_ends_with_what_the_store_has() -> None:
    run_state_machine_as_test(Days, settings=SETTINGS)


def test_on_postgresql_every_page_ends_with_what_the_store_has(database_url: str) -> None:
    class DaysOnPostgres(Days):
        def new_store(self) -> Store:
            self.sql = SqlStore(database_url)
            self.sql.run("TRUNCATE shop CASCADE")
            self.sql.run("TRUNCATE connection, command, alert")
            return self.sql

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.sql.__exit__()

    run_state_machine_as_test(
        DaysOnPostgres, settings=settings(SETTINGS, max_examples=8, phases=[Phase.generate])
    )


def _never(*_: object) -> None:
    return None


PLANTED: dict[str, tuple[type, str, Callable[..., object]]] = {
    "what is not acknowledged is sent again": (MemoryConnections, "start", lambda self, row: row.sent),
    "the sweep tells who lacks something": (Sweeper, "_tell", _never),
    "a ping brings what is missing": (
        Sessions,
        "ping",
        lambda self, about, *_: self._delivery.say(about.id, self._voice.pong(about.last_seq, about.now)),
    ),
    "an ack of a screen is an order that was seen": (Kitchen, "seen", _never),
    "a customer is told of each change": (Delivery, "_ring_order", _never),
    "the same key finds the order that it made": (MemoryLedger, "by_key", _never),
}
"""Safeguards of the layer, and what takes each away."""


@pytest.mark.parametrize("missing", PLANTED)
def test_without_a_safeguard_somebody_misses_something(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*PLANTED[missing])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Days, settings=settings(SETTINGS, phases=[Phase.generate]))
