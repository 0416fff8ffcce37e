"""What the timer does while it is killed: it drains what nobody told, and expires what nobody accepted."""

from __future__ import annotations

from orderbell.domain.events import EventType
from orderbell.domain.status import Actor, Move
from orderbell.wire import voice
from support.books import write_order
from tests.steps.functions import Run
from tests.steps.scenarios import JSON, Scenario
from tests.steps.scene import LEASES_S, SWEEP, Scene, ledger


class Draining(Scenario):
    """The timer finds orders and a state of an order that nobody told."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL take_task",
        "SQL overdue_shops",
        "SQL lagging_kitchens",
        "SQL claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
        "SQL lagging_orders",
        "SQL claim_followers",
        "HTTP send",
        "HTTP receive",
        "SQL end_task",
    )
    pushes = 2

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive()
        followed = scene.place(scene.key)
        scene.relay()
        scene.follow(followed)
        # As functions do that end after the commit: the leases that it took are never given back.
        for _ in range(2):
            with ledger().hold(scene.shop.slug) as books:
                write_order(books)
                books.commit()
        with ledger().hold(scene.shop.slug) as books:
            order = books.order(followed["order"]["id"])
            assert order is not None
            moved = order.move(Move.ACCEPT, Actor.KITCHEN, books.held.now, minutes=5)
            books.change(moved, voice.body(moved), EventType.ORDER_UPDATED)
            books.commit()
        scene.stage.store.pass_time(LEASES_S)
        return SWEEP

    def finish(self, scene: Scene, run: Run) -> None:
        scene.relay()
        scene.sweep()
        accepted, *_ = stored = scene.stored()
        assert scene.page.shown == stored, "the timer alone did not bring them to the screen"
        assert scene.page.orders[accepted]["status"] == "accepted"
        assert scene.newest_state()["status"] == "accepted", "the customer was not told"
        scene.check()


class Expiring(Scenario):
    """The timer finds an order that nobody accepted in time."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL take_task",
        "SQL overdue_shops",
        "SQL BEGIN; hold",
        "SQL overdue",
        "SQL change; COMMIT; claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
        "SQL claim_followers",
        "HTTP send",
        "HTTP receive",
        "SQL end_task",
    )
    pushes = 2
    begins, ends = "SQL overdue_shops", "SQL lagging_kitchens"

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive()
        placed = scene.place(scene.key)
        scene.relay()
        scene.follow(placed)
        sql = "UPDATE orders SET accept_by = clock_timestamp() - interval '1 second' WHERE order_id = %s"
        scene.stage.store.run(sql, placed["order"]["id"])
        return SWEEP

    def finish(self, scene: Scene, run: Run) -> None:
        (placed,) = scene.stored()
        scene.sweep()
        order = scene.order(placed)
        assert order.status == "expired", "nobody accepted it, and it did not expire"
        assert [step.status.value for step in order.history].count("expired") == 1
        assert scene.page.open() == {}, "still on the board"
        assert scene.newest_state()["status"] == "expired", "the customer was not told"
        scene.check()
