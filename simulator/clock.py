"""Simulated time: real time of the event loop, `speed` times as fast."""

import asyncio
from contextlib import suppress


class Clock:
    """Seconds of the simulated world since the farm was opened."""

    def __init__(self, speed: float) -> None:
        """Start at 0. Must be made on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._anchor = self._loop.time()
        self._elapsed = 0.0
        self._speed = speed
        self._speed_changed = asyncio.Event()

    @property
    def speed(self) -> float:
        """Simulated seconds in one real second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._elapsed = self.now()
        self._anchor = self._loop.time()
        self._speed = speed
        self._speed_changed.set()
        self._speed_changed = asyncio.Event()

    def now(self) -> float:
        """Simulated seconds since the start."""
        return self._elapsed + (self._loop.time() - self._anchor) * self._speed

    def real(self, seconds: float) -> float:
        """How many real seconds the simulated ones take."""
        return seconds / self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait for simulated seconds, also across a change of speed."""
        await self.until(self.now() + seconds)

    async def until(self, moment: float) -> None:
        """Wait for a moment of simulated time; at least one turn of the loop."""
        await asyncio.sleep(0)
        while (left := self.real(moment - self.now())) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._speed_changed.wait()
