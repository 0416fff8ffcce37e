"""The whole system as a newcomer starts it, and clients that follow protocol.md alone."""

from __future__ import annotations

import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from orderbell_cli.database import administration
from support.example import ORDER
from support.programs import clean_environment
from support.waiting import DEADLINE_S, until

ROOT = Path(__file__).resolve().parents[2]
BOUNDLESS = {"RATE_LIMITS": "off", "GATEWAY_MESSAGE_RATE": "0", "GATEWAY_MAX_PEER_CONNECTIONS": "0"}
"""For tests and measurements: all that they do comes from one address, faster than people are."""


@dataclass
class System:
    """A running `orderbell up`."""

    process: subprocess.Popen[str]
    data: Path
    url: str
    internal_url: str
    push_url: str
    database_url: str

    @property
    def ws(self) -> str:
        """Address of the WebSocket."""
        return self.url.replace("http", "ws", 1) + "/pgws"

    def post(self, order: Any = None, key: str | None = None, **headers: str) -> requests.Response:
        """Place an order; a text goes out as it is."""
        body = (
            json.dumps(ORDER if order is None else order).encode()
            if not isinstance(order, (str, bytes))
            else order
        )
        sent = {"Content-Type": "application/json", "Idempotency-Key": key or str(uuid.uuid4()), **headers}
        return requests.post(f"{self.url}/bill", data=body, headers=sent, timeout=DEADLINE_S)

    def get(self, path: str, token: str | None = None, **headers: str) -> requests.Response:
        """Get a path, with a bearer token."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return requests.get(self.url + path, headers=headers, timeout=DEADLINE_S)

    def cli(self, *arguments: str, check: bool = True) -> str:
        """Run the command line on this system and return what it printed."""
        command = [sys.executable, "-m", "orderbell_cli.main", *arguments, "--data", str(self.data)]
        done = subprocess.run(
            command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def pairing_code(self, shop: str = "noodle-house") -> str:
        """Return a fresh pairing code, without the second that a command line of its own takes."""
        return administration(self.database_url, None, None).pair(shop).code

    def pair(self, shop: str = "noodle-house") -> str:
        """Pair a screen and return its token."""
        code = self.pairing_code(shop)
        with Socket(self) as socket:
            socket.say(type="pair", code=code, name="test screen")
            token: str = socket.expect("paired")["token"]
            return token

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)


@contextmanager
def running_system(data: Path, *flags: str, **settings: str) -> Iterator[System]:
    """Start `orderbell up` on free ports with its data in `data`, and stop it at the end.

    All that tests and measurements do comes from one address: unless `settings` say otherwise no rate is limited.
    """
    data.mkdir(parents=True, exist_ok=True)
    output = (data / "up.out").open("a+")
    command = [
        sys.executable,
        "-m",
        "orderbell_cli.main",
        "up",
        "--data",
        str(data),
        "--port",
        "0",
        "--internal-port",
        "0",
        *flags,
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**clean_environment(), **BOUNDLESS, **settings},
        stdout=output,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = data / "run.json"

    def started() -> Any:
        if process.poll() is not None:
            raise AssertionError(
                f"`up` ended with {process.returncode}: {(data / 'up.out').read_text()[-2000:]}"
            )
        found = json.loads(running.read_text()) if running.exists() else {}
        return found if found.get("pid") == process.pid else None

    try:
        found = until(started, "the system is up", 90)
        yield System(
            process, data, found["url"], found["internal_url"], found["push_url"], found["database_url"]
        )
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        output.close()


class Socket:
    """A WebSocket client that knows the frames of protocol.md and nothing else."""

    def __init__(self, system: System) -> None:
        self._stack = ExitStack()
        self._socket: ClientConnection = self._stack.enter_context(
            connect(system.ws, open_timeout=DEADLINE_S, max_size=None)
        )

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def say(self, **frame: Any) -> None:
        """Send a frame."""
        self._socket.send(json.dumps(frame))

    def raw(self, data: str | bytes) -> None:
        """Send a text or binary message as it is."""
        self._socket.send(data)

    def next(self) -> dict[str, Any]:
        """Return the next frame."""
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=DEADLINE_S))
        return frame

    def expect(self, kind: str) -> dict[str, Any]:
        """Return the next frame of a type, passing over others."""
        while True:
            frame = self.next()
            if frame["type"] == kind:
                return frame

    def closed(self) -> int:
        """Return the code with which the server closes."""
        try:
            while True:
                self._socket.recv(timeout=DEADLINE_S)
        except ConnectionClosed:
            return int(self._socket.close_code or 0)

    def drop(self) -> None:
        """Lose the line without a word."""
        self._socket.socket.close()


class Screen(Socket):
    """A kitchen's screen: keeps (epoch, seq), drops repeats, resumes on a gap, acks what it has."""

    def __init__(
        self,
        system: System,
        token: str,
        epoch: str | None = None,
        seq: int | None = None,
        *,
        acks: bool = True,
    ) -> None:
        super().__init__(system)
        self.acks = acks
        self.epoch, self.seq = epoch, seq
        self.orders: dict[str, dict[str, Any]] = {}
        self.shown: list[str] = []
        self.repeats = 0
        self._commands = 0
        hello = {"type": "hello", "role": "kitchen", "token": token}
        self.say(**hello, **({} if epoch is None else {"epoch": epoch, "seq": seq}))
        self.welcome = self.expect("welcome")

    def take(self, frame: dict[str, Any]) -> None:
        """Apply a frame to the screen."""
        if frame["type"] == "snapshot":
            self.epoch, self.seq = frame["epoch"], frame["seq"]
            self.orders = {order["id"]: order for order in frame["orders"]}
        elif frame["type"] == "events":
            if self.seq is None or frame["prev"] > self.seq:
                self.say(type="resume", seq=self.seq or 0)
                return
            for event in frame["events"]:
                self._apply(event)
        if self.acks and frame["type"] in ("snapshot", "events"):
            self.say(type="ack", seq=self.seq)

    def _apply(self, event: dict[str, Any]) -> None:
        assert self.seq is not None
        if event["seq"] <= self.seq:
            self.repeats += 1
            return
        assert event["seq"] == self.seq + 1, "a hole inside a batch"
        self.seq = event["seq"]
        if "order" in event:
            self.orders[event["order"]["id"]] = event["order"]
            if event["type"] == "order.placed":
                self.shown.append(event["order"]["id"])

    def until(self, true: Callable[[Screen], Any]) -> Any:
        """Take frames until something holds of the screen."""
        while not (value := true(self)):
            self.take(self.next())
        return value

    def until_order(self, order_id: str, status: str | None = None) -> dict[str, Any]:
        """Take frames until an order is on the screen (with a status)."""
        order: dict[str, Any] = self.until(
            lambda screen: (
                (o := screen.orders.get(order_id)) and (status is None or o["status"] == status) and o
            )
        )
        return order

    def command(self, name: str, command_id: str | None = None, **arguments: Any) -> dict[str, Any]:
        """Send a command and return its result, taking what comes in between."""
        wanted = command_id or str(uuid.uuid4())
        self.say(type="command", id=wanted, name=name, **arguments)
        while True:
            frame = self.next()
            if frame["type"] == "result" and frame["id"] == wanted:
                return frame
            self.take(frame)
