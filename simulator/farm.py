"""Any number of printers in one process."""

from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Self

from .clock import Clock
from .journal import Entry
from .printer import Printer
from .spec import PrinterSpec


class Farm:
    """`async with Farm([PrinterSpec()], speed=100) as farm:` opens them on loopback."""

    def __init__(
        self, specs: Iterable[PrinterSpec] = (PrinterSpec(),), speed: float = 1
    ) -> None:
        """`speed`: simulated seconds in one real second."""
        self._specs = tuple(specs)
        self._speed = speed
        self._open = AsyncExitStack()
        self.printers: list[Printer] = []

    async def __aenter__(self) -> Self:
        """Open all printers. Raises `OSError`, with none left open."""
        self.clock = Clock(self._speed)
        async with AsyncExitStack() as stack:
            for spec in self._specs:
                printer = Printer(spec, self.clock)
                stack.push_async_callback(printer.stop)
                await printer.start()
                self.printers.append(printer)
            self._open = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all printers."""
        await self._open.aclose()

    def __getitem__(self, serial: str) -> Printer:
        """Return the printer with a serial. Raises `KeyError`."""
        for printer in self.printers:
            if printer.serial == serial:
                return printer
        raise KeyError(serial)

    @property
    def violations(self) -> list[Entry]:
        """Of all printers."""
        return [
            entry for printer in self.printers for entry in printer.journal.violations
        ]
