"""What the gateway shows to others than this computer, and what it wants to see first. Looked at before anything starts.

Each refusal is one line that says how to mend it.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Iterator

from .origins import Origins
from .settings import ConfigError, Settings

SECRET_LENGTH = 16
_LETTERS = 6  # different ones: aaaaaaaaaaaaaaaa is long and no secret
# A secret that consists of nothing but these is one of somebody's examples.
_DEMO = re.compile(
    r"(?:push|token|secret|password|passwd|key|change|changeme|me|test|testing|demo|example|sample|default|admin|"
    r"orderbell|gateway|your|my|this|the|a|an|is|of|to|here|some|long|random|value|please|insecure|dev|local|[0-9])+"
)


def checked(settings: Settings) -> Settings:
    """Return the settings, once nothing stands open that the operator did not ask for.

    Raises:
        ConfigError: something does.
    """
    for complaint in _complaints(settings):
        raise ConfigError(complaint)
    return settings


def is_loopback(host: str) -> bool:
    """Tell whether only this computer can reach a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what the public listener speaks TLS with (1.2 or newer), None where it speaks plain HTTP.

    Raises:
        ConfigError: the certificate or its key cannot be used.
    """
    if settings.tls_cert is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        # Or else OpenSSL asks for a passphrase, where nobody answers.
        context.load_cert_chain(settings.tls_cert, settings.tls_key, password=lambda: "")
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else getattr(error, "strerror", None)
        raise ConfigError(
            f"--tls-cert {settings.tls_cert}, --tls-key {settings.tls_key}: "
            f"{reason or 'cannot be read'}: both must be PEM files that belong together, the key without a passphrase"
        ) from None
    return context


def _complaints(settings: Settings) -> Iterator[str]:
    if (settings.tls_cert is None) != (settings.tls_key is None):
        yield "--tls-cert and --tls-key belong together: give both or none"
    if not (is_loopback(settings.host) or settings.tls_cert or settings.trust_proxy or settings.plain_http):
        yield (
            f"--host {settings.host} is open to others and nothing encrypts: give --tls-cert and --tls-key, or "
            "--trust-proxy behind a proxy with TLS, or --plain-http if everybody on this network may read orders"
        )
    if settings.trust_proxy and settings.plain_http and not is_loopback(settings.host):
        yield (
            f"--trust-proxy and --plain-http on --host {settings.host}: whoever reaches the port could claim any "
            "address: leave --plain-http out behind a proxy with TLS, or --trust-proxy where there is none"
        )
    try:
        Origins(settings.allowed_origins)
    except ValueError as error:
        yield (
            f"ALLOWED_ORIGINS must be origins like https://shop.example with commas between, got {str(error)!r}"
        )
    if settings.push_token_old and not settings.push_token:
        yield "PUSH_TOKEN_OLD is set without PUSH_TOKEN: the new secret belongs into PUSH_TOKEN"
    if not is_loopback(settings.internal_host):
        if settings.open_push:
            yield (
                "--allow-unauthenticated-push needs an --internal-host on loopback (127.0.0.1), "
                f"got {settings.internal_host}"
            )
        for name in ("push_token", "push_token_old"):
            weak = _weakness(getattr(settings, name))
            if weak:
                yield (
                    f"{name.upper()} {weak}, and --internal-host {settings.internal_host} is open to others: "
                    "make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
                )


def _weakness(secret: str) -> str:
    """Return what makes a secret easy to guess, "" for a good one and for none."""
    if not secret:
        return ""
    if len(secret) < SECRET_LENGTH:
        return f"is shorter than {SECRET_LENGTH} characters"
    if len(set(secret)) < _LETTERS:
        return f"has fewer than {_LETTERS} different characters"
    if _DEMO.fullmatch(re.sub(r"[^a-z0-9]", "", secret.lower())):
        return "is an example and no secret"
    return ""
