"""The part of `./dev check` about what comes into the house: locks, rules, secrets, licences. It needs no network."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tools import licences, locks, rules, secret_scan
from tools.rules_pages import PAGE_RULES
from tools.rules_python import PYTHON_RULES
from tools.steps import ROOT, say, stop

RULES = (*PYTHON_RULES, *PAGE_RULES)


def check_supply() -> None:
    """Say all that is wrong, and end if anything is."""
    for what, look in (
        ("locks and licences", lock_faults),
        ("the rules of this house", rule_faults),
        ("secrets in the tree", secret_faults),
    ):
        say(f"{what} ...")
        began = time.monotonic()
        faults = list(look())
        for fault in faults:
            say(f"  {fault}")
        if faults:
            stop(f"{what}: {len(faults)} faults, see above")
        if (seconds := time.monotonic() - began) > 1:
            say(f"  done ({seconds:.1f} s)")


def lock_faults() -> Iterator[str]:
    """Yield what is wrong with the locks and the licences of what they name."""
    for file in locks.locks():
        yield from locks.faults(file.read_text("utf-8"), file.relative_to(ROOT).as_posix())
    locked = locks.read_all()
    yield from locks.disagreements(locked)
    yield from licences.faults(locked, licences.page(), licences.installed())


def rule_faults() -> Iterator[str]:
    """Yield where a rule of this house is broken."""
    for one in rules.sources():
        yield from rules.judge(one, RULES)
        yield from rules.reasonless(one)


def secret_faults() -> Iterator[str]:
    """Yield what looks like a secret in the tree."""
    allowed = (ROOT / secret_scan.ALLOWED).read_text("utf-8")
    yield from secret_scan.judge(secret_scan.scan_tree(), allowed)
