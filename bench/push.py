"""What one push costs by what could send it: `./dev bench push`. A closed loop against a server in another process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import requests
import urllib3
from floor import serving

from orderbell.adapters.push.line import Line

ROUNDS = 1000
BODY = json.dumps(
    {"websocket": {"action": "data send", "secConnectionID": "a/b+c==", "data": "x" * 1200}}
).encode()


def cost(send: Callable[[], object]) -> tuple[float, float]:
    """Return (p50 of the wall clock, CPU time) of one call, in milliseconds."""
    times = []
    for _ in range(100):
        send()
    cpu = time.process_time()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        send()
        times.append(time.perf_counter() - began)
    return sorted(times)[ROUNDS // 2] * 1000, (time.process_time() - cpu) / ROUNDS * 1000


def main() -> None:
    """Print a row for each."""
    with serving() as port:
        url = f"http://127.0.0.1:{port}/push"
        session, pool, line = requests.Session(), urllib3.PoolManager(), Line(url, 1.0)
        headers = {"Content-Type": "application/json"}
        ways: dict[str, Callable[[], object]] = {
            "requests.Session": lambda: session.post(url, data=BODY, headers=headers),
            "urllib3 pool": lambda: pool.request("POST", url, body=BODY, headers=headers),
            "our line": lambda: line.post("Content-Type: application/json\r\n", BODY),
        }
        print(f"{'':>18} {'p50 ms':>8} {'CPU ms':>8}")
        for name, send in ways.items():
            wall, cpu = cost(send)
            print(f"{name:>18} {wall:>8.3f} {cpu:>8.3f}")


if __name__ == "__main__":
    main()
