"""What the alerts need: the store, where they wait until they are delivered, and the way to the owner."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from orderbell.domain.ladder import Alert, AlertOutcome


class AlertCounts(NamedTuple):
    """How many wait; `sent` and `failed` count since the tables were made."""

    pending: int
    sent: int
    failed: int


class AlertBook(Protocol):
    """The store as the alerts see it. Every method raises Unavailable where the store cannot be reached."""

    def note(self) -> int:
        """Store the alerts whose time has come, each once, and return how many are new."""

    def take(self) -> Alert | None:
        """Close the due alerts that need no sending any more, and take the one that has waited longest, for 30 s.

        Nobody else takes it in that time; if it is not ended or put off by then, it is due again.
        """

    def end(self, alert: Alert, outcome: AlertOutcome) -> None:
        """End an alert, whoever may have taken it meanwhile: it was delivered, or nobody wants it. Nothing if it has ended."""

    def put_off(self, alert: Alert, seconds: float) -> None:
        """Let it be due again in so many seconds, unless somebody else has taken it meanwhile."""

    def counts(self) -> AlertCounts:
        """Return how many alerts there are."""


class Answer(NamedTuple):
    """What came back: an HTTP status, None where nothing did; `detail` names it without address and body."""

    status: int | None
    detail: str
    retry_after_s: float | None = None


class Webhook(Protocol):
    """The way to the owner."""

    def send(self, alert: Alert) -> Answer:
        """Deliver an alert and return what came back, within a few seconds. It may have arrived where nothing came."""
