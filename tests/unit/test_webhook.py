"""The owner's webhook, on real sockets: what is sent, how it is signed, and what each kind of answer is taken for."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from orderbell import config
from orderbell.adapters import webhook
from orderbell.adapters.webhook import SignedWebhook
from orderbell.domain.ladder import Alert, AlertKind
from orderbell.service.ports_alerts import Answer
from support.food import NOON, SHOP
from support.receiver import SECRET, Behaviour, Receiver, answer, drip, drop, hang, receiving

ROOT = Path(__file__).resolve().parents[2]
KEY = config.signing_key(SECRET)
SHORT_S = 0.3
ALERT = Alert(
    id="2d0c9f2e-6a3a-4a53-9a5e-5b9f7d0c1a11",
    kind=AlertKind.UNACCEPTED,
    created_at=NOON + timedelta(seconds=61),
    attempt=2,
    lease=NOON + timedelta(seconds=96.5),
    now=NOON + timedelta(seconds=66.5),
    shop=SHOP.slug,
    shop_name=SHOP.name,
    locale="zh-CN",
    order="0193e5a0-0000-7000-8000-000000000001",
    number="A47",
    total=6400,
    currency="CNY",
    placed_at=NOON,
    accept_by=NOON + timedelta(seconds=300),
    seen=False,
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


def send(receiver: Receiver, *plan: Behaviour, timeout_s: float = 5.0) -> Answer:
    receiver.plan = list(plan)
    return SignedWebhook(receiver.url, KEY, timeout_s).send(ALERT)


def test_the_owner_is_told_of_the_order_and_nothing_of_the_customer(receiver: Receiver) -> None:
    assert send(receiver).status == 204
    (got,) = receiver.got
    assert got.headers["content-type"] == "application/json"
    assert got.json == {
        "type": "order.unaccepted",
        "id": ALERT.id,
        "at": "2026-11-21T04:01:01.000Z",
        "shop": {"slug": "noodle-house", "name": "面馆"},
        "order": {
            "id": ALERT.order,
            "number": "A47",
            "total": 6400,
            "currency": "CNY",
            "placed_at": "2026-11-21T04:00:00.000Z",
            "accept_by": "2026-11-21T04:05:00.000Z",
            "seen": False,
            "waiting_seconds": 66,
        },
        "attempt": 2,
    }


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        (AlertKind.UNACCEPTED, "order.unaccepted"),
        (AlertKind.UNACCEPTED_AGAIN, "order.unaccepted"),
        (AlertKind.EXPIRED, "order.expired"),
    ],
)
def test_each_kind_has_its_type(kind: AlertKind, type_: str) -> None:
    assert webhook.document(replace(ALERT, kind=kind))["type"] == type_


def test_the_longest_alert_is_below_two_kilobytes() -> None:
    alert = replace(ALERT, shop="s" * 64, shop_name={"zh-CN": "面" * 120}, number="ZZ99", total=2**53 - 1)
    assert len(json.dumps(webhook.document(alert), ensure_ascii=False).encode()) < 2000


def test_the_signature_is_that_of_the_specification(receiver: Receiver) -> None:
    send(receiver)
    (got,) = receiver.got
    assert got.id == ALERT.id
    assert got.headers["webhook-timestamp"] == str(int(ALERT.now.timestamp()))
    assert got.is_signed_with(SECRET)
    assert not got.is_signed_with("whsec_" + base64.b64encode(b"another key of 32 bytes, not ours").decode())
    assert not replace(got, body=got.body + b" ").is_signed_with(SECRET)
    assert not replace(got, headers={**got.headers, "webhook-timestamp": "1"}).is_signed_with(SECRET)


def test_the_signature_of_the_specifications_own_example() -> None:
    """The key, id, time and body that the reference libraries test themselves with."""
    key = config.signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = webhook.signed(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("status", [200, 202, 204, 400, 401, 404, 410, 429, 500, 503])
def test_an_answer_is_its_status(receiver: Receiver, status: int) -> None:
    assert send(receiver, answer(status)) == Answer(status, f"answered {status}")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    with receiving() as elsewhere:
        assert send(receiver, answer(status, Location=elsewhere.url)).status == status
        assert (elsewhere.got, elsewhere.strays) == ([], 0)
    assert len(receiver.got) == 1


DATE = "Sat, 21 Nov 2026 04:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 04:01:30 GMT", "Date": DATE}, 90.0),
        ({"Retry-After": "Sat, 21 Nov 2026 03:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 04:01:30 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "²"}, None),
        ({}, None),
    ],
)
def test_the_receiver_says_how_long_to_wait(
    receiver: Receiver, headers: dict[str, str], wait: float | None
) -> None:
    """A date counts from the answer's own date: our clock may be another."""
    assert send(receiver, answer(503, **headers)).retry_after_s == wait


@pytest.mark.parametrize("behaviour", [hang, drip, drop], ids=lambda each: each.__name__)
def test_a_receiver_that_gives_no_answer_ends_the_attempt(receiver: Receiver, behaviour: Behaviour) -> None:
    got = send(receiver, behaviour, timeout_s=SHORT_S)
    assert (got.status, got.retry_after_s) == (None, None)
    assert got.detail.startswith("no answer")
    assert len(receiver.got) == 1


def test_nobody_listening_is_no_answer_and_names_no_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    got = SignedWebhook(f"http://127.0.0.1:{port}/secret-path", KEY).send(ALERT)
    assert got.status is None
    assert "secret-path" not in got.detail and str(port) not in got.detail


def test_a_proxy_of_this_machine_is_not_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert send(receiver).status == 204


def test_a_test_event_is_signed_too(receiver: Receiver) -> None:
    assert SignedWebhook(receiver.url, KEY).test("id-1", NOON).status == 204
    (got,) = receiver.got
    assert got.json == {"type": "test", "id": "id-1", "at": "2026-11-21T04:00:00.000Z"}
    assert got.is_signed_with(SECRET)


def test_the_documents_own_check_takes_what_is_sent_and_nothing_else(receiver: Receiver) -> None:
    page = (ROOT / "docs/alerts.md").read_text("utf-8")
    code = page.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    names["time"] = SimpleNamespace(time=ALERT.now.timestamp)
    send(receiver)
    (got,) = receiver.got
    assert names["is_ours"](got.headers, got.body, SECRET)
    assert not names["is_ours"](got.headers, got.body + b" ", SECRET)
    names["time"] = SimpleNamespace(time=(ALERT.now + timedelta(seconds=400)).timestamp)
    assert not names["is_ours"](got.headers, got.body, SECRET)


def test_the_documents_example_has_the_fields_that_are_sent() -> None:
    page = (ROOT / "docs/alerts.md").read_text("utf-8")
    example = json.loads(page.partition("```json\n")[2].partition("```")[0])
    sent = webhook.document(ALERT)
    assert example.keys() == sent.keys()
    assert example["order"].keys() == sent["order"].keys() and example["shop"].keys() == sent["shop"].keys()


def test_an_address_alone_does_not_load_requests() -> None:
    look = "import sys, orderbell.adapters.webhook; print('requests' in sys.modules)"
    environ = {"PYTHONPATH": str(ROOT / "layer/python")}
    done = subprocess.run(
        [sys.executable, "-c", look], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "False\n", done.stderr
