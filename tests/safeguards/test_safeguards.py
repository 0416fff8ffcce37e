"""Every safeguard is taken out once, in a copy, and the tests that are named for it fail there; and in a whole copy they pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.safeguards.copies import Outcome, Stale, copy, run_pages, run_python
from tests.safeguards.removal import Edit, Removal
from tests.safeguards.removals import REMOVALS
from tests.safeguards.table import PAGE, page

pytestmark = pytest.mark.timeout(400)  # each waits for those that were begun before it

AT_ONCE = 2
WHOLE = "test_with_nothing_taken_out_all_of_these_tests_pass"


def is_of_pages(test: str) -> bool:
    return test.partition("::")[0].endswith(".ts")


def outcome(folder: Path, removal: Removal | None, database: str) -> Outcome:
    """Run the tests of one removal, or all of them in a whole copy."""
    made = copy(folder, removal.edits if removal else ())
    tests = dict.fromkeys(test for each in ([removal] if removal else REMOVALS) for test in each.tests)
    python = [test for test in tests if not is_of_pages(test)]
    pages = [test for test in tests if is_of_pages(test)]
    done = [run_python(made, python, database)] if python else []
    done += [run_pages(made, pages)] if pages else []
    return Outcome(
        {name: how for each in done for name, how in each.tests.items()},
        "\n".join(each.printed for each in done),
    )


@pytest.fixture(scope="module")
def outcomes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_url: str
) -> Iterator[Callable[[Removal | None], Outcome]]:
    """Begin everything that was asked for, a few at once; give what came out."""
    asked = {name for item in request.session.items for name in (item.name, item.name.partition("[")[2][:-1])}
    folder = tmp_path_factory.mktemp("copies")
    begun: dict[str, Future[Outcome]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for removal in (None, *REMOVALS):
            name = removal.name if removal else WHOLE
            if name in asked:
                begun[name] = pool.submit(outcome, folder / name, removal, postgres_url)
        yield lambda removal: begun[removal.name if removal else WHOLE].result()


def test_with_nothing_taken_out_all_of_these_tests_pass(
    outcomes: Callable[[Removal | None], Outcome],
) -> None:
    whole = outcomes(None)
    assert set(whole.tests.values()) == {"passed"}, f"{whole.tests}\n{whole.printed}"


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda each: str(each.name))
def test_without_it_a_named_test_fails(
    removal: Removal, outcomes: Callable[[Removal | None], Outcome]
) -> None:
    found = outcomes(removal)
    assert set(found.tests.values()) == {"failed"}, f"{removal.what}\n{found.tests}\n{found.printed}"


def test_a_text_that_does_not_stand_in_its_file_once_is_no_removal(tmp_path: Path) -> None:
    for number, text in enumerate(("there is no such text", "def ")):
        with pytest.raises(Stale):
            copy(tmp_path / str(number), [Edit("layer/python/orderbell/service/sweep.py", text, "")])


def test_names_are_given_once_and_the_page_shows_them_all() -> None:
    assert len({removal.name for removal in REMOVALS}) == len(REMOVALS)
    assert PAGE.read_text("utf-8") == page(), "write it anew: ./dev run -- python -m tests.safeguards --page"
