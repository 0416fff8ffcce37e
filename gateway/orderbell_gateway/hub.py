"""The open WebSockets: who they are, what they may do, when they have to go. No I/O; it is told the time.

Rule: everything that decides about a connection is here. A server library only moves bytes (`Socket` below):
`admit` comes before the handshake, `opened` after it, `heard` and `message` for what arrives, `lost` last.
"""

from __future__ import annotations

import heapq
import secrets
from base64 import b64encode
from collections import Counter, deque
from collections.abc import Callable
from enum import Enum
from itertools import count
from typing import Protocol

from .backlog import Backlog
from .bucket import Bucket
from .limits import Limits
from .logs import label
from .messages import size_of

NORMAL, GOING_AWAY, PROTOCOL_ERROR, TOO_BIG, TRY_LATER, ABNORMAL = 1000, 1001, 1002, 1009, 1013, 1006
NO_HELLO, FLOODED = 4408, 4429

Frame = str | bytes
"""A text or a binary message."""


class Socket(Protocol):
    """What a server library offers for one accepted WebSocket."""

    def send(self, data: bytes, binary: bool) -> None:
        """Write a message (`data` is UTF-8 unless `binary`) at once, without waiting for anything."""

    def ping(self) -> None:
        """Write a ping."""

    def close(self, code: int, reason: str) -> None:
        """Write a close frame."""

    def abort(self) -> None:
        """Drop the connection and what waits in it, now."""

    def pending(self) -> int:
        """Return how many bytes the client has not taken yet."""


class State(Enum):
    """The life of a connection: never backwards."""

    PENDING = "pending"
    OPEN = "open"
    CLOSING = "closing"
    GONE = "gone"


class Pushed(Enum):
    """What became of a push; the value is the errNo on the wire."""

    SENT = 0
    UNKNOWN = 1001
    WRONG = 1002
    FULL = 1003


class Full(Exception):
    """There are as many sockets as the operator allows."""


class Connection:
    """One WebSocket. Read it; only the hub changes it."""

    __slots__ = (
        "id", "label", "api", "peer", "bucket", "socket", "state", "spoke", "counted", "opened_at", "heard_at",
        "used_at", "pinged_at", "closing_at", "wake_at", "backlog", "inbox", "busy", "code", "ended_by",
    )  # fmt: skip

    def __init__(self, connection_id: str, api: str, peer: str) -> None:
        self.id = connection_id
        self.label = label(connection_id)
        self.api = api
        self.peer = peer
        self.bucket = Bucket()
        self.socket: Socket | None = None
        self.state = State.PENDING
        self.spoke = False
        self.counted = False
        self.opened_at = self.heard_at = self.used_at = self.pinged_at = self.closing_at = self.wake_at = 0.0
        self.backlog = Backlog()
        self.inbox: deque[Frame] | None = None
        self.busy = False
        self.code = 0
        self.ended_by = ""


