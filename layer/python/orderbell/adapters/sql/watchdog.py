"""Cuts a database connection whose answer does not come in time.

libpq waits for an answer without an end. Keepalives and `tcp_user_timeout` notice a peer whose kernel is gone, but not one
that acknowledges what it will never answer: a proxy that went silent, a server that was frozen. Only a limit on our own side
ends that wait. It costs the hot path two locks that nobody else holds, 0.5 us in all (a round trip costs 90).
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable

from psycopg2.extensions import connection as PgConnection

from orderbell.domain.errors import Unavailable

CHECK_S = 0.25
REST_AFTER_S = 10.0
"""The thread ends when nothing was waited for in that time: a function that is not called has nothing that wakes."""


class Watchdog:
    """Watches one connection at a time, from a thread of its own."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._line = (
            -1
        )  # our own copy of the descriptor: it cannot become somebody else's while we look at it
        self._due: float | None = None
        self._armed_at = 0.0
        self._running = False
        self._release: Callable[[], object] = lambda: None

    def watch(self, connection: PgConnection) -> None:
        """Watch this connection from now on, until `leave` or its end."""
        self.leave()
        self._line = os.dup(connection.fileno())
        self._release = weakref.finalize(connection, os.close, self._line)

    def leave(self) -> None:
        """Let go of the connection; it can be closed then."""
        with self._guard:
            self._line, self._due = -1, None
        self._release()

    def arm(self, seconds: float) -> None:
        """Cut the connection unless `disarm` comes within so many seconds.

        Raises:
            Unavailable: nobody can watch now: there is no room for one more thread.
        """
        with self._guard:
            self._armed_at = time.monotonic()
            self._due = self._armed_at + seconds
            start, self._running = not self._running, True
        if start:
            self._start()

    def disarm(self) -> None:
        """The answer came."""
        with self._guard:
            self._due = None

    def _start(self) -> None:
        try:
            threading.Thread(target=self._look, name="database watchdog", daemon=True).start()
        except (RuntimeError, MemoryError) as error:
            with self._guard:
                self._running, self._due = False, None  # the next one to arm it tries again
            raise Unavailable("nobody can watch the database connection") from error

    def _look(self) -> None:
        while True:
            time.sleep(CHECK_S)
            now = time.monotonic()
            with self._guard:
                if self._due is not None and now > self._due:
                    self._due = None
                    _cut(self._line)
                elif self._due is None and now - self._armed_at > REST_AFTER_S:
                    self._running = False
                    return


def _cut(line: int) -> None:
    """Shut the connection on both ways, so that whoever waits on it sees its end. Its owner closes it."""
    import socket  # only who must cut pays for it

    try:
        ours = socket.socket(fileno=os.dup(line))
    except OSError:  # it ended by itself
        return
    try:
        ours.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
    finally:
        ours.close()
