"""The headers that tell a browser what it must not do with an answer. Every answer of the public listener has them.

A page brings its own Content-Security-Policy and Cache-Control, a function may bring any of them; what is missing is
filled in here, with the strictest value.
"""

from __future__ import annotations

from collections.abc import MutableMapping

# Nothing is loaded from an answer that is no page, wherever a browser might show it.
NO_CONTENT = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_DENIED = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer", "microphone", "midi",
    "payment", "serial", "usb",
)  # fmt: skip
# The kitchen keeps its screen awake and sounds its chime; that is all a page of ours asks a browser for.
_PERMISSIONS = ", ".join([*(f"{name}=()" for name in _DENIED), "autoplay=(self)", "screen-wake-lock=(self)"])
DEFAULTS = {
    "Content-Security-Policy": NO_CONTENT,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": _PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A year, this host only: whether its subdomains have TLS is not ours to say. Over plain HTTP browsers ignore it.
TLS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}


def protect(headers: MutableMapping[str, str], secure: bool) -> None:
    """Add what `headers` (names in any case) lacks; `secure`: the answer goes over TLS."""
    for name, value in DEFAULTS.items():
        headers.setdefault(name, value)
    if secure:
        for name, value in TLS_ONLY.items():
            headers.setdefault(name, value)
