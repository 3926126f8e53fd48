"""Any number of printers in one process."""

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from typing import Self

from .clock import Clock
from .discovery import Announcer
from .journal import Entry
from .printer import Printer
from .spec import PrinterSpec


class Farm:
    """`async with Farm([PrinterSpec()], speed=100) as farm:` opens them on loopback."""

    def __init__(
        self,
        specs: Iterable[PrinterSpec] = (PrinterSpec(),),
        speed: float = 1,
        *,
        announce_to: tuple[str, int] | None = None,
        on_entry: Callable[[Entry], None] | None = None,
    ) -> None:
        """Nothing is opened yet.

        `speed`: simulated seconds in one real second. `announce_to`: where UDP announcements
        go; None: nowhere. `on_entry` gets every entry of every journal.
        """
        self._specs = tuple(specs)
        self._speed = speed
        self._announce_to = announce_to
        self._on_entry = on_entry
        self._open = AsyncExitStack()
        self.printers: list[Printer] = []
        self.announcer: Announcer | None = None

    async def __aenter__(self) -> Self:
        """Open all printers. Raises `OSError`, with none left open."""
        self.clock = Clock(self._speed)
        async with AsyncExitStack() as stack:
            for number, spec in enumerate(self._specs):
                printer = Printer(spec, spec.serial_in_farm(number), self.clock)
                if self._on_entry:
                    printer.journal.listen(self._on_entry)
                stack.push_async_callback(printer.stop)
                await printer.start()
                self.printers.append(printer)
            if self._announce_to:
                self.announcer = Announcer(self.printers, self._announce_to)
                stack.push_async_callback(self.announcer.stop)
                await self.announcer.start(Printer.host)
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
