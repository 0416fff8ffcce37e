"""Who may do something now: rates that hold across instances, and how many sockets somebody may have open."""

from __future__ import annotations

from orderbell.domain import rates
from orderbell.domain.errors import Flooding, RateLimited
from orderbell.domain.phone import plain
from orderbell.domain.rates import DEBT, UNLIMITED, Draw, Sizes
from orderbell.service.ports import Connection
from orderbell.service.ports_limits import Limits


class Limiter:
    """Asks the shared buckets. `key` is what addresses and phone numbers are hashed with: the store does not have it."""

    def __init__(self, limits: Limits | None = None, sizes: Sizes = UNLIMITED, key: bytes = b"") -> None:
        self._limits = limits
        self._rates = sizes.rates
        self._key = key
        self.caps = sizes.caps

    def ordering(self, peer: str) -> None:
        """Let an address try to order, whatever becomes of it. Raises RateLimited, Unavailable."""
        self._take(self._draw("orders_ip", rates.address(peer)), "too many orders at once")

    def order(self, shop: str, phone: str | None) -> None:
        """Let an order that is good be stored in a shop. Raises RateLimited, Unavailable.

        A phone number is counted in each shop by itself: whoever holds the shop draws from its buckets and waits for nobody.
        """
        draws = self._draw("orders_shop", shop)
        if phone is not None:
            draws += self._draw("orders_phone", shop, plain(phone))
        self._take(draws, "too many orders at once")

    def reads(self, peer: str, *, device: str | None = None, order: str | None = None) -> None:
        """Let somebody read an order, a stream or a day. Raises RateLimited, Unavailable.

        Who proved to be a `device`, or to hold the token of an `order`, has a bucket of its own; all others have their address's.
        """
        if device is not None:
            draws = self._draw("reads_device", device)
        elif order is not None:
            draws = self._draw("reads_order", order)
        else:
            draws = self._draw("reads_ip", rates.address(peer))
        self._take(draws, "too many requests at once")

    def handshake(self, peer: str) -> bytes:
        """Let an address open a socket; return the hash under which the socket is counted. Raises RateLimited, Unavailable."""
        client = rates.address(peer)
        self._take(self._draw("sockets_ip", client), "too many connections at once")
        return rates.bucket(self._key, "peer", client)

    def hello(self, connection_id: str) -> None:
        """Let a socket say who it is: the dearest of all frames. Raises Flooding, Unavailable."""
        if self._take(self._draw("hellos_socket", connection_id), None) is not None:
            raise Flooding("too many hellos on one connection", 1)

    def pairing(self, peer: bytes | None) -> None:
        """Let the address of a socket try a pairing code, right or wrong. Raises Flooding, Unavailable."""
        wait = self._take(self._draw("pair_ip", "" if peer is None else peer.hex()), None)
        if wait is not None:
            raise Flooding("too many pairing codes were tried from this address", wait)

    def command(self, connection: Connection) -> None:
        """Let a device's, or a customer's, command through.

        Raises:
            RateLimited: later.
            Flooding: it has not stopped for twice its burst of refusals.
        """
        if connection.device is not None:
            draws = self._draw("commands_device", connection.device, goes_on=True)
        else:
            draws = self._draw("commands_order", connection.order or connection.id, goes_on=True)
        self._take(draws, "too many commands at once")

    def forget(self) -> None:
        """Remove the buckets that are full again. Raises Unavailable."""
        if self._limits is not None:
            self._limits.forget(rates.forgettable_s(self._rates))

    def _draw(self, kind: str, *values: str, goes_on: bool = False) -> list[Draw]:
        rate = self._rates.get(kind)
        if rate is None:
            return []
        return [Draw(rates.bucket(self._key, kind, *values), rate, DEBT * rate.burst if goes_on else 0.0)]

    def _take(self, draws: list[Draw], refusal: str | None) -> int | None:
        """Take, and raise the refusal, or where there is none return how long to wait (None: let through)."""
        if self._limits is None or not draws:
            return None
        has = self._limits.take(draws)
        wait = rates.wait_s(has, draws)
        if wait is None or refusal is None:
            return wait
        kind = Flooding if rates.drowned(has, draws) else RateLimited
        raise kind(f"{refusal}: try again in {wait} s", wait)
