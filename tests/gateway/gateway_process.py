"""Starts a real gateway for a test: free ports, a ready file, its log to read. A plain module, for any test to use.

with running(root, PUSH_TOKEN="s") as gateway:
    requests.get(gateway.url + "/healthz")
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.waiting import DEADLINE_S, until

REPOSITORY = Path(__file__).resolve().parents[2]
PROBE = Path(__file__).with_name("probe")
"""A set of functions that answer and fail in every way."""
TOKEN = "a-secret-of-the-tests"


class GatewayProcess:
    """One gateway in its own process."""

    def __init__(
        self, root: Path, *flags: str, folder: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.log_file = folder / "gateway.log"
        self.error_file = folder / "gateway.err"
        self.ready_file = folder / "ready.json"
        self.facts: dict[str, Any] = {}
        # Only what a test gives, so that nothing of the machine it runs on can make it pass or fail.
        clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        self.environment = {**clean, "PYTHONPATH": str(REPOSITORY / "gateway"), **(environment or {})}
        ports = [] if "--port" in flags else ["--port", "0"]
        ports += [] if "--internal-port" in flags else ["--internal-port", "0"]
        self.command = [sys.executable, "-m", "orderbell_gateway", "--root", str(root), *ports]
        self.command += ["--ready-file", str(self.ready_file), *flags]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **popen: Any) -> GatewayProcess:
        """Start and wait until it listens."""
        with self.log_file.open("wb") as out, self.error_file.open("wb") as err:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=out, stderr=err, cwd=self.folder, **popen
            )
        until(lambda: self.ready_file.exists() or self.process.poll() is not None, "the gateway listens")
        if not self.ready_file.exists():
            raise AssertionError(f"exit {self.process.returncode}: {self.error_file.read_text()}")
        self.facts = json.loads(self.ready_file.read_text())
        return self

    @property
    def url(self) -> str:
        """The public address."""
        return str(self.facts["url"])

    @property
    def push_url(self) -> str:
        """Where functions push to."""
        return str(self.facts["push_url"])

    @property
    def internal_url(self) -> str:
        """The internal address: /metrics and /healthz are there."""
        return f"http://127.0.0.1:{self.facts['internal_port']}"

    def ws(self, path: str) -> str:
        """Return the address of a WebSocket."""
        return self.url.replace("http", "ws", 1) + path

    def log(self, event: str = "", **fields: Any) -> list[dict[str, Any]]:
        """Return the log's lines of an event that have these fields."""
        with contextlib.suppress(FileNotFoundError):
            lines = [
                json.loads(line)
                for line in self.log_file.read_text().splitlines(keepends=True)
                if line[-1] == "\n"
            ]
            found = [line for line in lines if event in ("", line["event"])]
            return [line for line in found if fields.items() <= line.items()]
        return []

    def logged(self, event: str, **fields: Any) -> dict[str, Any]:
        """Wait for a log line and return it."""
        return until(lambda: self.log(event, **fields), f"log line {event} {fields}")[0]

    def metric(self, name: str, **labels: str) -> float:
        """Return one number of /metrics (`gateway_function_` may be left out), 0 where there is none yet."""
        with urllib.request.urlopen(self.internal_url + "/metrics", timeout=DEADLINE_S) as reply:
            lines = reply.read().decode().splitlines()
        wanted = (
            "{" + ",".join(f'{key}="{value}"' for key, value in sorted(labels.items())) + "}"
            if labels
            else ""
        )
        for line in lines:
            head, _, value = line.rpartition(" ")
            if head in (f"gateway_function_{name}{wanted}", f"gateway_{name}{wanted}"):
                return float(value)
        return 0.0

    def workers(self) -> list[int]:
        """Return the process ids of the workers (Linux)."""
        text = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    @property
    def pid(self) -> int:
        """The gateway's process id."""
        assert self.process is not None
        return self.process.pid

    def wait(self, seconds: float = DEADLINE_S) -> int:
        """Return the exit code."""
        assert self.process is not None
        return self.process.wait(seconds)

    def stop(self) -> int:
        """Ask it to end and return the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.wait()
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()


@contextlib.contextmanager
def running(root: Path, *flags: str, **environment: str) -> Iterator[GatewayProcess]:
    """Run a gateway on `root` for the length of a `with` block."""
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        gateway = GatewayProcess(root, *flags, folder=Path(folder), environment=environment)
        try:
            yield gateway.start()
        finally:
            if gateway.process is not None:
                gateway.stop()


def start_failing(root: Path, *flags: str, **environment: str) -> tuple[int, str]:
    """Start a gateway that should refuse to; return its exit code and what it said."""
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        gateway = GatewayProcess(root, *flags, folder=Path(folder), environment=environment)
        done = subprocess.run(
            gateway.command,
            env=gateway.environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            cwd=folder,
        )
        return done.returncode, done.stderr
