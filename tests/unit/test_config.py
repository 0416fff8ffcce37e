"""The settings: a missing or wrong one is one line that names it, and nothing secret shows."""

from __future__ import annotations

import base64

import pytest

from orderbell import config
from orderbell.domain import rates
from orderbell.domain.errors import SettingsError
from support.receiver import SECRET

GOOD = {
    "DATABASE_URL": "postgresql://u:p%2F%2B@db:5432/shop",
    "PUSH_URL": "http://127.0.0.1:9000/api-1",
    "PUSH_TOKEN": "push-secret",
}
PARTS = {"DB_HOST": "db", "DB_PORT": "5432", "DB_USER": "u", "DB_PASSWORD": "p/@:+ =", "DB_NAME": "shop"}


ALERTS = {"ALERT_WEBHOOK_URL": "https://hooks.example/secret-path", "ALERT_WEBHOOK_SECRET": SECRET}


def refusal(environ: dict[str, str], *, pushes: bool = True) -> str:
    with pytest.raises(SettingsError) as refused:
        config.load(environ, pushes=pushes)
    text = str(refused.value)
    assert "\n" not in text
    return text


def test_good_settings_are_read() -> None:
    settings = config.load(
        {**GOOD, "ALLOWED_ORIGINS": "https://a.example, http://localhost:5173", "LOG_LEVEL": "debug"}
    )
    assert settings.database_url == GOOD["DATABASE_URL"]
    assert (settings.push_url, settings.push_token) == (GOOD["PUSH_URL"], GOOD["PUSH_TOKEN"])
    assert settings.allowed_origins == {"https://a.example", "http://localhost:5173"}
    assert (settings.log_level, settings.alert_webhook_url, settings.demo) == ("DEBUG", None, True)


@pytest.mark.parametrize(
    ("listed", "written"),
    [
        ("https://Shop.Example", "https://shop.example"),
        ("HTTPS://shop.example:443", "https://shop.example"),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://shop.example:08443", "https://shop.example:8443"),
        ("http://[2001:DB8::1]:81", "http://[2001:db8::1]:81"),
    ],
)
def test_an_origin_is_kept_as_a_browser_writes_it(listed: str, written: str) -> None:
    assert config.load({**GOOD, "ALLOWED_ORIGINS": listed}).allowed_origins == {written}


def test_what_is_not_set_has_a_safe_default() -> None:
    settings = config.load(GOOD)
    assert (settings.allowed_origins, settings.log_level) == (frozenset(), "INFO")


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_setting_is_named(missing: str) -> None:
    for environ in ({k: v for k, v in GOOD.items() if k != missing}, {**GOOD, missing: "  "}):
        assert refusal(environ).startswith(f"{missing} is not set: set it to ")


def test_a_function_that_never_pushes_needs_no_push_settings() -> None:
    settings = config.load({"DATABASE_URL": GOOD["DATABASE_URL"]}, pushes=False)
    assert (settings.push_url, settings.push_token) == ("", "")


