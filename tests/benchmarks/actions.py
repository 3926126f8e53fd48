"""A long queue: what an action takes as a whole, from the WebSocket's message to its answer.

python -m tests.benchmarks.actions [--short]

A real Home Assistant; a plate is in print, and a card shows the queue. Beside the processor time,
which is the whole process's with its recorder: the same actions when the queue has been cleared.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from statistics import median
from time import monotonic
from typing import Any, NamedTuple

from .figure import Figure, at_most
from .home import FILE, Home, begin, entities_by_serial, get_ready, home
from .measure import percentile
from .sqlite_log import SqliteLog
from .table import show_alone

PAUSE = 0.15
"""Seconds between two actions: the card and the recorder take their part."""

type Act = Callable[[], Awaitable[Any]]


class _Taken(NamedTuple):
    """What one kind of action took."""

    walls: list[float]
    """Seconds of each."""
    cpu: float
    """Seconds of each, on average."""
    longest: float
    """Seconds of the longest callback."""
    written: list[int]
    """Bytes of each."""


def figures(short: bool) -> Iterable[Figure]:
    """Measure each kind of action."""
    return asyncio.run(_measure(*((300, 2) if short else (10_000, 40))))


async def _measure(tasks: int, rounds: int) -> list[Figure]:
    async with home(1, tasks=tasks) as (hass, farm):
        await get_ready(hass, farm.printers)
        await begin(hass, farm.printers)
        queue = (await entities_by_serial(hass))[farm.printers[0].serial]["queue"]
        await hass.client.subscribe(
            lambda _: None, "bambu_batch/queue/subscribe", entity_id=queue
        )
        await asyncio.sleep(2)
        clerk = _Clerk(hass, queue, tasks // 2)
        long = {name: await clerk.take(act, rounds) for name, act in clerk.acts.items()}
        everything = await clerk.clear_and_restore()
        await clerk.shorten(3 * rounds + 5)
        few = {name: await clerk.take(act, rounds) for name, act in clerk.acts.items()}
    found = [
        one
        for name, taken in long.items()
        for one in _figures(f"{name}, {tasks:,} tasks", taken, few[name])
    ]
    for name, longest in everything.items():
        found.append(
            Figure(
                name=f"{name}, {tasks:,} tasks: longest callback",
                value=longest * 1000,
                unit="ms",
                goals=(at_most(5),) if name == "clear" else (),
            )
        )
    return found


class _Clerk:
    """Gives actions to a queue."""

    def __init__(self, hass: Home, queue: str, first: int) -> None:
        self._hass, self._queue, self._next = hass, queue, first
        self._log = SqliteLog(hass.folder / "bambu_batch.db")
        file = {"file": f"media-source://bambu_batch/local/{FILE}"}
        self.acts: Mapping[str, Act] = {
            "append": lambda: self._act("enqueue", file),
            "insert in front": lambda: self._act("enqueue", file | {"position": 1}),
            "move": lambda: self._act("move_task", self._another() | {"position": 3}),
            "update": lambda: self._act("update_task", self._another() | {"copies": 5}),
            "remove": lambda: self._act("remove_task", self._another()),
        }

    async def _act(self, action: str, data: Mapping[str, Any]) -> Any:
        return await self._hass.client.act(
            f"bambu_batch.{action}", data, entity_id=self._queue
        )

    def _another(self) -> dict[str, str]:
        self._next += 1
        return {"task_id": str(self._next)}

    async def take(self, act: Act, rounds: int) -> _Taken:
        """Let this be done so many times."""
        await act()
        await self._longest_callback()
        hass, log = self._hass, self._log
        log.look()
        walls, written = [], []
        idle = await _share(hass, rounds / 20)
        spent, begun = hass.processor_seconds, monotonic()
        for _ in range(rounds):
            start, before = monotonic(), log.bytes
            await act()
            walls.append(monotonic() - start)
            await asyncio.sleep(PAUSE)
            log.look()
            written.append(log.bytes - before)
        spent = hass.processor_seconds - spent - idle * (monotonic() - begun)
        longest = await self._longest_callback()
        return _Taken(walls, spent / rounds, longest, written)

    async def clear_and_restore(self) -> dict[str, float]:
        """Return the longest callback of each."""
        act, entity = self._hass.client.act, self._queue
        await self._longest_callback()
        answer = await act("bambu_batch.clear_queue", entity_id=entity, response=True)
        await asyncio.sleep(1)
        clear = await self._longest_callback()
        await self._act("restore_task", {"task_id": answer["removed"]})
        await asyncio.sleep(1)
        return {"clear": clear, "restore all": await self._longest_callback()}

    async def shorten(self, tasks: int) -> None:
        """Let the queue have only as many tasks as are needed for all kinds of action."""
        await self._act("clear_queue", {})
        file = {"file": f"media-source://bambu_batch/local/{FILE}"}
        for left in range(tasks):
            answer = await self._hass.client.act(
                "bambu_batch.enqueue", file, entity_id=self._queue, response=True
            )
            if not left:
                self._next = int(answer["tasks"][0]["task_id"])

    async def _longest_callback(self) -> float:
        answer = await self._hass.client.act("watcher.time_callbacks", response=True)
        return float(answer["longest"])


async def _share(hass: Home, seconds: float) -> float:
    """Return the share of a core that the process takes while nobody does anything."""
    spent = hass.processor_seconds
    await asyncio.sleep(seconds)
    return (hass.processor_seconds - spent) / seconds


def _figures(name: str, taken: _Taken, few: _Taken) -> Iterable[Figure]:
    """Return what is shown of one kind of action."""
    short = "a short queue"
    yield Figure(
        name=f"{name}: answered, p50",
        value=median(taken.walls) * 1000,
        unit="ms",
        reference=median(few.walls) * 1000,
        beside=short,
    )
    yield Figure(
        name=f"{name}: answered, p99",
        value=percentile(taken.walls, 99) * 1000,
        unit="ms",
        reference=percentile(few.walls, 99) * 1000,
        beside=short,
        goals=(at_most(20),),
    )
    yield Figure(
        name=f"{name}: CPU of Home Assistant",
        value=taken.cpu * 1000,
        unit="ms",
        reference=few.cpu * 1000,
        beside=short,
    )
    yield Figure(
        name=f"{name}: longest callback",
        value=taken.longest * 1000,
        unit="ms",
        reference=few.longest * 1000,
        beside=short,
        goals=(at_most(5),),
    )
    yield Figure(
        name=f"{name}: written",
        value=median(taken.written) / 1000,
        unit="kB",
        reference=median(few.written) / 1000,
        beside=short,
        goals=(at_most(16),),
    )


if __name__ == "__main__":
    show_alone(figures)
