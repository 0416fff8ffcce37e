"""The owner's alarm on the whole system: the timer sweeps, the owner hears, the order expires, everybody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from support.parts import EACH_SECOND, ask
from support.postgres import open_folder
from support.receiver import Received, Receiver, answer, receiving
from support.system import Screen, Socket, System, running_system
from support.waiting import until

PUT_OFF = "SELECT 1 FROM alert WHERE tries > 0 AND next_try < clock_timestamp() + interval '15 seconds'"
"""The lease of one that is being sent is longer than that, the first waits are shorter."""


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture(scope="module")
def system(receiver: Receiver) -> Iterator[System]:
    """A system that sweeps each second and has an owner to tell."""
    settings = {"SWEEP_CRON": EACH_SECOND, "ALERT_WEBHOOK_URL": receiver.url}
    with open_folder() as folder, running_system(folder / "data", **settings) as running:
        yield running


def let_wait(system: System, order_id: str, seconds: int) -> None:
    """Let an order have waited for so much longer."""
    moved = ", ".join(
        f"{column} = {column} - %s * interval '1 second'" for column in ("placed_at", "accept_by")
    )
    ask(system, f"UPDATE orders SET {moved} WHERE order_id = %s", (seconds, seconds, order_id))  # noqa: S608


def told(receiver: Receiver, order_id: str, kind: str) -> list[Received]:
    """Return what the owner was told of an order, each alert once."""
    about = {got.id: got for got in receiver.got if got.json["order"]["id"] == order_id}
    return [got for got in about.values() if got.json["type"] == kind]


def metric(system: System, name: str) -> float:
    """Return a number of the last sweep, 0 where there is none yet."""
    text = requests.get(f"{system.internal_url}/metrics", timeout=20).text
    found = re.search(rf"^{name} (\S+)$", text, re.M)
    return float(found.group(1)) if found else 0.0


def test_an_order_that_nobody_accepts_alarms_the_owner_twice_and_expires_for_all(
    system: System, receiver: Receiver
) -> None:
    placed = system.post().json()
    order_id = placed["order"]["id"]
    secret = system.cli("webhook", "secret").strip()
    with Screen(system, system.pair()) as kitchen, Socket(system) as customer:
        customer.say(type="hello", role="customer", order=order_id, token=placed["token"])
        kitchen.until_order(order_id)
        until(lambda: ask(system, "SELECT 1 FROM orders WHERE seen_at IS NOT NULL"), "a screen has it")
        assert told(receiver, order_id, "order.unaccepted") == []

        let_wait(system, order_id, 60)
        (first,) = until(lambda: told(receiver, order_id, "order.unaccepted"), "the owner is told")
        let_wait(system, order_id, 60)
        until(lambda: len(told(receiver, order_id, "order.unaccepted")) == 2, "the owner is told again")

        let_wait(system, order_id, 180)
        (expired,) = until(lambda: told(receiver, order_id, "order.expired"), "the owner is told of the end")
        kitchen.until_order(order_id, "expired")
        while customer.expect("order")["order"]["status"] != "expired":
            continue

    until(lambda: metric(system, "orderbell_alerts_sent_total") >= 3, "three alerts are counted")
    assert first.is_signed_with(secret) and expired.is_signed_with(secret)
    assert first.json["shop"]["slug"] == "noodle-house"
    assert first.json["order"]["number"] == placed["order"]["number"]
    assert first.json["order"]["seen"] is True
    assert 60 <= first.json["order"]["waiting_seconds"] < 120
    assert "Li Lei" not in first.body.decode() and "13800001234" not in first.body.decode()
    assert system.get(f"/bill?order={order_id}", placed["token"]).json()["order"]["status"] == "expired"


def test_an_order_that_is_accepted_in_time_alarms_nobody(system: System, receiver: Receiver) -> None:
    accepted, other = (system.post().json()["order"]["id"] for _ in range(2))
    with Screen(system, system.pair()) as kitchen:
        kitchen.until_order(other)
        assert kitchen.command("accept", order=accepted, minutes=10)["ok"]
    for order_id in (accepted, other):
        let_wait(system, order_id, 130)
    until(lambda: len(told(receiver, other, "order.unaccepted")) == 2, "the owner is told of the other")
    assert told(receiver, accepted, "order.unaccepted") == []


def test_a_receiver_that_was_dead_is_told_when_it_is_back() -> None:
    with receiving() as dead:
        url, port = dead.url, dead.port
    settings = {"SWEEP_CRON": EACH_SECOND, "ALERT_WEBHOOK_URL": url}
    with open_folder() as folder, running_system(folder / "data", **settings) as system:
        order_id = system.post().json()["order"]["id"]
        let_wait(system, order_id, 60)
        until(lambda: ask(system, PUT_OFF), "it was tried in vain")
        with receiving(port) as back:
            back.plan = [answer(503)]
            until(lambda: len(told(back, order_id, "order.unaccepted")) == 1, "the owner is told", 60)
            until(lambda: ask(system, "SELECT 1 FROM alert WHERE outcome = 'sent'"), "it is marked", 60)
            assert len(back.got) == 2 and len({got.id for got in back.got}) == 1
            assert [got.json["attempt"] for got in back.got] == [2, 3]
