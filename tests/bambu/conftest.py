"""A simulated printer and a connection to it, on real sockets."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from simulator import Farm, Printer, PrinterSpec

from .watch import FAST, HASTY, Watch, access_to, watching


@pytest.fixture(autouse=True)
async def enable_event_loop_debug() -> None:
    """Notice calls from another thread: this room has threads of its own."""
    asyncio.get_running_loop().set_debug(True)


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncIterator[Printer]:
    """An A1 mini, a hundred times as fast; at the end no rule of the simulator is broken.

    Rules about real seconds are left to the tests that keep real time.
    """
    async with Farm([PrinterSpec(model="N1")], speed=100) as farm:
        yield farm.printers[0]
        broken = [entry for entry in farm.violations if entry.rule != "pushall_storm"]
        assert broken == []


@pytest.fixture
async def watch(printer: Printer) -> AsyncIterator[Watch]:
    """A connection that has seen a full report and the version."""
    async with watching(access_to(printer), FAST) as watch:
        await watch.until(lambda: watch.status.complete and bool(watch.status.firmware))
        yield watch


@pytest.fixture
async def hasty(printer: Printer) -> AsyncIterator[Watch]:
    """The same with hardly any patience."""
    async with watching(access_to(printer), HASTY) as watch:
        await watch.until(lambda: watch.status.complete and bool(watch.status.firmware))
        yield watch
