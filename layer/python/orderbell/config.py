"""The settings: the only reader of the environment. A missing or wrong one stops the start with one line that names it."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urlsplit

from orderbell.domain import rates
from orderbell.domain.errors import SettingsError

_PRINTABLE = re.compile(r"[!-~]+")
_ORIGIN = re.compile(r"(https?)://([a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?")
_PARTS = ("DB_HOST", "DB_PORT", "DB_USER", "DB_PASSWORD", "DB_NAME")
_SIGNING = "whsec_ and 24 to 64 random bytes in base64: `orderbell webhook secret` prints one"
MAX_DAYS = 3650
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class Config:
    """What a function needs to know. Secrets do not show in its repr."""

    database_url: str = field(repr=False)
    push_url: str
    push_token: str = field(repr=False)
    allowed_origins: frozenset[str]
    log_level: str
    alert_webhook_url: str | None = field(repr=False)
    alert_webhook_secret: bytes = field(repr=False)
    """The key that alerts are signed with; empty where there is no address to send them to."""
    demo: bool = True
    rates: rates.Sizes = rates.UNLIMITED
    privacy_days: int = 30
    """For how long an order says whose it is."""


def load(environ: Mapping[str, str] | None = None, *, pushes: bool = True) -> Config:
    """Read the settings. `pushes` is False for a function that never pushes and so needs no PUSH_URL and PUSH_TOKEN.

    Raises:
        SettingsError: one line that names what is missing or wrong and says how to mend it.
    """
    env = os.environ if environ is None else environ
    level = env.get("LOG_LEVEL", "").strip().upper() or "INFO"
    if level not in _LEVELS:
        raise SettingsError(f"LOG_LEVEL must be one of {', '.join(_LEVELS)}")
    webhook_url, webhook_secret = webhook(env)
    return Config(
        database_url=database_url(env),
        push_url=_url(env, "PUSH_URL", "the gateway's push address, http://HOST:PORT/API_ID")
        if pushes
        else "",
        push_token=_secret(env, "PUSH_TOKEN", "the secret that the gateway was started with")
        if pushes
        else "",
        allowed_origins=frozenset(_origins(env.get("ALLOWED_ORIGINS", ""))),
        log_level=level,
        alert_webhook_url=webhook_url,
        alert_webhook_secret=webhook_secret,
        demo=_switch(env, "LOAD_DEMO", default=True),
        rates=rates.parse(env.get("RATE_LIMITS", "")),
        privacy_days=_days(env, "PRIVACY_DAYS", default=30),
    )


def database_url(environ: Mapping[str, str]) -> str:
    """Return the PostgreSQL address, from DATABASE_URL or from its five parts.

    Raises:
        SettingsError: neither is complete, or it is no PostgreSQL address.
    """
    whole = environ.get("DATABASE_URL", "").strip()
    if whole:
        if _split(whole).scheme not in ("postgres", "postgresql"):
            raise SettingsError("DATABASE_URL must look like postgresql://USER:PASSWORD@HOST:PORT/NAME")
        return whole
    given = {name: environ.get(name, "").strip() for name in _PARTS}
    missing = [name for name in _PARTS if not given[name]]
    if len(missing) == len(_PARTS):
        raise SettingsError("DATABASE_URL is not set: set it to postgresql://USER:PASSWORD@HOST:PORT/NAME")
    if missing:
        raise SettingsError(f"{', '.join(missing)} not set: set DATABASE_URL, or all of {', '.join(_PARTS)}")
    if not (given["DB_PORT"].isascii() and given["DB_PORT"].isdigit()):
        raise SettingsError("DB_PORT must be a number")
    user, password = quote(given["DB_USER"], safe=""), quote(given["DB_PASSWORD"], safe="")
    return f"postgresql://{user}:{password}@{given['DB_HOST']}:{given['DB_PORT']}/{quote(given['DB_NAME'], safe='')}"


def webhook(environ: Mapping[str, str]) -> tuple[str | None, bytes]:
    """Return where the owner's alerts go (None: nowhere), and the key that signs them.

    Raises:
        SettingsError: one of the two is wrong, or there is an address and no secret.
    """
    if not environ.get("ALERT_WEBHOOK_URL", "").strip():
        return None, b""
    url = _url(environ, "ALERT_WEBHOOK_URL", "an http(s) address")
    return url, signing_key(_needed(environ, "ALERT_WEBHOOK_SECRET", _SIGNING))


def signing_key(text: str) -> bytes:
    """Return the key that a secret of Standard Webhooks stands for. Raises SettingsError."""
    try:
        key = base64.b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not text.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise SettingsError(f"ALERT_WEBHOOK_SECRET must be {_SIGNING}")
    return key


def _split(url: str) -> SplitResult:
    """Return the parts of an address; all empty where brackets stand outside an IPv6 host, as newer Pythons hold it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return urlsplit("")
    user = parts.netloc.rpartition("@")[0]
    return urlsplit("") if "[" in user or "]" in user else parts


def _needed(env: Mapping[str, str], name: str, what: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise SettingsError(f"{name} is not set: set it to {what}")
    return value


def _url(env: Mapping[str, str], name: str, what: str) -> str:
    value = _needed(env, name, what)
    parts = _split(value)
    try:
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 80) > 0
    except ValueError:  # a port that is none
        right = False
    if not right or not _PRINTABLE.fullmatch(value):
        raise SettingsError(f"{name} must be {what}")
    return value


def _secret(env: Mapping[str, str], name: str, what: str) -> str:
    value = _needed(env, name, what)
    if not _PRINTABLE.fullmatch(value):
        raise SettingsError(f"{name} must be printable ASCII without spaces")
    return value


def _switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in ("", "yes", "no"):
        raise SettingsError(f"{name} must be yes or no")
    return default if value == "" else value == "yes"


def _days(env: Mapping[str, str], name: str, *, default: int) -> int:
    value = env.get(name, "").strip()
    if value and not (re.fullmatch("[0-9]{1,4}", value) and 1 <= int(value) <= MAX_DAYS):
        raise SettingsError(f"{name} must be a number of days, 1 to {MAX_DAYS}")
    return int(value) if value else default


def _origins(text: str) -> list[str]:
    return [_origin(origin.strip()) for origin in text.split(",") if origin.strip()]


def _origin(text: str) -> str:
    """Return an origin as a browser writes it (RFC 6454 6.2), so that it compares as text; the gateway reads it alike."""
    match = _ORIGIN.fullmatch(text.lower()) if text.isascii() else None
    scheme, host, digits = match.groups() if match else ("", "", None)
    usual = {"http": 80, "https": 443}.get(scheme)
    port = int(digits) if digits else usual
    if port is None or not 0 < port < 65_536:
        raise SettingsError(
            "ALLOWED_ORIGINS must be origins like https://shop.example, with commas between them"
        )
    return f"{scheme}://{host}" if port == usual else f"{scheme}://{host}:{port}"
