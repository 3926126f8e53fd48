"""A network between Home Assistant and Spoolman that can be stopped at a chosen moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
import random
from typing import Final

_CHUNK: Final = 2**16


class Moment(StrEnum):
    """What is on its way."""

    REQUEST = "the request is on its way"
    ANSWER = "the answer is on its way"


class Network:
    """Passes everything on, but holds a use of filament at the moment that is asked for."""

    def __init__(self, port: int, chance: random.Random) -> None:
        """`port`: Spoolman's, on loopback."""
        self._to = port
        self._chance = chance
        self._moment: Moment | None = None
        self._came = asyncio.Event()
        self._go_on = asyncio.Event()
        self.port = 0
        self.uses = 0
        """How many uses Home Assistant has asked for."""

    @property
    def url(self) -> str:
        """Spoolman's address through this network."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let through."""
        server = await asyncio.start_server(self._carry, "127.0.0.1")
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            self.release()
            server.close()

    def hold(self, moment: Moment) -> asyncio.Event:
        """Hold the next use at this moment; the event is set once it is held."""
        self._moment = moment
        self._came, self._go_on = asyncio.Event(), asyncio.Event()
        return self._came

    def release(self) -> None:
        """Let what is held go on, or lose it."""
        self._moment = None
        self._go_on.set()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(OSError):
            there = await asyncio.open_connection("127.0.0.1", self._to)
            try:
                await self._exchange((reader, writer), there)
            finally:
                there[1].close()
        writer.close()

    async def _exchange(
        self,
        here: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        there: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        """Pass on one request after the other, each with its answer."""
        while request := await here[0].read(_CHUNK):
            is_use = request.startswith(b"PUT ")
            self.uses += is_use
            if is_use and not await self._may_pass(Moment.REQUEST):
                return
            there[1].write(request)
            if not (answer := await there[0].read(_CHUNK)):
                return
            if is_use and not await self._may_pass(Moment.ANSWER):
                return
            here[1].write(answer)
            with suppress(TimeoutError):  # a long answer comes in several pieces
                while more := await asyncio.wait_for(there[0].read(_CHUNK), 0.05):
                    here[1].write(more)

    async def _may_pass(self, moment: Moment) -> bool:
        if moment is not self._moment:
            return True
        self._moment = None
        self._came.set()
        await self._go_on.wait()
        return self._chance.random() < 0.5
