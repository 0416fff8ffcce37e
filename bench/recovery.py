"""How long until orders are taken, or shown, after something broke: `./dev bench recovery`.

Three questions, each on a system of its own that is started and stopped here:

- PostgreSQL is killed with SIGKILL under `orderbell up`. How long from when it takes connections again to the first order?
- A function is killed after its COMMIT and before its push. How long until the sweep has the order on the screen?
- A screen was away for 1 000 and 10 000 orders. How long from its connect until it has them all?
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / part) for part in ("tests", "layer/python", "gateway", "cli")]

import psycopg2  # noqa: E402
import requests  # noqa: E402

from chaos.push_proxy import PushProxy  # noqa: E402
from support.many import copy_order  # noqa: E402
from support.parts import ask, lead, postmaster, push_through, road, workers  # noqa: E402
from support.postgres import open_folder  # noqa: E402
from support.system import Screen, System, running_system  # noqa: E402
from support.waiting import until  # noqa: E402

SWEEP_S = 5
"""The default interval of the local timer."""


def main() -> None:
    """Print a table and one line of JSON."""
    parser = argparse.ArgumentParser(prog="./dev bench recovery", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    figures = {
        **database_killed(rounds),
        **function_killed(rounds),
        **away(1_000, rounds),
        **away(10_000, max(1, rounds // 2)),
    }
    load = os.getloadavg()[0]
    print(f"{'seconds':44} {'median':>8} {'worst':>8} {'target':>8}   (load {load:.1f})")
    for name, (times, target) in figures.items():
        print(f"{name:44} {statistics.median(times):8.2f} {max(times):8.2f} {target:>8}")
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
    print(json.dumps({"bench": "recovery", "seconds": figures, "load": load, "machine": machine}))


Figures = dict[str, tuple[list[float], str]]


def database_killed(rounds: int) -> Figures:
    """Kill PostgreSQL again and again."""
    ready, first = [], []
    with open_folder() as folder, running_system(folder / "data") as system, ThreadPoolExecutor(2) as pool:
        system.post()
        for _ in range(rounds):
            server = postmaster(system)
            server.kill()
            server.wait()
            killed = time.monotonic()
            up = pool.submit(moment, lambda: connects(system))
            taken = pool.submit(moment, lambda: takes(system))
            ready.append(up.result() - killed)
            first.append(max(0.0, taken.result() - up.result()))
    return {
        "PostgreSQL killed -> takes connections": (ready, ""),
        "takes connections -> takes an order": (first, "<= 5"),
    }


def moment(condition: Callable[[], Any]) -> float:
    """Return when a condition came to hold."""
    until(condition, "it recovers", 60)
    return time.monotonic()


def connects(system: System) -> bool:
    """Say whether the database takes connections."""
    try:
        psycopg2.connect(system.database_url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def takes(system: System) -> bool:
    """Say whether an order is taken."""
    with contextlib.suppress(requests.RequestException):
        return system.post().status_code == 201
    return False


def function_killed(rounds: int) -> Figures:
    """Kill the function that took an order, before it told anybody."""
    times = []
    push = PushProxy(Random(1))
    with open_folder() as folder, road(push) as way, ThreadPoolExecutor(1) as pool:
        settings = {"PUSH_URL": push_through(push), "SWEEP_CRON": f"*/{SWEEP_S} * * * * * *"}
        with running_system(folder / "data", **settings) as system:
            lead(push, system)
            with Screen(system, system.pair()) as screen:
                screen.until(lambda s: s.seq is not None)
                for _ in range(rounds):
                    before = count(system)
                    push.mode, push.share = "hang", 1.0
                    answer = pool.submit(system.post)
                    until(lambda before=before: count(system) > before, "the order is stored")
                    stored, shown = time.monotonic(), len(screen.shown)
                    for worker in workers(system, "function_bill"):
                        worker.kill()
                    way.do(push.heal)
                    screen.until(lambda s, shown=shown: len(s.shown) > shown)
                    times.append(time.monotonic() - stored)
                    answer.result()
    return {"function killed after COMMIT -> on the screen": (times, f"<= {SWEEP_S + 1}")}


def count(system: System) -> int:
    """Return how many orders are stored."""
    return int(ask(system, "SELECT count(*) FROM orders")[0][0])


def away(orders: int, rounds: int) -> Figures:
    """Let a screen come back to so many orders: from the log up to 1 000 events, else by a snapshot."""
    times = []
    for _ in range(rounds):
        with open_folder() as folder, running_system(folder / "data") as system:
            token = system.pair()
            with Screen(system, token) as screen:
                first = system.post().json()["order"]["id"]
                screen.until(lambda s, first=first: (o := s.orders.get(first)) and o["seen_at"])
            missed = copy_order(system, first, orders)
            began = time.monotonic()
            with Screen(system, token, screen.epoch, screen.seq) as back:
                back.until(lambda s, last=missed[-1]: last in s.orders)
                times.append(time.monotonic() - began)
                if not set(missed) <= set(back.orders):
                    raise SystemExit("the screen is not complete")
    return {f"away for {orders} orders -> complete": (times, "<= 3" if orders <= 1_000 else "complete")}


if __name__ == "__main__":
    main()
