"""How the server speaks, as the use cases see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from orderbell.domain.board import Board
from orderbell.domain.events import Logged
from orderbell.domain.menu import Menu
from orderbell.domain.order import Order
from orderbell.service.types import Device, Standing


class Voice(Protocol):
    """How values are said on the wire. Each method returns the text of one frame, but for `body`."""

    def body(self, order: Order, /) -> str:
        """Return an order without its customer, as the log stores it."""

    def welcome(
        self,
        role: str,
        standing: Standing,
        menu: Menu,
        lang: str | None,
        device: str | None,
        token: str | None,
    ) -> str:
        """Say that a connection is bound; `token` is the device's new one."""

    def paired(self, token: str, device: Device) -> str:
        """Give a device its token."""

    def snapshot(self, epoch: str, seq: int, orders: Sequence[Order]) -> str:
        """Say what is open, to a kitchen."""

    def events(
        self,
        epoch: str,
        prev: int,
        events: Sequence[Logged],
        shop: tuple[Standing, Menu] | None,
        lang: str | None,
    ) -> str:
        """Say what happened, to a kitchen; `shop` is needed where a shop or menu event is among them."""

    def order(self, order: Order, /) -> str:
        """Say how an order stands, to its customer."""

    def shop(self, standing: Standing, menu: Menu, lang: str | None) -> str:
        """Say how a shop stands."""

    def board(self, board: Board, /) -> str:
        """Say which codes are in work and which are ready, to whoever looks."""

    def result(self, command_id: str, error: Exception | None) -> str:
        """Answer a command."""

    def pong(self, seq: int, at: datetime) -> str:
        """Answer a ping."""

    def error(self, error: Exception, command_id: str | None) -> str:
        """Refuse a frame."""
