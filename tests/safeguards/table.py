"""docs/safeguards.md, made from the list of removals."""

from __future__ import annotations

from tests.safeguards.removal import Removal
from tests.safeguards.removals import MOVING, PLACING, SCREEN
from tests.safeguards.removals_telling import ALARM, COMING_BACK, SWEEPS, TELLING
from tests.safeguards.removals_walls import WALLS
from tools.steps import ROOT

PAGE = ROOT / "docs" / "safeguards.md"

_HEAD = """# Safeguards, and the tests that notice when one is gone

A test that cannot fail proves nothing. So each safeguard below is taken out of a copy of this checkout, one at a time, and the
tests named beside it must fail there; with nothing taken out they must pass. `./dev test tests/safeguards` does all that.

To see by hand what one of them is good for, take it out and let the random faults loose:

```
./dev run -- python -m tests.safeguards dedup -- ./dev chaos --seconds 30
```

The copy is a folder of its own, which is removed afterwards; this checkout is not touched. Any other command will do in
place of `./dev chaos`, `./dev up` for one.

This page is made from `tests/safeguards/removals.py`, which says exactly what is taken out, by
`./dev run -- python -m tests.safeguards --page`.
"""

_PARTS = {
    "On the screen": SCREEN,
    "Placing": PLACING,
    "Moving": MOVING,
    "Telling": TELLING,
    "The timer": SWEEPS,
    "The owner's alarm": ALARM,
    "Coming back": COMING_BACK,
    "Walls between shops": WALLS,
}
_TABLE = "| safeguard | where | tests that fail without it |\n|---|---|---|\n"


def page() -> str:
    """Return the text of the page."""
    return _HEAD + "".join(
        f"\n## {title}\n{_TABLE}" + "".join(f"{_row(removal)}\n" for removal in removals)
        for title, removals in _PARTS.items()
    )


def _row(removal: Removal) -> str:
    files = dict.fromkeys(f"`{edit.file}`" for edit in removal.edits)
    tests = [
        f"`{file}`: {_words(name)}" for file, _, name in (test.partition("::") for test in removal.tests)
    ]
    return f"| **{removal.name}**: {removal.what} | {'<br>'.join(files)} | {'<br>'.join(tests)} |"


def _words(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")
