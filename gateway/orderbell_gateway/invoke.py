"""Calling functions: a pool of warm workers for each, one event at a time in each worker.

The idle workers are a stack (the warmest goes first, the others grow cold and are ended), the waiting events
a queue for each address, and a worker that gets free is handed the oldest of the address whose turn it is: new ones of
the same address cannot overtake it, and a flood from another one cannot keep it waiting.
"""

from __future__ import annotations

import asyncio
import json
from time import perf_counter

from .fair import FairQueue, line_of
from .instance import Instance, Launch
from .jobs import Job
from .logs import Log
from .metrics import Counts, FunctionStats
from .scaling import BACKOFF_S, PoolLimits, patience


class Pool:
    """The workers of one function."""

    def __init__(
        self,
        name: str,
        launch: Launch,
        limits: PoolLimits,
        loop: asyncio.AbstractEventLoop,
        log: Log,
        show_errors: bool = False,
    ) -> None:
        self.name = name
        self.launch = launch
        self.limits = limits
        self.loop = loop
        self.log = log
        self.show_errors = show_errors
        self.stats = FunctionStats()
        self.instances: set[Instance] = set()
        self.leaving: set[Instance] = set()
        """Those that serve no more, but whose process may not have ended yet."""
        self.idle: list[Instance] = []
        self.waiting = FairQueue()
        self.closing = False
        self._starting = 0
        self._failures = 0
        self._not_before = 0.0
        self._scaler: asyncio.TimerHandle | None = None
        self._scale_due = 0.0
        self._reaper: asyncio.TimerHandle | None = None

    # ---- for whoever calls the function

    def call(self, event: object, request_id: str, peer: str = "") -> asyncio.Future[bytes]:
        """Hand an event of a client at `peer` over. The future gives the answer as JSON, or raises Failed."""
        now = self.loop.time()
        answer: asyncio.Future[bytes] = self.loop.create_future()
        job = Job(json.dumps([request_id, event]).encode(), request_id, answer, now, line_of(peer))
        self.stats.calls += 1
        if self.closing:
            job.fail("overloaded", "the gateway is stopping")
        elif self.idle:
            self._give(self.idle.pop(), job)
        elif len(self.waiting) >= self.limits.waiting and not self._make_room(job):
            pass
        elif not self.instances and self._failures > 1 and now < self._not_before:
            self.stats.failed["init"] += 1
            job.fail("init", "the function cannot be loaded")
        else:
            self.waiting.append(job)
            self._scale()
        return answer

    def warm(self) -> None:
        """Have one worker ready before the first event comes."""
        if not self.instances and not self.closing:
            self._start()

    def close(self) -> None:
        """Let the idle workers end; those at work are ended by `kill`."""
        self.closing = True
        for timer in (self._scaler, self._reaper):
            if timer is not None:
                timer.cancel()
        while self.waiting:
            self.waiting.popleft().fail("overloaded", "the gateway is stopping")
        for instance in list(self.instances):
            if instance.job is None:
                instance.retire()

    def kill(self) -> None:
        """End every worker now."""
        self.close()
        for instance in [*self.instances, *self.leaving]:
            instance.kill()

    def alive(self) -> bool:
        """Tell whether any process is still there."""
        self.leaving = {instance for instance in self.leaving if instance.alive()}
        return bool(self.instances or self.leaving)

    def counts(self) -> Counts:
        """Return the numbers of this moment."""
        idle = len(self.idle)
        return Counts(idle, len(self.instances) - idle - self._starting, self._starting, len(self.waiting))

    # ---- what instances report (see instance.Owner)

    def frame(self, instance: Instance, letter: bytes, body: bytes) -> None:
        """A worker is loaded, answered or failed."""
        if letter == b"S":
            self._loaded(instance)
            return
        job, instance.job = instance.job, None
        if instance.timer is not None:
            instance.timer.cancel()
        if not instance.ready:
            self._cannot_load(instance, body)
        elif job is not None:
            self._answered(job, letter, body)
            self._free(instance)

    def gone(self, instance: Instance) -> None:
        """A worker ended, or has no more to say to us."""
        self.instances.discard(instance)
        self.leaving = {one for one in (*self.leaving, instance) if one.alive()}
        if instance in self.idle:
            self.idle.remove(instance)
        job, instance.job = instance.job, None
        if not instance.ready:
            self._starting -= 1
            self._failed_start()
        elif job is None and not instance.told:
            self._pause()
        if job is not None:
            self.stats.failed["crash"] += 1
            self.log.error("crash", function=self.name, request_id=job.request_id, pid=instance.pid)
            job.fail("crash", "the function's process ended")
        if self.closing:
            return
        if self.waiting:
            self._scale()
        elif not self.instances:
            self.loop.call_later(max(0.0, self._not_before - self.loop.time()), self.warm)

    def printed(self, instance: Instance, line: str) -> None:
        """A function printed a line."""
        self.log.output(self.name, instance.request_id, line)

    # ---- inside

    def _make_room(self, job: Job) -> bool:
        """Turn an event away: the newest of the address that has most waiting, or this one if its own has as many."""
        other = self.waiting.give_way(job)
        self.stats.failed["overloaded"] += 1
        (other or job).fail("overloaded", "too many events wait for this function")
        return other is not None

    def _give(self, instance: Instance, job: Job) -> None:
        instance.job = job
        instance.request_id = job.request_id
        job.started = perf_counter()
        instance.timer = self.loop.call_later(self.limits.timeout_s, self._timed_out, instance, job)
        instance.send(job.body)

    def _answered(self, job: Job, letter: bytes, body: bytes) -> None:
        self.stats.observe(perf_counter() - job.started, job.started - job.queued)
        self._failures = 0
        if letter == b"R":
            if not job.answer.done():
                job.answer.set_result(body)
            return
        error = json.loads(body)
        shown = {"message": error["message"]} if self.show_errors else {}
        self.stats.failed["exception"] += 1
        self.log.error(
            "exception",
            function=self.name,
            request_id=job.request_id,
            type=error["type"],
            trace=error["trace"],
            **shown,
        )
        job.fail("exception", f"the function raised {error['type']}")

    def _free(self, instance: Instance) -> None:
        if self.closing:
            instance.retire()
            return
        while self.waiting:
            job = self.waiting.popleft()
            if not job.answer.done():  # whoever waited may have gone
                self._give(instance, job)
                return
        instance.idle_since = self.loop.time()
        self.idle.append(instance)
        if len(self.instances) > 1 and self._reaper is None:
            self._reaper = self.loop.call_later(self.limits.idle_s, self._end_spare)

    def _timed_out(self, instance: Instance, job: Job) -> None:
        instance.job = None
        self.stats.failed["timeout"] += 1
        self.log.error(
            "timeout", function=self.name, request_id=job.request_id, seconds=self.limits.timeout_s
        )
        job.fail("timeout", f"the function took longer than {self.limits.timeout_s:g} s")
        instance.kill()

    # ---- the number of workers

    def _scale(self) -> None:
        """Add a worker at once when there is none, else only for an event that has waited a while."""
        if not self.waiting or self.closing:
            return
        now = self.loop.time()
        if self._starting < len(self.waiting) and len(self.instances) < self.limits.instances:
            longest = patience(self.limits, len(self.instances), self._starting)
            due = max(self.waiting.since() + longest, self._not_before)
            if due <= now:
                self._start()
                due = now + max(self.limits.scale_after_s, 0.001)
            self._scale_at(due)

    def _scale_at(self, when: float) -> None:
        if self._scaler is not None:
            if self._scale_due <= when:
                return
            self._scaler.cancel()
        # The time is kept here: uvloop gives a handle that does not know its own for one that is due at once.
        self._scaler, self._scale_due = self.loop.call_at(when, self._scale_now), when

    def _scale_now(self) -> None:
        self._scaler = None
        self._scale()

    def _start(self) -> None:
        instance = Instance(self, self.loop)
        self.instances.add(instance)
        self._starting += 1
        try:
            instance.start(self.launch)
        except OSError as error:
            self.instances.discard(instance)
            self._starting -= 1
            self._failed_start()
            self.log.error("start_failed", function=self.name, reason=error.strerror)
            return
        instance.timer = self.loop.call_later(self.limits.init_s, self._init_timed_out, instance)

    def _loaded(self, instance: Instance) -> None:
        instance.ready = True
        self._starting -= 1
        if instance.timer is not None:
            instance.timer.cancel()
        self.log.debug("loaded", function=self.name, pid=instance.pid, instances=len(self.instances))
        self._free(instance)
        self._scale()

    def _cannot_load(self, instance: Instance, body: bytes) -> None:
        error = json.loads(body)
        self.log.error("init_failed", function=self.name, **error)
        instance.kill()

    def _init_timed_out(self, instance: Instance) -> None:
        self.log.error(
            "init_failed",
            function=self.name,
            type="TimeoutError",
            message=f"not loaded in {self.limits.init_s:g} s",
        )
        instance.kill()

    def _failed_start(self) -> None:
        """A worker died before it was loaded: who waits is told, and the next try waits a little."""
        self._pause()
        if self.instances:
            return
        while self.waiting:
            self.stats.failed["init"] += 1
            self.waiting.popleft().fail("init", "the function cannot be loaded")

    def _pause(self) -> None:
        self._not_before = self.loop.time() + BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1

    def _end_spare(self) -> None:
        """End the workers that were idle for long, the coldest first, but keep one."""
        self._reaper = None
        now = self.loop.time()
        while self.idle and len(self.instances) > 1:
            left = self.idle[0].idle_since + self.limits.idle_s - now
            if left > 0:
                break
            self.idle.pop(0).retire()
        if len(self.instances) > 1:
            left = self.idle[0].idle_since + self.limits.idle_s - now if self.idle else self.limits.idle_s
            self._reaper = self.loop.call_later(max(left, 0.05), self._end_spare)
