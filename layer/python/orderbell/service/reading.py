"""Who asks over HTTP with a device's token, and how often."""

from __future__ import annotations

from orderbell.domain.errors import Unauthorized
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Device, Ledger, Secrets


def reader(ledger: Ledger, secrets: Secrets, limiter: Limiter, token: str, peer: str) -> Device:
    """Return the device with this token and let it read at its own rate; who has none is counted by address.

    Guests and kitchen share one address: junk from it must not refuse the kitchen.

    Raises:
        Unauthorized: no device has this token, or it was revoked.
        RateLimited: too many requests of this device, or without a device from this address.
        Unavailable: the store cannot be reached.
    """
    device = ledger.device(secrets.digest(token))
    limiter.reads(peer, device=None if device is None else device.id)
    if device is None:
        raise Unauthorized("no device has this token, or it was revoked: pair this screen again")
    return device
