"""What can happen to a world, by name and how often: hypothesis and the seeded dice of `cases` choose from the same."""

from __future__ import annotations

from collections.abc import Callable

from tests.model.reducer import JSON
from tests.model.world import World

WAYS = 12
"""A step has a number below this, for what it acts on, and another one, for how."""


def _order(world: World, nth: int) -> JSON | None:
    """Return one of the five latest orders."""
    orders = list(world.book.orders().values())
    return orders[-1 - nth % min(5, len(orders))] if orders else None


def _place(world: World, nth: int, way: int) -> None:
    for _ in range(1 + way % 3):
        world.book.place()


def _move(world: World, nth: int, way: int) -> None:
    """The first move that the table has leads onwards, and is taken half of the time."""
    if order := _order(world, nth):
        world.book.move(order, max(0, way - WAYS // 2))


def _serve(world: World, nth: int, way: int) -> None:
    """Several moves of the same order."""
    if order := _order(world, nth):
        for _ in range(1 + way % 6):
            world.book.move(world.book.orders()[order["id"]], 0)


def _ask(world: World, nth: int, way: int) -> None:
    book = world.book
    if order := _order(world, nth):
        (book.ask_to_cancel, book.ask_to_cancel, book.nudge, book.touch)[way % 4](order)


def _say(world: World, nth: int, way: int) -> None:
    if order := _order(world, nth):
        world.book.say(order, ("kitchen", "customer")[way % 2])


def _restore(world: World, nth: int, way: int) -> None:
    world.restore(max(0, world.book.seq - nth), forgotten=way % 2 == 0)


def _deliver_all(world: World, nth: int, way: int) -> None:
    while world.down:
        world.deliver()


Step = Callable[[World, int, int], object]
Steps = dict[str, tuple[int, Step]]

SHOP: Steps = {
    "place": (4, _place),
    "move": (6, _move),
    "serve": (3, _serve),
    "ask": (3, _ask),
    "say": (1, _say),
    "shop": (1, lambda world, nth, way: world.book.open_or_pause(("open", "paused")[way % 2])),
}
"""What happens in the shop: how often, and what it is."""

CALM: Steps = {
    "hear": (6, lambda world, nth, way: world.hear()),
    "push": (6, lambda world, nth, way: world.push(1 + way % 5)),
    "deliver": (5, lambda world, nth, way: world.deliver()),
    "deliver all": (2, _deliver_all),
    "poll": (1, lambda world, nth, way: world.poll()),
    "answer": (1, lambda world, nth, way: world.answer(nth)),
    "paint": (3, lambda world, nth, way: world.paint()),
    "dismiss": (1, lambda world, nth, way: world.dismiss(nth)),
    "settle": (1, lambda world, nth, way: world.settle()),
}
"""What happens while all is well."""

HARM: Steps = {
    "overtake": (4, lambda world, nth, way: world.deliver(nth)),
    "repeat": (2, lambda world, nth, way: world.repeat(nth)),
    "lose": (2, lambda world, nth, way: world.lose(nth)),
    "tear": (2, lambda world, nth, way: world.tear(nth, way)),
    "send again": (2, lambda world, nth, way: world.send_again()),
    "lose an answer": (1, lambda world, nth, way: world.lose_answer()),
    "kill": (1, lambda world, nth, way: world.hear(killed=True)),
    "connect": (2, lambda world, nth, way: world.connect()),
    "reload": (1, lambda world, nth, way: world.reload()),
    "restore": (1, _restore),
}
"""What goes wrong."""

ALL = {**SHOP, **CALM, **HARM}


def names(*parts: Steps) -> list[str]:
    """Return the names of steps, each as often as it shall happen."""
    return [name for part in parts for name, (often, _) in part.items() for _ in range(often)]
