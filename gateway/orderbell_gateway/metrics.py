"""Counters as plain numbers, touched for each event; Prometheus' library is loaded when somebody asks."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from .logs import Log
from .messages import Reply, Request

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

# Seconds. From a warm trivial function (under a millisecond) to SCF's default time limit (3 s).
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0)


@dataclass
class FunctionStats:
    """What happened to one function's events."""

    calls: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    seconds: float = 0.0
    waited: float = 0.0

    def observe(self, seconds: float, waited: float) -> None:
        """Count one answered event."""
        self.buckets[bisect_left(BUCKETS, seconds)] += 1
        self.seconds += seconds
        self.waited += waited


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass
class Stats:
    """What happened at the gateway's doors."""

    http: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """By route template, method and status."""
    frames: int = 0
    pushes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    """Handshakes that did not become a socket, by reason."""

    def finish(self, log: Log, request: Request, reply: Reply, started: float) -> Reply:
        """Count and log a reply, and give it the request's id. `started` is of perf_counter."""
        if not any(name.lower() == "x-request-id" for name, _ in reply.headers):
            reply.headers.append(("x-request-id", request.request_id))
        method = request.method if request.method in _METHODS else "OTHER"
        self.http[reply.route, method, reply.status] += 1
        if log.threshold <= 20:
            log.info(
                "http",
                request_id=request.request_id,
                method=method,
                route=reply.route,
                status=reply.status,
                outcome=reply.outcome,
                ms=round((perf_counter() - started) * 1000, 1),
            )
        return reply


class Counts(NamedTuple):
    """Workers of a function by what they do, and events that wait for one."""

    idle: int
    busy: int
    starting: int
    waiting: int


class PoolView(Protocol):
    """What is read of a function's pool."""

    @property
    def stats(self) -> FunctionStats:
        """The counters."""

    def counts(self) -> Counts:
        """Return the numbers of this moment."""


@dataclass(frozen=True)
class Sources:
    """Where the numbers are read from when somebody asks."""

    stats: Stats
    pools: Mapping[str, PoolView]
    sockets: Callable[[], int]
    opened: Callable[[], int]
    closed: Callable[[], Mapping[int, int]]
    timers: Callable[[], Iterable[Metric]]


def render(sources: Sources) -> bytes:
    """Return the Prometheus text of all counters."""
    from prometheus_client import CollectorRegistry, generate_latest

    class Collector:
        def collect(self) -> Iterable[Metric]:
            return [*_doors(sources), *_functions(sources.pools), *sources.timers()]

    registry = CollectorRegistry()
    registry.register(Collector())
    return generate_latest(registry)


def _doors(sources: Sources) -> Iterable[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    stats = sources.stats
    http = CounterMetricFamily(
        "gateway_http_requests", "HTTP requests answered", labels=["route", "method", "status"]
    )
    for (route, method, status), number in stats.http.items():
        http.add_metric([route, method, str(status)], number)
    yield http
    yield GaugeMetricFamily("gateway_sockets", "WebSockets that are open or about to be", sources.sockets())
    yield CounterMetricFamily("gateway_sockets_opened", "WebSockets ever opened", sources.opened())
    closed = CounterMetricFamily(
        "gateway_sockets_closed", "WebSockets that ended, by close code", labels=["code"]
    )
    for code, number in sources.closed().items():
        closed.add_metric([str(code)], number)
    yield closed
    refused = CounterMetricFamily("gateway_handshakes_refused", "Handshakes refused", labels=["reason"])
    for reason, number in stats.refused.items():
        refused.add_metric([reason], number)
    yield refused
    yield CounterMetricFamily("gateway_frames", "Messages of clients", stats.frames)
    pushes = CounterMetricFamily("gateway_pushes", "Push calls of functions, by outcome", labels=["outcome"])
    for outcome, number in stats.pushes.items():
        pushes.add_metric([outcome], number)
    yield pushes


def _functions(pools: Mapping[str, PoolView]) -> Iterable[Metric]:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

    calls = CounterMetricFamily("gateway_function_calls", "Events handed over", labels=["function"])
    failed = CounterMetricFamily(
        "gateway_function_failures", "Events without an answer", labels=["function", "kind"]
    )
    waited = CounterMetricFamily(
        "gateway_function_wait_seconds", "Time events waited for a worker", labels=["function"]
    )
    seconds = HistogramMetricFamily(
        "gateway_function_seconds", "Time from hand-over to answer", labels=["function"]
    )
    workers = GaugeMetricFamily("gateway_function_workers", "Worker processes", labels=["function", "state"])
    queue = GaugeMetricFamily(
        "gateway_function_waiting", "Events that wait for a worker", labels=["function"]
    )
    for name, pool in pools.items():
        stats = pool.stats
        calls.add_metric([name], stats.calls)
        waited.add_metric([name], stats.waited)
        for kind, number in stats.failed.items():
            failed.add_metric([name, kind], number)
        total, steps = 0, []
        for limit, number in zip([*map(str, BUCKETS), "+Inf"], stats.buckets, strict=True):
            total += number
            steps.append((limit, total))
        seconds.add_metric([name], steps, stats.seconds)
        counts = pool.counts()
        workers.add_metric([name, "idle"], counts.idle)
        workers.add_metric([name, "busy"], counts.busy)
        workers.add_metric([name, "starting"], counts.starting)
        queue.add_metric([name], counts.waiting)
    return [calls, failed, waited, seconds, workers, queue]