class Hub:
    """All connections of this gateway."""

    def __init__(self, limits: Limits, new_id: Callable[[], str] | None = None) -> None:
        self.limits = limits
        self.connections: dict[str, Connection] = {}
        self.opened_total = 0
        self.closed_total: Counter[int] = Counter()
        self._new_id = new_id or _random_id
        self._alarms: list[tuple[float, int, Connection]] = []
        self._order = count()

    # ---- the life of a connection

    def admit(self, api: str, peer: str = "") -> Connection:
        """Return a new connection of a client at `peer` that waits for its register function. It cannot be pushed to yet.

        Raises:
            Full: there are too many.
        """
        if len(self.connections) >= self.limits.sockets:
            raise Full
        connection = Connection(self._new_id(), api, peer)
        self.connections[connection.id] = connection
        return connection

    def refused(self, connection: Connection) -> None:
        """Forget a connection that was never opened."""
        connection.state = State.GONE
        self.connections.pop(connection.id, None)

    def opened(self, connection: Connection, socket: Socket, now: float) -> None:
        """The 101 is written: from now on the connection can be pushed to."""
        connection.socket = socket
        connection.state = State.OPEN
        connection.opened_at = connection.heard_at = connection.used_at = now
        self.opened_total += 1
        self._wake(connection, self._next(connection))

    def heard(self, connection: Connection, now: float) -> None:
        """A sign of life came (a pong, a ping). Each counts as a message to the rate: it has to be read and answered too."""
        connection.heard_at = now
        connection.pinged_at = 0.0
        self._spend(connection, now)

    def message(self, connection: Connection, frame: Frame, now: float) -> bool:
        """Take a message of the client. Return True when somebody has to begin `take`-ing."""
        if connection.state is not State.OPEN:
            return False
        connection.heard_at = connection.used_at = now
        connection.pinged_at = 0.0
        connection.spoke = True
        if size_of(frame) > self.limits.message_bytes:
            self.close(connection, TOO_BIG, f"a message may have {self.limits.message_bytes} bytes", now)
            return False
        if not self._spend(connection, now):
            return False
        inbox = connection.inbox
        if inbox is None:
            inbox = connection.inbox = deque()
        if len(inbox) >= self.limits.inbox_frames:
            self.close(connection, FLOODED, "too many messages at once", now)
            return False
        inbox.append(frame)
        if connection.busy:
            return False
        connection.busy = True
        return True

    def _spend(self, connection: Connection, now: float) -> bool:
        if connection.bucket.take(now, self.limits.message_burst, self.limits.message_rate):
            return True
        self.close(connection, FLOODED, "too many messages in a short time", now)
        return False

    def take(self, connection: Connection) -> Frame | None:
        """Return the client's next message in order, or None; then `message` says when again."""
        if connection.inbox:
            return connection.inbox.popleft()
        connection.inbox = None
        connection.busy = False
        return None

    def close(self, connection: Connection, code: int, reason: str, now: float, by: str = "gateway") -> None:
        """Begin the closing handshake; who does not finish it in time is cut off."""
        if connection.state is not State.OPEN or connection.socket is None:
            return
        connection.state = State.CLOSING
        connection.code, connection.ended_by, connection.closing_at = code, by, now
        if by == "gateway" and code in (FLOODED, TOO_BIG):
            connection.inbox = None
        connection.socket.close(code, reason)
        self._wake(connection, now + self.limits.close_s)

    def lost(self, connection: Connection, code: int = ABNORMAL) -> None:
        """The connection is no more: by the client's close frame (`code` is its code) or by losing it."""
        if connection.state is State.GONE:
            return
        if not connection.ended_by:
            connection.code, connection.ended_by = code, "client" if code != ABNORMAL else "lost"
        connection.state = State.GONE
        connection.socket = None
        self.connections.pop(connection.id, None)
        self.closed_total[connection.code] += 1

    # ---- what functions want of a connection

    def push(self, connection_id: str, api: str, data: bytes, binary: bool, now: float) -> Pushed:
        """Write a message to a connection. After SENT the bytes are in the kernel's or our bounded buffer."""
        connection = self.connections.get(connection_id)
        if connection is None or connection.state is not State.OPEN or connection.api != api:
            return Pushed.UNKNOWN
        socket = connection.socket
        assert socket is not None  # OPEN has one
        pending = socket.pending()
        if connection.backlog.is_too_much(pending, now, self.limits):
            self.close(connection, TRY_LATER, "reads too slowly", now)
            return Pushed.FULL
        connection.backlog.wrote(len(data), pending, self.limits)
        connection.used_at = now
        socket.send(data, binary)
        return Pushed.SENT

    def push_close(self, connection_id: str, api: str, code: int, reason: str, now: float) -> Pushed:
        """Close a connection because a function says so."""
        connection = self.connections.get(connection_id)
        if connection is None or connection.state is not State.OPEN or connection.api != api:
            return Pushed.UNKNOWN
        self.close(connection, code, reason, now, by="push")
        return Pushed.SENT

    # ---- time

    def tick(self, now: float) -> None:
        """Do what is due: pings, closes, cuts. Costs nothing for connections that have nothing due."""
        alarms = self._alarms
        while alarms and alarms[0][0] <= now:
            when, _, connection = heapq.heappop(alarms)
            # An alarm that was replaced by an earlier one stays in the heap until its time; it means nothing.
            if when == connection.wake_at and connection.state in (State.OPEN, State.CLOSING):
                self._due(connection, now)

    def close_all(self, code: int, reason: str, now: float) -> None:
        """Close every open connection."""
        for connection in list(self.connections.values()):
            self.close(connection, code, reason, now)

    def answered(self, connection: Connection, counts: bool, now: float) -> None:
        """A function dealt with a message. One that does not count (it answered an errNo) is no first message."""
        if counts or connection.counted:
            connection.counted = True
            return
        if connection.state is State.OPEN:
            connection.spoke = False
            if now >= self._first_due(connection):
                self.close(connection, NO_HELLO, "no message that counts came", now)
            else:
                self._wake(connection, self._next(connection))

    def _due(self, connection: Connection, now: float) -> None:
        limits, socket = self.limits, connection.socket
        assert socket is not None  # OPEN and CLOSING have one
        if connection.state is State.CLOSING:
            socket.abort()
        elif now >= self._first_due(connection):
            self.close(connection, NO_HELLO, "no message came", now)
        elif limits.idle_s and now >= connection.used_at + limits.idle_s:
            self.close(connection, GOING_AWAY, "idle", now)
        elif connection.pinged_at and now >= connection.pinged_at + limits.pong_s:
            socket.abort()
        else:
            if limits.ping_s and not connection.pinged_at and now >= connection.heard_at + limits.ping_s:
                connection.pinged_at = now
                socket.ping()
            self._wake(connection, self._next(connection))

    def _first_due(self, connection: Connection) -> float:
        silent = self.limits.first_frame_s and not connection.spoke
        return connection.opened_at + self.limits.first_frame_s if silent else float("inf")

    def _next(self, connection: Connection) -> float:
        """Return when an open connection has to be looked at again (infinity: never)."""
        limits = self.limits
        times = [self._first_due(connection)]
        if limits.idle_s:
            times.append(connection.used_at + limits.idle_s)
        if connection.pinged_at:
            times.append(connection.pinged_at + limits.pong_s)
        elif limits.ping_s:
            times.append(connection.heard_at + limits.ping_s)
        return min(times)

    def _wake(self, connection: Connection, when: float) -> None:
        connection.wake_at = when
        if when != float("inf"):
            heapq.heappush(self._alarms, (when, next(self._order), connection))


def _random_id() -> str:
    """Return 128 random bits as base64: like the vendor's with / + =, so that bugs with those show here."""
    return b64encode(secrets.token_bytes(16)).decode()
