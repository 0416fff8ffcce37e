"""The bill of materials has what CycloneDX 1.6 requires, and every package of the locks; the licences let them ship."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools.licences import agrees, faults, may_ship, page, table
from tools.locks import Package, read_all
from tools.sbom import bill, sbom

LENGTHS = {"SHA-256": 64, "SHA-384": 96, "SHA-512": 128}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The bill of this checkout, as `./dev sbom --out FILE` writes it."""
    file = tmp_path_factory.mktemp("bill") / "bom.json"
    sbom(["--out", str(file)])
    document: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return document


def test_the_bill_has_what_cyclonedx_requires(made: dict[str, Any]) -> None:
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["serialNumber"])
    references = [one["bom-ref"] for one in made["components"]]
    assert len(references) == len(set(references))
    for one in made["components"]:
        assert one["type"] == "library" and one["name"] and one["version"]
        assert re.fullmatch(r"pkg:(?:pypi/[a-z0-9-]+|npm/(?:%40[\w-]+/)?[\w.-]+)@[\w.+%-]+", one["purl"])
        assert one["scope"] in ("required", "excluded")
        hashes = one.get("hashes") or one["externalReferences"][0]["hashes"]
        assert hashes
        assert all(re.fullmatch(rf"[0-9a-f]{{{LENGTHS[each['alg']]}}}", each["content"]) for each in hashes)
    [tree] = made["dependencies"]
    assert tree["ref"] == made["metadata"]["component"]["bom-ref"]
    assert set(tree["dependsOn"]) <= set(references)


def test_the_bill_has_every_package_of_every_lock(made: dict[str, Any]) -> None:
    assert {one["purl"] for one in made["components"]} == {one.purl for one in read_all()}


def test_whatever_ships_is_required_and_says_its_licence(made: dict[str, Any]) -> None:
    required = {one["purl"]: one for one in made["components"] if one["scope"] == "required"}
    assert (
        set(required)
        == {one.purl for one in read_all() if not one.tool}
        == set(made["dependencies"][0]["dependsOn"])
    )
    assert [purl for purl, one in required.items() if not one.get("licenses")] == []
    assert any(purl.startswith("pkg:npm/preact@") for purl in required)
    assert any(purl.startswith("pkg:pypi/aiohttp@") for purl in required)
    assert not any("pytest" in purl or "vite@" in purl for purl in required)


def test_the_same_locks_give_the_same_bill_and_others_another_number() -> None:
    locked = [Package("pypi", "a", "1", (("sha256", "0" * 64),))]
    assert bill(locked, {}, "1", "x") == bill(locked, {}, "1", "x")
    assert bill(locked, {}, "1", "x")["serialNumber"] != bill(locked, {}, "1", "y")["serialNumber"]


def test_a_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"^dev: sbom: .*: No such file or directory$"):
        sbom(["--out", str(tmp_path / "nowhere" / "bom.json")])
    with pytest.raises(SystemExit, match=r"^dev: sbom \[--out FILE\]$"):
        sbom(["--in"])


@pytest.mark.parametrize(
    "expression", ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "", "Proprietary"]
)
def test_a_licence_that_may_not_ship_is_seen(expression: str) -> None:
    assert not may_ship(expression)
    wrong = list(faults([Package("pypi", "a", "1")], {"a": expression}, {}))
    assert wrong == [f"docs/licences.md: a is {expression}, which may not ship"]


def test_a_licence_that_may_ship_is_let_through() -> None:
    assert all(
        may_ship(one) for one in ("MIT", "Apache-2.0 AND MIT", "GPL-2.0-only OR MIT", "(MIT OR CC0-1.0)")
    )


def test_the_page_is_held_against_the_locks_and_the_packages_own_words() -> None:
    shipped = [Package("pypi", "A_b", "1"), Package("npm", "c", "1", licence="MIT")]
    tool = Package("pypi", "pytest", "1", tool=True)
    right = {"a-b": "BSD-3-Clause", "c": "MIT"}
    assert list(faults([*shipped, tool], right, {"a-b": "BSD License"})) == []
    assert "a-b ships and is not listed" in "".join(faults(shipped, {"c": "MIT"}, {}))
    assert "pytest does not ship any more" in "".join(
        faults([*shipped, tool], {**right, "pytest": "MIT"}, {})
    )
    assert "says of itself: ISC" in "".join(
        faults([Package("npm", "c", "1", licence="ISC")], {"c": "MIT"}, {})
    )


@pytest.mark.parametrize(
    ("listed", "own", "same"),
    [
        ("Apache-2.0", "Apache 2.0", True),
        (
            "LGPL-3.0-or-later",
            "LGPL with exceptions; GNU Library or Lesser General Public License (LGPL)",
            True,
        ),
        ("Apache-2.0 OR MIT", "MIT License;  Apache Software License", True),
        ("MIT", "GNU General Public License v3 (GPLv3)", False),
        ("MIT", "Apache-2.0 AND MIT", False),
        ("LGPL-3.0-or-later", "GPL-3.0", False),
    ],
)
def test_older_words_for_a_licence_are_understood(listed: str, own: str, same: bool) -> None:
    assert agrees(listed, own) is same


def test_the_page_is_read_as_people_read_it() -> None:
    assert table("| package | licence |\n|---|---|\n| a-b | MIT AND PSF-2.0 |\n| @c/d | MIT |\n") == {
        "a-b": "MIT AND PSF-2.0",
        "@c/d": "MIT",
    }
    assert page()["preact"] == "MIT"
