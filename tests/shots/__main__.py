"""`./dev shots`: photographs of every screen and state of the pages, and what is to be mended on them.

It starts a system of its own on free ports, with its data in a folder that is removed at the end. It ends with 0 only if
every state was brought about, and with --axe if nothing was found on any.
"""

from __future__ import annotations

import argparse
import itertools
import queue
import signal
import sys
import threading
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from browser.conftest import launch
from playwright.sync_api import Error, Page, expect, sync_playwright

from shots.catalogue import SIZES, STATES, THEMES, home
from shots.look import Size, dress, photograph, sheet
from shots.measure import axe, measure
from shots.stage import LANGS, Lang, Stage, State, brought, staged
from support.parts import EACH_SECOND
from support.postgres import open_folder
from support.system import ROOT, System, running_system

AT_ONCE = 2


@dataclass
class Run:
    """What was asked for, and what has come of it."""

    states: list[State]
    langs: list[Lang]
    themes: list[str]
    sizes: list[Size]
    out: Path
    look_for_faults: bool
    failed: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    pictures: int = 0

    def look(self, which: State, lang: Lang, page: Page) -> None:
        """Photograph and measure a state that has been brought about."""
        folder = self.out / which.page
        at_home, top = home(which.page), page.evaluate("scrollY")
        for theme in self.themes:
            dress(page, theme)
            for size in self.sizes:
                photograph(page, folder / f"{which.name}-{_look(lang, theme, size)}.png", size, top)
                self.pictures += 1
            page.set_viewport_size(at_home)
            if self.look_for_faults and which.page != "paper":
                found = [*axe(page), *(measure(page, which.page, lang) if theme == self.themes[0] else [])]
                for each in found:
                    _tell(self.findings, f"{which.id} {lang} {theme}: {each}")

    def work(self, stage: Stage, jobs: queue.SimpleQueue[tuple[State, Lang] | None]) -> None:
        """Take job after job; one that fails stops no other."""
        while job := jobs.get():
            which, lang = job
            try:
                failure = self.out / which.page / f"FAILED-{which.name}-{lang}.png"
                failure.unlink(missing_ok=True)
                with brought(stage, which, lang, home(which.page), failure) as page:
                    self.look(which, lang, page)
            except (AssertionError, Error) as error:
                _tell(self.failed, f"{which.id} {lang} FAILED: {str(error).strip().splitlines()[0]}")
            except Exception:  # a state that is broken in another way is one more that failed
                _tell(self.failed, f"{which.id} {lang} FAILED: {traceback.format_exc()}")
            _say(".")


def _look(lang: str, theme: str, size: Size) -> str:
    return f"{lang}-{theme}-{size[0]}x{size[1]}"


def _tell(those: list[str], line: str) -> None:
    """Enter what is wrong, and say so at once: a run is long."""
    those.append(line)
    print(line, flush=True)


def _say(text: str, end: str = "") -> None:
    print(text, end=end, file=sys.stderr, flush=True)


def _worker(
    run: Run, system: System, folder: Path, number: int, jobs: queue.SimpleQueue[tuple[State, Lang] | None]
) -> None:
    try:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            with staged(system, browser, folder, f"noodle-house-{number + 2}") as stage:
                run.work(stage, jobs)
            browser.close()
    except Exception:
        _tell(run.failed, traceback.format_exc())


def work_through(run: Run) -> None:
    """Bring about all the states, two at a time: each worker has a browser and a shop of its own."""
    jobs: queue.SimpleQueue[tuple[State, Lang] | None] = queue.SimpleQueue()
    for each in run.states:
        (run.out / each.page).mkdir(parents=True, exist_ok=True)
    for job in itertools.product(run.states, run.langs):
        jobs.put(job)
    for _ in range(AT_ONCE):
        jobs.put(None)
    with open_folder() as folder, running_system(folder / "data", SWEEP_CRON=EACH_SECOND) as system:
        workers = [
            threading.Thread(target=_worker, args=(run, system, folder, number, jobs))
            for number in range(AT_ONCE)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()


def _size(text: str) -> Size:
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is not like 390x844")
    return int(width), int(height)


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev shots", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="states whose name has this in it"
    )
    parser.add_argument(
        "--size", "--sizes", action="append", type=_size, metavar="WxH", help="these sizes only"
    )
    parser.add_argument("--langs", nargs="+", choices=LANGS, default=list(LANGS), help="these languages only")
    parser.add_argument("--themes", nargs="+", choices=THEMES, default=list(THEMES), help="these themes only")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "shots", help="folder (build/shots)")
    parser.add_argument("--axe", action="store_true", help="look for faults in every combination too")
    parser.add_argument("--list", action="store_true", help="say which states there are")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Run, say what failed and what was found, and return the exit status."""
    given = _arguments(words)
    states = [each for each in STATES if not given.only or any(part in each.id for part in given.only)]
    if given.list or not states:
        _say("\n".join(each.id for each in states) or "no such state", "\n")
        return 0 if states else 2
    expect.set_options(timeout=10_000)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    run = Run(states, given.langs, given.themes, given.size or list(SIZES), given.out, given.axe)
    work_through(run)
    looks = [_look(*each) for each in itertools.product(run.langs, run.themes, run.sizes)]
    lost = {each.split()[0] for each in run.failed}
    for page in dict.fromkeys(each.page for each in states):
        names = [each.name for each in states if each.page == page]
        sheet(run.out / page, page, names, looks, [each.name for each in states if each.id in lost])
    _say("", "\n")
    _say(f"{run.pictures} pictures of {len(states)} states in {run.out}", "\n")
    _say(f"{len(run.failed)} failed, {len(run.findings)} findings", "\n")
    return 1 if run.failed or run.findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
