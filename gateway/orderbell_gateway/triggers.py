"""The timers that functions declare: `events: - timer:` of their `serverless.yml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import cron
from .components import Node
from .routes import Function, environment_lookup

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,59}")
_MAX_MESSAGE = 4096


@dataclass(frozen=True)
class Trigger:
    """One timer of one function."""

    function: str
    name: str
    cron: cron.Cron
    message: str
    """What the event carries along; `argument` in the file."""


def read(function: Function, environ: Mapping[str, str]) -> list[Trigger]:
    """Return the timers of `function` that are switched on; their `${env:...}` are resolved against `environ`.

    Raises:
        ConfigError: one is not what it should be; the text names file, key and expression.
    """
    triggers: list[Trigger] = []
    names: set[str] = set()
    # Like everywhere in the settings, an empty variable counts as not set.
    given = {name: value for name, value in environ.items() if value}
    for node in _timers(function):
        name = node.get("name", str, "timer")
        if not _NAME.fullmatch(name):
            raise node.child("name").wrong(
                f"must be a letter and up to 59 letters, digits, - or _, got {name!r}"
            )
        if name in names:
            raise node.child("name").wrong(f"the timer {name} is declared twice")
        names.add(name)
        trigger = _trigger(function, name, node.child("parameters"), given)
        if trigger is not None:
            triggers.append(trigger)
    return triggers


def _timers(function: Function) -> Iterator[Node]:
    for event in function.component.inputs.items("events"):
        if event.has("timer"):  # the other kinds are the cloud's own
            yield event.child("timer")


def _trigger(function: Function, name: str, node: Node, environ: Mapping[str, str]) -> Trigger | None:
    lookup = environment_lookup(environ)

    def text(key: str) -> str:
        return function.component.text(node.child(key), lookup).strip()

    expression = text("cronExpression")
    try:
        parsed = cron.parse(expression)
    except cron.BadCron as error:
        raise node.child("cronExpression").wrong(f"{expression!r}: {error}") from None
    message = text("argument") if node.has("argument") else ""
    if len(message.encode()) > _MAX_MESSAGE:
        raise node.child("argument").wrong(f"may have {_MAX_MESSAGE} bytes")
    enabled = text("enable").lower() if node.has("enable") else "true"
    if enabled not in ("true", "false"):
        raise node.child("enable").wrong(f"must be true or false, got {enabled!r}")
    return Trigger(function.name, name, parsed, message) if enabled == "true" else None
