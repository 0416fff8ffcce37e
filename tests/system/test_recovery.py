"""Each part killed or frozen under load: it comes back by itself, and every order that was taken is on the screen once."""

from __future__ import annotations

import signal
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import psutil
import pytest
import requests

from chaos.proxy import Proxy
from chaos.push_proxy import PushProxy
from support.parts import (
    EACH_SECOND,
    Road,
    ask,
    lead,
    postmaster,
    push_through,
    road,
    through,
    workers,
)
from support.postgres import open_folder, running_postgres
from support.system import Screen, System, running_system
from support.waiting import until

# What a worker's end may be answered with: only 503 is the functions' own word, and none of these says "taken".
REFUSALS = (500, 502, 503, 504)


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_folder() as found:
        yield found


@pytest.fixture(scope="module")
def pushing() -> Iterator[tuple[System, Road]]:
    """A system whose functions push through a proxy."""
    with open_folder() as folder, road(PushProxy(Random(1))) as push:
        settings = {"SWEEP_CRON": EACH_SECOND, "PUSH_URL": push_through(push.proxy)}
        with running_system(folder / "data", **settings) as system:
            lead(push.proxy, system)
            yield system, push


def takes(system: System, key: str) -> str | None:
    """Send an order once; return its id if it was taken, and see that a refusal is an honest one."""
    answer = system.post(key=key)
    if answer.status_code in (200, 201):
        return str(answer.json()["order"]["id"])
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    return None


def on_screen_once(screen: Screen, orders: set[str]) -> None:
    """Wait until these orders, and see that no other ones, were shown, each once."""
    screen.until(lambda s: orders <= set(s.shown))
    assert sorted(screen.shown) == sorted(orders)


def test_postgresql_killed_under_load_comes_back_and_nothing_that_was_taken_is_lost(folder: Path) -> None:
    with running_system(folder / "data", SWEEP_CRON=EACH_SECOND) as system:
        refused, over, gave_up = threading.Event(), threading.Event(), threading.Event()

        def customer() -> set[str]:
            """Order one after the other, each with its key until it is taken."""
            taken = set()
            while not over.is_set():
                key = str(uuid.uuid4())
                while not (order := takes(system, key)) and not gave_up.is_set():
                    refused.set()
                taken.add(str(order))
            return taken

        with Screen(system, system.pair()) as screen, ThreadPoolExecutor(3) as pool:
            screen.until(lambda s: s.seq is not None)
            customers = [pool.submit(customer) for _ in range(3)]
            try:
                screen.until(lambda s: len(s.shown) >= 10)
                before = postmaster(system)
                before.kill()
                until(refused.is_set, "orders are refused")
                seen = len(screen.shown)
                screen.until(lambda s: len(s.shown) >= seen + 10)
            except BaseException:
                gave_up.set()
                raise
            finally:
                over.set()
            taken = set().union(*(each.result() for each in customers))
            on_screen_once(screen, taken)
        assert postmaster(system).pid != before.pid
        assert stored(system) == taken


def test_a_worker_killed_after_the_commit_is_made_up_for_by_the_sweep_alone(
    pushing: tuple[System, Road],
) -> None:
    system, push = pushing
    assert isinstance(push.proxy, PushProxy)
    with Screen(system, system.pair()) as screen, ThreadPoolExecutor(1) as pool:
        screen.until(lambda s: s.seq is not None)
        before = stored(system)
        push.proxy.mode, push.proxy.share = "hang", 1.0
        answer = pool.submit(system.post, key="killed")
        (order,) = until(lambda: stored(system) - before, "the order is committed")
        for worker in workers(system, "function_bill"):
            worker.kill()
        push.do(push.proxy.heal)
        assert answer.result().status_code in REFUSALS
        on_screen_once(screen, {order})  # it says nothing meanwhile, and nobody orders
    assert takes(system, "killed") == order


def stored(system: System) -> set[str]:
    """Return the ids of the orders in the database."""
    return {str(row[0]) for row in ask(system, "SELECT order_id::text FROM orders")}


