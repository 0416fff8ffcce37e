"""`orderbell webhook`: the secret of the owner's alerts, and the test of the way to the owner."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from support.programs import orderbell
from support.receiver import SECRET, answer, receiving


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(data: Path) -> None:
    said = [orderbell("webhook", "secret", "--data", data).stdout for _ in range(2)]
    assert said[0] == said[1]
    secret = said[0].strip()
    assert secret.startswith("whsec_") and len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    file = data / "webhook_secret"
    assert file.read_text() == said[0] and stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_of_the_environment_goes_before_the_folders(data: Path) -> None:
    done = orderbell("webhook", "secret", "--data", data, env={"ALERT_WEBHOOK_SECRET": SECRET})
    assert done.stdout == SECRET + "\n"
    assert not data.exists()


def test_a_test_event_arrives_signed_with_the_folders_secret(data: Path) -> None:
    secret = orderbell("webhook", "secret", "--data", data).stdout.strip()
    with receiving() as receiver:
        done = orderbell("webhook", "test", "--data", data, env={"ALERT_WEBHOOK_URL": receiver.url})
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == "The test event was taken: the receiver answered 204.\n"
        (got,) = receiver.got
    assert got.json["type"] == "test" and got.is_signed_with(secret)


@pytest.mark.parametrize("status", [302, 401, 500])
def test_a_receiver_that_refuses_is_told_in_a_line(data: Path, status: int) -> None:
    with receiving() as receiver:
        receiver.plan = [answer(status, Location="/elsewhere")]
        done = orderbell("webhook", "test", "--data", data, env={"ALERT_WEBHOOK_URL": receiver.url})
        assert len(receiver.got) == 1
    assert done.returncode == 1
    assert f"answered {status}" in done.stderr and done.stderr.count("\n") == 1


def test_a_receiver_that_is_not_there_is_told_in_a_line(data: Path) -> None:
    with receiving() as gone:
        url = gone.url
    done = orderbell("webhook", "test", "--data", data, env={"ALERT_WEBHOOK_URL": url})
    assert done.returncode == 1
    assert "no answer" in done.stderr and "ALERT_WEBHOOK_URL" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({}, "ALERT_WEBHOOK_URL is not set"),
        ({"ALERT_WEBHOOK_URL": "owner.example/hook"}, "ALERT_WEBHOOK_URL must be"),
        (
            {"ALERT_WEBHOOK_URL": "https://owner.example/hook", "ALERT_WEBHOOK_SECRET": "short"},
            "ALERT_WEBHOOK_SECRET must be",
        ),
    ],
)
def test_a_wrong_setting_is_told_in_a_line(data: Path, env: dict[str, str], named: str) -> None:
    done = orderbell("webhook", "test", "--data", data, env=env)
    assert done.returncode == 1
    assert done.stderr.startswith(f"orderbell: {named}") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"ALERT_WEBHOOK_URL": "owner.example/hook"}, "ALERT_WEBHOOK_URL must be"),
        (
            {"ALERT_WEBHOOK_URL": "https://owner.example/hook", "ALERT_WEBHOOK_SECRET": "short"},
            "ALERT_WEBHOOK_SECRET must be",
        ),
    ],
)
def test_up_does_not_start_with_a_wrong_setting(data: Path, env: dict[str, str], named: str) -> None:
    done = orderbell("up", "--data", data, "--port", "0", "--internal-port", "0", env=env)
    assert done.returncode == 1
    assert done.stderr.startswith(f"orderbell: {named}") and done.stderr.count("\n") == 1
