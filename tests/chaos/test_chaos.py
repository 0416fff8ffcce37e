"""A minute of everything at once, with a fixed seed: nothing is lost, doubled, out of order or left out."""

from __future__ import annotations

import pytest

from chaos.report import render
from chaos.run import Wish, run
from support.postgres import open_folder

SEED = 3
SECONDS = 60.0


@pytest.mark.timeout(180)
def test_nothing_is_lost_whatever_is_killed_cut_slowed_or_repeated() -> None:
    with open_folder() as folder:
        outcome = run(Wish(SEED, SECONDS), folder, folder / "history.jsonl")
    print(render(outcome))  # noqa: T201 - shown where it fails
    assert outcome.findings == {name: [] for name in outcome.findings}
    assert outcome.unexercised == []
