"""The licences of what ships: docs/licences.md held against the locks and against what the packages say themselves."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.locks import Package, normal
from tools.steps import ROOT, VENV

PAGE = "docs/licences.md"
_MAY = """MIT MIT-0 0BSD ISC BSD-2-Clause BSD-3-Clause Apache-2.0 PSF-2.0 Python-2.0 Unlicense CC0-1.0 Zlib
    BlueOak-1.0.0 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MPL-2.0"""
MAY_SHIP = frozenset(_MAY.split())
"""SPDX ids: permissive, and weak copyleft that ends at the package's own files."""

_WORDS = {  # how older metadata says it, and the licence's family here
    "apache": "Apache-2.0",
    "bsd": "BSD-",
    "mit": "MIT",
    "psf": "PSF-2.0",
    "python software foundation": "PSF-2.0",
    "lgpl": "LGPL-",
    "lesser general public": "LGPL-",
    "mpl": "MPL-2.0",
    "mozilla": "MPL-2.0",
    "gpl": "GPL-",
    "general public": "GPL-",
}


def table(text: str) -> dict[str, str]:
    """Return the SPDX expression of every package of the page."""
    return {
        found[1]: found[2]
        for found in re.finditer(r"^\| ([@\w./-]+) \| ([\w. ()-]+?) \|$", text, re.M)
        if found[2] != "licence"
    }


def faults(locked: Iterable[Package], listed: Mapping[str, str], said: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong. `listed` is the page, `said` what the packages say themselves, as far as they are there."""
    shipped = {normal(one.name) if one.kind == "pypi" else one.name: one for one in locked if not one.tool}
    for name, one in sorted(shipped.items()):
        if name not in listed:
            yield f"{PAGE}: {name} ships and is not listed"
            continue
        if not may_ship(listed[name]):
            yield f"{PAGE}: {name} is {listed[name]}, which may not ship"
        own = one.licence or said.get(name, "")
        if own and not agrees(listed[name], own):
            yield f"{PAGE}: {name} is listed as {listed[name]}, and says of itself: {own}"
    yield from (f"{PAGE}: {name} does not ship any more" for name in sorted(set(listed) - set(shipped)))


def may_ship(expression: str) -> bool:
    """Return whether every part that binds is one that may ship; of an OR one side is enough."""
    inner = expression.strip().removeprefix("(").removesuffix(")")
    return any(set(re.split(r" AND ", side)) <= MAY_SHIP for side in re.split(r" OR ", inner))


def agrees(listed: str, own: str) -> bool:
    """Return whether a package's own words name each licence that is listed, and no other."""
    if own == listed:
        return True
    mine = {part.strip("()") for part in re.split(r" (?:AND|OR) ", listed)}
    theirs = {family for word, family in _WORDS.items() if re.search(rf"\b{word}", own.lower())}
    if "LGPL-" in theirs:
        theirs.discard("GPL-")
    known = all(any(part.startswith(family) for family in theirs) for part in mine)
    return known and all(any(part.startswith(family) for part in mine) for family in theirs)


def installed() -> dict[str, str]:
    """Return what the packages in .venv say of their licences: an expression, else their words for it."""
    found = {}
    for folder in [*VENV.glob("lib/python3*/site-packages"), *VENV.glob("Lib/site-packages")]:
        for one in importlib.metadata.distributions(path=[str(folder)]):
            meta = one.metadata
            classes = [
                line.rpartition("::")[2] for line in meta.get_all("Classifier", []) if "License" in line
            ]
            own = (meta.get_all("License") or [""])[0][:80]
            words = (meta.get_all("License-Expression") or ["; ".join([own, *classes])])[0]
            found[normal(meta["Name"])] = words.strip("; ")
    return found


def page(root: Path = ROOT) -> dict[str, str]:
    """Return the page's table."""
    return table((root / PAGE).read_text("utf-8"))
