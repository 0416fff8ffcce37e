"""Every entry of every lock has a version and a hash, and names no host."""

from __future__ import annotations

import json

import pytest

from tools.locks import disagreements, faults, read_npm, read_python
from tools.supply import lock_faults

HASH = f"--hash=sha256:{'0' * 63}a"
SHA512 = "sha512-" + "A" * 86 + "=="


def npm(**entry: object) -> str:
    given = {"version": "1.0.0", "integrity": SHA512, "license": "MIT", **entry}
    kept = {key: value for key, value in given.items() if value is not None}
    return json.dumps(
        {"lockfileVersion": 3, "packages": {"": {"name": "us"}, "node_modules/@a/b": kept}}, indent=1
    )


def test_the_locks_of_this_checkout_and_their_licences_are_right() -> None:
    assert list(lock_faults()) == []


def test_a_right_entry_passes_and_is_read_whole() -> None:
    text = f"A.b[c]==1.2+local ; python_full_version < '3.11' \\\n    {HASH} \\\n    {HASH[:-1]}b\n"
    assert list(faults(text, "requirements.lock")) == []
    [one] = read_python(text, "requirements.lock")
    assert (one.name, one.version, one.marker) == ("A.b", "1.2+local", "python_full_version < '3.11'")
    assert [algorithm for algorithm, _ in one.hashes] == ["sha256", "sha256"]
    assert one.purl == "pkg:pypi/a-b@1.2%2Blocal"
    assert not one.tool


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a==1.0\n", "a has no hash"),
        (f"a>=1.0 \\\n    {HASH}\n", "not one version of one package"),
        (f"a @ https://x.test/a.whl \\\n    {HASH}\n", "names a host"),
        (f"--index-url https://x.test/simple\na==1 \\\n    {HASH}\n", "names a host"),
        (f"--extra-index-url x\na==1 \\\n    {HASH}\n", "names a host"),
        ("-e .\n", "not one version of one package"),
        (f"a==1.0 \\\n    --hash=md5:{'0' * 32}\n", "not a sha256"),
        (f"a==1.0 \\\n    {HASH[:-1]}\n", "not a sha256"),
    ],
)
def test_a_wrong_entry_of_pips_lock_is_seen(text: str, wrong: str) -> None:
    assert wrong in "\n".join(faults(text, "requirements.lock"))


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ({"integrity": None}, "has no hash"),
        ({"integrity": "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="}, "has no hash"),
        ({"integrity": "sha512-!"}, "has no hash"),
        ({"version": None}, "has no version"),
        ({"resolved": "https://x.test/b.tgz"}, "says where to fetch it"),
        ({"resolved": "git+ssh://x.test/b"}, "names a host"),
    ],
)
def test_a_wrong_entry_of_npms_lock_is_seen(entry: dict[str, object], wrong: str) -> None:
    assert list(faults(npm(), "clients/package-lock.json")) == []
    assert wrong in "\n".join(faults(npm(**entry), "clients/package-lock.json"))


def test_a_package_of_npms_lock_is_read_whole() -> None:
    [one] = read_npm(npm(dev=True), "clients/package-lock.json")
    assert (one.name, one.version, one.licence, one.tool) == ("@a/b", "1.0.0", "MIT", True)
    assert one.hashes == (("sha512", "00" * 64),)
    assert one.purl == "pkg:npm/%40a/b@1.0.0"
    [shipped] = read_npm(npm(), "clients/package-lock.json")
    assert not shipped.tool


def test_two_locks_that_pin_different_versions_are_seen() -> None:
    here, there = f"a==1.0 \\\n    {HASH}\n", f"a==2.0 \\\n    {HASH}\n"
    first = read_python(here, "requirements.lock")
    assert list(disagreements([*first, *read_python(there, "requirements-test.lock")])) == [
        "a: requirements-test.lock and requirements.lock pin different versions"
    ]
    assert list(disagreements([*first, *read_python(here + there, "requirements-test.lock")])) == []
