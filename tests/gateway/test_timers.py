"""Timers: a real gateway that calls real functions by the clock, and the rules of the clock itself."""

from __future__ import annotations

import json
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from orderbell_gateway import cron
from orderbell_gateway.timer_metrics import MAX_NUMBERS, read_numbers
from orderbell_gateway.timers import Timer
from orderbell_gateway.triggers import Trigger
from support.waiting import until
from tests.gateway.gateway_process import GatewayProcess, start_failing

TIMED = Path(__file__).with_name("timed")
FUNCTION = "function_tick/serverless.yml"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc).timestamp()
Start = Callable[..., GatewayProcess]


class Book:
    """What the timed functions wrote down, and what they are told to do."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "events.jsonl"
        self.word = folder / "do"

    def events(self, **fields: Any) -> list[dict[str, Any]]:
        """Return the events that have these fields, and how each call ended."""
        if not self.file.exists():
            return []
        lines = [
            json.loads(line) for line in self.file.read_text().splitlines(keepends=True) if line[-1] == "\n"
        ]
        return [line for line in lines if fields.items() <= line.items()]

    def do(self, what: str) -> None:
        """Tell the functions what to do from the next call on."""
        part = self.word.with_name("do.part")
        part.write_text(what)
        part.replace(self.word)

    def ended(self) -> int:
        """Return how many calls came to their end."""
        return len(self.events(finished=True))


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def metrics(gateway: GatewayProcess) -> dict[str, float]:
    """Return every line of /metrics."""
    with urllib.request.urlopen(gateway.internal_url + "/metrics", timeout=20) as reply:
        text = reply.read().decode()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def outcome(gateway: GatewayProcess, word: str) -> float:
    """Return how often the timer's call ended so."""
    return metrics(gateway).get(
        f'gateway_timer_calls_total{{function="tick",outcome="{word}",timer="often"}}', 0.0
    )


# ---- a real gateway


def test_a_timer_calls_its_function_each_time_with_the_vendors_event(start: Start, book: Book) -> None:
    start(root=TIMED)
    until(lambda: book.ended() >= 3, "three calls")
    calls = book.events(TriggerName="often")
    assert all(call["Type"] == "Timer" and call["Message"] == "from dev: 面" for call in calls)
    times = [datetime.strptime(call["Time"], "%Y-%m-%dT%H:%M:%SZ") for call in calls]
    assert times == sorted(set(times)), "no second is called twice"


def test_a_timer_that_is_switched_off_or_rare_does_nothing(start: Start, book: Book) -> None:
    start(root=TIMED)
    until(lambda: book.ended() >= 3, "three calls of the one that comes often")
    assert {event["TriggerName"] for event in book.events(Type="Timer")} == {"often"}


def test_the_first_call_comes_at_the_start(start: Start, book: Book) -> None:
    """The expression's own moment is further away than the test waits."""
    far = (datetime.now(timezone.utc) + timedelta(seconds=35)).second
    start(root=TIMED, TICK_CRON=f"{far} * * * * * *", ALONE_CRON=f"{far} * * * * * *")
    until(lambda: book.events(TriggerName="often"), "the first call")
    until(lambda: book.events(TriggerName="timer"), "the first call of a function without an endpoint")


def test_an_empty_setting_leaves_the_default(start: Start, book: Book) -> None:
    start(root=TIMED, TICK_CRON="")
    until(lambda: book.ended() >= 2, "calls")


def test_a_call_that_still_runs_is_not_joined_by_another(start: Start, book: Book) -> None:
    book.do("hold")
    gateway = start(root=_patient(book))
    skipped = 'gateway_timer_skipped_total{function="tick",timer="often"}'
    until(lambda: metrics(gateway)[skipped] >= 2, "moments are skipped")
    assert len(book.events(TriggerName="often")) == 1
    book.word.unlink()
    until(lambda: book.ended() >= 2, "the next moments are called again")


def _patient(book: Book) -> Path:
    """Return a copy of the functions with a time limit that the test does not reach."""
    return _edited(book.file.parent, "timeout: 2", "timeout: 60")


