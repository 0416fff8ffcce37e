"""What people do behind a page's back while it is looked at: order, cook, ask, and let time pass."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from shots.stage import Scene, Stage
from support.parts import ask
from support.system import Screen, Socket
from support.waiting import until

JSON = dict[str, Any]

BEEF = {"item": "beef-noodles", "quantity": 2, "options": ["large", "extra-egg"]}
DAN_DAN = {"item": "dan-dan-noodles", "quantity": 1, "options": ["hot"]}
CUCUMBER = {"item": "cucumber-salad", "quantity": 3}
MILK = {"item": "soy-milk", "quantity": 1, "options": ["hot", "no-sugar"]}
LUNCH = [{**BEEF, "note": "不要香菜"}, CUCUMBER, MILK]

PEOPLE = ("李雷", "韩梅梅", "Anna Schmidt", "王大明", "O'Connor")


def place(stage: Stage, lines: list[JSON] | None = None, service: str = "pickup", **more: Any) -> JSON:
    """Place an order; return the order and its token."""
    customer = {"name": more.pop("name", PEOPLE[0]), "phone": "13800001234"}
    if service == "delivery":
        customer["address"] = more.pop("address", "人民路 88 号 3 幢 502 室")
    body = {"shop": stage.shop, "service": service, "customer": customer, "lines": lines or LUNCH, **more}
    if service == "dine_in":
        body.setdefault("table", "12")
    answer = stage.system.post(body)
    assert answer.ok, answer.text
    placed: JSON = answer.json()
    return placed


@contextmanager
def hand(stage: Stage, *, sees: bool = False) -> Iterator[Screen]:
    """Give a kitchen's screen that does what it is told; `sees` makes it acknowledge what it is sent."""
    screen = Screen(stage.system, stage.token, acks=sees)
    with screen:
        screen.until(lambda it: it.epoch is not None)
        yield screen


STEPS: dict[str, list[tuple[str, JSON]]] = {
    "placed": [],
    "accepted": [("accept", {"minutes": 20})],
    "rejected": [("reject", {"reason": "sold_out"})],
    "cancelled": [("accept", {"minutes": 20}), ("cancel", {"reason": "too_busy"})],
}
STEPS["preparing"] = [*STEPS["accepted"], ("start", {})]
STEPS["ready"] = [*STEPS["preparing"], ("ready", {})]
STEPS["dispatched"] = [*STEPS["ready"], ("dispatch", {})]
STEPS["completed"] = [*STEPS["ready"], ("complete", {})]


def tell(screen: Screen, name: str, **arguments: Any) -> JSON:
    """Have a screen ask for a change, and see it done."""
    result = screen.command(name, **arguments)
    assert result["ok"], result
    return result


def bring_to(stage: Stage, placed: JSON, status: str) -> None:
    """Move an order to a status, as the kitchen does."""
    with hand(stage, sees=True) as screen:
        for name, arguments in STEPS[status]:
            tell(screen, name, order=placed["order"]["id"], **arguments)


def clear(stage: Stage) -> None:
    """End every open order of the shop."""
    with hand(stage) as screen:
        for order in list(screen.orders.values()):
            move = {"placed": "reject", "dispatched": "complete"}.get(order["status"], "cancel")
            more = {} if move == "complete" else {"reason": "other"}
            tell(screen, move, order=order["id"], **more)


def taking(scene: Scene, accepting: str, **more: Any) -> None:
    """Say whether the shop takes orders; at the end it is open again."""
    scene.later(lambda: _accepting(scene.stage, "open"))
    _accepting(scene.stage, accepting, **more)


def _accepting(stage: Stage, accepting: str, **more: Any) -> None:
    with hand(stage) as screen:
        tell(screen, "shop", accepting=accepting, **more)


def sell_out(scene: Scene, *items: str) -> None:
    """Take dishes off the menu; at the end they are back."""
    scene.later(lambda: _stock(scene.stage, items, True))
    _stock(scene.stage, items, "today")


def _stock(stage: Stage, items: tuple[str, ...], available: bool | str) -> None:
    with hand(stage) as screen:
        for item in items:
            tell(screen, "availability", item=item, available=available)


def reprice(scene: Scene, before: str, after: str) -> None:
    """Change a price on the menu, as the shop does; at the end it is what it was."""
    menu = scene.stage.menu
    was = menu.read_text("utf-8")

    def put(text: str) -> None:
        menu.write_text(text, "utf-8")
        scene.stage.system.cli("shop", "import", str(menu))

    assert before in was
    scene.later(lambda: put(was))
    put(was.replace(before, after, 1))


def ask_for(stage: Stage, placed: JSON, name: str, **arguments: Any) -> None:
    """Have the customer ask for something."""
    with Socket(stage.system) as phone:
        phone.say(type="hello", role="customer", order=placed["order"]["id"], token=placed["token"])
        phone.expect("welcome")
        phone.say(type="command", id=f"{name}-{placed['order']['id'][:8]}", name=name, **arguments)
        result = phone.expect("result")
        assert result["ok"], result


def backdate(stage: Stage, placed: JSON, seconds: int, *, deadline: bool = True) -> None:
    """Let the database believe that an order was placed so long ago."""
    ask(
        stage.system,
        """
        UPDATE orders SET placed_at = placed_at - %(s)s * interval '1 second',
            promised_at = promised_at - %(s)s * interval '1 second',
            seen_at = seen_at - %(s)s * interval '1 second',
            accept_by = accept_by - %(d)s * interval '1 second',
            history = (SELECT jsonb_agg(jsonb_set(step, '{at}', to_jsonb(to_char(
                (step->>'at')::timestamptz AT TIME ZONE 'UTC' - %(s)s * interval '1 second',
                'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))) FROM jsonb_array_elements(history) step)
        WHERE order_id = %(order)s""",
        {"s": seconds, "d": seconds if deadline else 0, "order": placed["order"]["id"]},
    )


def expire(stage: Stage, placed: JSON) -> None:
    """Wait until the sweep has called off an order whose time was up."""
    backdate(stage, placed, 700)
    path = f"/bill?order={placed['order']['id']}"
    until(
        lambda: stage.system.get(path, placed["token"]).json()["order"]["status"] == "expired",
        "the sweep expires the order",
    )


def tracker(placed: JSON) -> str:
    """Return the address of an order's tracker."""
    return f"/o/{placed['order']['id']}#t={placed['token']}"
