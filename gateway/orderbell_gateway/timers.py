"""Calls functions when their timers are due: at whole seconds, never a second time while the first still runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone

from . import events
from .invoke import Pool
from .jobs import Failed
from .logs import Log
from .messages import new_request_id
from .timer_metrics import TimerStats, read_numbers
from .triggers import Trigger

# A timer that comes at least this often is also due at the start: after a restart nobody should wait for it.
# A rarer one is not, or the report of each night would be sent once more for each restart.
_OFTEN = timedelta(seconds=60)


class Timer:
    """One trigger and its next moment. Pure: it is told the time, in seconds since 1970."""

    def __init__(self, trigger: Trigger, now: float) -> None:
        self.trigger = trigger
        self.running = False
        self.at = trigger.cron.next(_moment(now))
        """The next moment; None: it never comes."""
        self._looked = now
        again = trigger.cron.next(self.at) if self.at is not None else None
        if self.at is not None and again is not None and again - self.at <= _OFTEN:
            self.at = _moment(now)

    def due(self, now: float) -> datetime | None:
        """Return the moment for which the function is to be called now, if there is one.

        Moments that were passed over (the machine slept, or its clock was put forward) become one call, not a burst;
        a clock that was put back does not make the timer wait until the time comes again.
        """
        if now < self._looked - 1:
            self.at = self.trigger.cron.next(_moment(now - 1))
        self._looked = now
        if self.at is None or self.at.timestamp() > now:
            return None
        at = self.at
        self.at = self.trigger.cron.next(_moment(now))
        return at


def _moment(now: float) -> datetime:
    return datetime.fromtimestamp(int(now), timezone.utc)


class Timers:
    """All timers of this gateway."""

    def __init__(
        self,
        triggers: Sequence[Trigger],
        pools: Mapping[str, Pool],
        loop: asyncio.AbstractEventLoop,
        log: Log,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.triggers = triggers
        self.pools = pools
        self.loop = loop
        self.log = log
        self.clock = clock
        self.stats = {
            (trigger.function, trigger.name): TimerStats(succeeded_at=loop.time()) for trigger in triggers
        }
        self._timers: list[Timer] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._alarm: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin. What comes often is called at once: the event waits for its function's first worker."""
        self._timers = [Timer(trigger, self.clock()) for trigger in self.triggers]
        if self._timers:
            self._look()

    def stop(self) -> None:
        """Call no function any more. What runs is not touched: see `busy`."""
        self._timers = []
        if self._alarm is not None:
            self._alarm.cancel()

    def busy(self) -> bool:
        """Tell whether a call still runs."""
        return bool(self._tasks)

    def _look(self) -> None:
        now = self.clock()
        for timer in self._timers:
            moment = timer.due(now)
            if moment is not None:
                self._fire(timer, moment)
        # The loop's own clock never jumps, so that we look each second whatever happens to the other one.
        self._alarm = self.loop.call_later(max(0.001, 1 - now % 1), self._look)

    def _fire(self, timer: Timer, moment: datetime) -> None:
        if timer.running:
            self._stats(timer.trigger).skipped += 1
            return
        timer.running = True
        task = self.loop.create_task(self._call(timer, moment))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _call(self, timer: Timer, moment: datetime) -> None:
        trigger, stats = timer.trigger, self._stats(timer.trigger)
        request_id = new_request_id()
        outcome = "ok"
        try:
            event = events.timer_event(trigger.name, trigger.message, moment)
            answer = await self.pools[trigger.function].call(event, request_id)
            if events.is_failure(answer):
                outcome = "refused"
            else:
                stats.succeeded_at = self.loop.time()
                # An answer without numbers (another instance is at it) leaves those of the last one.
                stats.numbers = read_numbers(answer) or stats.numbers
        except Failed as failure:
            outcome = failure.kind
        finally:
            timer.running = False
        stats.calls[outcome] += 1
        note = self.log.debug if outcome == "ok" else self.log.warning
        note("timer", request_id=request_id, function=trigger.function, timer=trigger.name, outcome=outcome)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.log.error("defect", where="timer", reason=type(task.exception()).__name__)

    def _stats(self, trigger: Trigger) -> TimerStats:
        return self.stats[trigger.function, trigger.name]
