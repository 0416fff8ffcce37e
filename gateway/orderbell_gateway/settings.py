"""Every setting of the gateway: its flag, its environment name, its default and what it is for. One table."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path


class ConfigError(Exception):
    """The operator has to change something. The text is one line that says what and how."""


@dataclass(frozen=True)
class Option:
    """One numeric setting. 0 switches it off only where `zero` says so."""

    name: str
    help: str
    zero: bool = False


# Sizes in bytes, times in seconds. The defaults are those of Settings below.
OPTIONS = (
    Option("first_frame_timeout", "close (4408) a socket that has sent no frame within this time", zero=True),
    Option("idle_timeout", "close (1001) a socket without a frame either way for this long", zero=True),
    Option("ping_interval", "ping a silent client after this time", zero=True),
    Option("pong_timeout", "drop a client that does not answer a ping within this time"),
    Option(
        "close_timeout", "cut a socket whose client does not finish the closing handshake within this time"
    ),
    Option("header_timeout", "close a connection that has not sent a whole request header within this time"),
    Option("body_timeout", "refuse a request whose body has not arrived within this time"),
    Option("keepalive_timeout", "close an idle HTTP connection after this time"),
    Option("max_connections", "TCP connections at one time; more are answered 503"),
    Option(
        "max_peer_connections",
        "TCP connections of one address (503 above); not counted with --trust-proxy, where all are the proxy's",
        zero=True,
    ),
    Option("max_sockets", "WebSockets at one time; more are answered 503"),
    Option("max_message_bytes", "largest WebSocket message from a client (1009 above)"),
    Option("max_body_bytes", "largest request body (413 above); an endpoint may set its own"),
    Option("max_header_bytes", "largest request line and largest header field (431 above)"),
    Option("max_push_bytes", "largest push call on the internal listener"),
    Option("send_buffer_bytes", "what may wait for one slow reader before it is closed (1013)"),
    Option("send_timeout", "close (1013) a reader for which something has waited this long", zero=True),
    Option("inbox_frames", "frames of one client that may wait for its function (4429 above)"),
    Option("message_burst", "messages of one client at once (4429 above)", zero=True),
    Option("message_rate", "messages of one client a second in the long run (4429 above)", zero=True),
    Option("max_instances", "worker processes of one function"),
    Option("max_waiting", "events that may wait for one function (503 above)"),
    Option("instance_idle", "end a spare worker (any but the last of its function) after this time"),
    Option("scale_after", "add a worker when an event has waited this long", zero=True),
    Option("init_timeout", "kill a worker that has not loaded its function within this time"),
    Option("shutdown_grace", "let running work finish for this long at shutdown"),
)


CHOICES = {
    "log_level": ("debug", "info", "warning", "error"),
    "cleanup": ("always", "client"),
    "header_case": ("lower", "title"),
}


@dataclass(frozen=True)
class Settings:
    """What the operator decided. Numbers as in OPTIONS."""

    root: Path
    host: str = "127.0.0.1"
    port: int = 8080
    internal_host: str = "127.0.0.1"
    internal_port: int = 9000
    pages: Path | None = None
    ready_file: Path | None = None
    lifeline: int | None = None
    push_token: str = ""
    push_token_old: str = ""
    open_push: bool = False
    trust_proxy: bool = False
    plain_http: bool = False
    tls_cert: Path | None = None
    tls_key: Path | None = None
    platform_errors: bool = False
    drop_on_function_error: bool = False
    # The vendor does not document whether cleanup fires after the server closed; a row that stays behind in
    # the functions' table is the worse mistake, so by default it fires however the connection ended.
    cleanup: str = "always"
    shuffle_frames: bool = False
    header_case: str = "lower"
    show_errors: bool = False
    allowed_origins: tuple[str, ...] = ()
    log_level: str = "info"
    first_frame_timeout: float = 10
    idle_timeout: float = 600
    ping_interval: float = 15
    pong_timeout: float = 10
    close_timeout: float = 3
    header_timeout: float = 10
    body_timeout: float = 15
    keepalive_timeout: float = 75
    max_connections: int = 10_000
    max_peer_connections: int = 1_000
    max_sockets: int = 10_000
    max_message_bytes: int = 65_536
    max_body_bytes: int = 1_048_576
    max_header_bytes: int = 8_190
    max_push_bytes: int = 16_777_216
    send_buffer_bytes: int = 262_144
    send_timeout: float = 20
    inbox_frames: int = 64
    message_burst: int = 200
    message_rate: float = 40
    max_instances: int = 8
    max_waiting: int = 512
    instance_idle: float = 60
    scale_after: float = 0.02
    init_timeout: float = 30
    shutdown_grace: float = 10


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _env(name: str) -> str:
    return "GATEWAY_" + name.upper()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of printing the whole usage."""

    def error(self, message: str) -> None:  # type: ignore[override]
        raise ConfigError(message)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="orderbell_gateway",
        description="Serve functions over HTTP and WebSocket as a cloud gateway would.",
        epilog="Each may be set in the environment too, e.g. GATEWAY_IDLE_TIMEOUT=60. "
        "PUSH_TOKEN is the secret of the push endpoint, PUSH_TOKEN_OLD the one before it, still taken.",
    )
    add = parser.add_argument
    add("--root", type=Path, required=True, help="folder with apigateway/ and function_*/ serverless.yml")
    add("--host", help="public address (127.0.0.1)")
    add("--port", type=int, help="public port (8080); 0 takes any free one")
    add("--internal-host", help="address of pushes and metrics (127.0.0.1)")
    add("--internal-port", type=int, help="port of pushes and metrics (9000); 0 takes any free one")
    add("--pages", type=Path, help="folder of the static pages, instead of what clients/serverless.yml says")
    add("--ready-file", type=Path, help="where to write the addresses as JSON once they answer")
    add(
        "--lifeline",
        type=int,
        metavar="FD",
        help="end when this inherited pipe is closed, or the parent dies",
    )

    def switch(flag: str, text: str, dest: str | None = None) -> None:
        # None where it is not given, so that the environment may still speak.
        add(flag, action="store_const", const=True, help=text, dest=dest)

    switch("--allow-unauthenticated-push", "serve pushes without a token (loopback only)", "open_push")
    switch("--trust-proxy", "take the client's address, its TLS and the request id from the proxy's headers")
    switch("--plain-http", "serve others than this computer without TLS: everybody on the way reads orders")
    add("--tls-cert", type=Path, help="PEM file with the certificate and its chain: serve https and wss")
    add("--tls-key", type=Path, help="PEM file with the certificate's private key")
    switch("--platform-errors", "answer failures in the vendor's own shapes (a 200 may be a failure)")
    switch("--drop-on-function-error", "close a socket whose transport function failed")
    add(
        "--cleanup",
        choices=CHOICES["cleanup"],
        help="call cleanup after every end, or not after a push closed it",
    )
    switch("--shuffle-frames", "hand one client's frames over in any order, as a cloud may")
    add("--header-case", choices=CHOICES["header_case"], help="how header names look in events (lower)")
    switch("--show-errors", "log the text of functions' exceptions too (it may hold personal data)")
    add(
        "--allowed-origins",
        help="comma separated; only pages of these origins and of our own get a WebSocket (ALLOWED_ORIGINS)",
    )
    add("--log-level", choices=CHOICES["log_level"], help="(info)")
    defaults = {field.name: field.default for field in fields(Settings)}
    for option in OPTIONS:
        off = ", 0 switches it off" if option.zero else ""
        add(_flag(option.name), type=float, metavar="N", help=f"{option.help} ({defaults[option.name]}{off})")
    return parser


