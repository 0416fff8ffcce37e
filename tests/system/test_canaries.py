"""Nothing that people type, and no secret, stands in anything that the system puts out beside its answers to their owner.

Unmistakable values go in everywhere: as orders and talk that are taken, as everything that is refused, into functions that crash
or are killed in their work, past the owner's webhook and the operator's commands. Then every output is read. Where they may
stand: the database, the answers and frames to whom they belong, and what the operator asks for (`kitchen list`, `privacy`).
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg2
import pytest
import requests
from websockets.sync.client import connect

from orderbell_cli.folder import Folder
from support.databases import OPERATOR
from support.parts import EACH_SECOND, ask, workers
from support.postgres import open_folder
from support.receiver import Receiver, receiving
from support.system import Screen, Socket, System, running_system
from support.waiting import DEADLINE_S, until

PERSON = {
    "name": "Canaryname Zq1",
    "phone": "13917263544",
    "address": "Canaryaddress Zq3",
    "line": "Canaryline Zq4",
    "note": "Canarynote Zq5",
    "customer says": "Canarysaid Zq6",
    "kitchen says": "Canaryanswer Zq7",
    "device": "Canarydevice Zq8",
}
SENT = {
    "User-Agent": "Canaryagent-Zq9",
    "Cookie": "own=Canarycookie-Zq10",
    "Referer": "https://canaryreferer-zq11.example/",
    "X-Own": "Canaryheader-Zq12",
}
STRAY = {
    "query": "Canaryquery-Zq13",
    "path": "Canarypath-Zq14",
    "body": "Canarybody-Zq15",
    "frame": "Canaryframe-Zq16",
}
KEY, BEARER, WRONG_CODE = "Canarykey-Zq17", "Canarybearer-Zq18", "CANARYZQ"


@dataclass
class Watched:
    """A system with what it said and what it keeps secret."""

    system: System
    receiver: Receiver
    said: list[str] = field(default_factory=list)
    """Bodies and headers of refusals, metrics, and what commands printed."""
    secrets: dict[str, str] = field(default_factory=dict)

    def refused(self, answer: requests.Response) -> None:
        assert answer.status_code >= 400, answer.status_code
        self.said += [answer.text, str(dict(answer.headers)), str(answer.history)]

    def outputs(self) -> dict[str, str]:
        """Return every output by where it stands."""
        files = {
            str(path.relative_to(self.system.data)): path.read_text("utf-8", "replace")
            for path in self.system.data.rglob("*")
            if path.is_file() and path.relative_to(self.system.data).parts[0] != "pg"  # the database itself
        }
        told = {f"webhook {nth}": repr(got) for nth, got in enumerate(self.receiver.got)}
        return {**files, **told, **{f"said {nth}": text for nth, text in enumerate(self.said)}}


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    """A system after all of it."""
    with receiving() as receiver, open_folder() as folder:
        settings = {"SWEEP_CRON": EACH_SECOND, "ALERT_WEBHOOK_URL": receiver.url, "LOG_LEVEL": "DEBUG"}
        with running_system(folder / "data", **settings) as system:
            watched = Watched(system, receiver)
            taken(watched)
            refused_over_http(watched)
            refused_on_sockets(watched)
            crashed(watched)
            killed(watched)
            operated(watched)
            watched.said.append((system.data / "run.json").read_text())
        yield watched


def order(**over: object) -> dict[str, object]:
    line = {"item": "beef-noodles", "quantity": 1, "options": ["regular"], "note": PERSON["line"]}
    who = {name: PERSON[name] for name in ("name", "phone", "address")}
    said = {"shop": "noodle-house", "service": "delivery", "customer": who, "lines": [line]}
    return {**said, "note": PERSON["note"], **over}


def taken(watched: Watched) -> None:
    """Order, talk, and let the owner be told of it."""
    system = watched.system
    code = watched.secrets["pairing code"] = system.pairing_code()
    with Socket(system) as screen:
        screen.say(type="pair", code=code, name=PERSON["device"])
        token = watched.secrets["device token"] = screen.expect("paired")["token"]
    answer = system.post(order(), KEY, **SENT)
    assert answer.status_code == 201, answer.text
    placed = answer.json()
    watched.secrets["order token"] = placed["token"]
    order_id = placed["order"]["id"]
    assert system.get(f"/bill?order={order_id}", placed["token"], **SENT).status_code == 200
    with Screen(system, token) as kitchen, Socket(system) as customer:
        customer.say(type="hello", role="customer", order=order_id, token=placed["token"])
        customer.say(type="command", id="m1", name="message", text=PERSON["customer says"])
        assert customer.expect("result")["ok"]
        assert kitchen.command("message", order=order_id, text=PERSON["kitchen says"])["ok"]
    moved = "placed_at = placed_at - interval '61 seconds', accept_by = accept_by - interval '61 seconds'"
    ask(system, f"UPDATE orders SET {moved}")  # noqa: S608
    until(lambda: watched.receiver.got, "the owner is told")


def refused_over_http(watched: Watched) -> None:
    """Send what is refused, by every way to refuse it."""
    system, who = watched.system, {name: PERSON[name] for name in ("name", "phone", "address")}
    for wrong in (
        order(customer={**who, "name": PERSON["name"] * 30}),
        order(customer={**who, "phone": f"{PERSON['phone']}x"}),
        order(customer={**who, "more": STRAY["body"]}),
        order(note=PERSON["note"] + "\x07"),
        order(lines=[]),
        json.dumps(order()) + STRAY["body"],
        json.dumps(order()).replace(PERSON["name"], PERSON["name"] + "\\ud800"),
        json.dumps(order()) + " " * 20_000,
    ):
        watched.refused(system.post(wrong, f"{KEY}-2", **SENT))
    watched.refused(system.post(order(note="other"), KEY, **SENT))
    for path in (f"/bill?order={STRAY['query']}", f"/bill?day={STRAY['query']}", f"/bill?after={STRAY['query']}",
                 f"/{STRAY['path']}", f"/bill/{STRAY['path']}?{STRAY['query']}"):  # fmt: skip
        watched.refused(system.get(path, BEARER, **SENT))
    watched.refused(requests.put(f"{system.url}/bill", data=STRAY["body"], headers=SENT, timeout=DEADLINE_S))
    for token in (BEARER, watched.secrets.setdefault("push token", Folder(system.data).secret("push_token"))):
        said = {"websocket": {"action": "data send", "secConnectionID": STRAY["path"], "data": STRAY["body"]}}
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(system.push_url, json=said, headers=headers, timeout=DEADLINE_S)
        watched.said += [answer.text, str(dict(answer.headers))]


def refused_on_sockets(watched: Watched) -> None:
    """Say what is refused."""
    system = watched.system
    with connect(f"{system.ws}?{STRAY['query']}", additional_headers=SENT) as socket:
        for frame in (
            {"type": STRAY["frame"]},
            {"type": "pair", "code": WRONG_CODE, "name": PERSON["device"]},
            {"type": "hello", "role": STRAY["frame"], "token": BEARER},
            {"type": "hello", "role": "kitchen", "token": BEARER},
        ):
            socket.send(json.dumps(frame))
            with contextlib.suppress(Exception):
                socket.recv(timeout=DEADLINE_S)
    for data in (STRAY["frame"], STRAY["frame"].encode(), '{"type": "' + STRAY["frame"]):
        with Socket(system) as socket:
            socket.raw(data)
            assert socket.closed() == 4400


def crashed(watched: Watched) -> None:
    """Let a function fail with whose order it is in the text of the error."""
    url = watched.system.database_url
    ask(
        url,
        """CREATE FUNCTION canary() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE EXCEPTION 'canary' USING ERRCODE = 'check_violation',
                DETAIL = concat(NEW.customer_name, NEW.customer_phone, NEW.customer_address, NEW.note); END $$;
        CREATE TRIGGER canary BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION canary()""",
    )
    answer = watched.system.post(order(), f"{KEY}-3", **SENT)
    assert answer.status_code == 500
    watched.refused(answer)
    ask(url, "DROP FUNCTION canary CASCADE")


def killed(watched: Watched) -> None:
    """Kill a function while it waits for the shop's row."""
    system, said = watched.system, []
    sender = threading.Thread(target=lambda: said.append(system.post(order(), f"{KEY}-4", **SENT)))
    holder = psycopg2.connect(system.database_url, options=OPERATOR)
    with contextlib.closing(holder), holder.cursor() as cursor:
        cursor.execute("SELECT 1 FROM shop FOR UPDATE")
        sender.start()
        waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%ob_hold%%'"
        until(lambda: ask(system, waits), "the order waits")
        for worker in workers(system, "function_bill"):
            worker.kill()
        sender.join(DEADLINE_S)
    watched.refused(said[0])


