"""What the HTTP parser lets through although two readers could understand it in two ways (RFC 9112 3.2, 11.2). Pure.

Whatever stands before us must not take one request for two, or for one to another host. Lengths, chunks and the
form of header lines are the parser's business, which is strict. These are about the request as a whole.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import origins

_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


@dataclass(frozen=True)
class Head:
    """A request's line and the header fields that say where it ends and whom it is for."""

    method: str
    target: str
    """As it stood in the request line."""
    old: bool
    """HTTP/1.0."""
    hosts: Sequence[str]
    codings: Sequence[str]
    """Every Transfer-Encoding header."""
    sized: bool
    """A Content-Length other than 0."""
    upgrade: bool
    """A WebSocket handshake."""


def fault(head: Head) -> str:
    """Return what is wrong with a request, "" if nothing is; after a fault the connection has to be closed."""
    if len(head.hosts) > 1 or (not head.hosts and not head.old):
        return "send one Host header"
    host = origins.own(False, head.hosts[0]) if head.hosts else None
    if head.hosts and host is None:
        return "the Host header is no host"
    if head.method == "CONNECT":
        return "this is no proxy"
    if not head.target.startswith("/") and head.target != "*":
        asked = origins.read(_authority(head.target))
        if asked is None or (
            host is not None and (asked.host, asked.port) != (host.host, _port(asked, host))
        ):
            return "the address names another host than the Host header"
    if head.codings and [coding.strip().lower() for coding in head.codings] != ["chunked"]:
        return "the only Transfer-Encoding is chunked"
    if head.upgrade and head.old:
        return "a WebSocket handshake is HTTP/1.1"
    if head.upgrade and (head.sized or head.codings):
        return "a WebSocket handshake has no body"
    return ""


def _port(asked: origins.Origin, host: origins.Origin) -> int:
    """Return the port that the Host header means under the scheme of the absolute address."""
    return 443 if asked.scheme == "https" and host.port == 80 else host.port


def _authority(target: str) -> str:
    scheme, _, rest = target.partition("://")
    return f"{scheme}://{rest.partition('/')[0].partition('?')[0]}"


def client_address(headers: Mapping[str, str]) -> str:
    """Return the address that the proxy itself saw: the last one, the others are the client's own word. "" is none.

    Some proxies write the client's port behind it; it is left out.
    """
    last = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    with_port = _WITH_PORT.fullmatch(last)
    if with_port:
        last = with_port[1] or with_port[2]
    try:
        return str(ipaddress.ip_address(last))
    except ValueError:
        return ""


def came_over_tls(headers: Mapping[str, str]) -> bool:
    """Tell whether the proxy says that the client spoke TLS with it; Traefik calls an upgrade `wss`."""
    return headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower() in ("https", "wss")
