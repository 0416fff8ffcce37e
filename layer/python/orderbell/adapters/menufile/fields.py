"""YAML nodes with their lines: the shapes and scalars that a menu file is made of, each checked.

A `Read` takes a node and words for it, and returns the value or fails with the node's line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from orderbell.domain.errors import MenuError

MAX_FILE = 1_000_000  # characters: 500 items with everything said in two languages are a third of it
MAX_DEPTH = 16  # a correct file is 11 deep, and the composer is recursive

T = TypeVar("T")
Read = Callable[[yaml.Node, str], T]


class WrongNode(Exception):
    """A node is wrong; `parse` adds the file and the line."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


def compose(text: str, file: str) -> yaml.Node | None:
    """Return the one document of the text as nodes, None where there is none.

    Raises:
        MenuError: it is too long, not YAML, or more of YAML than a menu needs.
    """
    if len(text) > MAX_FILE:
        raise MenuError(f"{file}:1: the file must be at most {MAX_FILE} characters, got {len(text)}")
    try:
        return _Loader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise MenuError(
            f"{file}:{line}: a character that a text must not have (code {error.character})"
        ) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MenuError(f"{file}:{mark.line + 1 if mark else 1}: {error.problem}") from None


class _Loader(yaml.SafeLoader):
    """No anchors (a small file could mean a huge menu), no tags, no great depth."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        refused = None
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            refused = "'&' and '*' at the start of a value are not allowed, put the text in quotes"
        elif event.tag is not None:
            refused = "'!' at the start of a value is not allowed, put the text in quotes"
        elif self._depth >= MAX_DEPTH:
            refused = f"more than {MAX_DEPTH} levels, a menu needs 11"
        if refused:
            raise yaml.MarkedYAMLError(problem=refused, problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class Fields:
    """One mapping of the file: its keys are known, none stands twice, and the needed ones are there."""

    def __init__(self, node: yaml.Node, what: str, needs: Iterable[str], may: Iterable[str] = ()) -> None:
        self.what = what
        self.values: dict[str, yaml.Node] = {}
        allowed = (*needs, *may)
        if not isinstance(node, yaml.MappingNode):
            raise WrongNode(node, f"{what} must be written as 'key: value', with {', '.join(allowed)}")
        for key, value in node.value:
            name = scalar(key, f"a key of {what}")
            if name not in allowed:
                raise WrongNode(key, f"unknown key {short(name)} in {what}, allowed are {', '.join(allowed)}")
            if name in self.values:
                raise WrongNode(key, f"'{name}' stands twice in {what}, once is allowed")
            self.values[name] = value
        for name in needs:
            if name not in self.values:
                raise WrongNode(node, f"{what} has no '{name}', it needs {', '.join(needs)}")

    def need(self, key: str, read: Read[T]) -> T:
        """Return the value of a key that is there."""
        return read(self.values[key], f"'{key}' of {self.what}")

    def get(self, key: str, read: Read[T], default: T) -> T:
        """Return the value of a key, or `default` where the file does not have it."""
        return self.need(key, read) if key in self.values else default

    def fail(self, key: str, message: str) -> NoReturn:
        """Refuse the value of a key."""
        raise WrongNode(self.values[key], message)


def scalar(node: yaml.Node, what: str) -> str:
    """Return the text as the file has it, whatever YAML takes it for: `No` may be a name."""
    if not isinstance(node, yaml.ScalarNode):
        raise WrongNode(node, f"{what} must be one value, not a list or a block")
    return str(node.value)


def text(limit: int) -> Read[str]:
    """Read a text of 1 to `limit` characters; line breaks and runs of spaces are one space."""

    def read(node: yaml.Node, what: str) -> str:
        value = re.sub(r"[ \t\r\n]+", " ", scalar(node, what)).strip(" ")
        if not value or node.tag == "tag:yaml.org,2002:null":
            raise WrongNode(node, f"{what} must not be empty")
        if len(value) > limit:
            raise WrongNode(node, f"{what} must be at most {limit} characters, got {len(value)}")
        if any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in value):
            raise WrongNode(node, f"{what} must be plain text without control characters")
        return value

    return read


def word(pattern: str, allowed: str) -> Read[str]:
    """Read a value that matches `pattern`, which `allowed` says in words."""

    def read(node: yaml.Node, what: str) -> str:
        value = scalar(node, what)
        if not re.fullmatch(pattern, value):
            raise WrongNode(node, f"{what} must be {allowed}, got {short(value)}")
        return value

    return read


def number(low: int, high: int) -> Read[int]:
    """Read a whole number from `low` to `high`."""

    def read(node: yaml.Node, what: str) -> int:
        value = scalar(node, what)
        if not re.fullmatch("[0-9]{1,6}", value) or not low <= int(value) <= high:
            raise WrongNode(node, f"{what} must be a whole number from {low} to {high}, got {short(value)}")
        return int(value)

    return read


def rows(each: Read[T], limit: int) -> Read[tuple[T, ...]]:
    """Read a list of at most `limit`."""

    def read(node: yaml.Node, what: str) -> tuple[T, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise WrongNode(node, f"{what} must be a list, with '- ' before each")
        if len(node.value) > limit:
            raise WrongNode(node.value[limit], f"{what} must have at most {limit}, got {len(node.value)}")
        return tuple(each(child, what) for child in node.value)

    return read


def timezone(node: yaml.Node, what: str) -> str:
    """Read the name of a time zone."""
    value = scalar(node, what)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        raise WrongNode(node, f"{what} must be a zone like Asia/Shanghai, got {short(value)}") from None
    return value


def short(value: str) -> str:
    """Return what came, quoted and short enough for one line."""
    return repr(value if len(value) <= 40 else f"{value[:40]}...")
