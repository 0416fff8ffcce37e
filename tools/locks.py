"""The locks as data: what every package is, and what is wrong with an entry of one."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT

PYTHON_LOCKS = "requirements*.lock"
NPM_LOCKS = ("clients/package-lock.json", "tools/lighthouse/package-lock.json")
SHIPPED = ("requirements.lock", "clients/package-lock.json")
"""The locks whose packages run at a shop's; the others are tools of whoever works on this."""

_ENTRY = re.compile(r"([A-Za-z0-9][\w.-]*)(\[[\w,-]+\])?==([^\s;\\]+)(?:\s*;\s*(.+?))?")
_HOST = re.compile(r"://|--(?:extra-)?index-url|--find-links|--trusted-host|@ (?:file|git)|\bgit\+")
_THANKS = re.compile(r'"(?:url|funding)":')  # where to thank npm's authors, not where to fetch
_HASH = re.compile(r"--hash=(sha256):([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """One entry of a lock. `hashes` are (algorithm, lower-case hex); `tool` is one that does not ship."""

    kind: str  # pypi | npm
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...] = ()
    marker: str = ""
    licence: str = ""
    tool: bool = False
    lock: str = ""

    @property
    def purl(self) -> str:
        """Return its package URL (purl-spec): names of PyPI are normalised, the @ of an npm scope is escaped."""
        name = normal(self.name) if self.kind == "pypi" else self.name.replace("@", "%40", 1)
        return f"pkg:{self.kind}/{name}@{self.version.replace('+', '%2B')}"


def normal(name: str) -> str:
    """Return a PyPI name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_all(root: Path = ROOT) -> list[Package]:
    """Return every entry of every lock of this checkout."""
    found = []
    for file in locks(root):
        name = file.relative_to(root).as_posix()
        read = read_npm if file.suffix == ".json" else read_python
        found += read(file.read_text("utf-8"), name)
    return found


def locks(root: Path = ROOT) -> list[Path]:
    """Return the locks of this checkout."""
    return [*sorted(root.glob(PYTHON_LOCKS)), *(root / name for name in NPM_LOCKS)]


def read_python(text: str, lock: str = "") -> list[Package]:
    """Return the packages of a lock in pip's form; a line that is no entry is left for `faults`."""
    found = []
    for entry in _entries(text):
        words = _ENTRY.fullmatch(entry[0])
        if words:
            hashes = tuple((one[1], one[2]) for part in entry[1:] if (one := _HASH.fullmatch(part)))
            tool = lock not in SHIPPED
            found.append(
                Package("pypi", words[1], words[3], hashes, words[4] or "", "", tool=tool, lock=lock)
            )
    return found


def read_npm(text: str, lock: str = "") -> list[Package]:
    """Return the packages of a package-lock.json of version 3."""
    return [
        Package(
            kind="npm",
            name=path.rpartition("node_modules/")[2],
            version=str(entry.get("version", "")),
            hashes=tuple(_integrity(str(entry.get("integrity", "")))),
            licence=str(entry.get("license", "")),
            tool=bool(entry.get("dev")) or lock not in SHIPPED,
            lock=lock,
        )
        for path, entry in json.loads(text)["packages"].items()
        if path
    ]


def faults(text: str, lock: str) -> Iterator[str]:
    """Yield what is wrong with a lock: an entry without a hash or a version, or one that names a host."""
    for number, line in enumerate(text.splitlines(), 1):
        if _HOST.search(line) and not _THANKS.search(line):
            yield f"{lock}:{number}: names a host"
    if lock.endswith(".json"):
        yield from _npm_faults(text, lock)
        return
    for entry in _entries(text):
        words = _ENTRY.fullmatch(entry[0])
        if not words:
            yield f"{lock}: not one version of one package: {entry[0][:80]}"
        elif len(entry) == 1:
            yield f"{lock}: {words[1]} has no hash"
        elif odd := [part for part in entry[1:] if not _HASH.fullmatch(part)]:
            yield f"{lock}: {words[1]}: not a sha256: {odd[0][:80]}"


def disagreements(packages: Iterable[Package]) -> Iterator[str]:
    """Yield each Python package that two locks pin to different versions: one environment takes several of them."""
    pins: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in packages:
        if one.kind == "pypi":
            pins[normal(one.name)][one.lock].add(one.version)
    for name, by_lock in sorted(pins.items()):
        for first, second in ((a, b) for a in by_lock for b in by_lock if a < b):
            # One lock may fork by Python's version where the other need not: they agree if one has the other's.
            if not (by_lock[first] <= by_lock[second] or by_lock[second] <= by_lock[first]):
                yield f"{name}: {first} and {second} pin different versions"


def _entries(text: str) -> Iterator[list[str]]:
    """Yield each entry as its requirement and its options."""
    joined = re.sub(r"\\\r?\n", " ", text)
    for line in joined.splitlines():
        line = re.sub(r"(^|\s)#.*", "", line).strip()
        if line:
            yield [part.strip() for part in re.split(r"\s(?=--)", line) if part.strip()]


def _npm_faults(text: str, lock: str) -> Iterator[str]:
    document = json.loads(text)
    if document.get("lockfileVersion") != 3:
        yield f"{lock}: lockfileVersion is {document.get('lockfileVersion')}, not 3"
    for path, entry in document["packages"].items():
        if not path:
            continue
        if "resolved" in entry:
            yield f"{lock}: {path}: says where to fetch it"
        if not entry.get("version"):
            yield f"{lock}: {path}: has no version"
        if not list(_integrity(str(entry.get("integrity", "")))):
            yield f"{lock}: {path}: has no hash"


def _integrity(text: str) -> Iterator[tuple[str, str]]:
    """Yield (algorithm, hex) of npm's subresource integrity; sha1 is no proof and is left out."""
    for word in text.split():
        algorithm, _, value = word.partition("-")
        if algorithm in ("sha256", "sha384", "sha512"):
            try:
                yield algorithm, base64.b64decode(value, validate=True).hex()
            except (binascii.Error, ValueError):
                continue