def operated(watched: Watched) -> None:
    """Let the operator look at everything. Two commands: each takes a second."""
    system = watched.system
    watched.said.append(requests.get(f"{system.internal_url}/metrics", timeout=DEADLINE_S).text)
    watched.said.append(requests.get(f"{system.internal_url}/metrics", headers=SENT, timeout=DEADLINE_S).text)
    for words in (("orders",), ("doctor",), ("privacy", "erase", PERSON["phone"])):
        watched.said.append(system.cli(*words, check=False))


def test_the_outputs_are_what_is_looked_at(watched: Watched) -> None:
    outputs = watched.outputs()
    assert {"gateway.log", "postgres.log", "up.out"} <= outputs.keys()
    log = outputs["gateway.log"]
    for event in ('"defect', "refused", "CheckViolation", '"status": 500'):
        assert event in log or event.replace('"', '\\"') in log, event
    assert "canary" in outputs["postgres.log"]  # that there was an error, and no row
    assert any("139****3544" in text for text in watched.said)
    assert len(watched.receiver.got) >= 1 and len(outputs) > 30


@pytest.mark.parametrize("where", ["files", "answers", "webhook"])
def test_no_output_holds_what_people_typed_or_what_opens_a_door(watched: Watched, where: str) -> None:
    values = {
        **PERSON,
        **SENT,
        **STRAY,
        "key": KEY,
        "bearer": BEARER,
        "wrong code": WRONG_CODE,
        **watched.secrets,
    }
    found = []
    for place, text in watched.outputs().items():
        kind = (
            "webhook" if place.startswith("webhook") else "answers" if place.startswith("said") else "files"
        )
        if kind != where:
            continue
        for what, value in values.items():
            if value.lower() in text.lower() or value.encode("unicode_escape").decode() in text:
                found.append((place, what))
    own = {("push_token", "push token")}  # in the file that keeps it for `up`
    assert set(found) <= own
