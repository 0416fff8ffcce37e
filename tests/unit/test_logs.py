"""Log lines: one JSON object each, that nobody can forge and that quotes nobody."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest

from orderbell.domain import errors as e
from orderbell.entry import doors, logs

log = logging.getLogger("orderbell.test")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What `orderbell` logs from now on, with a clean logger before and after."""
    stream, root = io.StringIO(), logging.getLogger("orderbell")
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "propagate", True)
    monkeypatch.setattr(root, "level", logging.NOTSET)
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure("INFO")
    root.manager._clear_cache()  # type: ignore[attr-defined]  # the level was set past the logger's own method
    return stream


def parsed(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_what_and_for_which_request(lines: io.StringIO) -> None:
    token = logs.request_id.set("r-1")
    log.info("order placed", extra={"order": "o1", "ms": 3, "phone": "13800001234"})
    logs.request_id.reset(token)
    (line,) = parsed(lines)
    assert line.pop("at").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "orderbell.test",
        "message": "order placed",
        "request_id": "r-1",
        "order": "o1",
        "ms": 3,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_text_can_forge_a_line(lines: io.StringIO, end: str) -> None:
    token = logs.request_id.set(f"r{end}x")
    log.info(f'a{end}{{"level":"error"}}', extra={"reason": f"b{end}c"})
    logs.request_id.reset(token)
    (line,) = parsed(lines)
    assert (line["message"], line["reason"]) == (f'a{end}{{"level":"error"}}', f"b{end}c")


def test_half_a_surrogate_pair_does_not_break_the_log(lines: io.StringIO) -> None:
    log.info("x", extra={"reason": "\ud83d"})
    lines.getvalue().encode()
    assert parsed(lines)[0]["reason"] == "\ud83d"


def test_a_defect_is_logged_by_its_type_and_place_and_not_by_its_text(lines: io.StringIO) -> None:
    try:
        raise ValueError("13800001234 said hello")
    except ValueError as error:
        doors.note(error)
    (line,) = parsed(lines)
    assert (line["level"], line["error"], line["code"]) == ("error", "ValueError", "internal")
    assert line["where"].startswith("test_logs.py:")
    assert "13800001234" not in lines.getvalue()


def test_a_refusal_is_logged_in_a_word_without_what_was_sent(lines: io.StringIO) -> None:
    doors.note(e.Invalid("no item 'secret sauce'", (e.FieldError("/lines/0/item", "secret sauce"),)))
    (line,) = parsed(lines)
    assert (line["level"], line["code"], line["status"]) == ("info", "validation", 422)
    assert "secret sauce" not in lines.getvalue()


def test_an_unavailable_store_is_logged_as_a_warning_with_its_reason(lines: io.StringIO) -> None:
    doors.note(e.Unavailable("the database cannot be reached"))
    (line,) = parsed(lines)
    assert (line["level"], line["reason"]) == ("warning", "the database cannot be reached")


@pytest.mark.parametrize("error", [e.ConnectionGone("connection not found"), e.PushFailed("answered 500")])
def test_what_could_not_be_told_is_no_defect(lines: io.StringIO, error: Exception) -> None:
    doors.note(error)
    (line,) = parsed(lines)
    assert line["level"] == "info" and "error" not in line


def test_logs_below_the_level_are_not_written(lines: io.StringIO) -> None:
    log.debug("quiet")
    assert parsed(lines) == []


def test_configuring_twice_does_not_log_twice(lines: io.StringIO) -> None:
    logs.configure("INFO")
    log.info("once")
    assert len(parsed(lines)) == 1
