"""Simulated printers and the files they print."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from simulator import Farm, Printer, PrinterSpec, slicer

from .clients import Ftps, Mqtt

NAME = "part.gcode.3mf"

type OpenPrinter = Callable[..., Awaitable[Printer]]
type InThread = Callable[..., Awaitable[Any]]
type Slice = Callable[..., bytes]
type Upload = Callable[[Printer, str, bytes], Awaitable[str]]
type Connect = Callable[..., Awaitable[Mqtt]]


@pytest.fixture
async def open_printer(socket_enabled: None) -> AsyncGenerator[OpenPrinter]:
    """Open a printer: fields of PrinterSpec, and `speed`."""
    async with AsyncExitStack() as stack:

        async def open_one(*, speed: float = 1000, **fields: Any) -> Printer:
            farm = await stack.enter_async_context(Farm([PrinterSpec(**fields)], speed))
            return farm.printers[0]

        yield open_one


def _wanted(request: pytest.FixtureRequest, marker: str) -> dict[str, Any]:
    mark = request.node.get_closest_marker(marker)
    return mark.kwargs if mark else {}


@pytest.fixture
async def printer(request: pytest.FixtureRequest, open_printer: OpenPrinter) -> Printer:
    """Open an A1 mini; `mark.printer` says what is different."""
    return await open_printer(**_wanted(request, "printer"))


@pytest.fixture
def part(request: pytest.FixtureRequest, printer: Printer, sliced: Slice) -> str:
    """Put a part onto the card, with what `mark.part` says; returns its name."""
    printer.card.put(f"/cache/{NAME}", sliced(**_wanted(request, "part")))
    return NAME


@pytest.fixture
async def client(printer: Printer, connect: Connect) -> Mqtt:
    """Connect a client to the printer; it has got its full report."""
    return await connect(printer)


@pytest.fixture
async def connect() -> AsyncGenerator[Connect]:
    """Connect a client that has got its full report."""
    async with AsyncExitStack() as stack:

        async def one(printer: Printer) -> Mqtt:
            client = await stack.enter_async_context(Mqtt(printer))
            await client.ready()
            return client

        yield one


@pytest.fixture
async def in_thread() -> AsyncGenerator[InThread]:
    """Run blocking calls of ftplib beside the event loop."""
    with ThreadPoolExecutor(2) as threads:
        loop = asyncio.get_running_loop()

        async def run(call: Callable[..., Any], *args: Any) -> Any:
            return await loop.run_in_executor(threads, partial(call, *args))

        yield run


@pytest.fixture
def sliced(tmp_path: Path) -> Slice:
    """Slice a plate: fields of SlicedPlate, and `model`."""

    def write(*, model: str = "N1", **fields: Any) -> bytes:
        plate = slicer.SlicedPlate(**{"seconds": 300} | fields)
        return slicer.write(tmp_path / "part.3mf", [plate], model=model).read_bytes()

    return write


@pytest.fixture
def upload(in_thread: InThread) -> Callable[[Printer, str, bytes], Awaitable[str]]:
    """Upload a file as a careful client does; returns the reply."""

    def put(printer: Printer, path: str, content: bytes) -> str:
        ftps = Ftps(printer).login_now()
        try:
            return ftps.put(path, content)
        finally:
            ftps.quit()

    async def upload_one(printer: Printer, path: str, content: bytes) -> str:
        reply: str = await in_thread(put, printer, path, content)
        return reply

    return upload_one


async def printing(printer: Printer) -> None:
    """Wait for the middle of a print, and slow down so that what follows happens there."""
    await printer.until(lambda printer: printer.truth.plate_occupied)
    printer.clock.speed = 200
    await printer.until(lambda printer: printer.truth.layer > 3)


async def swapping(printer: Printer) -> None:
    """Wait for the swap at a print's end, and slow down so that what follows happens there."""
    await printer.until(lambda printer: printer.truth.swapping)
    printer.clock.speed = 30
