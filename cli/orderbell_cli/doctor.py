"""`orderbell doctor`: check everything, one line each, and say how to mend what is wrong."""

from __future__ import annotations

import http.client
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from orderbell_cli import binaries, tables
from orderbell_cli.database import connected
from orderbell_cli.errors import Failed
from orderbell_cli.folder import Folder, Running
from orderbell_cli.paths import ROOT, given_database


class Line(NamedTuple):
    """One check: what was looked at, whether it is well, what was seen, and how to mend it."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def run(data: Path) -> int:
    """Print every check; return 1 if something is wrong."""
    well = True
    for line in _lines(data):
        well = well and line.ok
        mend = f" -> {line.remedy}" if line.remedy and not line.ok else ""
        print(
            f"{'ok  ' if line.ok else 'FAIL'}  {line.name}: {tables.plain(' '.join(line.detail.split()))}{mend}",
            flush=True,
        )
    return 0 if well else 1


def _lines(data: Path) -> Iterator[Line]:
    from orderbell.domain.errors import OrderbellError

    folder = Folder(data)
    version = ".".join(map(str, sys.version_info[:3]))
    yield Line("python", sys.version_info >= (3, 10), version, "use Python 3.10 or newer")
    built = (ROOT / "clients" / "dist" / "index.html").is_file()
    yield Line("pages", built, "built" if built else "not built", "run ./dev build")
    running = folder.running()
    yield _folder(folder, running)
    if running:
        yield _gateway(running)
    try:
        if given_database() is None and not running:
            found = binaries.find()
            yield Line("postgresql", True, f"{found.version} in {found.bin}")
            if not (folder.path / "pg").exists() and not (folder.path / "pg.location").exists():
                yield Line("database", True, "not made yet: the first `up` makes it")
                return
        with connected(data) as admin:
            for check in admin.check():
                yield Line(check.name, check.ok, check.detail, check.remedy)
    except (OrderbellError, Failed) as error:
        yield Line("database", False, str(error), "check DATABASE_URL and that the server runs")


def _folder(folder: Folder, running: Running | None) -> Line:
    state = f"{folder.path}, " + (f"in use by process {running.pid}" if running else "not in use")
    there = next(each for each in (folder.path, *folder.path.parents) if each.exists())
    return Line(
        "data folder", os.access(there, os.W_OK | os.X_OK), state, "cannot write there: give another --data"
    )


def _gateway(running: Running) -> Line:
    # With TLS of its own its certificate is for another name than ours: ask where there is none.
    url = running.internal_url if running.url.startswith("https:") else running.url
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except OSError as error:
        return Line(
            "gateway",
            False,
            f"{url}: {error}",
            "see gateway.log in the data folder; start `up` again",
        )
    finally:
        connection.close()
    return Line("gateway", status == 200, f"{url} answers {status}", "see gateway.log in the data folder")
