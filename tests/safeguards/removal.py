"""How a safeguard is taken out, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass

SQL = "layer/python/orderbell/adapters/sql"
SERVICE = "layer/python/orderbell/service"
STATEMENTS, PARTS, SWEEPING = (f"{SQL}/statements{part}.py" for part in ("", "_parts", "_sweep"))
ALERTS = f"{SQL}/statements_alerts.py"
MIGRATION = "db/migrations/versions/0001_first.sql"
LOG, LOG_TEST = "clients/lib/log.ts", "clients/tests/log.test.ts"
LINK, LINK_TEST = "clients/lib/socket.ts", "clients/tests/socket.test.ts"
DELIVERY, ORDERING, KITCHEN = (f"{SERVICE}/{name}.py" for name in ("delivery", "ordering", "kitchen"))
SESSIONS, SWEEP = (f"{SERVICE}/{name}.py" for name in ("sessions", "sweep"))

CONTRACT = "tests/contract"
SOCKETS = "tests/unit/test_doors_sockets.py"
COMMANDS = "tests/unit/test_doors_commands.py"
KILLED = "tests/steps/test_every_step.py::test_a_function_may_be_killed_at_any_step"
LOST = "tests/steps/test_every_step.py::test_what_was_pushed_and_never_acknowledged_is_pushed_again"
CUT_OFF = "tests/steps/test_every_step.py::test_the_database_may_hang_up_at_any_step"


@dataclass(frozen=True)
class Edit:
    """A text that stands in a file once, and what takes its place."""

    file: str
    find: str
    replace: str


@dataclass(frozen=True)
class Removal:
    """A safeguard in a sentence, how it is taken out, and the tests that must notice."""

    name: str
    what: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]


def taken_out(name: str, what: str, file: str, find: str, replace: str, *tests: str) -> Removal:
    """Return a removal that one edit makes."""
    return Removal(name, what, (Edit(file, find, replace),), tests)
