"""Which web pages may open a WebSocket here: the `Origin` of a handshake (RFC 6454, RFC 6455 10.2). Pure.

A browser lets any page open a WebSocket to any server and only tells the server whose page it is. What is no browser
sends no Origin, or any that it likes: nobody gets a right by it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple

_PORTS = {"http": 80, "https": 443}
_ORIGIN = re.compile(r"(https?)://([^/?#@\\\s]+)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?:([a-z0-9_][a-z0-9_.-]*)|\[([0-9a-f:.]+)\])(?::([0-9]{1,5}))?")


class Origin(NamedTuple):
    """One origin: two are the same exactly if all three are."""

    scheme: str
    """http or https."""
    host: str
    """Lower case; a trailing dot stays, since a browser takes it for another host."""
    port: int


def read(text: str) -> Origin | None:
    """Return the origin that `text` names; None for `null` and for whatever has more or less than scheme, host and port."""
    match = _ORIGIN.fullmatch(text) if text.isascii() else None  # a Kelvin sign is no k
    return _origin(match[1].lower(), match[2]) if match else None


def own(secure: bool, host: str) -> Origin | None:
    """Return the origin that a request was made to, from its Host header; None where that is no host."""
    return read(f"{'https' if secure else 'http'}://{host}")


def _origin(scheme: str, authority: str) -> Origin | None:
    match = _AUTHORITY.fullmatch(authority.lower())
    if match is None:
        return None
    name, address, port = match.groups()
    number = int(port) if port else _PORTS[scheme]
    if not 0 < number < 65_536 or (address and not _is_address(address)):
        return None
    return Origin(scheme, name or address, number)


def _is_address(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == 6
    except ValueError:
        return False


class Origins:
    """The allow-list."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """Take the operator's list.

        Raises:
            ValueError: one is no origin; its text is the argument.
        """
        self._allowed = frozenset(_needed(text) for text in allowed)

    def allow(self, origin: str | None, secure: bool, host: str) -> bool:
        """Tell whether a handshake with this `Origin` header (None: there is none) is taken.

        `host` is the Host header of the request, `secure` whether it came over TLS.
        """
        if origin is None:
            return True
        given = read(origin)
        return given is not None and (given in self._allowed or given == own(secure, host))


def lacks_only_tls(origin: str | None, secure: bool, host: str) -> bool:
    """Tell whether a page of our own host came over https, and the request in the clear: what ends TLS said nothing.

    Such a page is still refused: who reads the line could have made it.
    """
    return not secure and origin is not None and read(origin) == own(True, host) is not None


def _needed(text: str) -> Origin:
    origin = read(text)
    if origin is None:
        raise ValueError(text)
    return origin
