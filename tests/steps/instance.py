"""A program that makes function instances: each runs one event in a forked process, and ends at the step that it was told.

It reads a job a line on its input and answers each with a line. An instance says every step before it takes it: every
statement that goes to PostgreSQL, every connection, and every part of a push. The functions themselves know nothing of
this; their libraries are wrapped here, in the process that is going to die.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import psycopg2
from psycopg2.extensions import connection as PgConnection
from psycopg2.extensions import cursor as PgCursor

from orderbell import entry  # noqa: F401 - loaded once, before the instances are forked
from orderbell.adapters.push import line, tencent

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
real_connect = psycopg2.connect


class Steps:
    """Counts the steps of this instance, and does at one of them what the job says."""

    def __init__(self, say: Callable[[dict[str, Any]], None], at: int | None, how: str) -> None:
        self.say = say
        self._at = at
        self._how = how
        self._taken = 0
        self._lock = threading.Lock()

    def take(self, name: str, act: Callable[[], T], database: PgConnection | None = None) -> T:
        """Take a step; one that goes to the database may have its connection cut."""
        with self._lock:
            mine = self._taken == self._at
            self._taken += 1
            self.say({"step": name})
        if mine and self._how == "kill before":
            die()
        if mine and self._how == "cut before" and database is not None:
            cut(database)
        result = act()
        if mine and self._how == "kill after":
            die()
        if mine and self._how == "cut after" and isinstance(result, PgConnection):
            cut(result)
        elif mine and self._how == "cut after" and database is not None:
            cut(database)
            with PgConnection.cursor(database, cursor_factory=PgCursor) as cursor:
                cursor.execute(
                    "SELECT"
                )  # the server did it, and its answer was lost: raises what that raises
        return result


def die() -> NoReturn:
    """End as a cloud ends an instance: without a word."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def cut(database: PgConnection) -> None:
    """Let the server end a connection, from outside, and see that it has."""
    pid = database.info.backend_pid
    other = real_connect(os.environ["DATABASE_URL"])
    try:
        other.autocommit = True
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
            end = time.monotonic() + 10
            while time.monotonic() < end:
                cursor.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", (pid,))
                if not cursor.fetchall():
                    return
        raise AssertionError("the server does not end this connection")
    finally:
        other.close()


def named(sql: str) -> str:
    """Return what a statement is called: its words without its arguments."""
    # Whose call it is goes with the statements, in the same step.
    words = (
        re.sub(r"\(%s[^)]*\)", "", sql).replace("EXECUTE ob_", "").removeprefix("SET orderbell.wall = %s; ")
    )
    prepared = re.match(r"PREPARE ob_(\w+)", sql)
    return f"SQL prepare {prepared[1]}" if prepared else f"SQL {' '.join(words.split())[:120]}"


def wrap_database(steps: Steps) -> None:
    """Make every connection and every statement a step."""

    class Cursor(PgCursor):
        def execute(self, query: Any, arguments: Any = None) -> None:
            def act() -> None:
                PgCursor.execute(self, query, arguments)

            steps.take(named(str(query)), act, self.connection)

    class Connection(PgConnection):
        def cursor(self, *given: Any, **more: Any) -> Any:
            return super().cursor(*given, **{"cursor_factory": Cursor, **more})

    def open_one(dsn: str, **more: Any) -> PgConnection:
        opened: PgConnection = real_connect(dsn, connection_factory=Connection, **more)
        steps.say({"backend": opened.info.backend_pid})
        return opened

    def connect(dsn: str, **more: Any) -> PgConnection:
        return steps.take("SQL connect", lambda: open_one(dsn, **more))

    psycopg2.connect = connect  # type: ignore[assignment]


class Wire:
    """A socket whose sending and receiving are steps."""

    def __init__(self, real: socket.socket, steps: Steps) -> None:
        self._real = real
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def sendall(self, data: bytes) -> None:
        self._steps.take("HTTP send", lambda: self._real.sendall(data))

    def recv(self, size: int) -> bytes:
        if self._real.gettimeout() == 0:  # only a look whether a kept line is still good
            return self._real.recv(size)
        return self._steps.take("HTTP receive", lambda: self._real.recv(size))


def wrap_push(steps: Steps, timeout_s: float | None) -> None:
    """Make the parts of a push steps: to connect, to send, to read the answer."""
    real = line.Line.__init__

    def begin(self: Any, url: str, timeout_s: float) -> None:
        steps.take("HTTP connect", lambda: real(self, url, timeout_s))
        self._socket = Wire(self._socket, steps)

    line.Line.__init__ = begin  # type: ignore[method-assign]
    if timeout_s is not None:
        tencent.TIMEOUT_S = timeout_s


def instance(job: dict[str, Any], output: int) -> None:
    """Be a function instance that was just started: run one event and say its answer."""

    def say(what: dict[str, Any]) -> None:
        data = (json.dumps(what) + "\n").encode()
        while data:
            data = data[os.write(output, data) :]

    os.environ.update(job["settings"])
    steps = Steps(say, job["at"], job["how"])
    wrap_database(steps)
    wrap_push(steps, job["push_timeout_s"])
    file = ROOT / job["function"]
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    say({"answer": module.main_handler(job["event"], {"request_id": "victim"})})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Let an instance run a job; return what it said and whether it was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            instance(job, write)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        lines = [json.loads(words) for words in said]
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not killed and status != 0:
        raise SystemExit("an instance failed by itself, see above")
    steps = [each["step"] for each in lines if "step" in each]
    answers = [each["answer"] for each in lines if "answer" in each]
    backends = [each["backend"] for each in lines if "backend" in each]
    return {"killed": killed, "steps": steps, "backends": backends, "answer": answers[0] if answers else None}


if __name__ == "__main__":
    for words in sys.stdin:
        print(json.dumps(run(json.loads(words))), flush=True)  # noqa: T201 - its answer