def _edited(folder: Path, old: str, new: str) -> Path:
    root = folder / "root"
    shutil.copytree(TIMED, root)
    text = (root / FUNCTION).read_text()
    assert old in text
    (root / FUNCTION).write_text(text.replace(old, new, 1))
    return root


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("raise", "exception"),
        ("exit", "crash"),
        ("sleep", "timeout"),
        ('{"errNo": 503, "errMsg": "no database"}', "refused"),
        ('{"ok": false}', "refused"),
    ],
)
def test_a_function_that_fails_is_called_again(start: Start, book: Book, word: str, kind: str) -> None:
    book.do(word)
    gateway = start(root=TIMED)
    until(lambda: outcome(gateway, kind) >= 2, f"two calls that end as {kind}")
    assert gateway.logged("timer", outcome=kind, timer="often", function="tick")["level"] == "warning"
    assert outcome(gateway, "ok") == 0
    book.word.unlink()
    until(lambda: book.ended() >= 2, "it works again")


def test_a_stop_lets_a_running_call_finish_and_begins_no_other(start: Start, book: Book) -> None:
    book.do("linger")
    gateway = start("--shutdown-grace", "20", root=_patient(book))
    until(lambda: book.events(TriggerName="often"), "a call")
    assert gateway.process is not None
    gateway.process.send_signal(signal.SIGTERM)
    gateway.logged("stopping")
    book.word.unlink()
    assert gateway.wait() == 0
    assert (len(book.events(TriggerName="often")), book.ended()) == (1, 1)


def test_no_timer_is_due_while_the_gateway_stops(start: Start, book: Book, tmp_path: Path) -> None:
    gateway = start("--shutdown-grace", "20", root=_patient(book))
    until(lambda: book.ended() >= 2, "calls")
    with ThreadPoolExecutor() as pool:
        go = tmp_path / "go"
        waits = pool.submit(requests.get, f"{gateway.url}/tick?until={go}", timeout=30)
        until(lambda: gateway.metric("workers", function="tick", state="busy"), "a request is being answered")
        assert gateway.process is not None
        gateway.process.send_signal(signal.SIGTERM)
        gateway.logged("stopping")
        before = len(book.events(Type="Timer"))
        stopping = time.time()
        until(lambda: time.time() > stopping + 2.1, "two of its moments pass")
        assert len(book.events(Type="Timer")) - before < 2, "one may have been on its way"
        go.touch()
        assert waits.result().text == "at last"
    assert gateway.wait() == 0


def test_the_numbers_of_the_last_good_answer_are_in_the_metrics(start: Start, book: Book) -> None:
    gateway = start(root=TIMED)
    until(lambda: "probe_depth" in metrics(gateway), "the first answer's numbers")
    text = urllib.request.urlopen(gateway.internal_url + "/metrics", timeout=20).read().decode()
    assert "# TYPE probe_calls_total counter" in text and "# TYPE probe_depth gauge" in text
    found = metrics(gateway)
    assert (found["probe_calls_total"], found["probe_depth"], found["gateway_sockets"]) == (3, 1.5, 0)
    age = 'gateway_timer_last_success_age_seconds{function="tick",timer="often"}'
    book.do("raise")
    until(lambda: metrics(gateway)[age] > 2, "the last success is a while ago")
    assert metrics(gateway)["probe_depth"] == 1.5, "a failure leaves the numbers"
    book.do('{"ok": true, "skipped": true}')
    until(lambda: metrics(gateway)[age] < 1, "a good answer again")
    assert metrics(gateway)["probe_depth"] == 1.5, "an answer without numbers leaves them"
    book.do('{"metrics": {"probe_depth": 4}}')
    until(lambda: metrics(gateway)["probe_depth"] == 4, "new numbers")
    assert "probe_calls_total" not in metrics(gateway)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "'*/1 * * * * * *'",
            "'61 * * * * * *'",
            "cronExpression: '61 * * * * * *': second: must be 0 to 59",
        ),
        ("name: often", "name: 1st", "timer.name: must be a letter and up to 59 letters"),
        ("name: rarely", "name: often", "timer.name: the timer often is declared twice"),
        ("enable: true", "enable: maybe", "parameters.enable: must be true or false, got 'maybe'"),
        ("argument: ", "argument: ${env:ABSENT} # ", "argument: the environment variable ABSENT is not set"),
        ('cronExpression: "0 0 0 29 2 * *"', "cron: 1", "parameters.cronExpression: is missing"),
    ],
)
def test_a_wrong_timer_stops_the_start_with_one_line(
    tmp_path: Path, old: str, new: str, complaint: str
) -> None:
    status, said = start_failing(_edited(tmp_path, old, new), PUSH_TOKEN="x", RECORD="x")
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith(f"orderbell_gateway: {FUNCTION}: inputs.events[") and complaint in said


