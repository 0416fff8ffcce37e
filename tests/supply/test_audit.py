"""What the auditors' answers mean: refusals as recorded of pip-audit 2.10 and npm 11, holes in the form their sources give."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from tools.audit import requirements, rounds
from tools.audit_verdict import Allowed, Heard, read_allowed, read_npm_audit, read_pip_audit, verdict
from tools.locks import Package, read_python

TODAY = date(2026, 11, 21)
REQUESTS = Package("pypi", "requests", "2.19.0", lock="requirements.lock")
VITE = Package("npm", "vite", "8.0.0", lock="clients/package-lock.json")
POSTCSS = Package("npm", "postcss", "8.0.0", lock="clients/package-lock.json")

CLEAN = '{"dependencies": [{"name": "requests", "version": "2.19.0", "vulns": []}], "fixes": []}'
HOLE = json.dumps(
    {
        "dependencies": [
            {
                "name": "Requests",
                "version": "2.19.0",
                "vulns": [
                    {
                        "id": "PYSEC-2018-28",
                        "fix_versions": ["2.20.0"],
                        "aliases": ["CVE-2018-18074", "GHSA-x84v-xcm2-53pg"],
                        "description": "sends the header on to plain http",
                    }
                ],
            }
        ],
        "fixes": [],
    }
)
# With this pip-audit ends with status 0 and the words "No known vulnerabilities found".
SKIPPED = json.dumps(
    {
        "dependencies": [
            {
                "name": "requests",
                "skip_reason": "Dependency not found on PyPI and could not be audited: requests (2.19.0)",
            }
        ],
        "fixes": [],
    }
)
NO_NETWORK = "Traceback (most recent call last):\n  ...\nConnectionError: Max retries exceeded: Name or service not known\n"
NPM_REFUSED = json.dumps({"message": "405 Method Not Allowed - POST /advisories/bulk", "statusCode": 405})


def npm_answer(total: int = 2, **holes: Any) -> str:
    return json.dumps(
        {
            "auditReportVersion": 2,
            "vulnerabilities": holes,
            "metadata": {"vulnerabilities": {"total": len(holes)}, "dependencies": {"total": total}},
        }
    )


NPM_HOLE = npm_answer(
    postcss={
        "name": "postcss",
        "severity": "low",
        "via": [
            {"source": 1094544, "url": "https://x.test/advisories/GHSA-7fh5-64p2-3v2j", "range": "<8.4.31"}
        ],
    },
    vite={"name": "vite", "severity": "low", "via": ["postcss"]},
)


def judged(*heard: Heard, packages: tuple[Package, ...] = (REQUESTS,), allowed: str = "") -> list[str]:
    return list(verdict(packages, heard, read_allowed(allowed), TODAY))


def test_packages_that_were_looked_at_and_have_no_hole_pass() -> None:
    assert judged(read_pip_audit(CLEAN)) == []


def test_a_hole_fails_and_says_what_mends_it() -> None:
    assert judged(read_pip_audit(HOLE)) == ["requests 2.19.0: PYSEC-2018-28; mended in 2.20.0"]


def test_a_package_that_pip_audit_skipped_fails_though_it_ends_well() -> None:
    assert judged(read_pip_audit(SKIPPED)) == [
        "not audited: Dependency not found on PyPI and could not be audited: requests 2.19.0"
    ]


@pytest.mark.parametrize("answer", ["", "[]", "null", '{"dependencies": 3}', "not JSON"])
def test_no_network_fails_and_says_so(answer: str) -> None:
    assert judged(read_pip_audit(answer, NO_NETWORK)) == [
        "not audited: pip-audit: ConnectionError: Max retries exceeded: Name or service not known",
        "not audited: 1 packages without an answer: requests 2.19.0",
    ]


def test_an_answer_about_another_version_is_none() -> None:
    other = CLEAN.replace("2.19.0", "2.20.0")
    assert judged(read_pip_audit(other)) == ["not audited: 1 packages without an answer: requests 2.19.0"]


def test_packages_nobody_was_asked_about_fail() -> None:
    assert judged() == ["not audited: 1 packages without an answer: requests 2.19.0"]


def test_npm_names_the_package_with_the_hole_and_not_those_above_it() -> None:
    heard = read_npm_audit(NPM_HOLE, [VITE, POSTCSS])
    assert judged(heard, packages=(VITE, POSTCSS)) == [
        "postcss 8.0.0: GHSA-7fh5-64p2-3v2j; mended in versions not <8.4.31"
    ]


def test_a_registry_without_advisories_fails() -> None:
    heard = read_npm_audit(NPM_REFUSED, [VITE], "npm error audit endpoint returned an error")
    assert judged(heard, packages=(VITE,)) == [
        "not audited: npm audit: 405 Method Not Allowed - POST /advisories/bulk",
        "not audited: 1 packages without an answer: vite 8.0.0",
    ]


def test_npm_that_looked_at_fewer_packages_than_the_lock_has_fails() -> None:
    assert judged(read_npm_audit(npm_answer(total=1), [VITE, POSTCSS]), packages=(VITE, POSTCSS)) == [
        "not audited: npm audit: looked at 1 packages, the lock has 2",
        "not audited: 2 packages without an answer: postcss 8.0.0, vite 8.0.0",
    ]


def test_a_package_is_not_looked_at_because_its_namesake_in_the_other_registry_was() -> None:
    namesake = Package("npm", "requests", REQUESTS.version, lock="clients/package-lock.json")
    silent = ["not audited: 1 packages without an answer: requests 2.19.0"]
    assert judged(read_pip_audit(CLEAN), packages=(REQUESTS, namesake)) == silent
    assert judged(read_npm_audit(npm_answer(), [namesake]), packages=(REQUESTS, namesake)) == silent
    skipped = judged(read_pip_audit(SKIPPED), packages=(REQUESTS, namesake))
    assert skipped[1:] == silent and "not found on PyPI" in skipped[0]
    both = (read_pip_audit(CLEAN), read_npm_audit(npm_answer(), [namesake]))
    assert judged(*both, packages=(REQUESTS, namesake)) == []


@pytest.mark.parametrize("name", ["PYSEC-2018-28", "CVE-2018-18074"])
def test_an_allowed_hole_passes_under_any_of_its_names_until_its_day(name: str) -> None:
    heard = read_pip_audit(HOLE)
    assert judged(heard, allowed=f"{name} requests 2026-11-21 no plain http here") == []
    assert judged(heard, allowed=f"{name} requests 2026-11-20 no plain http here") == [
        "requests 2.19.0: PYSEC-2018-28 was allowed until 2026-11-20"
    ]


def test_an_allowance_is_for_one_package_and_ends_with_its_hole() -> None:
    line = "PYSEC-2018-28 urllib3 2027-01-01 why"
    unused = "audit_allowed.txt: nothing has PYSEC-2018-28 in urllib3 any more: take it out"
    assert judged(read_pip_audit(CLEAN), allowed=line) == [unused]
    assert judged(read_pip_audit(HOLE), allowed=line) == [
        "requests 2.19.0: PYSEC-2018-28; mended in 2.20.0",
        unused,
    ]


@pytest.mark.parametrize("line", ["PYSEC-1 requests 2026-11-21", "PYSEC-1 requests never because", "PYSEC-1"])
def test_an_allowance_needs_its_day_and_its_reason(line: str) -> None:
    with pytest.raises(ValueError, match=r"^audit_allowed.txt:2: "):
        read_allowed(f"# ours\n{line}\n")
    assert read_allowed("\n# none\n") == []
    assert read_allowed("A b 2026-01-02 for c d") == [Allowed("A", "b", date(2026, 1, 2), "for c d")]


def test_every_version_of_a_lock_is_asked_for_whatever_this_machine_would_install() -> None:
    hashes = f"--hash=sha256:{'a' * 64}"
    locked = read_python(
        f"one==1.0 ; python_full_version < '3.11' \\\n    {hashes}\n"
        f"one==2.0 ; python_full_version >= '3.11' \\\n    {hashes}\n"
        f"Two==1.0 ; sys_platform == 'win32' \\\n    {hashes}\n"
    )
    first, second = map(requirements, rounds([*locked, *locked]))
    assert first == f"one==1.0 {hashes}\nTwo==1.0 {hashes}\n"
    assert second == f"one==2.0 {hashes}\n"
