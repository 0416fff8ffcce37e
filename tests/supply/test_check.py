"""`./dev check` ends at the first kind of fault, and says each."""

from __future__ import annotations

import pytest

from tools import supply


@pytest.mark.parametrize("kind", ["lock_faults", "rule_faults", "secret_faults"])
def test_a_fault_of_any_kind_ends_the_check(
    kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("lock_faults", "rule_faults", "secret_faults"):
        monkeypatch.setattr(supply, name, lambda faults=("one", "two") if name == kind else (): iter(faults))
    with pytest.raises(SystemExit, match=r"^dev: .*: 2 faults, see above$"):
        supply.check_supply()
    assert "  one\n  two\n" in capsys.readouterr().err


def test_no_fault_is_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lock_faults", "rule_faults", "secret_faults"):
        monkeypatch.setattr(supply, name, lambda: iter(()))
    supply.check_supply()
