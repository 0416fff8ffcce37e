"""Secrets that have got into the tree: known shapes of keys, and random words in a secret's place.

Of our own: the libraries for it are no longer kept, or take most of a minute for a tree of this size.
"""

from __future__ import annotations

import hashlib
import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT

ALLOWED = "tools/secrets_allowed.txt"
LARGEST = 2_000_000
"""Bytes; a larger file is refused, as nobody has looked at it."""

_HASHES = re.compile(r"requirements[\w-]*\.lock|(.*/)?package-lock\.json")

SHAPES: dict[str, re.Pattern[str]] = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "Tencent Cloud id": re.compile(r"\bAKID[0-9A-Za-z]{32}\b"),
    "AWS id": re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\b"),
    "Alibaba Cloud id": re.compile(r"\bLTAI[0-9A-Za-z]{12,20}\b"),
    "GitHub token": re.compile(r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})"),
    "GitLab token": re.compile(r"\bglpat-[\w-]{20,}"),
    "Google key": re.compile(r"\bAIza[\w-]{35}\b"),
    "Slack token": re.compile(r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}"),
    "Slack webhook": re.compile(r"hooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}"),
    "chat robot": re.compile(r"(?:access_token=|webhook/send\?key=|bot/v2/hook/)[0-9a-f-]{32,64}\b"),
    "payment key": re.compile(r"\b[sr]k_live_[0-9A-Za-z]{16,}"),
    "webhook secret": re.compile(r"\bwhsec_[0-9A-Za-z+/=_-]{20,}"),
    "package registry token": re.compile(r"\bnpm_[0-9A-Za-z]{36}\b|\bpypi-AgE[\w-]{50,}"),
    "model service key": re.compile(r"\bsk-[\w-]{32,}"),
    "JSON web token": re.compile(r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}"),
}

_IN_PLACE = re.compile(
    r"""(?:password|passwd|passphrase|secret|token|credential
        |(?:api|access|private|secret|signing|encryption|auth)[_-]?(?:key|id))s?
        ["']?\s*(?::\s*[\w.|\[\]\ ]{1,40}=(?!=)|:=|=>|[:=])\s*["']?(?P<value>[A-Za-z0-9+/_=.-]{20,})""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_HEADER = re.compile(r"\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9+/_=.~-]{20,})", re.IGNORECASE)
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]+://[\w.%+-]*:(?P<value>[^\s@/'\"`{}$<>]+)@", re.IGNORECASE)
EXAMPLES = frozenset({"password", "secret", "secret-word", "geheim", "hunter2", "change-me", "p", "x"})
"""What may stand for a password in a URL. Any other word is one: most are too short to be told by their letters."""
RANDOM_BITS = 3.6
HEX_BITS = 3.0
"""Bits per character from which a word looks random; with 16 digits to choose from it cannot have more than 4."""


@dataclass(frozen=True)
class Found:
    """A word that looks like a secret. `digest` stands for it: the word itself is never shown."""

    path: str
    line: int
    kind: str
    digest: str


def scan(path: str, text: str) -> Iterator[Found]:
    """Yield what looks like a secret in a text."""
    for number, line in enumerate(text.splitlines(), 1):
        yield from (Found(path, number, kind, _digest(word)) for kind, word in _words(line))


def _words(line: str) -> Iterator[tuple[str, str]]:
    known = [(kind, found[0]) for kind, shape in SHAPES.items() for found in shape.finditer(line)]
    yield from known
    for pattern, kind, tells in _PLACES:
        for found in pattern.finditer(line):
            word = found["value"]
            if tells(word) and not any(word in other for _, other in known):
                known.append((kind, word))
                yield kind, word


def _is_random(word: str) -> bool:
    """Return whether a word has digits and letters like chance: dotted names, paths and sentences have not."""
    mixed = re.search(r"\d", word) and re.search(r"[A-Za-z]", word)
    if not mixed or re.fullmatch(r"[a-z_]+(?:[./-][a-z_]+)+\d*", word):
        return False
    return bits(word) >= (HEX_BITS if re.fullmatch(r"[0-9a-fA-F]{32,}", word) else RANDOM_BITS)


def _is_no_example(word: str) -> bool:
    """Return whether a word is none of those that stand for a password."""
    plain = re.sub(r"%[0-9a-z]{2}", "", word.lower())  # the examples of what has to be escaped
    return plain.strip("-") not in EXAMPLES and bool(word.strip("*."))


_PLACES = (
    (_IN_PLACE, "random word in a secret's place", _is_random),
    (_IN_HEADER, "random word in an Authorization header", _is_random),
    (_IN_URL, "password in a URL", _is_no_example),
)


def bits(word: str) -> float:
    """Return Shannon's entropy of a word, in bits per character."""
    counts = Counter(word).values()
    return -sum(count / len(word) * math.log2(count / len(word)) for count in counts)


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()[:16]


def files(root: Path = ROOT) -> list[str]:
    """Return the paths that are committed or would be by `git add .`; without git, everything but what is hidden."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(command, capture_output=True)
    except OSError:
        said = None
    if said is not None and said.returncode == 0:
        return sorted(path for path in said.stdout.decode().split("\0") if path and (root / path).is_file())
    plain = (file.relative_to(root) for file in root.rglob("*") if file.is_file())
    left_out = {"node_modules", "dist", "build", "__pycache__"}
    return sorted(
        path.as_posix()
        for path in plain
        if not left_out & set(path.parts) and not path.parts[0].startswith(".")
    )


def scan_tree(root: Path = ROOT) -> Iterator[Found]:
    """Yield what looks like a secret in any file of a tree; in a lock the random words are hashes of packages."""
    for path in files(root):
        file = root / path
        if file.stat().st_size > LARGEST:
            yield Found(path, 0, f"larger than {LARGEST} bytes, not looked at", "")
            continue
        data = file.read_bytes()
        if b"\0" in data[:8192] or _HASHES.fullmatch(path) or path == ALLOWED:
            continue
        yield from scan(path, data.decode("utf-8", "replace"))


def judge(found: Iterable[Found], allowed: str) -> Iterator[str]:
    """Yield a line for each secret that is not in the list, and for each line of the list that is out of use.

    A line of the list: the word's digest, and the reason why it is no secret.
    """
    rules: dict[str, bool] = {}
    for number, line in enumerate(allowed.splitlines(), 1):
        digest, _, reason = line.strip().partition(" ")
        if not digest or digest.startswith("#"):
            continue
        if not reason.strip():
            yield f"{ALLOWED}:{number}: write the digest and the reason"
        rules[digest] = False
    for one in found:
        if one.digest in rules:
            rules[one.digest] = True
        else:
            yield f"{one.path}:{one.line}: {one.kind} ({one.digest}): take it out, or {ALLOWED} says why it is none"
    yield from (f"{ALLOWED}: no longer in the tree: {digest}" for digest, used in rules.items() if not used)
