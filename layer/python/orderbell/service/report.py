"""The owner's report: for whoever holds a device of the shop, and of that shop alone."""

from __future__ import annotations

from datetime import date

from orderbell.domain.errors import Unauthorized
from orderbell.domain.report import Report, report
from orderbell.service.ports import Ledger, Secrets
from orderbell.service.ports_report import DayBook


class Reports:
    """Days of shops."""

    def __init__(self, ledger: Ledger, book: DayBook, secrets: Secrets) -> None:
        self._ledger = ledger
        self._book = book
        self._secrets = secrets

    def of(self, token: str, day: date | None) -> Report:
        """Return the report of a day of the device's shop; None: of the day it is there now.

        Raises:
            Unauthorized: no device has this token, or it was revoked.
        """
        device = self._ledger.device(self._secrets.digest(token))
        found = None if device is None else self._book.day(device.shop, day)
        if found is None:
            raise Unauthorized("no device has this token, or it was revoked: pair this screen again")
        return report(found)
