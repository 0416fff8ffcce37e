"""Rules of this house that a linter does not know, for Python and for the pages; each brings what it must and must not see.

Of our own because semgrep is 70 MB and 66 packages, for rules that need only one file at a time.
One place is let pass by a comment on its line, `allowed(RULE): reason`; one that lets nothing pass is a fault.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT

SERVICES = ("layer/python/", "gateway/", "function_")
ALL = (*SERVICES, "cli/", "tools/", "db/", "dev")
"""Where a rule about Python holds, as the beginnings of paths: what runs at a shop's, and that with its tools."""

_ALLOWED = re.compile(r"(?:#|//|/\*|<!--)\s*allowed\(([\w-]+)\)(?::\s*([^*\n]*\w))?")
_NOT_OURS = {"node_modules", "dist", "__pycache__", "tests", "build"}


@dataclass(frozen=True)
class Source:
    """A file as the rules see it: its text, and its tree if it is Python."""

    path: str
    text: str
    tree: ast.Module | None = None


@dataclass(frozen=True)
class Rule:
    """What must not be, why, and where. `find` yields the lines (from 1) at which a source breaks it."""

    name: str
    why: str
    find: Callable[[Source], Iterator[int]]
    within: tuple[str, ...]
    """Beginnings of paths, from the root of the checkout; `except_` of those that are left out."""
    bad: tuple[str, ...]
    good: tuple[str, ...]
    except_: tuple[str, ...] = ()

    def holds_for(self, path: str) -> bool:
        """Return whether a file is in the rule's reach."""
        return path.startswith(self.within) and not (self.except_ and path.startswith(self.except_))


def source(path: str, text: str) -> Source:
    """Return a file's text as a source; Python is parsed."""
    python = path.endswith(".py") or path == "dev"
    return Source(path, text, ast.parse(text) if python else None)


def judge(one: Source, rules: tuple[Rule, ...]) -> Iterator[str]:
    """Yield a line for each break of a rule in a file, and for each allowance that is without reason or use."""
    lines = one.text.splitlines()
    found = {(line, rule.name) for rule in rules if rule.holds_for(one.path) for line in rule.find(one)}
    whys = {rule.name: rule.why for rule in rules}
    for number, text in enumerate(lines, 1):
        for name, reason in _ALLOWED.findall(text):
            if (number, name) not in found:
                yield f"{one.path}:{number}: allowed({name}) lets nothing pass: take it out"
            elif not reason.strip():
                yield f"{one.path}:{number}: allowed({name}) without its reason"
            found.discard((number, name))
    for line, name in sorted(found):
        yield f"{one.path}:{line}: {name}: {whys[name]}"


def calls(one: Source) -> Iterator[tuple[ast.Call, str]]:
    """Yield every call with the name of what is called, dotted."""
    for node in ast.walk(one.tree) if one.tree else ():
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def sources(root: Path = ROOT) -> Iterator[Source]:
    """Yield every file that a rule may be about: what runs at a shop's, and what makes it."""
    folders = [root / name for name in ("layer/python", "gateway", "cli", "tools", "clients", "db")]
    folders += sorted(root.glob("function_*"))
    files = [root / "dev", *(file for folder in folders for file in sorted(folder.rglob("*")))]
    for file in files:
        path = file.relative_to(root)
        known = file.suffix in (".py", ".ts", ".tsx", ".js", ".html") or file.name == "dev"
        if known and not _NOT_OURS & set(path.parts):
            yield source(path.as_posix(), file.read_text("utf-8"))


def reasonless(one: Source) -> Iterator[str]:
    """Yield each `nosec` for bandit that does not say which finding it means and why."""
    for number, text in enumerate(one.text.splitlines(), 1):
        if re.search(r"#\s*nosec\b", text) and not re.search(r"#\s*nosec (?:B\d{3}[, ]+)+# \w", text):
            yield f"{one.path}:{number}: bandit's nosec needs the finding and the reason: B123  # why"