WRONG = [
    ("DATABASE_URL", "mysql://u:p@db/shop"),
    ("DATABASE_URL", "db:5432/shop"),
    ("DATABASE_URL", "postgresql://u:p[w]d@db:5432/shop"),
    ("DATABASE_URL", "postgresql://u:p@[::1/shop"),
    ("PUSH_URL", "127.0.0.1:9000/api-1"),
    ("PUSH_URL", "ftp://127.0.0.1/api-1"),
    ("PUSH_URL", "http://"),
    ("PUSH_URL", "http://[::1/api-1"),
    ("ALERT_WEBHOOK_URL", "example.com/hook"),
    ("ALERT_WEBHOOK_URL", "http://[::1/hook"),
    ("ALERT_WEBHOOK_SECRET", "hunter2"),
    ("ALERT_WEBHOOK_SECRET", "whsec_"),
    ("ALERT_WEBHOOK_SECRET", "whsec_not*base64"),
    ("ALERT_WEBHOOK_SECRET", "whsec_" + base64.b64encode(bytes(23)).decode()),
    ("ALERT_WEBHOOK_SECRET", "whsec_" + base64.b64encode(bytes(65)).decode()),
    ("ALERT_WEBHOOK_SECRET", base64.b64encode(bytes(32)).decode()),
    ("ALLOWED_ORIGINS", "*"),
    ("ALLOWED_ORIGINS", "https://a.example, b.example"),
    ("ALLOWED_ORIGINS", "https://a.example/"),
    ("ALLOWED_ORIGINS", "https://a.example?x=1"),
    ("ALLOWED_ORIGINS", "https://[::1"),
    ("ALLOWED_ORIGINS", "https://me@shop.example"),
    ("ALLOWED_ORIGINS", "https://shop.example:"),
    ("ALLOWED_ORIGINS", "https://shop.example:70000"),
    ("ALLOWED_ORIGINS", "https://shop.example?"),
    ("LOG_LEVEL", "LOUD"),
    ("LOAD_DEMO", "maybe"),
    ("RATE_LIMITS", "on"),
    ("RATE_LIMITS", "orders_ip=many"),
    ("RATE_LIMITS", "open_ip=1/s"),
    ("PRIVACY_DAYS", "0"),
    ("PRIVACY_DAYS", "3651"),
    ("PRIVACY_DAYS", "-1"),
    ("PRIVACY_DAYS", "³"),
    ("PRIVACY_DAYS", "a month"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    assert refusal({**GOOD, **ALERTS, name: value}).startswith(f"{name} must ")


@pytest.mark.parametrize("size", [24, 32, 64])
def test_alerts_have_an_address_and_a_key(size: int) -> None:
    secret = "whsec_" + base64.b64encode(bytes(range(size))).decode()
    settings = config.load({**GOOD, **ALERTS, "ALERT_WEBHOOK_SECRET": f" {secret} "})
    assert settings.alert_webhook_url == ALERTS["ALERT_WEBHOOK_URL"]
    assert settings.alert_webhook_secret == bytes(range(size))


def test_an_address_for_alerts_without_a_secret_stops_the_start() -> None:
    for secret in ("", "  "):
        text = refusal({**GOOD, **ALERTS, "ALERT_WEBHOOK_SECRET": secret})
        assert text.startswith("ALERT_WEBHOOK_SECRET is not set: set it to whsec_")
        assert "orderbell webhook secret" in text


def test_without_an_address_no_secret_is_needed_and_none_is_kept() -> None:
    for environ in ({}, {"ALERT_WEBHOOK_SECRET": SECRET}, {"ALERT_WEBHOOK_URL": " "}):
        settings = config.load({**GOOD, **environ})
        assert (settings.alert_webhook_url, settings.alert_webhook_secret) == (None, b"")


def test_a_refusal_does_not_quote_a_secret() -> None:
    assert "hunter2" not in refusal({**GOOD, **ALERTS, "ALERT_WEBHOOK_SECRET": "whsec_hunter2"})
    assert "hunter2" not in refusal({**GOOD, "DATABASE_URL": "mysql://u:hunter2@db/shop"})


def test_the_database_may_be_given_in_parts_with_any_characters() -> None:
    settings = config.load(PARTS, pushes=False)
    assert settings.database_url == "postgresql://u:p%2F%40%3A%2B%20%3D@db:5432/shop"


def test_the_whole_address_goes_before_its_parts() -> None:
    assert config.load({**PARTS, **GOOD}).database_url == GOOD["DATABASE_URL"]


@pytest.mark.parametrize("missing", PARTS)
def test_a_missing_part_is_named(missing: str) -> None:
    text = refusal({k: v for k, v in PARTS.items() if k != missing}, pushes=False)
    assert text.startswith(f"{missing} not set: ")


def test_all_missing_parts_are_named_at_once() -> None:
    assert refusal({"DB_HOST": "db", "DB_USER": "u"}, pushes=False).startswith(
        "DB_PORT, DB_PASSWORD, DB_NAME not set: "
    )


@pytest.mark.parametrize("port", ["http", "-1", "5432x", "²"])
def test_a_port_is_a_number(port: str) -> None:
    assert refusal({**PARTS, "DB_PORT": port}, pushes=False) == "DB_PORT must be a number"


def test_no_secret_shows_in_what_is_printed_of_the_settings() -> None:
    settings = config.load({**GOOD, **ALERTS})
    shown = repr(settings)
    assert "p%2F%2B" not in shown and "push-secret" not in shown and "secret-path" not in shown
    assert SECRET not in shown and repr(settings.alert_webhook_secret) not in shown


def test_the_environment_is_read_when_nothing_else_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert config.load().push_token == "push-secret"


@pytest.mark.parametrize(("value", "demo"), [("yes", True), ("no", False), ("", True)])
def test_the_demo_shops_can_be_switched_off(value: str, demo: bool) -> None:
    assert config.load({**GOOD, "LOAD_DEMO": value}).demo is demo


def test_customers_are_erased_after_a_month_or_when_the_settings_say() -> None:
    assert [config.load({**GOOD, "PRIVACY_DAYS": days}).privacy_days for days in ("", "1", "3650")] == [
        30,
        1,
        3650,
    ]


def test_rates_hold_by_default_and_can_be_switched_off() -> None:
    assert config.load(GOOD).rates == rates.parse("") == config.load({**GOOD, "RATE_LIMITS": " "}).rates
    assert config.load({**GOOD, "RATE_LIMITS": "off"}).rates == rates.UNLIMITED
