"""Ports and addresses of this machine."""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import random
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orderbell_cli.errors import Failed
from orderbell_cli.process import until

_LISTENING = (20_000, 32_000)

_WHY = {
    errno.EADDRINUSE: "port {port} is taken by another program: stop it, or choose another with {flag}",
    errno.EACCES: "port {port} needs more rights than we have: choose one above 1023 with {flag}",
    errno.EADDRNOTAVAIL: "{host} is no address of this machine: choose another with --host",
}


@dataclass(frozen=True)
class Doors:
    """How the public listener is kept from being read on its way; passed on to the gateway."""

    plain_http: bool = False
    trust_proxy: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def flags(self) -> list[str]:
        """Return them as flags of the gateway."""
        switches = [("--plain-http", self.plain_http), ("--trust-proxy", self.trust_proxy)]
        files = [("--tls-cert", self.tls_cert), ("--tls-key", self.tls_key)]
        given = [flag for flag, on in switches if on]
        return given + [word for flag, file in files if file for word in (flag, str(file.resolve()))]


def check_encrypted(host: str, doors: Doors, environ: Mapping[str, str]) -> None:
    """See, before anything starts, that orders do not travel in the clear beyond this computer unless that is asked for,
    and that nobody but a proxy can claim an address.

    The gateway refuses the same by itself; it is the one that reads what is asked for in the environment.

    Raises:
        Failed: they would.
    """
    if only_this_computer(host):
        return
    proxy = behind_proxy(doors, environ)
    if proxy and (doors.plain_http or _switched_on(environ, "GATEWAY_PLAIN_HTTP")):
        raise Failed(
            f"--trust-proxy and --plain-http on --host {host}: whoever reaches the port could claim any address: "
            "leave --plain-http out behind a proxy with TLS, or --trust-proxy where there is none"
        )
    names = ("GATEWAY_PLAIN_HTTP", "GATEWAY_TRUST_PROXY", "GATEWAY_TLS_CERT")
    if not doors.flags() and not any(environ.get(name) for name in names):
        raise Failed(
            f"--host {host} is open to others and nothing encrypts: give --tls-cert and --tls-key, or --trust-proxy "
            "behind a proxy with TLS, or --plain-http if everybody on this network may read orders"
        )


def behind_proxy(doors: Doors, environ: Mapping[str, str]) -> bool:
    """Tell whether the gateway will believe a proxy that stands before it."""
    return doors.trust_proxy or _switched_on(environ, "GATEWAY_TRUST_PROXY")


def _switched_on(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").lower() in ("1", "true", "yes", "on")  # as the gateway reads it


def only_this_computer(host: str) -> bool:
    """Tell whether only this computer reaches a listener on `host`."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host: str, port: int, flag: str, patience_s: float = 0.0) -> None:
    """See that we could listen there, if need be after some time.

    Raises:
        Failed: we could not.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        raise Failed(f"{host} is no address: choose another with --host") from None
    found: list[OSError] = []

    def free() -> bool:
        found.clear()
        try:
            with socket.socket(family, kind) as probe:
                probe.setsockopt(
                    socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
                )  # closed a moment ago is not taken
                probe.bind(address)
                probe.listen(1)
        except OSError as error:
            found.append(error)
        return not found or found[0].errno != errno.EADDRINUSE

    until(free, patience_s)
    if found:
        error = found[0]
        text = _WHY.get(error.errno or 0, f"cannot listen on {{host}}:{{port}}: {error.strerror}")
        raise Failed(text.format(host=host, port=port, flag=flag))


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on, and that the system does not give to outgoing connections.

    Those (from 32768 on with Linux, 49152 elsewhere) may take the port of a server while it is started again.
    """
    for port in random.sample(range(*_LISTENING), 50):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reachable_host(host: str) -> str:
    """Return the host to put into links: for "every address" the one that the local network sees."""
    if host not in ("0.0.0.0", "::", ""):  # nosec B104  # asks, binds nothing
        return f"[{host}]" if ":" in host else host
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which way it would go
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
