"""What a run showed, as a page of text."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence

from chaos.evidence import Evidence
from chaos.rules_screens import GRACE_S, shown_at
from chaos.run import Outcome, clock_shifts
from chaos.workload import CUSTOMERS, SCREENS

_WIDTH = 26
_SHOWN_FINDINGS = 5


def render(outcome: Outcome) -> str:
    """Return the report."""
    e, wish = outcome.evidence, outcome.wish
    verdict = "HOLDS" if outcome.good else "BROKEN" if any(outcome.findings.values()) else "PROVES NOTHING"
    lines = [f"chaos: {verdict}", ""]
    lines += _table(_head(outcome)) + ["", "Orders"] + _table(_orders(e))
    lines += ["", "Screens and lines"] + _table(_screens(e)) + ["", "Times (s)"] + _times(e)
    lines += ["", "Faults (times, what they met)"] + _table(_faults(e))
    lines += ["", "Findings"] + _findings(outcome)
    lines += ["", f"Again, with the same faults at the same moments: {wish.command}"]
    return "\n".join(lines) + "\n"


def _head(outcome: Outcome) -> dict[str, str]:
    e = outcome.evidence
    return {
        "seed": str(outcome.wish.seed),
        "began": str(e.head.get("began", "")),
        "seconds": f"{e.end:.0f}, the last fault ended at {e.last_fault_end():.1f}",
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "clients": f"{CUSTOMERS} customers, {sum(SCREENS.values())} screens of {len(SCREENS)} shops",
    }


def _orders(e: Evidence) -> dict[str, str]:
    ends = Counter(attempt.end for attempt in e.attempts)
    statuses = Counter(row["status"] for row in e.orders.values())
    shifts = clock_shifts(e)
    return {
        "answered 2xx": str(len(e.acked())),
        "stored": f"{len(e.orders)} ({', '.join(f'{n} {status}' for status, n in sorted(statuses.items()))})",
        "POSTs": f"{e.counts['place']}: {ends['ok']} answered 2xx ({e.counts['replays']} of them from the key), "
        f"{ends['refused']} refused, {ends['unknown']} of unknown fate",
        "events": str(sum(map(len, e.log.values()))),
        "commands": f"{len(e.commands)}, sent again {e.counts['again']} times",
        "sweeps": str(e.meters.get("sweeps", 0)),
        "clock of the function": f"right {shifts['right']}, an hour ahead {shifts['ahead']}, behind {shifts['behind']}",
    }


def _screens(e: Evidence) -> dict[str, str]:
    return {
        "shown": f"{sum(map(len, shown_at(e).values()))} orders on {len(e.screens)} screens",
        "repeats on the wire": f"{e.counts['repeated events']} events, dropped by the pages",
        "lines lost / renewed": f"{e.counts['lost']} / {e.counts['connected']}",
        "gaps seen (resume)": str(e.counts["resume"]),
        "snapshots": str(e.counts["snapshot"]),
        "answers over HTTP": str(e.counts["polled"]),
        "page loads": str(len(e.screens) + e.counts["loaded"]),
        "orders followed": f"{len(e.followed)}, {e.counts['followed']} states shown",
    }


def _times(e: Evidence) -> list[str]:
    begins = [line["at"] for line in e.faults if line["kind"] == "fault.begin"]
    first, last = min(begins, default=e.end), e.last_fault_end()
    shown = shown_at(e)
    rows: dict[str, tuple[list[float], list[float]]] = {
        "POST to 2xx": ([], []),
        "POST to a screen": ([], []),
    }
    settle = 0.0
    for order, attempt in e.acked().items():
        began = e.first_tried[attempt.key]
        if began > last:
            continue
        during = int(began >= first - 0.5)  # what begins just before the first fault may still meet it
        rows["POST to 2xx"][during].append(attempt.at - began)
        for screen, shop in e.screens.items():
            at = shown[screen].get(order)
            if shop == attempt.shop and at is not None:
                rows["POST to a screen"][during].append(at - began)
                settle = max(settle, at - last)
    lines = [f"  {'':{_WIDTH}}{'calm p50':>10}{'p99':>8}{'faults p50':>13}{'p99':>8}{'most':>8}"]
    for name, (calm, faults) in rows.items():
        lines.append(
            f"  {name:{_WIDTH}}{_at(calm, 0.5):>10.3f}{_at(calm, 0.99):>8.3f}"
            f"{_at(faults, 0.5):>13.3f}{_at(faults, 0.99):>8.3f}{max(faults, default=0.0):>8.3f}"
        )
    lines.append(
        f"  all of it on every screen {settle:.1f} s after the last fault (at most {GRACE_S:g} are allowed)"
    )
    return lines


def _at(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def _faults(e: Evidence) -> dict[str, str]:
    times, met = Counter[str](), Counter[str]()
    for line in e.faults:
        if line["kind"] == "fault.end" and line["met"]:
            times[line["name"]] += 1
            met[line["name"]] += line["met"]
    what = {"kill": "process", "freeze": "process", "power": "system", "screen": "screen"}
    return {
        name: f"{times[name]:4}  {met[name]} {'' if name.split()[0] in what else 'connections or pushes'}".rstrip()
        for name in sorted(times)
    }


def _findings(outcome: Outcome) -> list[str]:
    lines = _table({name.replace("_", " "): str(len(found)) for name, found in outcome.findings.items()})
    for found in outcome.findings.values():
        lines += [f"    {finding}" for finding in found[:_SHOWN_FINDINGS]]
    lines += [
        f"    did not happen, so that the run proves less than it says: {name}"
        for name in outcome.unexercised
    ]
    return lines


def _table(rows: dict[str, str]) -> list[str]:
    return [f"  {name:{_WIDTH}}{value}" for name, value in rows.items()]
