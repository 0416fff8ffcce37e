"""Screens come to a shop by a one-use code, and leave it."""

from __future__ import annotations

from orderbell.domain.errors import Unauthorized
from orderbell.service.delivery import Delivery
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Connection, Connections, Ledger, Secrets, Voice

PAIR_TRIES = 5
CLOSE_REVOKED = 4409


class Pairing:
    """Devices of shops."""

    def __init__(
        self, ledger: Ledger, connections: Connections, delivery: Delivery, secrets: Secrets, voice: Voice,
        limiter: Limiter,
    ) -> None:  # fmt: skip
        self._ledger = ledger
        self._connections = connections
        self._delivery = delivery
        self._secrets = secrets
        self._voice = voice
        self._limiter = limiter

    def pair(self, connection_id: str, code: str, name: str) -> None:
        """Swap a pairing code for a device's token.

        Raises:
            Unauthorized: the code is wrong, used or too old.
            Flooding: too many were tried from this address; this one was not.
        """
        self._limiter.pairing(self._connections.peer(connection_id))
        token = self._secrets.device_token()
        device = self._ledger.pair(self._secrets.digest(code), name, self._secrets.digest(token))
        if device is None:
            tries = self._connections.wrong_code(connection_id)
            if tries >= PAIR_TRIES:
                raise TooManyCodes("too many wrong pairing codes")
            raise Unauthorized("this pairing code is wrong, used or older than 10 minutes: ask for a new one")
        self._delivery.say(connection_id, self._voice.paired(token, device))

    def unpair(self, connection: Connection) -> None:
        """End the right of the screen that says so, and close all its sockets, this one too.

        Raises:
            Unauthorized: this is no kitchen's screen.
        """
        if connection.device is None:
            raise Unauthorized("this is for a kitchen's screen that has said hello")
        for each in self._ledger.unpair(connection.device):
            self._delivery.hang_up(each, CLOSE_REVOKED, "this screen was disconnected")


class TooManyCodes(Unauthorized):
    """Somebody guesses pairing codes: the socket is closed."""
