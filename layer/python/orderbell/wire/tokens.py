"""Secrets: how they are made, hashed and compared. Only hashes are stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time
import uuid

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # typed from one screen to another: no I, L, O, 0, 1
_CODE_LENGTH = 8


def digest(secret: str) -> bytes:
    """Return the sha256 under which a secret is stored. Secrets here are random, so that no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def same(secret: str, stored: bytes) -> bool:
    """Say whether `secret` is the one whose digest is stored, in constant time."""
    return hmac.compare_digest(digest(secret), bytes(stored))


def order_token(shop_secret: bytes, order_id: str, key: str) -> str:
    """Return the customer's token of an order: 256 bits, as 43 URL-safe characters.

    It is made from the Idempotency-Key, which only the customer has, and the shop's secret, which only the database has:
    the same key gets the same token again though neither token nor key is stored, a weak key does not make it
    guessable, and a stolen database does not give it away.
    """
    mac = hmac.new(bytes(shop_secret), f"order-token\0{order_id}\0{key}".encode(), hashlib.sha256).digest()
    return _text(mac)


def device_token() -> str:
    """Return a new kitchen device's token: 256 random bits."""
    return secrets.token_urlsafe(32)


def next_token(shop_secret: bytes, device_id: str, token: str) -> str:
    """Return the token that follows a device's: 256 bits, which nobody knows who has only the old one, or only the database.

    It is the same for every page of a screen that says hello with the old one at the same moment, so that none is shut out.
    """
    mac = hmac.new(
        bytes(shop_secret), f"device-token\0{device_id}\0{token}".encode(), hashlib.sha256
    ).digest()
    return _text(mac)


def pairing_code() -> str:
    """Return a one-use code of 8 characters (39 bits) that can be read aloud."""
    return "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))


def plain_code(typed: str) -> str:
    """Return a pairing code as it was made, from what somebody typed: case, spaces and dashes do not matter."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def new_order_id() -> str:
    """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    value = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def is_uuid(text: str) -> bool:
    """Say whether a text is a UUID in its plain form, so that it may be given to the database."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def mask_phone(phone: str | None) -> str | None:
    """Return a phone number with its middle hidden: 138****1234."""
    if phone is None:
        return None
    if len(phone) < 8:
        return "*" * max(len(phone) - 2, 0) + phone[-2:]
    return f"{phone[:3]}{'*' * (len(phone) - 7)}{phone[-4:]}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
