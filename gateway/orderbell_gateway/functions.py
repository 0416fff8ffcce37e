"""All functions: each one's pool, what its processes see, and a call that does not wait for ever."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from . import events
from .instance import Launch
from .invoke import Pool
from .jobs import Failed
from .logs import Log
from .routes import Function
from .scaling import PoolLimits
from .settings import Settings


class Functions:
    """The functions by name."""

    def __init__(self, pools: Mapping[str, Pool], loop: asyncio.AbstractEventLoop) -> None:
        self.pools = pools
        self.loop = loop

    async def call(
        self, function: str, event: object, request_id: str, timeout_s: float, peer: str = ""
    ) -> bytes:
        """Return a function's answer as JSON; `timeout_s` is the endpoint's own limit, waiting included.

        `peer` is the address of the client whose event it is: those of one address wait behind each other.

        Raises:
            Failed: there is no answer.
        """
        answer = self.pools[function].call(event, request_id, peer)
        timer = self.loop.call_later(timeout_s, _late, answer, timeout_s)
        try:
            return await answer
        finally:
            timer.cancel()

    def warm(self) -> None:
        """Have one worker of each ready before the first event comes."""
        for pool in self.pools.values():
            pool.warm()

    def close(self) -> None:
        """Let the workers end when they have finished."""
        for pool in self.pools.values():
            pool.close()

    def kill(self) -> None:
        """End the workers now."""
        for pool in self.pools.values():
            pool.kill()

    def alive(self) -> bool:
        """Tell whether any worker's process is still there."""
        return any(pool.alive() for pool in self.pools.values())


def _late(answer: asyncio.Future[bytes], seconds: float) -> None:
    if not answer.done():
        answer.set_exception(Failed("late", f"no answer within {seconds:g} s"))


def make_pool(
    function: Function,
    declared: dict[str, str],
    settings: Settings,
    loop: asyncio.AbstractEventLoop,
    log: Log,
) -> Pool:
    """Return the pool of `function`, which sees only `declared` and what SCF itself sets."""
    path = [str(function.folder), *map(str, function.layers)]
    environment = {
        "PATH": os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
        "HOME": os.environ.get("HOME", "/tmp"),  # nosec B108  # writes nothing there
        "LANG": "en_US.UTF-8",
        "NO_PROXY": "127.0.0.1,localhost",
        **declared,
        "TZ": declared.get("TZ", "UTC"),
        "PYTHONPATH": os.pathsep.join([*path, *filter(None, [declared.get("PYTHONPATH")])]),
        "USER_CODE_ROOT": str(function.folder) + os.sep,
        "SCF_FUNCTIONNAME": function.name,
        "SCF_FUNCTIONVERSION": "$LATEST",
        "SCF_NAMESPACE": "default",
        "SCF_RUNTIME": function.runtime,
        "TENCENTCLOUD_RUNENV": "SCF",
        "TENCENTCLOUD_REGION": "local",
        "TENCENTCLOUD_APPID": "",
        "TENCENTCLOUD_UIN": "",
    }
    setup = {
        "path": [*path, *filter(None, declared.get("PYTHONPATH", "").split(os.pathsep))],
        "module": function.module,
        "file": str(function.folder / f"{function.module}.py"),
        "attribute": function.attribute,
        "context": events.context(function),
        "environment": declared,
    }
    limits = PoolLimits(
        instances=function.max_instances or settings.max_instances,
        waiting=settings.max_waiting,
        timeout_s=function.timeout_s,
        init_s=function.init_timeout_s or settings.init_timeout,
        idle_s=settings.instance_idle,
        scale_after_s=settings.scale_after,
    )
    return Pool(
        function.name, Launch(function.folder, environment, setup), limits, loop, log, settings.show_errors
    )
