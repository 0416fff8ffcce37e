"""Who takes part in an attack: a running system, two shops with an order and a screen each, and keys that no longer open."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from orderbell_cli.database import administration
from support.databases import OPERATOR
from support.example import ORDER
from support.system import Socket, System

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
        """Return the lines of the log since the last call that tell of a crash or a defect."""
        with (self.system.data / "gateway.log").open(encoding="utf-8", errors="replace") as log:
            log.seek(self._read)
            lines = log.readlines()
            self._read = log.tell()
        return [line for line in lines if not line.startswith("{") or '"level": "error"' in line]

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
