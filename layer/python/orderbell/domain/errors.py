"""What can go wrong, sorted by who must act. `wire/problem.py` says how each looks on the wire.

OrderbellError
  Refused            the caller must change the request (never retried as it is)
    Malformed          not JSON, or JSON that no honest client sends
    Invalid            fields are wrong; every one of them is named
    KeyMissing, KeyInvalid, KeyReused          the Idempotency-Key
    Unauthorized, NotFound, UnknownShop        no token / unknown or not yours / no such shop
    MethodNotAllowed, TooLarge, UnsupportedMediaType
    ShopClosed, ItemUnavailable, PriceChanged, Conflict
    RateLimited        the same request later
      Flooding           the socket is closed, too
  Unavailable        nobody is wrong: nothing was accepted, or its fate is unknown; try again
  ConnectionGone     a socket is dead: forget it (never reaches a client)
  PushFailed         a push did not succeed, the socket may be alive (never reaches a client)
  SettingsError      a setting is missing or wrong: the start stops
  MenuError          a menu file is wrong, with its line
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One wrong field: an RFC 6901 pointer into the body, and what is wrong with it."""

    pointer: str
    detail: str


class OrderbellError(Exception):
    """The root. An exception outside this tree is a defect, and its text never leaves the process."""


class Refused(OrderbellError):
    """The caller must change the request. `errors` names the fields, where fields are to blame."""

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class Malformed(Refused):
    """Not JSON, duplicate keys, NUL, lone surrogates, too deep."""


class Invalid(Refused):
    """Fields are missing, unknown or out of range; `errors` names every one."""


class KeyMissing(Refused):
    """POST /bill without Idempotency-Key."""


class KeyInvalid(Refused):
    """The Idempotency-Key is not 1 to 255 printable ASCII characters."""


class KeyReused(Refused):
    """The same Idempotency-Key came with another order."""


class Unauthorized(Refused):
    """A token is needed and none, or a wrong one, was given."""


class NotFound(Refused):
    """Unknown, or not yours: the two look alike from outside."""


class UnknownShop(Refused):
    """No shop has this slug."""


class MethodNotAllowed(Refused):
    """The path exists, the method does not; `allow` lists those that do."""

    def __init__(self, detail: str, allow: str = "") -> None:
        super().__init__(detail)
        self.allow = allow


class TooLarge(Refused):
    """The body is longer than the limit."""


class UnsupportedMediaType(Refused):
    """The body is not application/json."""


class ShopClosed(Refused):
    """The shop takes no orders now."""


class ItemUnavailable(Refused):
    """Something in the order is sold out."""


class PriceChanged(Refused):
    """The customer's total is not the shop's total."""


class Conflict(Refused):
    """A move that the state machine forbids."""


class RateLimited(Refused):
    """Too soon or too often; `retry_after_s` says when to come back."""

    def __init__(self, detail: str, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class Flooding(RateLimited):
    """Somebody does not stop, or has too many sockets open: this one is closed."""


class Unavailable(OrderbellError):
    """Nothing was accepted, or its fate is unknown: the same request may be sent again."""


class ConnectionGone(OrderbellError):
    """The socket is dead: forget the connection."""


class PushFailed(OrderbellError):
    """The push did not succeed; whether it arrived is unknown."""


class SettingsError(OrderbellError):
    """A setting is missing or wrong. The text is one line that says how to mend it."""


class MenuError(OrderbellError):
    """A menu file is wrong. The text is `FILE:LINE: what is wrong`."""
