"""One instance of a function: the child process. Little of the standard library, nothing of the gateway.

Run by path as `python -I worker.py FD PARENT_PID`. Frames on FD: 4 bytes of length (big-endian), then for the
child JSON, for the parent one letter and JSON: S it is loaded, R what the handler returned, E it failed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

# SCF's limit of a synchronous answer.
MAX_ANSWER = 6 * 1024 * 1024


def die_with(parent: int) -> None:
    """End this process when the gateway dies, even while the function's code runs."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG, Linux
    except (ImportError, OSError, AttributeError):
        _watch(parent)  # elsewhere (macOS): look now and then
    if os.getppid() != parent:
        os._exit(0)


def _watch(parent: int) -> None:
    from threading import Thread
    from time import sleep

    def look() -> None:
        while os.getppid() == parent:
            sleep(1)
        os._exit(0)

    Thread(target=look, daemon=True).start()


class Channel:
    """The frames to and from the gateway."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.rest = b""

    def receive(self) -> Any:
        """Return the next document, or None when the gateway closed the channel."""
        data = self.rest
        while len(data) < 4 or len(data) - 4 < int.from_bytes(data[:4], "big"):
            try:
                more = os.read(self.fd, 1 << 18)
            except OSError:
                return None
            if not more:
                return None
            data += more
        end = 4 + int.from_bytes(data[:4], "big")
        self.rest = data[end:]
        return json.loads(data[4:end])

    def send(self, letter: bytes, body: bytes) -> None:
        """Write one frame."""
        frame = memoryview((len(body) + 1).to_bytes(4, "big") + letter + body)
        while frame:
            frame = frame[os.write(self.fd, frame) :]


def load(setup: dict[str, Any]) -> Any:
    """Import the function's file by its path and return the handler."""
    sys.path[:0] = setup["path"]
    module_name, file = setup["module"], setup["file"]
    spec = spec_from_file_location(module_name.rpartition("/")[2], file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {file}")
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return getattr(module, setup["attribute"])


def failure(error: BaseException) -> bytes:
    """Return what is told to the gateway of an exception: its type, its text and where it came from."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    document = {"type": type(error).__name__, "message": str(error)[:2000], "trace": places[1:][-20:]}
    return json.dumps(document).encode()


def answer(handler: Any, event: Any, context: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return the letter and the body of the frame that answers `event`."""
    try:
        body = json.dumps(handler(event, context), ensure_ascii=False).encode()
        if len(body) > MAX_ANSWER:
            raise ValueError(f"the answer has {len(body)} bytes, {MAX_ANSWER} are allowed")
    except (Exception, SystemExit) as error:
        return b"E", failure(error)
    return b"R", body


def main() -> None:
    """Load the function, then answer events until the gateway closes the channel."""
    channel = Channel(int(sys.argv[1]))
    os.set_inheritable(channel.fd, False)
    die_with(int(sys.argv[2]))
    # Ctrl-C and a supervisor's signal reach the whole group: what runs is finished, the gateway ends us.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    setup = channel.receive()
    if setup is None:
        return
    base = dict(setup["context"])
    base["environment"] = json.dumps(setup["environment"])
    base["environ"] = ";".join(f"{key}={value}" for key, value in setup["environment"].items())
    try:
        handler = load(setup)
    except BaseException as error:
        channel.send(b"E", failure(error))
        return
    channel.send(b"S", b"")
    while True:
        task = channel.receive()
        if task is None:
            return
        letter, body = answer(handler, task[1], {**base, "request_id": task[0]})
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send(letter, body)


if __name__ == "__main__":
    main()
