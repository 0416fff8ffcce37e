"""One order, end to end, through real sockets and a real PostgreSQL, by protocol.md alone."""

from __future__ import annotations

import psycopg2
import pytest

from support.databases import OPERATOR
from support.example import ORDER
from support.system import Screen, Socket, System


@pytest.fixture(scope="module")
def token(system: System) -> str:
    return system.pair()


def test_an_order_is_placed_received_acked_accepted_followed_and_completed(
    system: System, token: str
) -> None:
    with Screen(system, token) as kitchen, Socket(system) as customer:
        kitchen.until(lambda screen: screen.seq is not None)
        placed = system.post()
        assert placed.status_code == 201
        order, secret = placed.json()["order"], placed.json()["token"]
        assert placed.headers["Location"] == f"/bill?order={order['id']}"
        assert order["total"] == 6400 and order["status"] == "placed" and order["version"] == 1

        customer.say(type="hello", role="customer", order=order["id"], token=secret)
        assert customer.expect("welcome")["role"] == "customer"
        shown = kitchen.until_order(order["id"])
        assert shown["customer"] == {"name": "Li Lei", "phone": "138****1234", "address": None}
        seen = kitchen.until(lambda screen: screen.orders[order["id"]]["seen_at"])
        assert seen

        assert kitchen.command("accept", order=order["id"], minutes=15)["ok"]
        for name in ("start", "ready", "complete"):
            assert kitchen.command(name, order=order["id"])["ok"]
        versions = []
        while True:
            frame = customer.expect("order")["order"]
            versions.append(frame["version"])
            if frame["status"] == "completed":
                break
        assert versions == sorted(versions)
        assert frame["customer"]["phone"] == "13800001234"
        assert [step["status"] for step in frame["history"]] == [
            "placed",
            "accepted",
            "preparing",
            "ready",
            "completed",
        ]
        final = system.get(f"/bill?order={order['id']}", secret).json()["order"]
        assert final == frame


def test_the_order_is_in_postgresql_when_the_answer_comes(system: System) -> None:
    order = system.post().json()["order"]
    with psycopg2.connect(system.database_url, options=OPERATOR) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT status, total FROM orders WHERE order_id = %s", (order["id"],))
        assert cursor.fetchone() == ("placed", 6400)


def test_the_same_key_again_gives_the_same_order(system: System, token: str) -> None:
    with Screen(system, token) as kitchen:
        first = system.post(key="one-cart-one-key")
        kitchen.until_order(first.json()["order"]["id"])
        assert kitchen.command("accept", order=first.json()["order"]["id"], minutes=10)["ok"]
        again = system.post(key="one-cart-one-key")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert kitchen.shown.count(first.json()["order"]["id"]) == 1


def test_another_order_under_the_same_key_is_refused(system: System) -> None:
    assert system.post(key="used").status_code == 201
    answer = system.post({**ORDER, "note": "something else"}, key="used")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")


def test_a_screen_that_comes_back_gets_exactly_what_it_missed(system: System, token: str) -> None:
    with Screen(system, token) as kitchen:
        kitchen.until(lambda screen: screen.seq is not None)
        before = system.post().json()["order"]["id"]
        kitchen.until_order(before)
        kitchen.until(lambda screen: screen.orders[before]["seen_at"])
        epoch, seq = kitchen.epoch, kitchen.seq
        kitchen.drop()
    missed = [system.post().json()["order"]["id"] for _ in range(40)]
    with Screen(system, token, epoch, seq) as back:
        back.until(lambda screen: len(screen.shown) == 40)
        assert back.shown == missed
        assert back.repeats == 0


def test_two_screens_of_a_shop_both_get_everything_in_the_same_order(system: System, token: str) -> None:
    with Screen(system, token) as one, Screen(system, system.pair()) as two:
        one.until(lambda screen: screen.seq is not None)
        two.until(lambda screen: screen.seq is not None)
        placed = [system.post().json()["order"]["id"] for _ in range(10)]
        for screen in (one, two):
            screen.until(lambda s: len(s.shown) == 10)
            assert screen.shown == placed


def test_a_screen_that_never_acks_is_not_flooded_and_can_resume(system: System, token: str) -> None:
    with Screen(system, token, acks=False) as kitchen:
        kitchen.until(lambda screen: screen.seq is not None)
        start = kitchen.seq
        placed = [system.post().json()["order"]["id"] for _ in range(3)]
        kitchen.until(lambda screen: len(screen.shown) == 3)
        kitchen.say(type="resume", seq=start)
        kitchen.until(lambda screen: screen.repeats >= 3)
        assert kitchen.shown == placed


def test_the_kitchen_can_ask_over_http_where_sockets_are_blocked(system: System, token: str) -> None:
    whole = system.get("/bill?after=0&epoch=none", token).json()
    assert whole["type"] == "snapshot"
    order = system.post().json()["order"]
    answer = system.get(f"/bill?after={whole['seq']}&epoch={whole['epoch']}", token).json()
    assert answer["type"] == "events" and answer["prev"] == whole["seq"]
    assert [event["order"]["id"] for event in answer["events"] if event["type"] == "order.placed"] == [
        order["id"]
    ]


def test_guests_see_the_shop_pause_and_an_item_sell_out(system: System, token: str) -> None:
    with Screen(system, token) as kitchen, Socket(system) as guest:
        guest.say(type="hello", role="guest", shop="noodle-house", lang="en")
        assert guest.expect("welcome")["shop"]["open"] is True
        try:
            assert kitchen.command("shop", accepting="paused")["ok"]
            assert guest.expect("shop")["shop"]["accepting"] == "paused"
            refused = system.post()
            assert (refused.status_code, refused.json()["code"]) == (409, "shop_closed")
        finally:
            assert kitchen.command("shop", accepting="open")["ok"]
        assert guest.expect("shop")["shop"]["open"] is True
        try:
            assert kitchen.command("availability", item="beef-noodles", available="today")["ok"]
            shop = guest.expect("shop")["shop"]
            items = {item["id"]: item for category in shop["categories"] for item in category["items"]}
            assert items["beef-noodles"]["available"] is False
            sold_out = system.post()
            assert (sold_out.status_code, sold_out.json()["code"]) == (409, "item_unavailable")
        finally:
            assert kitchen.command("availability", item="beef-noodles", available=True)["ok"]


def test_a_revoked_device_is_closed_at_once_and_stays_out(system: System) -> None:
    token = system.pair()
    with Screen(system, token) as kitchen:
        system.cli("kitchen", "revoke", kitchen.welcome["device"])
        assert kitchen.closed() == 4409
    with Socket(system) as again:
        again.say(type="hello", role="kitchen", token=token)
        assert again.closed() == 4401


def test_a_wrong_frame_is_told_and_the_socket_stays(system: System, token: str) -> None:
    with Screen(system, token) as kitchen:
        kitchen.say(type="dance")
        assert kitchen.expect("error")["code"] == "validation"
        kitchen.say(type="ping")
        assert kitchen.expect("pong")["seq"] >= 0
        kitchen.raw("not json")
        assert kitchen.closed() == 4400
