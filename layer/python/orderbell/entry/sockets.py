"""The socket uses: a socket opened, a frame came, a socket closed (protocol.md 2)."""

from __future__ import annotations

from typing import Any

import msgspec

from orderbell.adapters.events import tencent
from orderbell.adapters.events.tencent import SocketEvent
from orderbell.domain import errors as e
from orderbell.domain.menu import LANGUAGES
from orderbell.domain.status import Actor, Move
from orderbell.entry.doors import note
from orderbell.entry.wiring import Wiring, wiring
from orderbell.service import kitchen as k
from orderbell.service.pairing import TooManyCodes
from orderbell.service.ports import Connection
from orderbell.service.sessions import TooFarBack
from orderbell.wire import frames as f
from orderbell.wire import parse, problem, render, voice
from orderbell.wire.tokens import is_uuid, plain_code

HELLO_WITHIN_S = 10
NO_HELLO = 103
"""errNo of a frame before hello; 101 and 102 are what the samples of the retired gateway use (specs/tencent.md 1.1)."""


def register(event: SocketEvent) -> Any:
    """Note a socket before its handshake is answered, so that its first frame finds it."""
    if event.action != "connecting":
        return tencent.refused(101, "not a connecting event")
    try:
        wiring().for_call().sessions.opened(event.connection_id, event.peer)
    except e.RateLimited as error:
        note(error)
        return tencent.too_many(error.detail, error.retry_after_s)
    return tencent.registered(event.connection_id)


def unregister(event: SocketEvent) -> Any:
    """Forget a socket."""
    wiring().for_call().sessions.closed(event.connection_id)
    return tencent.refused(0, "ok")


def transport(event: SocketEvent) -> Any:
    """Deal with one frame. What goes wrong is told to the client in a frame or by a close code, never by an exception."""
    parts = wiring().for_call()
    command_id: str | None = None
    try:
        frame = _object(event.text)
        if frame["type"] == "command" and isinstance(frame.get("id"), str) and 0 < len(frame["id"]) <= 64:
            command_id = frame["id"]
        _deal(parts, event.connection_id, frame)
    except (e.ConnectionGone, e.PushFailed) as error:
        note(error)
    except Exception as error:
        note(error)
        _refuse(parts, event.connection_id, error, command_id)
        if isinstance(error, NoHello):
            # Clouds pass over the answer; our gateway lets the time for a hello go on.
            return tencent.refused(NO_HELLO, "no hello yet")
    return tencent.refused(0, "ok")


def _object(text: str | None) -> dict[str, Any]:
    """Return a frame. Raises Malformed for what is no JSON object with a type, binary frames among them."""
    if text is None:
        raise e.Malformed("frames are JSON text")
    frame = parse.load(text)
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise e.Malformed("a frame is an object with a type")
    return frame


def _refuse(parts: Wiring, connection_id: str, error: Exception, command_id: str | None) -> None:
    try:
        close = CLOSES.get(type(error))
        if close is not None:
            parts.delivery.close(connection_id, close, voice.detail(error)[:120])
        elif command_id is not None and not isinstance(error, (e.Unavailable, e.Unauthorized)):
            parts.delivery.say(connection_id, voice.result(command_id, error))
        else:
            parts.delivery.say(connection_id, voice.error(error, command_id))
    except (e.ConnectionGone, e.PushFailed, e.Unavailable) as again:
        note(again)


class HelloRefused(e.Unauthorized):
    """A hello with a token that is not valid: the socket is closed."""


class NoHello(e.Unauthorized):
    """A frame before hello."""


class TooLate(e.Unauthorized):
    """No hello within 10 s: the socket is closed."""


class Unknown(e.Unauthorized):
    """The socket is not in our books, after a restored database for example: it must come again."""


CLOSES: dict[type[BaseException], int] = {
    e.Malformed: problem.CLOSE_MALFORMED,
    HelloRefused: problem.CLOSE_UNAUTHORIZED,
    TooManyCodes: problem.CLOSE_UNAUTHORIZED,
    TooLate: problem.CLOSE_NO_HELLO,
    e.Flooding: problem.CLOSE_RATE_LIMITED,
    Unknown: problem.CLOSE_TRY_LATER,
    TooFarBack: problem.CLOSE_TRY_LATER,
}


def _deal(parts: Wiring, connection_id: str, frame: dict[str, Any]) -> None:
    kind = KINDS.get(frame["type"])
    if kind is None:
        raise e.Invalid(
            "some fields are wrong", (e.FieldError("/type", f"there is no frame {frame['type'][:32]!r}"),)
        )
    said = parse.convert(frame, kind)
    if isinstance(said, f.Hello):
        _hello(parts, connection_id, said)
    elif isinstance(said, f.Pair):
        parts.pairing.pair(connection_id, plain_code(said.code), said.name)
    else:
        _bound(parts, _known(parts, connection_id), said, frame)


KINDS: dict[str, type[msgspec.Struct]] = {
    "hello": f.Hello,
    "pair": f.Pair,
    "ack": f.Ack,
    "resume": f.Resume,
    "ping": f.Ping,
    "unpair": f.Unpair,
    "command": f.Command,
}


