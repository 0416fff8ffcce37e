"""Every hostile input of the corpus, on a running system: it gets its answer, and moves nothing that it should not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from hostile.cast import Cast
from hostile.entries import Entry, filled, read_all
from hostile.over_http import Answer, exchange, request_of
from hostile.over_socket import SENTINEL, RawSocket

ENTRIES = read_all()
INSIDE = (b"Traceback", b"psycopg", b"SELECT ", b"orderbell/", b'.py"', b"msgspec")
HELLOS: dict[str, dict[str, Any]] = {
    "kitchen": {"type": "hello", "role": "kitchen", "token": "<<device>>"},
    "rival": {"type": "hello", "role": "kitchen", "token": "<<rival-device>>"},
    "customer": {"type": "hello", "role": "customer", "order": "<<order>>", "token": "<<token>>"},
    "rival-customer": {
        "type": "hello",
        "role": "customer",
        "order": "<<rival-order>>",
        "token": "<<rival-token>>",
    },
    "guest": {"type": "hello", "role": "guest", "shop": "noodle-house"},
    "board": {"type": "hello", "role": "board", "shop": "noodle-house"},
}


@pytest.fixture(scope="module")
def group(request: pytest.FixtureRequest, cast: Cast) -> Iterator[str]:
    """A group of attacks; after its last one an honest order is still taken."""
    yield request.param
    cast.works()


@pytest.mark.parametrize(
    ("group", "entry"),
    [pytest.param(each.group, each, id=f"{each.group}-{each.name}") for each in ENTRIES],
    indirect=["group"],
)
def test_a_hostile_input_gets_its_answer_and_moves_nothing(cast: Cast, group: str, entry: Entry) -> None:
    before, standing = cast.orders(), cast.standing()
    said, answered = filled(entry.said, cast.names), filled(entry.answered, cast.names)
    if entry.on_the_socket:
        on_the_socket(cast, said, answered["answers"])
    else:
        over_http(cast, said, answered)
    stored = answered.get("stored", 0)
    assert cast.orders() == before + stored
    if not stored:
        assert cast.standing() == standing
    assert cast.alarms() == []


def over_http(cast: Cast, said: dict[str, Any], answered: dict[str, Any]) -> None:
    base = {"internal": cast.system.push_url}.get(said.get("at", ""), cast.system.url)
    method, request = request_of(said, urlsplit(base).netloc)
    answer = exchange(base, request, method)
    assert answer.status == answered["status"], answer.body[:500]
    if answer.status >= 400:
        assert not any(word in answer.body for word in INSIDE), answer.body
    if "code" in answered:
        problem(answer, answered)
    for pointer, value in answered.get("holds", {}).items():
        assert found(json.loads(answer.body), pointer) == value
    assert answered.get("says", "").encode() in answer.body
    for name, value in answered.get("headers", {}).items():
        assert answer.headers[name] == value


def problem(answer: Answer, answered: dict[str, Any]) -> None:
    """See that a refusal is in the contract's form and names what is wrong."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    document = json.loads(answer.body)
    assert (document["status"], document["code"]) == (answer.status, answered["code"])
    assert {"type", "title", "detail", "request_id"} <= set(document)
    if "pointer" in answered:
        assert answered["pointer"] in [error["pointer"] for error in document["errors"]], document


def found(document: Any, pointer: str) -> Any:
    for step in pointer[1:].split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def on_the_socket(cast: Cast, said: dict[str, Any], wanted: list[str | int]) -> None:
    """Say it, and then a ping: what comes before its answer is what was answered."""
    with RawSocket(cast.system.url) as socket:
        who = said.get("as")
        if who:
            socket.say(filled(HELLOS[who], cast.names))
            assert socket.answers(1) == ["welcome"]
        for data in said.get("bytes", []):
            socket.send(bytes.fromhex(data))
        for frame in said.get("frames", []):
            socket.say(frame)
        if wanted and isinstance(wanted[-1], int):
            assert socket.answers(len(wanted)) == wanted
            return
        socket.say(SENTINEL)
        answers = socket.answers(len(wanted) + 1)
        assert answers[:-1] == wanted, answers
        assert answers[-1] in ("pong", "unauthorized"), answers


def test_the_corpus_is_as_large_as_it_says() -> None:
    names = Counter(entry.name for entry in ENTRIES)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(ENTRIES) >= 150
