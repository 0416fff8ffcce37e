"""The table of threats in docs/security.md names tests that are there, and every group of the corpus."""

from __future__ import annotations

import re

from hostile.entries import FOLDER

from support.system import ROOT

ROWS = [
    line
    for line in (ROOT / "docs" / "security.md")
    .read_text(encoding="utf-8")
    .split("## Threats")[1]
    .splitlines()
    if line.startswith("| ")
][1:]


def named(row: str) -> list[str]:
    return re.findall(r"`(tests/[^`]+)`", row.rsplit(" | ", 1)[1])


def test_every_threat_has_a_test_that_is_there() -> None:
    assert len(ROWS) >= 12
    assert [row for row in ROWS if not named(row)] == []
    for each in {name for row in ROWS for name in named(row)}:
        file, _, test = each.partition("::")
        assert f"def {test}" in (ROOT / file).read_text(encoding="utf-8"), each


def test_every_group_of_the_corpus_is_of_a_threat() -> None:
    groups = {file.stem for file in FOLDER.glob("*.yaml")}
    said = {
        group
        for row in ROWS
        for listed in re.findall(r"\(([^)]+)\)", row)
        for group in re.findall(r"`(\w+)`", listed)
    }
    assert groups - said == set()
