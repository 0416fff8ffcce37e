"""Alerts on a real PostgreSQL to a real receiver: what is left after a crash, and what a receiver sees of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2
import pytest

from orderbell import config
from orderbell.adapters.sql.alerts import SqlAlerts
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.adapters.webhook import SignedWebhook
from orderbell.domain.menu import Shop
from orderbell.service.alerts import Alerts
from support.books import store_order
from support.databases import OPERATOR
from support.layer import SqlStore
from support.programs import clean_environment
from support.receiver import SECRET, Behaviour, Receiver, answer, drop, hang, receiving
from support.waiting import until

LEASE_S = 31
WAIT_S = 13  # above 5 and 10 s with their spread
PROGRAM = """
import os, signal, sys, time
from orderbell import config
from orderbell.adapters.sql.alerts import SqlAlerts
from orderbell.adapters.sql.database import Database
from orderbell.adapters.sql.statements import STATEMENTS
from orderbell.adapters.webhook import SignedWebhook
from orderbell.service.alerts import Alerts
from orderbell.service.wall import EVERYTHING, Wall

class Killed(SqlAlerts):
    def end(self, alert, outcome):
        os.kill(os.getpid(), signal.SIGKILL)

url, receiver, secret = sys.argv[1:]
everything = Database(url, STATEMENTS, wall=Wall(EVERYTHING))
alerts = Alerts(Killed(everything), SignedWebhook(receiver, config.signing_key(secret)))
alerts.note()
alerts.send(time.monotonic() + 20)
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.fixture
def shop(sql: SqlStore) -> Shop:
    return sql.open_shop()


@pytest.fixture
def alarmed(sql: SqlStore, shop: Shop) -> None:
    """One order that has waited for a minute."""
    store_order(sql, shop)
    sql.pass_time(61)


def sender(sql: SqlStore, receiver: Receiver, timeout_s: float = 5.0) -> Alerts:
    webhook = SignedWebhook(receiver.url, config.signing_key(SECRET), timeout_s)
    return Alerts(SqlAlerts(sql.database()), webhook)


def step(alerts: Alerts) -> int:
    """Do what a sweep does."""
    alerts.note()
    return alerts.send(time.monotonic() + 30)


def seen(receiver: Receiver) -> set[str]:
    """Return the alerts that a receiver which drops repeats knows of."""
    assert all(got.is_signed_with(SECRET) for got in receiver.got)
    return {got.id for got in receiver.got}


def test_a_kill_between_the_post_and_the_mark_repeats_the_alert_under_its_id(
    sql: SqlStore, receiver: Receiver, alarmed: None
) -> None:
    command = [sys.executable, "-c", PROGRAM, sql.url, receiver.url, SECRET]
    done = subprocess.run(command, env=clean_environment(), timeout=60, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(receiver.got) == 1
    again = sender(sql, receiver)
    assert step(again) == 0  # the killed one's lease
    sql.pass_time(LEASE_S)
    assert step(again) == 1
    assert len(receiver.got) == 2 and len(seen(receiver)) == 1
    assert [got.json["attempt"] for got in receiver.got] == [1, 2]
    assert again.measure()["orderbell_alerts_pending"] == 0


@pytest.mark.parametrize(
    ("behaviour", "timeout_s"),
    [(answer(500), 5.0), (answer(302, Location="/elsewhere"), 5.0), (drop, 5.0), (hang, 0.3)],
    ids=["500", "302", "delivers and drops", "hangs"],
)
def test_a_receiver_that_fails_once_has_the_alert_in_the_end(
    sql: SqlStore, receiver: Receiver, alarmed: None, behaviour: Behaviour, timeout_s: float
) -> None:
    receiver.plan = [behaviour]
    alerts = sender(sql, receiver, timeout_s)
    assert step(alerts) == 0
    sql.pass_time(WAIT_S)
    assert step(alerts) == 1
    assert len(receiver.got) == 2 and len(seen(receiver)) == 1


def test_a_receiver_that_comes_back_is_told_everything_that_still_matters(sql: SqlStore, shop: Shop) -> None:
    for _ in range(3):
        store_order(sql, shop)
    sql.pass_time(61)
    with receiving() as dead:
        url, port = dead.url, dead.port
    alerts = Alerts(SqlAlerts(sql.database()), SignedWebhook(url, config.signing_key(SECRET)))
    for _ in range(3):
        assert step(alerts) == 0
        sql.pass_time(WAIT_S)
    with receiving(port) as back:
        assert step(alerts) == 3
        numbers = sorted(got.json["order"]["number"] for got in back.got)
        assert numbers == ["A11", "A12", "A13"] and len(seen(back)) == 3


def test_nothing_of_the_customer_goes_out(sql: SqlStore, receiver: Receiver, alarmed: None) -> None:
    ((name, phone),) = sql.run("SELECT customer_name, customer_phone FROM orders")
    step(sender(sql, receiver))
    (got,) = receiver.got
    text = got.body.decode() + repr(got.headers)
    assert name and phone and name not in text and phone not in text


def test_an_alert_that_another_is_just_noting_is_not_noted_again(sql: SqlStore, alarmed: None) -> None:
    second = sql.database()
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with (
        closing(psycopg2.connect(sql.url, options=OPERATOR)) as other,
        other.cursor() as first,
        ThreadPoolExecutor(1) as pool,
    ):
        first.execute(
            "INSERT INTO alert (shop_id, order_id, kind) SELECT shop_id, order_id, 'unaccepted' FROM orders"
        )
        noting = pool.submit(SqlAlerts(second).note)
        until(lambda: sql.run(waiting), "the second waits for the first")
        other.commit()
        assert noting.result() == 0
    assert SqlAlerts(second).counts().pending == 1


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("note_alerts", "ix_orders_expired"),
        ("settle_alerts", "ix_alert_next_try"),
        ("take_alert", "ix_alert_next_try"),
    ],
)
def test_a_sweep_finds_what_is_due_by_an_index(
    sql: SqlStore, alarmed: None, statement: str, index: str
) -> None:
    """It looks every few seconds: it must not read orders that are over, and alerts that are done."""
    sql.run("SET enable_seqscan = off")
    plan = "\n".join(row[0] for row in sql.run(f"EXPLAIN {STATEMENTS[statement]}"))
    assert index in plan and "Seq Scan on" not in plan, plan
