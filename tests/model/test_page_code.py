"""The pages' own code (clients/lib/log.ts, tracker.ts) on the cases of the reference, and both without each safeguard."""

from __future__ import annotations

import shutil
import subprocess
import types
from pathlib import Path

import pytest

from tests.model import reducer
from tests.model.cases import lines, walk
from tests.model.planted import PLANTED, Planted, without
from tests.model.test_client_log import check_customer
from tests.model.world import World
from tools.pages import CLIENTS, page_tools
from tools.steps import alone

TEST = "tests/log.cases.test.ts"
FEW = CLIENTS / "tests" / "cases" / "few.jsonl"
WALKS, STEPS = 600, 150

planted = pytest.mark.parametrize("missing", PLANTED, ids=lambda missing: missing.name)


class Page:
    """The pages' code and its copies without a safeguard, bundled, and the cases."""

    def __init__(self, folder: Path) -> None:
        self._out = folder / "bundles"
        self._cases = folder / "cases.jsonl"
        self._cases.write_text(lines(1, WALKS, STEPS))
        with alone():
            self._env = page_tools()
        inputs = {"whole": CLIENTS / TEST}
        for nth, missing in enumerate(PLANTED):
            inputs[f"planted{nth}"] = _copy(folder / f"planted{nth}", missing) / TEST
        words = [f"{name}={file}" for name, file in inputs.items()]
        done = self._node(CLIENTS / "tests" / "cases" / "build.mjs", self._out, *words)
        assert done.returncode == 0, done.stdout + done.stderr

    def run(self, name: str) -> subprocess.CompletedProcess[str]:
        """Run the cases on a bundle."""
        return self._node(self._out / f"{name}.mjs", CASES=str(self._cases))

    def _node(self, *words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
        node = shutil.which("node", path=self._env["PATH"]) or "node"
        command = [node, *map(str, words)]
        return subprocess.run(
            command, env={**self._env, **env}, cwd=CLIENTS, capture_output=True, text=True, timeout=60
        )


def _copy(folder: Path, missing: Planted) -> Path:
    """Copy the pages' code without a safeguard."""
    for part in ("lib", "tests"):
        (folder / part).mkdir(parents=True)
        for file in (CLIENTS / part).glob("*.ts"):
            shutil.copy(file, folder / part)
    file = folder / "lib" / missing.file
    file.write_text(without(file.read_text("utf-8"), missing.page), "utf-8")
    return folder


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return Page(tmp_path_factory.mktemp("page"))


def test_the_page_does_what_the_reference_does(page: Page) -> None:
    done = page.run("whole")
    assert done.returncode == 0, done.stdout[:4000] + done.stderr
    assert f"in {WALKS} walks" in done.stdout


@planted
def test_without_a_safeguard_the_page_does_something_else(page: Page, missing: Planted) -> None:
    done = page.run(f"planted{PLANTED.index(missing)}")
    assert done.returncode == 1
    assert "ERR_ASSERTION" in done.stdout


@planted
def test_without_a_safeguard_the_reference_does_something_wrong(missing: Planted) -> None:
    source = without(Path(reducer.__file__).read_text("utf-8"), missing.reference)
    broken = types.ModuleType("broken")
    exec(compile(source, missing.name, "exec"), broken.__dict__)
    with pytest.raises(AssertionError):
        check_customer(broken.newer, [2, 1])
        for seed in range(1, WALKS + 1):
            walk(seed, STEPS, World(apply=broken.apply))


def test_the_few_cases_that_the_pages_tests_have_are_current() -> None:
    assert FEW.read_text("utf-8") == lines(1, 8, 40)
