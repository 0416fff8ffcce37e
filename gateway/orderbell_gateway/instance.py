"""One worker process of a function, seen from the gateway: started, spoken to, read out, killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

WORKER = Path(__file__).with_name("worker.py")
# Somewhat above the largest answer that the worker lets through.
MAX_FRAME = 8 * 1024 * 1024
MAX_LINE = 8_192


class Owner(Protocol):
    """Who is told what an instance does."""

    def frame(self, instance: Instance, letter: bytes, body: bytes) -> None:
        """A frame came."""

    def gone(self, instance: Instance) -> None:
        """The process ended or was killed. Called once."""

    def printed(self, instance: Instance, line: str) -> None:
        """The function printed a line."""


@dataclass(frozen=True)
class Launch:
    """What a worker process is started with."""

    folder: Path
    environment: dict[str, str]
    setup: dict[str, Any]
    """The first frame: what to load, and the context."""


class Instance(asyncio.Protocol):
    """A worker process. `job` belongs to the pool that owns it."""

    def __init__(self, owner: Owner, loop: asyncio.AbstractEventLoop) -> None:
        self.owner = owner
        self.loop = loop
        self.job: Any = None
        self.ready = False
        self.timer: asyncio.TimerHandle | None = None
        self.idle_since = 0.0
        self.request_id = ""
        self.told = False
        """It ends because we want it to."""
        self._transport: asyncio.Transport | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._pipe = -1
        self._line = b""
        self._gone = False

    # ---- start

    def start(self, launch: Launch) -> None:
        """Start the process. It says through its owner when it is ready or gone."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._pipe, output = os.pipe()
        os.set_blocking(self._pipe, False)
        command = [sys.executable, "-I", str(WORKER), str(theirs.fileno()), str(os.getpid())]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=launch.environment,
                cwd=launch.folder,
                pass_fds=(theirs.fileno(),),
            )
        except OSError:
            ours.close()
            os.close(self._pipe)
            raise
        finally:
            theirs.close()
            os.close(output)
        self.loop.add_reader(self._pipe, self._read_output)
        task = self.loop.create_task(self._connect(ours, launch))
        task.add_done_callback(lambda done: None if done.cancelled() else done.exception())

    async def _connect(self, ours: socket.socket, launch: Launch) -> None:
        # The low-level transport: no streams, no task for each event, and it copes with partial writes.
        transport, _ = await self.loop.create_unix_connection(lambda: self, sock=ours)
        self._transport = transport
        if self._gone:
            transport.abort()
            return
        self.send(json.dumps(launch.setup).encode())

    # ---- speak

    def send(self, body: bytes) -> None:
        """Write one frame."""
        if self._transport is not None:
            self._transport.write(len(body).to_bytes(4, "big") + body)

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        if self._buffer:
            data = self._buffer + data
        while len(data) >= 4:
            size = int.from_bytes(data[:4], "big")
            if not 0 < size <= MAX_FRAME:
                self.kill()
                return
            if len(data) < 4 + size:
                break
            letter, body = data[4:5], data[5 : 4 + size]
            data = data[4 + size :]
            self._read_output()  # what the function printed before it answered belongs to this event
            self.owner.frame(self, letter, body)
        self._buffer = data

    def connection_lost(self, exc: Exception | None) -> None:
        """The worker closed its end: it ends or it crashed."""
        self._end()

    # ---- output

    def _read_output(self) -> None:
        if self._pipe < 0:
            return
        try:
            data = os.read(self._pipe, 65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._close_output()
            return
        lines = (self._line + data).split(b"\n")
        self._line = lines.pop()
        if len(self._line) > MAX_LINE:
            lines.append(self._line)
            self._line = b""
        for line in lines:
            if line.strip():
                self.owner.printed(self, line[:MAX_LINE].decode("utf-8", "replace").rstrip())

    def _close_output(self) -> None:
        self.loop.remove_reader(self._pipe)
        os.close(self._pipe)
        self._pipe = -1
        line, self._line = self._line, b""
        if line.strip():
            self.owner.printed(self, line.decode("utf-8", "replace").rstrip())

    # ---- end

    def retire(self) -> None:
        """Ask the process to end: it sees the end of its input and goes."""
        self.told = True
        if self._transport is not None:
            self._transport.close()
        else:
            self.kill()

    def kill(self) -> None:
        """End the process now."""
        self.told = True
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()
        self._end()

    def alive(self) -> bool:
        """Tell whether the process still runs; a dead one is reaped by asking."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id, 0 before the start."""
        return self._process.pid if self._process else 0

    def _end(self) -> None:
        if self._gone:
            return
        self._gone = True
        if self.timer is not None:
            self.timer.cancel()
        if self._pipe >= 0:
            self._read_output()
        if self._pipe >= 0:
            self._close_output()
        self.owner.gone(self)
        reap(self.loop, self._process)


def reap(loop: asyncio.AbstractEventLoop, process: subprocess.Popen[bytes] | None, waits: int = 0) -> None:
    """Collect a process that was told to end, and kill one that does not within a second."""
    if process is None or process.poll() is not None:
        return
    if waits == 20:
        process.kill()
    loop.call_later(0.05, reap, loop, process, waits + 1)
