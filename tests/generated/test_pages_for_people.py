"""What the written pages point at is there, and what they tell a reader to send is what the contract takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support import contract

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
]
ORDERS = [ROOT / "docs/protocol.md", ROOT / "README.md", ROOT / "README.zh-CN.md"]
_PATH = re.compile(r"`((?:apigateway|bench|cli|clients|db|docs|function_\w+|gateway|layer|tests)/[\w./-]+)`")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    built = ("clients/dist",)
    paths = _PATH.findall(page.read_text("utf-8"))
    assert [path for path in paths if not (ROOT / path).exists() and not path.startswith(built)] == []


@pytest.mark.parametrize("page", ORDERS, ids=name)
def test_the_order_that_a_reader_is_told_to_send_is_one(page: Path) -> None:
    bodies = re.findall(r"-d '(\{.*?\})'", page.read_text("utf-8"), re.S)
    assert bodies
    for body in bodies:
        contract.validate_request("/bill", "post", json.loads(body))


def test_every_decision_has_the_four_parts_and_one_page() -> None:
    records = sorted((ROOT / "docs/decisions").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for record in records:
        text = record.read_text("utf-8")
        assert text.startswith(f"# {record.name[:4]}: ")
        for part in ("Context", "Choice", "Rejected", "Cost to undo"):
            assert f"**{part}.**" in text, f"{record.name}: {part}"
        assert len(text.split()) < 500, f"{record.name} is longer than a page"