def read_settings(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Return the settings of the command line, then of the environment, then the defaults.

    Raises:
        ConfigError: something is missing or wrong.
    """
    given = vars(_parser().parse_args(argv))
    kinds = {field.name: str(field.type) for field in fields(Settings)}
    values: dict[str, object] = {}
    for name, kind in kinds.items():
        value: object = given.get(name)
        if value is None and name not in ("root", "push_token", "push_token_old"):
            value = _from_environment(name, kind, environ)
        if value is not None:
            values[name] = value
    for option in OPTIONS:
        _number(option, values, kinds[option.name])
    # The functions' own list, so that one setting does for both.
    origins = values.get("allowed_origins", environ.get("ALLOWED_ORIGINS", ""))
    values["allowed_origins"] = tuple(part.strip() for part in str(origins).split(",") if part.strip())
    values["push_token"] = environ.get("PUSH_TOKEN", "")
    values["push_token_old"] = environ.get("PUSH_TOKEN_OLD", "")
    return _checked(Settings(**values))  # type: ignore[arg-type]


def _from_environment(name: str, kind: str, environ: Mapping[str, str]) -> object:
    text = environ.get(_env(name), "")
    if not text:
        return None
    if kind == "bool":
        return text.lower() in ("1", "true", "yes", "on")
    if "Path" in kind:
        return Path(text)
    if kind.startswith(("int", "float")):
        try:
            return float(text) if kind == "float" else int(text)
        except ValueError:
            raise ConfigError(f"{_env(name)} must be a number, got {text!r}") from None
    return text


def _number(option: Option, values: dict[str, object], kind: str) -> None:
    value = values.get(option.name)
    if not isinstance(value, (int, float)):
        return
    if not (value > 0 or (value == 0 and option.zero)) or not math.isfinite(value):
        raise ConfigError(f"{_flag(option.name)} must be above 0, got {value:g}")
    values[option.name] = int(value) if kind == "int" else float(value)


def _checked(settings: Settings) -> Settings:
    for flag, port in (("--port", settings.port), ("--internal-port", settings.internal_port)):
        if not 0 <= port <= 65_535:
            raise ConfigError(f"{flag} must be 0 to 65535, got {port}")
    for name, words in CHOICES.items():
        if getattr(settings, name) not in words:
            raise ConfigError(
                f"{_env(name)} must be one of {', '.join(words)}, got {getattr(settings, name)!r}"
            )
    if not settings.push_token and not settings.open_push:
        raise ConfigError("PUSH_TOKEN is not set: put a long random secret into the environment")
    return settings
