"""The guests' board: which codes are being made and which are ready. No names, no phones, nothing that was only placed."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from orderbell.wire.values import ShopCard


class BoardEntry(Struct):
    """One order on the board; `since` is when it came into its list."""

    number: str
    service: Literal["pickup", "dine_in"]
    since: datetime


class Board(Struct, tag="board"):
    """Board: the codes in work, oldest first, and those that are ready, newest first. `shop` is the slug."""

    shop: str
    at: datetime
    preparing: list[BoardEntry]
    ready: list[BoardEntry]


class BoardAnswer(Struct):
    """Answer of GET /get_shop_info?board=SLUG."""

    shop: ShopCard
    board: Board