def _hello(parts: Wiring, connection_id: str, said: f.Hello) -> None:
    parts.limiter.hello(connection_id)
    lang = said.lang if said.lang in LANGUAGES else None
    try:
        if said.role == "kitchen":
            parts.sessions.hello_kitchen(connection_id, said.token, said.epoch, said.seq, lang)
        elif said.role == "guest":
            parts.sessions.hello_guest(connection_id, said.shop, lang)
        elif said.role == "board":
            parts.sessions.hello_board(connection_id, said.shop, lang)
        elif is_uuid(said.order):
            parts.sessions.hello_customer(connection_id, said.order, said.token, lang)
        else:
            raise e.Unauthorized("there is no such order, or the token is not for it")
    except e.Unauthorized as error:
        raise HelloRefused(error.detail) from error


def _known(parts: Wiring, connection_id: str) -> Connection:
    connection = parts.sessions.get(connection_id)
    if connection is None:
        raise Unknown("connect again")
    if connection.role is None:
        if connection.age_s > HELLO_WITHIN_S:
            raise TooLate("no hello within 10 s")
        raise NoHello("say hello first")
    return connection


def _bound(parts: Wiring, connection: Connection, said: msgspec.Struct, frame: dict[str, Any]) -> None:
    if isinstance(said, f.Ack):
        parts.sessions.ack(connection, said.seq)
    elif isinstance(said, f.Resume):
        parts.sessions.resume(connection, said.seq)
    elif isinstance(said, f.Ping):
        ready = None if said.ready is None else render.encode(said.ready).decode()
        attends = said.ready is not None and said.ready.visible and said.ready.audible
        parts.sessions.ping(connection, ready, said.dropped, said.seq, attends=attends)
    elif isinstance(said, f.Unpair):
        parts.pairing.unpair(connection)
    elif isinstance(said, f.Command):
        parts.limiter.command(connection)
        said.id = frame["id"]  # as it came: the client knows it by every letter
        parts.delivery.say(connection.id, _command(parts, connection, said, frame))


def _command(parts: Wiring, connection: Connection, said: f.Command, frame: dict[str, Any]) -> str:
    """Carry out a command and return the answer's frame. A refusal is an answer too, and is remembered under the id."""
    assert connection.role is not None and connection.shop is not None
    if connection.role == "customer":
        by = k.By(Actor.CUSTOMER, f"order:{connection.order}")
    else:
        by = k.By(Actor.KITCHEN, f"device:{connection.device}")
    try:
        arguments = _arguments(connection.role, said.name, frame)
        if connection.role == "customer":
            return _of_customer(parts.kitchen, connection, said, arguments, by)
        return _of_kitchen(parts.kitchen, connection, said, arguments, by)
    except (e.Invalid, e.NotFound) as error:
        if connection.role in ("guest", "board"):  # nobody whose commands are counted
            raise
        return parts.kitchen.refuse(connection.shop, by, said.id, error)


def _arguments(role: str, name: str, frame: dict[str, Any]) -> msgspec.Struct:
    kind = {"kitchen": f.KITCHEN_COMMANDS, "customer": f.CUSTOMER_COMMANDS}.get(role, {}).get(name)
    if kind is None:
        raise e.Invalid(
            "some fields are wrong", (e.FieldError("/name", f"a {role} has no command {name!r}"),)
        )
    return parse.convert(frame, kind)


def _of_customer(
    kitchen: k.Kitchen, connection: Connection, said: f.Command, arguments: msgspec.Struct, by: k.By
) -> str:
    assert connection.shop is not None and connection.order is not None
    change: k.Change = k.asking_cancel if said.name == "cancel" else k.nudging
    if isinstance(arguments, f.CustomerMessage):
        change = k.saying(Actor.CUSTOMER, arguments.text)
    return kitchen.change_order(connection.shop, by, said.id, connection.order, change)


def _of_kitchen(
    kitchen: k.Kitchen, connection: Connection, said: f.Command, a: msgspec.Struct, by: k.By
) -> str:
    assert connection.shop is not None
    shop = connection.shop
    if isinstance(a, f.Availability):
        return kitchen.set_available(
            shop, by, said.id, a.item, a.available is True, today=a.available == "today"
        )
    if isinstance(a, f.ShopState):
        openness = k.openness(a.accepting, a.busy_minutes, a.paused_until)
        return kitchen.set_openness(shop, by, said.id, openness)
    change, order_id = _change(said.name, a)
    if not is_uuid(order_id):
        raise e.NotFound("there is no such order")
    return kitchen.change_order(shop, by, said.id, order_id, change)


def _change(name: str, a: msgspec.Struct) -> tuple[k.Change, str]:
    if isinstance(a, f.KitchenMessage):
        return k.saying(Actor.KITCHEN, a.text), a.order
    if isinstance(a, f.Accept):
        return k.moving(Move.ACCEPT, Actor.KITCHEN, minutes=a.minutes), a.order
    if isinstance(a, f.WithReason):
        return k.moving(Move(name), Actor.KITCHEN, reason=a.reason), a.order
    assert isinstance(a, f.OfOrder)
    if name == "keep":
        return k.keeping, a.order
    return k.moving(Move(name), Actor.KITCHEN), a.order
