"""Each rule of this house sees what it is for, and lets the rest be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.rules import Rule, judge, reasonless, source
from tools.steps import ROOT
from tools.supply import RULES

CASES = [(rule, text) for rule in RULES for text in rule.bad]
FINE = [(rule, text) for rule in RULES for text in rule.good]


def place(rule: Rule) -> str:
    """Return a path in the rule's reach."""
    if not rule.within[0].startswith("clients"):
        return f"{rule.within[0]}planted.py"
    return f"{rule.within[0]}planted.html" if rule.name in ("inline", "other-host") else "clients/planted.tsx"


@pytest.mark.parametrize(("rule", "text"), CASES, ids=[f"{rule.name}-{text[:40]}" for rule, text in CASES])
def test_a_rule_sees_what_breaks_it(rule: Rule, text: str) -> None:
    found = list(judge(source(place(rule), text), (rule,)))
    assert found and all(f": {rule.name}: {rule.why}" in line for line in found)


@pytest.mark.parametrize(("rule", "text"), FINE, ids=[f"{rule.name}-{text[:40]}" for rule, text in FINE])
def test_a_rule_lets_the_right_way_be(rule: Rule, text: str) -> None:
    assert list(judge(source(place(rule), text), (rule,))) == []


def test_every_rule_has_both_examples_and_its_own_name() -> None:
    assert [rule.name for rule in RULES if not rule.bad or not rule.good] == []
    for kind in ("clients/", "gateway/"):
        names = [rule.name for rule in RULES if kind in rule.within]
        assert len(names) == len(set(names)) > 5


def test_a_rule_holds_in_its_own_rooms_only() -> None:
    [rule] = [rule for rule in RULES if rule.name == "print"]
    assert not rule.holds_for("cli/orderbell_cli/main.py")
    assert all(
        rule.holds_for(path) for path in ("function_bill/bill.py", "layer/python/a.py", "gateway/b.py")
    )


def test_a_line_is_let_pass_by_its_reason_and_no_other_way() -> None:
    def seen(comment: str) -> list[str]:
        return list(judge(source("gateway/a.py", f"a = 1\nprint(a)  # {comment}\n"), RULES))

    assert seen("allowed(print): the start's own words") == []
    assert seen("allowed(print)") == ["gateway/a.py:2: allowed(print) without its reason"]
    [unused, still] = seen("allowed(shell): no")
    assert "lets nothing pass" in unused
    assert ": print: " in still


def test_what_a_comment_of_a_page_says_is_no_break_but_its_line_numbers_hold() -> None:
    text = "/* innerHTML\n eval(x) */\nconst url = 'https://a.test/b'; // console.log(x)\nbox.innerHTML = a\n"
    [found] = judge(source("clients/a.ts", text), RULES)
    assert found.startswith("clients/a.ts:4: html-from-text: ")


@pytest.mark.parametrize("comment", ["nosec", "nosec B104", "nosec: why", "nosec # why", "nosec B1 # why"])
def test_bandit_is_told_to_be_quiet_only_with_a_finding_and_a_reason(comment: str) -> None:
    assert len(list(reasonless(source("gateway/a.py", f"a = 1  # {comment}\n")))) == 1
    assert list(reasonless(source("gateway/a.py", "a = 1  # nosec B104  # binds nothing\n"))) == []


def test_bandit_as_it_is_set_up_here_still_bites(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text(
        "import hashlib, subprocess\nsubprocess.run(a, shell=True)\nhashlib.md5(b)\n"
    )
    command = [sys.executable, "-m", "bandit", "-qc", ROOT / "pyproject.toml", "-r", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "B602" in done.stdout and "B324" in done.stdout
