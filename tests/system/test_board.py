"""The guests' board and the kitchen's readiness on the real system: real sockets, the real sweep."""

from __future__ import annotations

from typing import Any

import psycopg2

from support.example import ORDER
from support.system import Screen, Socket, System

READY = {"visible": True, "audible": True, "awake": True}


def look(socket: Socket, shop: str) -> dict[str, Any]:
    """Say hello as a board and return the first one shown."""
    socket.say(type="hello", role="board", shop=shop)
    assert socket.expect("welcome")["role"] == "board"
    return socket.expect("board")


def next_with(socket: Socket, code: str, place: str) -> dict[str, Any]:
    """Return the next board that has a code in a list."""
    while True:
        board = socket.expect("board")
        if code in [entry["number"] for entry in board[place]]:
            return board


def test_two_boards_show_a_move_and_a_recall_and_another_shops_board_nothing(system: System) -> None:
    with (
        Screen(system, system.pair()) as kitchen,
        Socket(system) as left,
        Socket(system) as right,
        Socket(system) as elsewhere,
    ):
        look(left, "noodle-house"), look(right, "noodle-house")
        nothing = look(elsewhere, "burger-place")
        assert (nothing["preparing"], nothing["ready"]) == ([], [])
        order = system.post().json()["order"]
        kitchen.until_order(order["id"])
        shown = []
        for command, place in (
            ("accept", "preparing"),
            ("start", None),
            ("ready", "ready"),
            ("recall", "preparing"),
            ("ready", "ready"),
        ):
            more = {"minutes": 10} if command == "accept" else {}
            assert kitchen.command(command, order=order["id"], **more)["ok"]
            if place is not None:
                both = [next_with(board, order["number"], place) for board in (left, right)]
                assert both[0]["ready"] == both[1]["ready"]
                shown += both
        asked = system.get("/get_shop_info?board=noodle-house").json()["board"]
        assert (asked["preparing"], asked["ready"]) == (both[0]["preparing"], both[0]["ready"])
        assert kitchen.command("complete", order=order["id"])["ok"]
        gone = left.expect("board")
        assert order["number"] not in str(gone["ready"] + gone["preparing"])
        elsewhere.say(type="ping")
        assert elsewhere.next()["type"] == "pong"  # and no board before it
        for private in (ORDER["customer"]["name"], ORDER["customer"]["phone"][:3], order["id"], "note"):
            assert private not in str(shown)


def test_a_guest_sees_whether_the_kitchen_is_attended(system: System) -> None:
    token = system.pair("coffee-bar")
    with Socket(system) as guest, Screen(system, token) as kitchen:
        guest.say(type="hello", role="guest", shop="coffee-bar")
        assert guest.expect("welcome")["shop"]["attended"] is False
        kitchen.say(type="ping", ready=READY)
        assert guest.expect("shop")["shop"]["attended"] is True
        kitchen.until(lambda screen: screen.seq)  # the kitchen is told as well
        # The screen falls silent: half a minute passes for its last word.
        with psycopg2.connect(system.database_url) as connection, connection.cursor() as cursor:
            cursor.execute("UPDATE device SET ready_at = ready_at - interval '30 seconds'")
            cursor.execute("SELECT count(*) FROM device WHERE ready_at IS NOT NULL")
            assert cursor.fetchone() == (1,)
        assert guest.expect("shop")["shop"]["attended"] is False
    assert "coffee-bar" in system.cli("doctor", check=False)