@pytest.mark.parametrize("fault", ["status_500", "hang", "delivered_then_502", "twice"])
def test_a_push_endpoint_that_lies_delays_and_repeats_but_loses_nothing(
    pushing: tuple[System, Road], fault: str
) -> None:
    system, push = pushing
    assert isinstance(push.proxy, PushProxy)
    # An ack tells the server what its push endpoint denied: without it the events come again.
    with Screen(system, system.pair(), acks=fault != "delivered_then_502") as screen:
        screen.until(lambda s: s.seq is not None)
        push.proxy.mode, push.proxy.share = fault, 1.0
        orders = [takes(system, f"{fault} {number}") for number in range(3)]
        assert None not in orders
        assert push.proxy.done[fault] > 0
        push.do(push.proxy.heal)
        on_screen_once(screen, {str(order) for order in orders})
        if fault in ("delivered_then_502", "twice"):
            screen.until(lambda s: s.repeats)
            assert len(screen.shown) == 3


def worker_at(port: int, system: System) -> psutil.Process:
    """Return the worker whose database session comes from this port of ours, through the proxy."""
    return next(
        one
        for one in workers(system, "function_bill")
        if any(line.laddr.port == port for line in one.net_connections())
    )


def holder(proxy: Proxy, url: str) -> int | None:
    """Return the worker's own port of the session that holds a shop's row while its function thinks, None if none does."""
    sessions = ask(url, "SELECT client_port FROM pg_stat_activity WHERE state = 'idle in transaction'")
    for link in list(proxy._links):
        far = link.far.get_extra_info("sockname")[1] if link.far else 0
        if (far,) in sessions:
            return int(link.near.get_extra_info("peername")[1])
    return None


def test_a_function_frozen_while_it_holds_the_shop_holds_nobody_for_long_and_does_no_harm_when_it_wakes(
    folder: Path,
) -> None:
    with running_postgres(folder / "postgres") as url, road(Proxy()) as line:
        settings = {"SWEEP_CRON": EACH_SECOND, "DATABASE_URL": through(line.proxy, url)}
        with running_system(folder / "data", **settings) as system, ThreadPoolExecutor(1) as pool:
            with Screen(system, system.pair()) as screen:
                screen.until(lambda s: s.seq is not None)
                before = takes(system, "before")
                line.proxy.delay_s = 0.3  # between the answer to `hold` and the next statement
                frozen = pool.submit(system.post, key="frozen")
                port = until(lambda: holder(line.proxy, url), "a function holds the shop")
                worker = worker_at(port, system)
                worker.send_signal(signal.SIGSTOP)
                try:
                    line.proxy.delay_s = 0.0
                    after = until(lambda: takes(system, "after"), "the shop is free again")
                    assert worker.status() == psutil.STATUS_STOPPED  # the gateway's limit did not end it
                finally:
                    worker.send_signal(signal.SIGCONT)
                answer = frozen.result()
                assert answer.status_code in REFUSALS, answer.text
                again = until(lambda: takes(system, "frozen"), "the frozen order is taken")
                on_screen_once(screen, {str(before), after, again})
            assert len(ask(url, "SELECT 1 FROM orders")) == 3


@pytest.mark.parametrize("fault", ["silence", "rot"])
def test_a_silent_network_to_the_database_is_given_up_and_found_again(folder: Path, fault: str) -> None:
    """`silence`: nothing passes any more, new lines neither. `rot`: only the lines that are open pass nothing."""
    with running_postgres(folder / "postgres") as url, road(Proxy()) as line:
        settings = {"SWEEP_CRON": EACH_SECOND, "DATABASE_URL": through(line.proxy, url)}
        with running_system(folder / "data", **settings) as system:
            with Screen(system, system.pair()) as screen:
                screen.until(lambda s: s.seq is not None)
                before = takes(system, "before")
                line.do(getattr(line.proxy, fault))
                during = takes(system, "during")  # by the function itself, before its time is over
                assert during is None or fault == "rot"
                line.do(line.proxy.heal)
                during = until(lambda: takes(system, "during"), "orders are taken again")
                on_screen_once(screen, {str(before), during})
            failures = requests.get(f"{system.internal_url}/metrics", timeout=10).text
            assert 'kind="timeout"' not in failures and 'kind="crash"' not in failures