# ---- the clock


def timer(expression: str, now: float = NOON) -> Timer:
    """Return a timer that was begun, and called at its start if it had to be."""
    made = Timer(Trigger("f", "t", cron.parse(expression), ""), now)
    made.due(now)
    return made


def due(timer: Timer, now: float) -> str | None:
    moment = timer.due(now)
    return None if moment is None else f"{moment:%H:%M:%S}"


def test_a_timer_is_due_once_in_its_second() -> None:
    each = timer("*/5 * * * * * *")
    seen = [due(each, NOON + 0.3 * n) for n in range(40)]
    assert [moment for moment in seen if moment] == ["12:00:05", "12:00:10"]


def test_what_a_busy_gateway_passed_over_is_one_call() -> None:
    each = timer("* * * * * * *")
    assert due(each, NOON + 30) == "12:00:01"
    assert due(each, NOON + 30.5) is None
    assert due(each, NOON + 31) == "12:00:31"


def test_a_clock_that_is_put_forward_makes_one_call_and_no_burst() -> None:
    each = timer("*/5 * * * * * *")
    assert due(each, NOON + 3600) is not None
    assert [due(each, NOON + 3600 + n) for n in range(1, 6)] == [None, None, None, None, "13:00:05"]


def test_a_clock_that_is_put_back_does_not_stop_the_timer() -> None:
    each = timer("*/5 * * * * * *")
    assert due(each, NOON + 5) == "12:00:05"
    assert due(each, NOON - 3600) == "11:00:00"
    assert due(each, NOON - 3600 + 4) is None
    assert due(each, NOON - 3600 + 5) == "11:00:05"


def test_a_clock_that_is_corrected_by_a_hair_repeats_nothing() -> None:
    each = timer("* * * * * * *")
    assert due(each, NOON + 1.001) == "12:00:01"
    assert due(each, NOON + 0.999) is None
    assert due(each, NOON + 1.002) is None
    assert due(each, NOON + 2) == "12:00:02"


def test_only_a_timer_that_comes_often_is_due_at_the_start() -> None:
    def first(expression: str) -> str | None:
        return due(Timer(Trigger("f", "t", cron.parse(expression), ""), NOON + 3), NOON + 3)

    assert first("*/5 * * * * * *") == first("30 * * * * * *") == "12:00:03"
    assert first("0 */5 * * * * *") is None
    assert first("0 0 3 * * * *") is None
    assert first("* * * * * * 2020") is None


# ---- numbers


@pytest.mark.parametrize(("value", "number"), [("1", 1), ("-2.5", -2.5), ("0", 0)])
def test_a_finite_number_is_taken(value: str, number: float) -> None:
    assert read_numbers(f'{{"metrics": {{"a_1": {value}}}}}'.encode()) == {"a_1": number}


@pytest.mark.parametrize("value", ["true", "null", '"1"', "[1]", "NaN", "Infinity", "1" + "0" * 400])
def test_what_is_no_finite_number_is_passed_over(value: str) -> None:
    assert read_numbers(f'{{"metrics": {{"a": {value}, "b": 1}}}}'.encode()) == {"b": 1}


@pytest.mark.parametrize(
    "name", ["", "A", "1a", "a-b", "a b", 'a{x="1"}', "a\n", "é", "gateway_sockets", "a" * 102]
)
def test_a_name_that_is_none_or_ours_is_passed_over(name: str) -> None:
    assert read_numbers(json.dumps({"metrics": {name: 1, "b": 1}}).encode()) == {"b": 1}


@pytest.mark.parametrize(
    "answer", ["null", "[]", '"x"', "{}", '{"metrics": []}', '{"metrics": null}', "no JSON"]
)
def test_an_answer_without_numbers_has_none(answer: str) -> None:
    assert read_numbers(answer.encode()) == {}


def test_there_is_an_end_to_numbers() -> None:
    many = json.dumps({"metrics": {f"n{n}": n for n in range(MAX_NUMBERS + 50)}}).encode()
    assert len(read_numbers(many)) == MAX_NUMBERS
