"""What the auditors' answers mean: a package that was not looked at is as bad as one with a hole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tools.locks import Package, normal

LEVELS = ("info", "low", "moderate", "high", "critical")
"""npm's own words for how bad; all of them count."""

_Key = tuple[str, str, str]
"""(kind, name, version): what an auditor has to look at once."""


@dataclass(frozen=True)
class Hole:
    """One advisory on one package. `also` are its other names: a CVE, a GHSA."""

    package: str
    version: str
    advisory: str
    also: frozenset[str] = frozenset()
    mended: str = ""


@dataclass(frozen=True)
class Heard:
    """What one auditor said: what it looked at as (name, version), the holes, and why it could not look.

    `unable` are (name, version, why); without a name nothing at all was looked at. `kind` is the registry that all of
    this is about: the same name may be another package in another one.
    """

    kind: str  # pypi | npm
    looked: frozenset[tuple[str, str]] = frozenset()
    holes: tuple[Hole, ...] = ()
    unable: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Allowed:
    """A line of audit_allowed.txt."""

    advisory: str
    package: str
    until: date
    reason: str


def read_pip_audit(text: str, said: str = "") -> Heard:
    """Read `pip-audit --format json`. `said` is its standard error: why, if there is no document."""
    document = _document(text)
    if not isinstance(document, dict) or not isinstance(document.get("dependencies"), list):
        return _nothing("pypi", f"pip-audit: {_last_line(said or text)}")
    looked, holes, unable = set(), [], []
    for one in document["dependencies"]:
        name, version = normal(str(one.get("name", "?"))), str(one.get("version", ""))
        if "skip_reason" in one or not isinstance(one.get("vulns"), list):
            unable.append(_skipped(name, str(one.get("skip_reason", "no answer"))))
            continue
        looked.add((name, version))
        for hole in one["vulns"]:
            others = frozenset(map(str, hole.get("aliases", ())))
            mended = ", ".join(map(str, hole.get("fix_versions", ())))
            holes.append(Hole(name, version, str(hole["id"]), others, mended))
    return Heard("pypi", frozenset(looked), tuple(holes), tuple(unable))


def read_npm_audit(text: str, packages: Iterable[Package], said: str = "") -> Heard:
    """Read `npm audit --json` (report version 2) of a lock's packages.

    npm names only what has a hole, so its count of dependencies has to be at least that of the lock.
    """
    wanted = list(packages)
    document = _document(text)
    if not isinstance(document, dict) or "vulnerabilities" not in document:
        why = document.get("message") if isinstance(document, dict) else None
        return _nothing("npm", f"npm audit: {_last_line(str(why or said or text))}")
    counted = document.get("metadata", {}).get("dependencies", {}).get("total", 0)
    if counted < len(wanted):
        return _nothing("npm", f"npm audit: looked at {counted} packages, the lock has {len(wanted)}")
    versions = {one.name: one.version for one in wanted}
    holes = [
        Hole(
            name,
            versions.get(name, "?"),
            _npm_id(via),
            frozenset(),
            f"versions not {via['range']}" if via.get("range") else "",
        )
        for name, entry in document["vulnerabilities"].items()
        for via in entry.get("via", ())
        if isinstance(via, dict)  # a string is the name of a package below, which is listed itself
    ]
    return Heard("npm", frozenset((one.name, one.version) for one in wanted), tuple(holes))


def read_allowed(text: str) -> list[Allowed]:
    """Read audit_allowed.txt. Raises ValueError with the line that cannot be read."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(None, 3)
        if not words or words[0].startswith("#"):
            continue
        if len(words) < 4:
            raise ValueError(f"audit_allowed.txt:{number}: write ID, package, last day, reason")
        try:
            until = date.fromisoformat(words[2])
        except ValueError:
            raise ValueError(f"audit_allowed.txt:{number}: {words[2]} is no day (YYYY-MM-DD)") from None
        found.append(Allowed(words[0], words[1], until, words[3]))
    return found


def verdict(
    packages: Iterable[Package], heard: Iterable[Heard], allowed: Iterable[Allowed], today: date
) -> Iterator[str]:
    """Yield every reason to fail; none means that every package was looked at and has no open hole."""
    answers, rules = list(heard), list(allowed)
    yield from _not_looked_at(packages, answers)
    used = set()
    for hole in sorted(
        {hole for one in answers for hole in one.holes}, key=lambda h: (h.package, h.advisory)
    ):
        names = {hole.advisory, *hole.also}
        rule = next((r for r in rules if r.advisory in names and r.package == hole.package), None)
        if rule is None:
            mend = f"; mended in {hole.mended}" if hole.mended else ""
            yield f"{hole.package} {hole.version}: {hole.advisory}{mend}"
            continue
        used.add(rule)
        if rule.until < today:
            yield f"{hole.package} {hole.version}: {hole.advisory} was allowed until {rule.until}"
    if any(one.looked for one in answers):  # who could not look cannot say that a line is out of use
        for rule in rules:
            if rule not in used:
                yield f"audit_allowed.txt: nothing has {rule.advisory} in {rule.package} any more: take it out"


def _not_looked_at(packages: Iterable[Package], answers: list[Heard]) -> Iterator[str]:
    """Yield a line for each reason, with its packages, and one for those that no answer speaks of."""
    by_reason: dict[str, set[_Key]] = {}
    unable = {(one.kind, *skipped) for one in answers for skipped in one.unable}
    for kind, name, version, why in sorted(unable):
        by_reason.setdefault(why, set()).update({(kind, name, version)} if name else ())
    for why, skipped in by_reason.items():
        yield f"not audited: {why}{': ' + _names(skipped) if skipped else ''}"
    wanted = {
        (one.kind, normal(one.name) if one.kind == "pypi" else one.name, one.version) for one in packages
    }
    wanted -= {(one.kind, *found) for one in answers for found in one.looked}
    wanted -= {key for skipped in by_reason.values() for key in skipped}
    if wanted:
        yield f"not audited: {len(wanted)} packages without an answer: {_names(wanted)}"


def _names(packages: Iterable[_Key]) -> str:
    return ", ".join(f"{name} {version}".strip() for _, name, version in sorted(packages))


def _nothing(kind: str, why: str) -> Heard:
    return Heard(kind, unable=(("", "", why),))


def _skipped(name: str, why: str) -> tuple[str, str, str]:
    """Divide pip-audit's "REASON: NAME (VERSION)", so that packages with the same reason share a line."""
    found = re.fullmatch(r"(.*): \S+ \((\S+)\)", why)
    return (name, found[2], found[1]) if found else (name, "", why)


def _npm_id(via: dict[str, Any]) -> str:
    found = re.search(r"GHSA(?:-\w{4}){3}", str(via.get("url", "")))
    return found[0] if found else str(via.get("source", "?"))


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "no answer"
