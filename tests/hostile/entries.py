"""The corpus as it is in the files: each is a group, each entry one attack and what is answered.

Said over HTTP: `order` (the honest order, changed at JSON pointers), `body` (a text), `body64` or `raw` (the whole request),
with `method`, `path`, `headers` and `bearer`. Answered: `status`, `code`, `pointer`, `holds` (what is where), `says` (a part
of the body), `headers`, `stored` (how many orders).
Said on the WebSocket: `as` (who said hello before), `frames` (an object, a text, or `{binary64: ...}`), or `bytes` (in hex).
Answered: `answers`, in order: `ok` or the code of a result, the code of an error, `welcome`, `paired`, `pong`, or a close code.

`<<name>>` is a name of the cast, `<<text*1000>>` is a text a thousand times.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "corpus"
_NAME = re.compile("<<([a-z-]+)>>")
_TIMES = re.compile(r"<<((?:(?!<<|>>).)+?)\*(\d+)>>", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One attack."""

    group: str
    name: str
    said: dict[str, Any]
    answered: dict[str, Any]

    @property
    def on_the_socket(self) -> bool:
        """Say whether it is made on the WebSocket."""
        return "frames" in self.said or "bytes" in self.said


def read_all() -> list[Entry]:
    """Return every entry, group by group."""
    return [entry for file in sorted(FOLDER.glob("*.yaml")) for entry in _read(file)]


def _read(file: Path) -> list[Entry]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)
    group = file.stem  # one object for all: by it pytest sees where a group ends
    return [Entry(group, each.pop("name"), each, each.pop("answered")) for each in found["entries"]]


def filled(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value of the corpus with what its placeholders stand for."""
    if isinstance(value, str):
        value = _NAME.sub(lambda found: names.get(found[1], found[0]), value)
        return _TIMES.sub(lambda found: found[1] * int(found[2]), value)
    if isinstance(value, list):
        return [filled(inner, names) for inner in value]
    if isinstance(value, dict):
        return {filled(key, names): filled(inner, names) for key, inner in value.items()}
    return value
