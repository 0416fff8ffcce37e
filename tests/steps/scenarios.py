"""What is done while a function is killed, and what must be true after that: placing, moving, noting as seen, hello."""

from __future__ import annotations

from typing import Any

from tests.steps.functions import Run
from tests.steps.scene import BILL, TRANSPORT, Scene

JSON = dict[str, Any]


class Scenario:
    """One event for one function."""

    function = TRANSPORT
    known: tuple[str, ...] = ()
    """Steps that it is known to take, in this order; there may be more."""
    pushes = 1
    """Pushes that it makes at least."""
    begins, ends = "", ""
    """The first step that another scenario has not, and the first after that which another has; empty: none."""

    def own(self, steps: tuple[str, ...]) -> list[tuple[int, str]]:
        """Return the steps that are this scenario's own, with their numbers."""
        first = steps.index(self.begins) if self.begins else 0
        last = steps.index(self.ends) if self.ends else len(steps)
        return list(enumerate(steps))[first:last]

    def prepare(self, scene: Scene) -> JSON:
        """Set the scene and return the event that the function gets."""
        raise NotImplementedError

    def finish(self, scene: Scene, run: Run) -> None:
        """See that nothing false was answered, let the others do what they would, and see that all is well."""
        raise NotImplementedError


class Placing(Scenario):
    """A customer places an order, and sends it again with the same key."""

    function = BILL
    known: tuple[str, ...] = (
        "SQL connect",
        "SQL BEGIN; hold",
        "SQL place; COMMIT; claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
    )

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive()
        return scene.order_event(scene.key)

    def finish(self, scene: Scene, run: Run) -> None:
        before = scene.stored()
        if run.answer is not None:
            assert run.answer["statusCode"] in (201, 503), "another answer than yes or try again"
            assert run.answer["statusCode"] == 503 or len(before) == 1, "answered 201, and not stored"
            assert run.answer["statusCode"] == 201 or "Retry-After" in run.answer["headers"]
        scene.sweep()
        assert scene.stored() == before, "the timer made an order"
        assert scene.page.shown == before, "the timer alone did not bring it to the screen"
        placed = scene.place(scene.key)["order"]["id"]
        assert before in ([], [placed]), "another order for the same key"
        assert scene.stored() == [placed]
        scene.relay()
        assert scene.page.shown == [placed]
        assert scene.order(placed).status == "placed"
        scene.check()


class Crowd(Placing):
    """The same with two screens, which are told by two threads at once."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL BEGIN; hold",
        "SQL place; COMMIT; claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
        "SQL settle",
        "SQL settle",
        "SQL claim",
    )
    pushes = 2
    begins = "SQL place; COMMIT; claim"

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive_beside()
        return super().prepare(scene)


class Moving(Scenario):
    """A kitchen accepts an order, and sends the command again with the same id."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL get",
        "SQL BEGIN; hold",
        "SQL result",
        "SQL order",
        "SQL change; remember; COMMIT; claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
        "SQL claim_followers",
    )
    pushes = 3

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive()
        placed = scene.place(scene.key)
        scene.relay()
        scene.follow(placed)
        order = placed["order"]["id"]
        return scene.event(self._accept(scene, order))

    def _accept(self, scene: Scene, order: str) -> JSON:
        return {"type": "command", "id": scene.key, "name": "accept", "order": order, "minutes": 15}

    def finish(self, scene: Scene, run: Run) -> None:
        (placed,) = scene.stored()
        scene.relay()
        if scene.page.results.get(scene.key, {}).get("ok"):
            assert scene.order(placed).status == "accepted", "answered ok, and not done"
        scene.sweep()
        self._same_everywhere(scene, placed)
        scene.transport(scene.event(self._accept(scene, placed)))
        scene.relay()
        assert scene.page.results[scene.key]["ok"]
        assert scene.order(placed).status == "accepted"
        self._same_everywhere(scene, placed)
        self._once(scene, placed)
        scene.check()

    def _same_everywhere(self, scene: Scene, order_id: str) -> None:
        order = scene.order(order_id)
        assert scene.page.orders[order_id]["version"] == order.version, "the kitchen sees another state"
        newest = scene.newest_state()
        assert (newest["version"], newest["status"]) == (order.version, order.status), (
            "the customer sees another state"
        )

    def _once(self, scene: Scene, order_id: str) -> None:
        steps = [step.status.value for step in scene.order(order_id).history]
        assert steps.count("accepted") == 1, steps
        run = scene.stage.store.run
        sql = "SELECT count(*) FROM event WHERE order_id = %s AND payload->>'status' = 'accepted'"
        assert run(sql, order_id) == [(1,)]
        found = run("SELECT result->>'ok' FROM command WHERE command_id = %s", scene.key)
        assert found == [("true",)], "the answer is not remembered, or not once"


class Seen(Scenario):
    """A screen acknowledges an order that no screen had shown before."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL get",
        "SQL ack",
        "SQL BEGIN; hold",
        "SQL unseen",
        "SQL change; COMMIT; claim",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
    )

    def prepare(self, scene: Scene) -> JSON:
        scene.arrive()
        scene.page.acks = False
        scene.place(scene.key)
        scene.relay()
        scene.page.acks = True
        return scene.event({"type": "ack", "seq": scene.page.seq})

    def finish(self, scene: Scene, run: Run) -> None:
        (placed,) = scene.stored()
        scene.sweep()
        scene.look()
        assert scene.order(placed).seen_at is not None, (
            "on the screen, and the customer is told that it is not"
        )
        scene.check()
        order = scene.order(placed)
        assert order.version == 2, "noted as seen twice"


class Hello(Scenario):
    """A screen comes to a shop where orders wait."""

    known: tuple[str, ...] = (
        "SQL connect",
        "SQL device",
        "SQL standing",
        "SQL bind",
        "HTTP connect",
        "HTTP send",
        "HTTP receive",
        "SQL snapshot",
        "SQL settle",
        "SQL claim",
    )
    pushes = 2

    def prepare(self, scene: Scene) -> JSON:
        for number in range(3):
            scene.place(f"{scene.key} {number}")
        return scene.hello()

    def finish(self, scene: Scene, run: Run) -> None:
        scene.sweep()
        scene.look()
        assert scene.page.shown == scene.stored()
        scene.check()
