"""A secret that gets into the tree is seen, and words that only look like one may be named.

The plants are put together here, so that the scan of this file is quiet.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.secret_scan import ALLOWED, files, judge, scan, scan_tree

RANDOM = "q7Zp2Lx9Vb4Tn8Rw" + "3Kd6Yh1Mc5Gs0Jf"
HEX = "9f86d081884c7d65" + "9a2feaa0c55ad015"
PLANTS = {
    "private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "private key of OpenSSH": "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
    "Tencent Cloud": "AK" + "ID" + "z8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
    "AWS": "AK" + "IA" + "IOSFODNN7EXAMPLE",
    "GitHub": "gh" + "p_" + "a1B2" * 9,
    "Google": "AI" + "za" + "Sy" + "aB3-" * 8 + "x",
    "Slack": "xo" + "xb-" + "123456789012-abcdefghij",
    "payments": "sk_" + "live_" + "a1B2" * 5,
    "chat robot": "https://x.test/cgi-bin/webhook/"
    + "send?key="
    + "693a91f6-7aaa-4bc4-"
    + "97a0-0ec2b3d41e55",
    "web token": "ey" + "JhbGciOiJIUzI1NiIs.ey" + "JzdWIiOiIxMjM0NTY3.SflKxwRJSMeKKF2QT4fw",
    "setting": "PUSH_" + f"TOKEN={RANDOM}",
    "Python": "api_" + f'key = "{RANDOM}"',
    "JSON": '"client_' + f'secret": "{RANDOM}"',
    "YAML": "  pass" + f"word: {HEX}",
    "URL": "postgresql://" + f"orderbell:{RANDOM}@db/orderbell",
    "short password in a URL": "https://" + "admin:Tr0ub4dor@registry.test/",
    "password of letters in a URL": "see redis://" + ":correcthorse@cache:6379/0.",
    "password in a URL without a digit or a name": "amqp://" + ":zq@mq/",
    "key in the environment": "TENCENT_" + f"SECRET_KEY={RANDOM}",
    "key in the environment, without a line": "TENCENTCLOUD_" + f"SECRETKEY={RANDOM}",
    "id in the environment": "export TENCENT_" + f"SECRET_ID='{RANDOM}'",
    "key in YAML": "  secret_" + f'key: "{RANDOM}"',
    "key with a hyphen": "signing-" + f"key: {HEX}",
    "key with its type": "SECRET_" + f'KEY: str | None = "{RANDOM}"',
    "webhook's signing secret": "call it with wh" + "sec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "header": "Authorization: " + f"Bearer {RANDOM}",
    "header of a script": "curl -H 'authorization: " + f"bearer {HEX}'",
}
QUIET = [
    "token = secrets.token_urlsafe(32)",
    'password = os.environ["ORDERBELL_PASSWORD"]',
    "secret: str = settings.webhook_secret_of_this_shop",
    "PUSH_TOKEN=change-me-before-you-start-it",
    "postgresql://orderbell:PASSWORD@db/orderbell",
    'postgresql://user:{password}@127.0.0.1/"',
    "postgresql://chef:geheim%2F@127.0.0.1/shop",
    "postgresql://orderbell:***@db/orderbell",
    "http://127.0.0.1:8080/@handle and https://shop.test:443",
    "Authorization: Bearer <the order's token, 43 letters>",
    'headers["Authorization"] = f"Bearer {token_of_this_very_device}"',
    "secret_key: str = settings.the_key_of_this_shop",
    f"sha256:{HEX}{HEX}",
    "the token aaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
]


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_secret_is_seen_and_not_repeated(name: str) -> None:
    [found] = scan("a.py", f"x = 1\n{PLANTS[name]}\n")
    [said] = judge([found], "")
    assert said.startswith("a.py:2: ")
    assert PLANTS[name] not in said and RANDOM not in said and HEX not in said


@pytest.mark.parametrize("line", QUIET)
def test_what_is_no_secret_is_let_be(line: str) -> None:
    assert list(scan("a.py", line)) == []


def test_a_word_may_be_named_with_its_reason_as_long_as_it_is_there() -> None:
    [found] = scan("a.py", PLANTS["AWS"])
    assert list(judge([found], f"# ours\n\n{found.digest} the vendor's own example\n")) == []
    assert list(judge([found], found.digest)) == [f"{ALLOWED}:1: write the digest and the reason"]
    assert list(judge([], f"{found.digest} why")) == [f"{ALLOWED}: no longer in the tree: {found.digest}"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small checkout: what git would take is looked at, be it added already or not."""
    subprocess.run(["git", "-C", tmp_path, "init", "-q"], check=True)
    (tmp_path / ".gitignore").write_text(".env\n")
    (tmp_path / ".env").write_text(PLANTS["setting"])
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/how.md").write_text(f"first\n{PLANTS['setting']}\n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0" + PLANTS["AWS"].encode())
    (tmp_path / "requirements.lock").write_text(f"token==1 --hash=sha256:{HEX}{HEX}\n")
    return tmp_path


def test_a_key_that_git_would_take_is_seen_and_what_it_ignores_is_not(tree: Path) -> None:
    assert [(one.path, one.line) for one in scan_tree(tree)] == [("docs/how.md", 2)]


def test_a_tree_without_git_is_looked_at_too(tree: Path) -> None:
    (tree / ".git").rename(tree / ".gone")
    assert "docs/how.md" in files(tree)
    assert [(one.path, one.line) for one in scan_tree(tree)] == [("docs/how.md", 2)]


def test_a_file_too_large_to_look_at_is_said(tree: Path) -> None:
    (tree / "dump.sql").write_bytes(b"a" * 2_000_001)
    said = [line for line in judge(scan_tree(tree), "") if line.startswith("dump.sql")]
    assert len(said) == 1 and "not looked at" in said[0]
