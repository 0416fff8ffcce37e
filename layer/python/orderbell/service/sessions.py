"""Sockets: who is there (hello), what they have (ack, resume, ping), and that they left."""

from __future__ import annotations

from datetime import datetime

from orderbell.domain.errors import Invalid, NotFound, PushFailed, Unauthorized, Unavailable
from orderbell.domain.events import within
from orderbell.domain.order import Order
from orderbell.service.catalog import Catalog
from orderbell.service.delivery import Delivery
from orderbell.service.kitchen import Kitchen
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Connection, Connections, Device, Ledger, Secrets, Standing, Voice
from orderbell.service.reading import reader
from orderbell.service.wall import Wall

MAX_REPLAY = 1000
"""A screen that lacks more events than this gets the open orders instead: it is less to send and to apply."""

MAX_POLL_BYTES = 1_000_000


class Sessions:
    """Connections of kitchens, customers, guests and boards."""

    def __init__(
        self, ledger: Ledger, connections: Connections, catalog: Catalog, delivery: Delivery, kitchen: Kitchen,
        secrets: Secrets, voice: Voice, limiter: Limiter | None = None, *, wall: Wall,
    ) -> None:  # fmt: skip
        self._wall = wall
        self._ledger = ledger
        self._limiter = limiter or Limiter()
        self._connections = connections
        self._catalog = catalog
        self._delivery = delivery
        self._kitchen = kitchen
        self._secrets = secrets
        self._voice = voice

    def opened(self, connection_id: str, peer: str = "") -> None:
        """Note a socket before its handshake is answered. Raises RateLimited, Unavailable."""
        self._connections.add(connection_id, self._limiter.handshake(peer), self._limiter.caps.get("open_ip"))

    def closed(self, connection_id: str) -> None:
        """Forget a socket. Raises Unavailable: then the next push to it does."""
        self._connections.remove(connection_id)

    def get(self, connection_id: str) -> Connection | None:
        """Return who a socket is, and open for this call what is its own."""
        found = self._connections.get(connection_id)
        if found is None or found.shop_id is None:
            return found
        if found.role in ("kitchen", "board"):
            self._wall.shop(found.shop_id)
        elif found.order is not None:
            self._wall.order(found.order, found.shop_id)
        return found

    def hello_kitchen(
        self, connection_id: str, token: str, epoch: str | None, seq: int | None, lang: str | None
    ) -> None:
        """Bind a socket to a device's shop; send what it missed after `seq`, or the open orders.

        Raises:
            Unauthorized: no device has this token.
        """
        device = self._device(token)
        standing = self._catalog.standing(device.shop)
        shop = standing.shop
        self._wall.shop(shop.id)
        resumes = epoch == standing.epoch and seq is not None and _within_reach(standing, seq)
        start = seq if resumes and seq is not None else 0
        lease = self._connections.bind(
            connection_id, "kitchen", shop.id, device=device.id, lang=lang, sent=start, acked=start,
            most=self._limiter.caps.get("open_device"),
        )  # fmt: skip
        self._greet(
            connection_id, self._welcome("kitchen", standing, lang, device.id, self._renewed(device, token))
        )
        if not resumes:
            current, start, orders = self._ledger.snapshot(shop.id)
            self._greet(connection_id, self._voice.snapshot(current, start, orders))
        self._connections.settle(connection_id, lease, start, acked=start)
        self._delivery.drain(shop.id, shop.slug, connection_id)

    def hello_customer(self, connection_id: str, order_id: str, token: str, lang: str | None) -> None:
        """Let a socket follow one order.

        Raises:
            Unauthorized: there is no such order, or the token is not for it.
        """
        self._wall.order(order_id)
        found = self._ledger.order_of(order_id)
        if found is None or not self._secrets.same(token, found[1]):
            raise Unauthorized("there is no such order, or the token is not for it")
        order, _ = found
        standing = self._catalog.standing(order.shop)
        lease = self._follow(connection_id, "customer", standing, lang, order.id)
        self._greet(connection_id, self._welcome("customer", standing, lang))
        self._greet(connection_id, self._voice.order(order))
        self._connections.settle(connection_id, lease, order.version)
        self._catch_up(connection_id, order.id, order.version)

    def hello_guest(self, connection_id: str, slug: str, lang: str | None) -> None:
        """Let a socket follow a shop's openness and availability.

        Raises:
            UnknownShop: no shop has this slug.
        """
        standing = self._catalog.standing(slug)
        lease = self._follow(connection_id, "guest", standing, lang)
        self._greet(connection_id, self._welcome("guest", standing, lang))
        self._connections.settle(connection_id, lease, standing.state_seq)
        if self._catalog.standing(slug).state_seq > standing.state_seq:
            self._delivery.ring_guests(slug)

    def hello_board(self, connection_id: str, slug: str, lang: str | None) -> None:
        """Let a socket follow a shop's board: which codes are in work and which are ready.

        Raises:
            UnknownShop: no shop has this slug.
        """
        standing = self._catalog.standing(slug)
        shop_id = standing.shop.id
        self._wall.shop(shop_id)
        lease = self._follow(connection_id, "board", standing, lang)
        self._greet(connection_id, self._welcome("board", standing, lang))
        board = self._ledger.board(shop_id)
        self._greet(connection_id, self._voice.board(board))
        self._connections.settle(connection_id, lease, board.seq)
        self._delivery.ring_boards(shop_id)

    def _follow(
        self, connection_id: str, role: str, standing: Standing, lang: str | None, order: str | None = None
    ) -> datetime:
        """Bind one of a shop's guests, customers or boards, if there is room. Raises Flooding."""
        most = self._limiter.caps.get("open_shop")
        return self._connections.bind(
            connection_id, role, standing.shop.id, order=order, lang=lang, most=most
        )

    def _device(self, token: str) -> Device:
        device = self._ledger.device(self._secrets.digest(token))
        if device is None:
            raise Unauthorized("no device has this token, or it was revoked: pair this screen again")
        return device

    def _renewed(self, device: Device, token: str) -> str | None:
        """Return a new token for a device whose own is old; the same one again where it did not arrive."""
        if device.renews is None:
            return None
        fresh = self._secrets.next_token(device.renews, device.id, token)
        self._ledger.renew(device.id, self._secrets.digest(fresh))
        return fresh

    def _welcome(
        self,
        role: str,
        standing: Standing,
        lang: str | None,
        device: str | None = None,
        token: str | None = None,
    ) -> str:
        menu = self._catalog.menu(standing.shop, standing.epoch)
        return self._voice.welcome(role, standing, menu, lang, device, token)

    def _greet(self, connection_id: str, text: str) -> None:
        """Say one of the first frames. Without them a screen has nowhere to go on from: it is forgotten, and comes again."""
        try:
            self._delivery.say(connection_id, text)
        except PushFailed:
            self._connections.remove(connection_id)
            raise

    def ack(self, connection: Connection, seq: int) -> None:
        """Note what a kitchen's screen has, and go on with what it lacks.

        Raises:
            Invalid: the log is not that long.
        """
        shop_id, slug = _shop(connection)
        news = self._connections.ack(connection.id, seq)
        if news is None:
            raise Invalid("the log ends before this seq")
        if news:
            self._kitchen.seen(slug, seq)
        self._delivery.drain(shop_id, slug, connection.id)

    def resume(self, connection: Connection, seq: int) -> None:
        """Send a kitchen's screen everything after `seq` again.

        Raises:
            Invalid: the log is not that long.
            TooFarBack: that was purged.
        """
        shop_id, slug = _shop(connection)
        if seq < connection.kept_seq:
            raise TooFarBack("what you lack is no longer kept: connect again")
        if not self._connections.resume(connection.id, seq):
            raise Invalid("the log ends before this seq")
        self._delivery.drain(shop_id, slug, connection.id)

    def ping(
        self, connection: Connection, ready: str | None, dropped: int | None = None, seq: int | None = None,
        *, attends: bool = False,
    ) -> None:  # fmt: skip
        """Answer that the line is alive, and send what is missing.

        `seq` is what a kitchen's screen has; it `attends` where it can be seen and heard.
        """
        if ready is not None or dropped is not None:
            self._connections.ready(connection.id, ready, dropped)
        if attends and connection.device is not None:
            self._connections.attend(connection.device)
        self._delivery.say(connection.id, self._voice.pong(connection.last_seq, connection.now))
        if connection.role == "kitchen":
            shop_id, slug = _shop(connection)
            # The ack may have been lost, or its function killed: no other is due before the shop's next event.
            if seq is not None and seq <= connection.last_seq and self._ledger.has_unseen(shop_id, seq):
                self._kitchen.seen(slug, seq)
            self._delivery.drain(shop_id, slug, connection.id)
        elif connection.role == "customer" and connection.order is not None:
            self._catch_up(connection.id, connection.order, connection.sent)
        elif connection.role == "guest" and connection.shop is not None:
            standing = self._catalog.standing(connection.shop)
            if standing.state_seq > connection.sent:
                self._delivery.ring_guests(connection.shop)
        elif connection.role == "board" and connection.shop_id is not None:
            self._delivery.ring_boards(connection.shop_id)

    def poll(
        self, token: str, after: int, epoch: str | None, *, attends: bool = False, peer: str = ""
    ) -> str:
        """Return what a kitchen lacks after a seq, as the text of an `events` or a `snapshot` frame: the way without a socket.

        What comes before `after` is on the screen, so that asking is also an ack. It `attends` where it can be seen and heard.

        Raises:
            Unauthorized: no device has this token.
            RateLimited: too many requests of this device, or without a good token from this address.
        """
        device = reader(self._ledger, self._secrets, self._limiter, token, peer)
        if attends:
            self._connections.attend(device.id)
        standing = self._catalog.standing(device.shop)
        self._wall.shop(standing.shop.id)
        if epoch != standing.epoch or not _within_reach(standing, after):
            return self._voice.snapshot(*self._ledger.snapshot(standing.shop.id))
        if self._ledger.has_unseen(standing.shop.id, after):
            self._kitchen.seen(device.shop, after)
        events = within(self._ledger.events(standing.shop.id, after, MAX_REPLAY), MAX_POLL_BYTES)
        # Again: what is said of the shop must be no older than the events.
        standing = self._catalog.standing(device.shop)
        about = (standing, self._catalog.menu(standing.shop, standing.epoch))
        return self._voice.events(standing.epoch, after, events, about, None)

    def _catch_up(self, connection_id: str, order_id: str, version: int) -> None:
        """Send an order that changed between reading it and binding the socket to it."""
        found = self._ledger.order_of(order_id)
        if found is None:
            raise NotFound("there is no such order")
        order: Order = found[0]
        if order.version > version:
            self._delivery.ring_order(order)


class TooFarBack(Unavailable):
    """A screen asks for what was purged: its next hello gets the open orders."""


def _within_reach(standing: Standing, seq: int) -> bool:
    """Say whether a screen that has everything up to `seq` gets the rest as events."""
    return standing.kept_seq <= seq and 0 <= standing.last_seq - seq <= MAX_REPLAY


def _shop(connection: Connection) -> tuple[int, str]:
    if connection.role != "kitchen" or connection.shop_id is None or connection.shop is None:
        raise Unauthorized("this is for a kitchen's screen that has said hello")
    return connection.shop_id, connection.shop
