"""Reads the `serverless.yml` files that a cloud deployment reads. Every complaint names file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml

from .settings import ConfigError

T = TypeVar("T")
_MISSING = object()
_WORDS = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a map",
    list: "a list",
}
_VARIABLE = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True)
class Node:
    """One value of a YAML file, which knows where it stands."""

    file: str
    key: str
    value: object

    def wrong(self, text: str) -> ConfigError:
        """Return the error that says what is wrong with this value."""
        return ConfigError(f"{self.file}: {self.key or 'the file'}: {text}")

    def has(self, name: str) -> bool:
        """Tell whether this map has `name` with a value."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def child(self, name: str) -> Node:
        """Return the value under `name`; a missing one is an error."""
        node = self._under(name)
        if node.value is None:
            raise node.wrong("is missing")
        return node

    def _under(self, name: str) -> Node:
        if not isinstance(self.value, dict):
            raise self.wrong(f"must be a map, got {_show(self.value)}")
        return Node(self.file, f"{self.key}.{name}" if self.key else name, self.value.get(name))

    def get(self, name: str, kind: type[T], default: T | None = None) -> T:
        """Return the value under `name` as `kind`; without a default a missing one is an error."""
        node = self._under(name)
        if node.value is None and default is not None:
            return default
        if node.value is None:
            raise node.wrong("is missing")
        return node.as_(kind)

    def as_(self, kind: type[T]) -> T:
        """Return this value as `kind`."""
        value = self.value
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        # A bool is an int to Python, never to whoever wrote the file.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.wrong(f"must be {_WORDS.get(kind, kind.__name__)}, got {_show(value)}")
        return value

    def items(self, name: str) -> Iterator[Node]:
        """Yield the elements of the list under `name`; no list is an empty one."""
        node = self._under(name)
        if node.value is None:
            return
        for index, value in enumerate(node.as_(list)):
            yield Node(self.file, f"{node.key}[{index}]", value)

    def pairs(self, name: str) -> Iterator[tuple[str, Node]]:
        """Yield the members of the map under `name`; no map is an empty one."""
        node = self._under(name)
        if node.value is None:
            return
        for key, value in node.as_(dict).items():
            yield str(key), Node(self.file, f"{node.key}.{key}", value)


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True)
class Component:
    """One `serverless.yml`: a component (`scf`, `apigateway`, `layer`, `website`) with its inputs."""

    folder: Path
    node: Node
    kind: str
    name: str
    app: str
    stage: str
    inputs: Node

    def text(self, node: Node, lookup: Callable[[str], str | None] | None = None) -> str:
        """Return a text with its `${...}` replaced; `lookup` answers what is not stage, app or name."""
        value = node.value
        if isinstance(value, bool):
            return "true" if value else "false"
        if value is None:
            return ""
        text = str(value)

        def replace(match: re.Match[str]) -> str:
            name = match.group(1).strip()
            known = {"stage": self.stage, "app": self.app, "name": self.name}.get(name)
            found = known if known is not None else lookup(name) if lookup else None
            if found is None and name.startswith("env:"):
                raise node.wrong(f"the environment variable {name[4:].strip()} is not set")
            if found is None:
                raise node.wrong(f"${{{name}}} cannot be resolved here")
            return found

        for _ in range(5):  # references may stand inside references: ${output:${stage}:...}
            new = _VARIABLE.sub(replace, text)
            if new == text:
                return new
            text = new
        raise node.wrong("references itself")


def load(root: Path) -> list[Component]:
    """Return the components of every folder in `root`, in the order of their names.

    Raises:
        ConfigError: the folder or a file cannot be read, or is not what it should be.
    """
    if not root.is_dir():
        raise ConfigError(f"--root {root}: no such folder")
    root = root.resolve()  # the workers have another working directory
    top = root / "serverless.yml"
    shared = _read(top, "serverless.yml") if top.is_file() else Node("serverless.yml", "", {})
    found = []
    for path in sorted(root.glob("*/serverless.yml")):
        node = _read(path, f"{path.parent.name}/serverless.yml")
        if node.has("component"):
            found.append(_component(path.parent, node, shared))
    return found


def _component(folder: Path, node: Node, shared: Node) -> Component:
    return Component(
        folder=folder,
        node=node,
        kind=node.get("component", str).partition("@")[0],
        name=node.get("name", str),
        app=node.get("app", str, shared.get("app", str, "app")),
        stage=node.get("stage", str, shared.get("stage", str, "dev")),
        inputs=node.child("inputs"),
    )


def _read(path: Path, shown: str) -> Node:
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise ConfigError(f"{shown}: {where}: not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{shown}: not YAML: {' '.join(str(error).split())}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{shown}: not UTF-8") from None
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror}") from None
    if not isinstance(value, dict):
        raise ConfigError(f"{shown}: must be a map of component, name and inputs, got {_show(value)}")
    return Node(shown, "", value)
