"""The owner's report: for whoever holds a device of the shop, and of that shop alone."""

from __future__ import annotations

from datetime import date

from orderbell.domain.errors import Unauthorized
from orderbell.domain.report import Report, report
from orderbell.service.limiter import Limiter
from orderbell.service.ports import Ledger, Secrets
from orderbell.service.ports_report import DayBook
from orderbell.service.reading import reader


class Reports:
    """Days of shops."""

    def __init__(self, ledger: Ledger, book: DayBook, secrets: Secrets, limiter: Limiter) -> None:
        self._ledger = ledger
        self._book = book
        self._secrets = secrets
        self._limiter = limiter

    def of(self, token: str, day: date | None, peer: str = "") -> Report:
        """Return the report of a day of the device's shop; None: of the day it is there now.

        Raises:
            Unauthorized: no device has this token, or it was revoked.
            RateLimited: too many requests of this device, or without a good token from this address.
        """
        device = reader(self._ledger, self._secrets, self._limiter, token, peer)
        found = self._book.day(device.shop, day)
        if found is None:
            raise Unauthorized("no device has this token, or it was revoked: pair this screen again")
        return report(found)
