"""Rates: token buckets, and the setting that says how large they are.

A bucket holds at most `burst` tokens and gets `per_s` a second. What is let through takes one of each bucket that it falls
into, or of none: who is refused by one bucket uses up nobody else's.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from orderbell.domain.errors import SettingsError

DEBT = 2
"""Bursts. A bucket of commands goes so far below nothing while its client does not stop: then 3 bursts were sent."""

_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


class Rate(NamedTuple):
    """So many at once (`burst`), and so many a second (`per_s`) in the long run."""

    burst: float
    per_s: float


class Draw(NamedTuple):
    """A wish to take one token of a bucket. With `debt` a refusal costs one too, down to so many below nothing."""

    bucket: bytes
    rate: Rate
    debt: float = 0.0


# A restaurant's guests share one address: these stop floods, not guests.
DEFAULTS: Mapping[str, Rate] = {
    "orders_ip": Rate(300, 5),
    "orders_phone": Rate(200, 0.5),
    "orders_shop": Rate(1000, 20),
    "reads_ip": Rate(1200, 60),
    "reads_device": Rate(300, 10),
    "reads_order": Rate(300, 10),
    "sockets_ip": Rate(300, 10),
    "hellos_socket": Rate(20, 1),
    "pair_ip": Rate(20, 1 / 30),
    "commands_device": Rate(300, 15),
    "commands_order": Rate(30, 1),
}

CAPS: Mapping[str, int] = {"open_ip": 500, "open_device": 10, "open_shop": 2000}
"""Sockets that may be open at once: of an address, of a kitchen's device, of a shop's guests, customers and boards."""

CROWDED_S = 60
"""When to come again where too many sockets are open: dead ones are found within about a minute."""


class Sizes(NamedTuple):
    """What holds. A name that is not there is not limited."""

    rates: Mapping[str, Rate]
    caps: Mapping[str, int]


UNLIMITED = Sizes({}, {})

FULL_S = 3600.0
"""How long a bucket is kept where no rate says when it is full again."""


def parse(text: str) -> Sizes:
    """Return what a text like `orders_ip=300/5,pair_ip=off,open_ip=1000` means: what it does not name has its default.

    `off` alone switches all off.

    Raises:
        SettingsError: an unknown name, no BURST/PER_SECOND, or no number of sockets.
    """
    if text.strip().lower() == "off":
        return UNLIMITED
    rates, caps = dict(DEFAULTS), dict(CAPS)
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = (word.strip() for word in part.partition("="))
        if name not in DEFAULTS and name not in CAPS:
            raise SettingsError(
                "RATE_LIMITS must be off, or NAME=VALUE with commas between: "
                f"{name[:32]!r} is none of {', '.join((*DEFAULTS, *CAPS))}"
            )
        if value.lower() == "off":
            rates.pop(name, None)
            caps.pop(name, None)
        elif name in CAPS:
            caps[name] = _cap(name, value)
        else:
            rates[name] = _rate(name, value)
    return Sizes(rates, caps)


def _cap(name: str, text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,6}", text):
        raise SettingsError(f"RATE_LIMITS must have a number of sockets as {name}, like {CAPS[name]}, or off")
    return int(text)


def _rate(name: str, text: str) -> Rate:
    words = [word.strip() for word in text.split("/")]
    if len(words) == 2 and all(map(_NUMBER.fullmatch, words)):
        rate = Rate(*map(float, words))
        if rate.burst >= 1 and rate.per_s > 0:
            return rate
    example = f"{DEFAULTS[name].burst:g}/0.5"
    raise SettingsError(f"RATE_LIMITS must have BURST/PER_SECOND as {name}, like {example}, or off")


def bucket(key: bytes, kind: str, *values: str) -> bytes:
    """Return the name of a bucket: who reads it cannot try all addresses or phone numbers without the key."""
    said = "\0".join((kind, *values)).encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).digest()[:16]


def address(peer: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 of an IPv6 one, which is what a household is given."""
    if ":" not in peer:
        return peer
    import ipaddress  # few come by IPv6

    try:
        found = ipaddress.IPv6Address(peer.partition("%")[0].strip("[]"))
    except ValueError:
        return peer
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Address(int(found) >> 64 << 64)) + "/64"


def refilled(tokens: float, age: timedelta, rate: Rate) -> float:
    """Return what is in a bucket that had `tokens` so long ago. A clock that went back fills nothing."""
    return min(rate.burst, tokens + max(0.0, age.total_seconds()) * rate.per_s)


def left(has: Sequence[float], draws: Sequence[Draw]) -> list[float]:
    """Return what is in each bucket afterwards: one less in all, or where one is empty, in those that run into debt."""
    if all(each >= 1 for each in has):
        return [each - 1 for each in has]
    return [
        max(each - 1, -draw.debt) if draw.debt and each < 1 else each
        for each, draw in zip(has, draws, strict=True)
    ]


def wait_s(has: Sequence[float], draws: Sequence[Draw]) -> int | None:
    """Return after how many seconds all buckets have one, rounded up and at least 1; None where they have now."""
    if all(each >= 1 for each in has):
        return None
    short = [
        (1 - after) / draw.rate.per_s
        for after, draw in zip(left(has, draws), draws, strict=True)
        if after < 1
    ]
    return max(1, math.ceil(max(short)))


def drowned(has: Sequence[float], draws: Sequence[Draw]) -> bool:
    """Say whether a bucket is as deep in debt as it goes: its client does not listen."""
    return any(draw.debt and each - 1 < -draw.debt for each, draw in zip(has, draws, strict=True))


def forgettable_s(rates: Mapping[str, Rate]) -> float:
    """Return after how many seconds a bucket of any of the rates is full again, from the deepest debt."""
    return max(((1 + DEBT) * rate.burst / rate.per_s for rate in rates.values()), default=FULL_S)
