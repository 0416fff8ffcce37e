"""The judge: reads a history and says what is wrong with it. `python -m chaos.check HISTORY` runs it alone.

It shares no code with the workload: it knows protocol.md, reliability.md and what the lines of a history mean.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from chaos import rules_moves, rules_orders, rules_screens
from chaos.evidence import Evidence, Findings, read

RULES: tuple[Callable[[Evidence], Findings], ...] = (
    *rules_orders.RULES, *rules_screens.RULES, *rules_moves.RULES,
)  # fmt: skip


def judge(evidence: Evidence) -> dict[str, list[str]]:
    """Return what each rule found, by its name; where all are empty nothing is wrong."""
    return {rule.__name__: list(rule(evidence)) for rule in RULES}


def main(arguments: list[str]) -> int:
    """Judge a history file; 0 where nothing was found."""
    if len(arguments) != 1:
        print("python -m chaos.check HISTORY")  # noqa: T201
        return 2
    found = judge(read(Path(arguments[0])))
    for name, findings in found.items():
        print(f"{name:20} {len(findings)}")  # noqa: T201
        for finding in findings[:5]:
            print(f"    {finding}")  # noqa: T201
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
