"""Where people reach this orderbell: what they say, or what the running `up` says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder
from orderbell_cli.network import only_this_computer


def public_url(given: str | None, data: Path) -> str | None:
    """Return the address without a slash at its end: the one that was given, else the running `up`'s, else None.

    Raises:
        Failed: what was given is no address of a site.
    """
    if given is None:
        running = Folder(data).running()
        return running.url if running else None
    try:
        parts = urlsplit(given)
        fine = parts.port != 0  # raises where it is no number
    except ValueError:
        fine = False
    if not (fine and given.isascii() and given.isprintable() and " " not in given):
        raise _no_address(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise _no_address(given)
    if parts.query or parts.fragment or parts.path.strip("/"):
        raise _no_address(given)
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(url: str) -> bool:
    """Say whether only this computer reaches it."""
    host = urlsplit(url).hostname or ""
    return only_this_computer(host) or host.endswith(".localhost")


def _no_address(given: str) -> Failed:
    return Failed(f"--url {given!r} must look like https://order.example.com: no path, nothing behind it")
