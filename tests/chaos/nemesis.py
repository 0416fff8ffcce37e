"""Carries the plan out: kills, freezes, cuts and lies, and notes in the history what it really did."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psutil

from chaos.history import History
from chaos.plan import Fault
from chaos.proxy import Proxy
from chaos.screen import Screen
from chaos.world import World

Thing = TypeVar("Thing")

_TRIES = 5
_AGAIN_S = 0.5


class Nemesis:
    """Plays faults on a world and its screens."""

    def __init__(self, world: World, screens: Sequence[Screen], history: History) -> None:
        self._world, self._screens, self._history = world, screens, history
        self._running: list[asyncio.Task[None]] = []
        self._building = asyncio.Lock()

    async def play(self, faults: Iterable[Fault], stop: Callable[[float], bool]) -> None:
        """Play the faults until `stop` holds of the next one's time; then wait until all have ended."""
        try:
            for fault in faults:
                while self._history.now() < fault.at and not stop(self._history.now()):
                    await asyncio.sleep(0.05)
                if stop(max(fault.at, self._history.now())):
                    break
                self._running.append(asyncio.create_task(self._one(fault)))
                for done in [task for task in self._running if task.done()]:
                    self._running.remove(done)
                    done.result()
            await asyncio.gather(*self._running)
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def _one(self, fault: Fault) -> None:
        """Play a fault; one that met nothing, as nobody was there, is tried again a little later."""
        for _ in range(_TRIES):
            self._history.write("fault.begin", name=fault.name, planned_at=fault.at, lasts_s=fault.lasts_s)
            met = await self._do(fault)
            self._history.write("fault.end", name=fault.name, met=met)
            if met:
                return
            await asyncio.sleep(_AGAIN_S)

    async def _do(self, fault: Fault) -> int:
        area, _, what = fault.name.partition(" ")
        if area == "screen":
            return await self._on_screen(fault, what)
        roads = {"clients": self._world.clients, "database": self._world.database, "push": self._world.push}
        if area in roads:
            before = roads[area].done[what]
            await self._on_road(fault, roads[area], what)
            return roads[area].done[what] - before
        return await self._on_process(fault)

    # ---- processes

    async def _on_process(self, fault: Fault) -> int:
        world = self._world
        async with self._building:  # not while a power cut is being mended
            if fault.name == "power cut":
                await world.power_cut()
                return 1
            process = self._process(fault)
            if process is None:
                return 0
            if fault.name != "freeze worker":
                return _signal(process, signal.SIGKILL)
            met = _signal(process, signal.SIGSTOP)
        await asyncio.sleep(fault.lasts_s)
        _signal(process, signal.SIGCONT)
        return met

    def _process(self, fault: Fault) -> psutil.Process | None:
        if fault.name == "kill gateway":
            return self._world.gateway()
        if fault.name == "kill PostgreSQL":
            return self._world.postgres()
        return _pick(
            self._world.workers("function_ws_trans" if "sweeper" in fault.name else ""), fault.target
        )

    # ---- screens

    async def _on_screen(self, fault: Fault, what: str) -> int:
        screen = _pick(self._screens, fault.target)
        assert screen is not None
        if what == "away":
            screen.line.leave(fault.lasts_s)
        elif what == "vanishes":
            screen.line.vanish()
        elif what == "reloads":
            screen.reload()
        elif what == "polls":
            await screen.poll(fault.lasts_s)
            return 1
        else:
            screen.mute = True
        await asyncio.sleep(fault.lasts_s)
        screen.mute = False
        return 1

    # ---- roads

    async def _on_road(self, fault: Fault, proxy: Proxy, what: str) -> None:
        if what == "cut":
            proxy.cut()
            return
        if what == "silent":
            proxy.silence()
        elif what == "rotten":
            proxy.rot()
        elif what == "slow":
            proxy.delay_s = 0.005 + 0.045 * fault.extent
        elif what == "torn":
            proxy.tear_after(int(1 + 5000 * fault.extent))
        else:
            self._world.push.mode, self._world.push.share = what, 0.2 + 0.6 * fault.extent
        await asyncio.sleep(fault.lasts_s)
        proxy.heal()


def _pick(things: Sequence[Thing], where: float) -> Thing | None:
    return things[int(where * len(things))] if things else None


def _signal(process: psutil.Process, number: int) -> int:
    try:
        process.send_signal(number)
    except psutil.Error:
        return 0
    return 1
