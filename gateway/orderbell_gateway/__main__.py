"""`python -m orderbell_gateway --root DIR`: read the flags, run. Exit 2: the operator has to act."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from io import TextIOWrapper
from types import ModuleType

from .exposure import checked
from .logs import Log
from .run import System
from .settings import ConfigError, Settings, read_settings

uvloop: ModuleType | None
try:
    import uvloop
except ImportError:  # Windows, or not installed: asyncio's own loop does as well, a little slower
    uvloop = None


def main() -> int:
    """Run the gateway and return its exit code."""
    try:
        settings = checked(read_settings(sys.argv[1:], os.environ))
        _die_with_parent(settings)
        _allow_many_files()
        loop: asyncio.AbstractEventLoop = uvloop.new_event_loop() if uvloop else asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        if isinstance(sys.stdout, TextIOWrapper):  # whatever a function prints, and under any LANG
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        system = System(settings, os.environ, loop, Log(settings.log_level))
        loop.run_until_complete(_serve(system))
    except ConfigError as error:
        sys.stderr.write(f"orderbell_gateway: {error}\n")
        return 2
    return 0


async def _serve(system: System) -> None:
    await system.run()
    # While our signal handlers still stand: a late Ctrl-C would end an orderly stop with a traceback.
    os._exit(0)


def _die_with_parent(settings: Settings) -> None:
    """With a lifeline, let Linux tell us too: that works even if somebody else keeps the pipe open."""
    if settings.lifeline is None or not sys.platform.startswith("linux"):
        return
    parent = os.getppid()
    import ctypes

    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        raise ConfigError("the parent is gone already")


def _allow_many_files() -> None:
    """Each socket is a file; the usual soft limit of 1024 is a limit for shells."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    sys.exit(main())
