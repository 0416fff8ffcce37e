"""Who takes part in an attack: a running system, two shops with an order and a screen each, and keys that no longer open."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import requests

from orderbell_cli.database import administration
from support.databases import OPERATOR
from support.example import ORDER
from support.system import Socket, System
from support.waiting import DEADLINE_S, until

RIVAL_ORDER: dict[str, Any] = {
    "shop": "coffee-bar",
    "service": "pickup",
    "customer": {"name": "Rival Guest", "phone": "+1 212-555-0199"},
    "lines": [{"item": "espresso", "quantity": 1, "options": ["single"]}],
}


@dataclass
class Cast:
    """A system under attack. `names` is what `<<name>>` stands for in the corpus."""

    system: System
    names: dict[str, str] = field(default_factory=dict)
    _read: int = 0

    def __post_init__(self) -> None:
        self._database = psycopg2.connect(self.system.database_url, options=OPERATOR)
        self._database.autocommit = True

    def close(self) -> None:
        """Leave the database."""
        self._database.close()

    def ask(self, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """Run a statement past every door and wall."""
        with self._database.cursor() as cursor:
            cursor.execute(sql, arguments)
            return cursor.fetchall() if cursor.description else []

    def orders(self) -> int:
        """Return how many orders there are."""
        return int(self.ask("SELECT count(*) FROM orders")[0][0])

    def standing(self) -> list[tuple[Any, ...]]:
        """Return what an attack must not move: every order's state, and both shops' openness."""
        return self.ask(
            "SELECT order_id::text, status, version FROM orders UNION ALL SELECT slug, accepting, 0 FROM shop ORDER BY 1"
        )

    def alarms(self) -> list[str]:
        """Return the lines of the log since the last call that tell of a crash or a defect.

        The gateway gathers its lines for a moment, and reads what a function printed before it gives on its answer.
        A refused push is written at once with all that was gathered: as soon as ours is there, so is every line of what
        was answered. What comes later, as of a socket's end, is the next call's: no line is passed over.
        """
        mark = uuid.uuid4().hex
        words = {"Authorization": "Bearer not the secret", "X-Request-Id": mark}
        answer = requests.post(self.system.push_url, data=b"{}", headers=words, timeout=DEADLINE_S)
        assert answer.status_code == 403, answer.text
        return alarming(until(lambda: self._log_with(mark.encode()), f"the log has {mark}"))

    def last_alarms(self) -> list[str]:
        """Return those that came since then, once the system has ended."""
        return alarming(self._log_with(b"\n") or b"")

    def _log_with(self, word: bytes) -> bytes | None:
        """Return the whole lines that were not read yet and go behind them, None as long as `word` is not in them."""
        with (self.system.data / "gateway.log").open("rb") as log:
            log.seek(self._read)
            lines, end, _ = log.read().rpartition(b"\n")
        if word not in lines + end:
            return None
        self._read += len(lines + end)
        return lines

    def place(self, order: dict[str, Any]) -> tuple[str, str]:
        """Place an order; return its id and its token."""
        answer = self.system.post(order)
        assert answer.status_code == 201, answer.text
        placed = answer.json()
        return placed["order"]["id"], placed["token"]

    def works(self) -> None:
        """See that an honest order is still taken, and that its customer can read it."""
        order_id, token = self.place({**ORDER, "customer": {"name": "Honest", "phone": "13800009999"}})
        shown = self.system.get(f"/bill?order={order_id}", token)
        assert (shown.status_code, shown.json()["order"]["customer"]["name"]) == (200, "Honest")


def alarming(lines: bytes) -> list[str]:
    """Return the lines of a log that no input may bring about: an error's, and a program's that is no line of ours."""
    texts = lines.decode("utf-8", "replace").split("\n")
    return [text for text in texts if text and (not text.startswith("{") or '"level": "error"' in text)]


def cast_of(system: System) -> Cast:
    """Let everybody arrive."""
    cast = Cast(system)
    names = cast.names
    names["order"], names["token"] = cast.place(ORDER)
    names["rival-order"], names["rival-token"] = cast.place(RIVAL_ORDER)
    names["device"] = system.pair()
    names["rival-device"] = system.pair("coffee-bar")
    names["spare-device"] = system.pair()
    names["revoked-device"] = system.pair()
    admin = administration(system.database_url, None, None)
    mine = [each for each in admin.devices() if each.shop == "noodle-house"]
    admin.revoke(max(mine, key=lambda each: each.created_at).id)
    names["push-path"] = urlsplit(system.push_url).path
    names["old-code"] = system.pairing_code()
    cast.ask("UPDATE pairing_code SET expires_at = now() - interval '1 second' WHERE used_at IS NULL")
    names["used-code"] = system.pairing_code()
    with Socket(system) as socket:
        socket.say(type="pair", code=names["used-code"], name="the one that was meant")
        socket.expect("paired")
    return cast


def good(changes: dict[str, Any]) -> bytes:
    """Return the honest order with what `changes` puts at its JSON pointers; `<<gone>>` takes a field away."""
    order = json.loads(json.dumps(ORDER))
    for pointer, value in changes.items():
        *path, last = pointer[1:].split("/")
        place: Any = order
        for step in path:
            place = place[int(step)] if isinstance(place, list) else place[step]
        key: Any = int(last) if isinstance(place, list) else last
        if value == "<<gone>>":
            del place[key]
        else:
            place[key] = value
    return json.dumps(order).encode()


def fresh_key() -> str:
    """Return an Idempotency-Key of its own."""
    return str(uuid.uuid4())
