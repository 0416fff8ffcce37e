"""`./dev lighthouse`: what Lighthouse says about the pages on a slow phone, against the figures of a release.

Each page is opened for the first time, three times, on Lighthouse's own slow phone; the median counts. It ends with 0
only if every figure is met. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from shots.hands import tracker
from support.postgres import open_folder
from support.system import ROOT, Screen, System, running_system

LIGHTHOUSE = ROOT / "tools" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
LEAST = {"performance": 0.98, "accessibility": 1.0, "best-practices": 1.0}
LCP_MS = 1300
SHOP = "noodle-house"

Report = dict[str, Any]


def _tracker(system: System) -> str:
    """Have an order placed and accepted."""
    placed: Report = system.post().json()
    screen = Screen(system, system.pair())
    with screen:
        result = screen.command("accept", order=placed["order"]["id"], minutes=20)
    assert result["ok"], result
    return tracker(placed)


PAGES: dict[str, Callable[[System], str]] = {
    "menu": lambda system: f"/s/{SHOP}",
    "tracker": _tracker,
    "kitchen gate": lambda system: f"/kitchen/#pair={system.pairing_code(SHOP)}",
    "guests' board": lambda system: f"/board/{SHOP}",
    "day": lambda system: f"/day/#pair={system.pairing_code(SHOP)}",
}


def _judge(url: str, folder: Path) -> Report:
    """Have Lighthouse open an address, and return its report."""
    file = folder / "report.json"
    flags = "--headless=new" + (" --no-sandbox" if hasattr(os, "geteuid") and os.geteuid() == 0 else "")
    command = [
        str(LIGHTHOUSE),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={file}",
        f"--chrome-flags={flags}",
    ]
    subprocess.run([*command, f"--only-categories={','.join(LEAST)}"], check=True, timeout=180)
    report: Report = json.loads(file.read_text("utf-8"))
    if "runtimeError" in report:
        raise AssertionError(f"{url}: {report['runtimeError']['message']}")
    return report


def _wrong(report: Report) -> list[str]:
    """Return the audits of accessibility and best practices that a page did not pass."""
    wanted = [
        ref["id"]
        for name in LEAST
        if name != "performance"
        for ref in report["categories"][name]["auditRefs"]
    ]
    return [
        name
        for name in wanted
        if (report["audits"][name]["score"] or 0) < 1 and _counts(report["audits"][name])
    ]


def _counts(audit: Report) -> bool:
    return audit["scoreDisplayMode"] in ("binary", "numeric", "metricSavings")


def main(words: list[str]) -> int:
    """Judge the pages, print a table, and return the exit status."""
    parser = argparse.ArgumentParser(prog="./dev lighthouse", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=3, help="how often each page is opened (3)")
    parser.add_argument("--only", choices=PAGES, action="append", help="this page only")
    given = parser.parse_args(words)
    missed = False
    print(f"{'page':15}{'performance':>12}{'accessibility':>14}{'best practices':>15}{'LCP':>9}")
    with open_folder() as folder, running_system(folder / "data") as system, TemporaryDirectory() as here:
        for name in given.only or PAGES:
            reports = [_judge(system.url + PAGES[name](system), Path(here)) for _ in range(given.times)]
            scores = {part: median(each["categories"][part]["score"] for each in reports) for part in LEAST}
            lcp = median(each["audits"]["largest-contentful-paint"]["numericValue"] for each in reports)
            met = lcp <= LCP_MS and all(scores[part] >= least for part, least in LEAST.items())
            missed |= not met
            wrong = sorted({each for report in reports for each in _wrong(report)})
            columns = "".join(
                f"{score:{width}.2f}" for score, width in zip(scores.values(), (12, 14, 15), strict=True)
            )
            print(
                f"{name:15}{columns}{lcp:6.0f} ms{'' if met else '  missed ' + ' '.join(wrong)}", flush=True
            )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
