"""The hub alone: no socket, no clock, no loop."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from orderbell_gateway.hub import Connection, Full, Hub, Pushed, State
from orderbell_gateway.limits import Limits

LIMITS = Limits(
    sockets=3, first_frame_s=10, idle_s=100, ping_s=25, pong_s=5, close_s=3, message_bytes=10, inbox_frames=2,
    send_buffer_bytes=20,
)  # fmt: skip


class FakeSocket:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.waiting = 0

    def send(self, data: bytes, binary: bool) -> None:
        self.told.append(("binary" if binary else "text", data))

    def ping(self) -> None:
        self.told.append("ping")

    def close(self, code: int, reason: str) -> None:
        self.told.append(code)

    def abort(self) -> None:
        self.told.append("abort")

    def pending(self) -> int:
        return self.waiting


def opened(hub: Hub, now: float = 0.0) -> tuple[Connection, FakeSocket]:
    connection, socket = hub.admit("api"), FakeSocket()
    hub.opened(connection, socket, now)
    return connection, socket


def run(hub: Hub, begin: float, end: float) -> None:
    for second in range(int(begin * 2), int(end * 2) + 1):
        hub.tick(second / 2)


def test_an_id_is_base64_of_sixteen_random_bytes() -> None:
    hub = Hub(replace(LIMITS, sockets=500))
    ids = {hub.admit("api").id for _ in range(300)}
    assert len(ids) == 300
    assert all(len(base64.b64decode(one, validate=True)) == 16 for one in ids)
    assert all(any(letter in one for one in ids) for letter in "+/=")


def test_there_are_never_more_sockets_than_allowed() -> None:
    hub = Hub(LIMITS)
    first = hub.admit("api")
    hub.admit("api"), hub.admit("api")
    with pytest.raises(Full):
        hub.admit("api")
    hub.refused(first)
    hub.admit("api")


def test_a_connection_cannot_be_pushed_to_before_it_is_open() -> None:
    hub = Hub(LIMITS)
    connection = hub.admit("api")
    assert hub.push(connection.id, "api", b"x", False, 0) is Pushed.UNKNOWN
    socket = FakeSocket()
    hub.opened(connection, socket, 0)
    assert hub.push(connection.id, "api", b"x", False, 0) is Pushed.SENT
    assert hub.push(connection.id, "api", b"y", True, 0) is Pushed.SENT
    assert socket.told == [("text", b"x"), ("binary", b"y")]


def test_a_push_needs_the_api_that_the_connection_came_by() -> None:
    hub = Hub(LIMITS)
    connection, _ = opened(hub)
    assert hub.push(connection.id, "another", b"x", False, 0) is Pushed.UNKNOWN
    assert hub.push_close(connection.id, "another", 1000, "", 0) is Pushed.UNKNOWN


def test_a_lost_connection_is_unknown() -> None:
    hub = Hub(LIMITS)
    connection, _ = opened(hub)
    hub.lost(connection)
    assert hub.push(connection.id, "api", b"x", False, 0) is Pushed.UNKNOWN
    assert not hub.connections
    assert hub.closed_total == {1006: 1}


def test_a_slow_reader_is_closed_and_then_cut() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    socket.waiting = 20
    assert hub.push(connection.id, "api", b"longer than the whole buffer", False, 1) is Pushed.SENT
    socket.waiting = 49
    assert hub.push(connection.id, "api", b"1", False, 1) is Pushed.FULL
    assert hub.push(connection.id, "api", b"1", False, 1) is Pushed.UNKNOWN
    run(hub, 1, 5)
    assert socket.told == [("text", b"longer than the whole buffer"), 1013, "abort"]


def test_a_reader_for_which_something_always_waits_is_closed_after_a_while() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    for second, waiting, pushed in (
        (1, 5, Pushed.SENT),
        (20, 5, Pushed.SENT),
        (21, 0, Pushed.SENT),  # all was read: the time begins anew
        (22, 5, Pushed.SENT),
        (41.9, 1, Pushed.SENT),
        (42, 1, Pushed.FULL),
    ):
        socket.waiting = waiting
        assert hub.push(connection.id, "api", b"x", False, second) is pushed, second
    assert socket.told[-1] == 1013


def test_what_comes_after_a_large_message_has_the_whole_buffer_while_that_is_on_its_way() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    socket.waiting = 5
    assert hub.push(connection.id, "api", b"x" * 100, False, 1) is Pushed.SENT
    for waiting, pushed in (
        (105, Pushed.SENT),  # 5 before it count, and none after it
        (100 + 10, Pushed.SENT),
        (40 + 20, Pushed.SENT),  # 20 after it
        (30, Pushed.FULL),  # all of it was taken: 30 wait that came later
    ):
        socket.waiting = waiting
        assert hub.push(connection.id, "api", b"x" * 10, False, 2) is pushed, waiting
    assert socket.told[-1] == 1013


def test_a_large_message_may_take_long_while_it_is_taken_and_no_longer() -> None:
    hub = Hub(replace(LIMITS, idle_s=0))
    connection, socket = opened(hub)
    assert hub.push(connection.id, "api", b"x" * 100, False, 0.5) is Pushed.SENT
    for second, waiting, pushed in (
        (1, 99, Pushed.SENT),
        (20.9, 80, Pushed.SENT),  # 20 were taken: the time begins anew
        (40.8, 60, Pushed.SENT),
        (60, 50, Pushed.SENT),
        (60.7, 42, Pushed.SENT),
        (60.8, 42, Pushed.FULL),  # 19 in the last 20 s
    ):
        socket.waiting = waiting
        assert hub.push(connection.id, "api", b"", False, second) is pushed, second


def test_what_came_after_a_large_message_is_judged_as_ever_once_that_was_taken() -> None:
    hub = Hub(replace(LIMITS, idle_s=0))
    connection, socket = opened(hub)
    assert hub.push(connection.id, "api", b"x" * 100, False, 1) is Pushed.SENT
    socket.waiting = 50
    assert hub.push(connection.id, "api", b"x" * 10, False, 2) is Pushed.SENT
    socket.waiting = 10  # the large one was taken just now
    for second in range(3, 23):
        assert hub.push(connection.id, "api", b"x" * 10, False, second) is Pushed.SENT, second
    assert hub.push(connection.id, "api", b"x" * 10, False, 23) is Pushed.FULL


def test_who_takes_nothing_of_a_large_message_is_closed_as_soon_as_anybody() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    assert hub.push(connection.id, "api", b"x" * 100, False, 0.5) is Pushed.SENT
    socket.waiting = 100
    assert hub.push(connection.id, "api", b"", False, 1) is Pushed.SENT
    assert hub.push(connection.id, "api", b"", False, 20.9) is Pushed.SENT
    assert hub.push(connection.id, "api", b"", False, 21) is Pushed.FULL


def test_that_time_can_be_without_end() -> None:
    hub = Hub(replace(LIMITS, send_s=0))
    connection, socket = opened(hub)
    socket.waiting = 5
    assert hub.push(connection.id, "api", b"x", False, 1) is Pushed.SENT
    assert hub.push(connection.id, "api", b"x", False, 9_000) is Pushed.SENT


def test_who_says_nothing_is_closed_4408() -> None:
    hub = Hub(LIMITS)
    _, socket = opened(hub, 5)
    run(hub, 5, 14.5)
    assert socket.told == []
    hub.tick(15)
    assert socket.told == [4408]


def test_who_spoke_once_is_not_closed_4408() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "hello", 9)
    run(hub, 0, 20)
    assert socket.told == []


def test_what_a_function_does_not_count_is_no_first_message() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "ping", 3)
    hub.answered(connection, False, 3)
    run(hub, 3, 9.5)
    assert socket.told == []
    hub.tick(10)
    assert socket.told == [4408]


def test_a_message_that_counts_stops_the_clock_for_good() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "hello", 3)
    hub.answered(connection, True, 3)
    hub.answered(connection, False, 4)
    run(hub, 4, 20)
    assert socket.told == []


def test_a_refusal_that_comes_too_late_closes_at_once() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "ping", 9)
    run(hub, 9, 12)
    assert socket.told == []
    hub.answered(connection, False, 12)
    assert socket.told == [4408]


def test_an_idle_connection_is_closed_1001_though_it_answers_pings() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "hello", 0)
    for second in range(0, 100):
        hub.tick(second)
        if socket.told and socket.told[-1] == "ping":
            hub.heard(connection, second)
    assert set(socket.told) == {"ping"}
    hub.tick(100)
    assert socket.told[-1] == 1001


def test_a_push_keeps_a_connection_from_being_idle() -> None:
    hub = Hub(replace(LIMITS, ping_s=0))
    connection, socket = opened(hub)
    hub.message(connection, "hello", 0)
    run(hub, 0, 90)
    hub.push(connection.id, "api", b"x", False, 90)
    run(hub, 90, 189)
    assert 1001 not in socket.told
    run(hub, 189, 191)
    assert 1001 in socket.told


def test_a_silent_client_is_pinged_and_dropped_when_it_does_not_answer() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    hub.message(connection, "hello", 0)
    run(hub, 0, 25)
    assert socket.told == ["ping"]
    run(hub, 25, 29.5)
    assert socket.told == ["ping"]
    run(hub, 29.5, 30.5)
    assert socket.told[:2] == ["ping", "abort"]


def test_limits_of_zero_seconds_are_off() -> None:
    hub = Hub(replace(LIMITS, first_frame_s=0, idle_s=0, ping_s=0))
    _, socket = opened(hub)
    run(hub, 0, 10_000)
    assert socket.told == []


def test_messages_of_one_client_are_taken_one_at_a_time_and_in_order() -> None:
    hub = Hub(LIMITS)
    connection, _ = opened(hub)
    assert hub.message(connection, "1", 0)
    assert hub.take(connection) == "1"
    assert not hub.message(connection, "2", 0), "somebody takes already"
    assert not hub.message(connection, b"3", 0)
    assert [hub.take(connection), hub.take(connection), hub.take(connection)] == ["2", b"3", None]
    assert hub.message(connection, "4", 0), "nobody takes any more"


def test_a_client_that_floods_is_closed_4429_and_its_messages_dropped() -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    for text in ("1", "2", "3"):
        hub.message(connection, text, 0)
    assert socket.told == [4429]
    assert hub.take(connection) is None


@pytest.mark.parametrize(
    ("frame", "fits"), [("x" * 10, True), ("x" * 11, False), ("面面面", True), ("面面面面", False)]
)
def test_a_message_is_measured_in_bytes(frame: str, fits: bool) -> None:
    hub = Hub(LIMITS)
    connection, socket = opened(hub)
    assert hub.message(connection, frame, 0) is fits
    assert socket.told == ([] if fits else [1009])


def test_what_a_client_sends_after_the_close_frame_is_ignored() -> None:
    hub = Hub(LIMITS)
    connection, _ = opened(hub)
    hub.push_close(connection.id, "api", 4401, "no", 0)
    assert not hub.message(connection, "late", 0)
    assert connection.state is State.CLOSING


def test_messages_that_came_before_the_end_are_still_taken_after_it() -> None:
    hub = Hub(LIMITS)
    connection, _ = opened(hub)
    hub.message(connection, "1", 0)
    hub.message(connection, "2", 0)
    hub.lost(connection, 1000)
    assert [hub.take(connection), hub.take(connection), hub.take(connection)] == ["1", "2", None]


def test_who_ended_a_connection_is_remembered() -> None:
    hub = Hub(replace(LIMITS, sockets=9))
    client, lost, pushed, own = (opened(hub)[0] for _ in range(4))
    hub.lost(client, 1000)
    hub.lost(lost)
    hub.push_close(pushed.id, "api", 4409, "", 0)
    hub.lost(pushed, 4409)
    hub.close(own, 1001, "", 0)
    hub.lost(own)
    assert [c.ended_by for c in (client, lost, pushed, own)] == ["client", "lost", "push", "gateway"]
    assert hub.closed_total == {1000: 1, 1006: 1, 4409: 1, 1001: 1}


def test_everybody_is_closed_at_the_end() -> None:
    hub = Hub(LIMITS)
    sockets = [opened(hub)[1] for _ in range(2)]
    hub.close_all(1001, "bye", 0)
    assert [socket.told for socket in sockets] == [[1001], [1001]]
