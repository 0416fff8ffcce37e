"""`orderbell privacy`: what is stored with one phone number, out and away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from orderbell.domain.order import Customer
from orderbell.domain.status import Actor, Move
from orderbell.service.kitchen import By, moving
from support.databases import Server
from support.food import DRAFT
from support.layer import SqlStore, place, wired
from support.programs import orderbell

MINE, OTHERS = ("13800001234", "+86 138-0000-1234", "0086 13800001234"), "13800001235"
SHOWN = "138****1234"
KITCHEN = By(Actor.KITCHEN, "device:1")


@dataclass(frozen=True)
class Stored:
    """Two shops with orders of a number in several spellings, the last one open, and one of another number."""

    store: SqlStore
    orders: list[str]

    def run(self, *words: str | Path) -> tuple[int, str, str]:
        done = orderbell("privacy", *words, env={"DATABASE_URL": self.store.url})
        return done.returncode, done.stdout, done.stderr

    def names(self) -> list[str]:
        return [
            row[0] for row in self.store.run("SELECT customer_name FROM orders ORDER BY placed_at, order_id")
        ]


@pytest.fixture
def stored(server: Server, template: str) -> Iterator[Stored]:
    with server.database(template) as (_, url), SqlStore(url) as store:
        parts = wired(store)
        shops = [store.open_shop(slug) for slug in ("noodle-house", "other")]
        orders = []
        for nth, number in enumerate((*MINE, OTHERS)):
            who = Customer(f"Person {nth}", number, None)
            draft = replace(DRAFT, shop=shops[nth % 2].slug, customer=who, note=f"note {nth}")
            orders.append(place(parts, draft).id)
            if nth != 2:
                move = moving(Move.REJECT, Actor.KITCHEN, reason="other")
                parts.kitchen.change_order(draft.shop, KITCHEN, f"c{nth}", orders[-1], move)
        yield Stored(store, orders)


def test_everything_of_a_number_goes_out_however_it_is_written(stored: Stored, tmp_path: Path) -> None:
    status, said, _ = stored.run("export", "+86 138 0000 1234")
    exported = json.loads(said)["orders"]
    assert status == 0
    assert [order["id"] for order in exported] == stored.orders[:3]
    assert [order["customer"]["phone"] for order in exported] == list(MINE)
    assert [(order["shop"], order["note"]) for order in exported][1] == ("other", "note 1")
    assert exported[0]["lines"][0]["note"] == "no coriander"
    file = tmp_path / "theirs.json"
    assert stored.run("export", MINE[0], "--out", file)[:2] == (
        0,
        f"3 orders of {SHOWN} written to {file}. It holds personal data.\n",
    )
    assert json.loads(file.read_text("utf-8"))["orders"] == exported
    assert file.stat().st_mode & 0o777 == 0o600
    status, _, wrong = stored.run("export", MINE[0], "--out", file)
    assert status == 1 and wrong == f"orderbell: {file} is there already: name a new file\n"


def test_a_number_is_erased_and_open_orders_only_when_asked(stored: Stored) -> None:
    status, said, wrong = stored.run("erase", MINE[0])
    assert (status, wrong) == (1, "orderbell: nobody can be asked here: add --yes\n")
    assert f"{SHOWN}: 2 orders to erase, and 1 open left alone" in said
    assert stored.names() == [f"Person {nth}" for nth in range(4)]
    status, said, wrong = stored.run("erase", MINE[1], "--yes")
    assert status == 1 and "Erased: 2 orders." in said and "1 order left" in wrong
    assert stored.names() == ["", "", "Person 2", "Person 3"]
    assert stored.run("erase", MINE[0], "--yes", "--open")[0] == 0
    assert stored.names() == ["", "", "", "Person 3"]
    left = stored.store.run("SELECT string_agg(o::text, ' ') FROM orders o")[0][0]
    told = stored.store.run("SELECT string_agg(e::text, ' ') FROM event e")[0][0]
    for nth, number in enumerate(MINE):
        assert number not in left and f"note {nth}" not in left + told
    assert OTHERS in left and "note 3" in told
    assert stored.run("erase", MINE[0], "--yes") == (0, f"{SHOWN}: 0 orders to erase.\n", "")


def test_what_is_no_number_is_refused_without_saying_it(stored: Stored) -> None:
    for number in ("12", "nobody@example.com"):
        status, said, wrong = stored.run("export", number)
        assert (status, said) == (1, "") and "no phone number" in wrong and number not in wrong
