"""The printer behind a form. Forms lie below the coordinator, and do not import it."""

from typing import Protocol

from homeassistant.config_entries import ConfigEntry, ConfigEntryState

from ..bambu.status import PrinterStatus
from ..books.spools import Spools
from ..production.event import Command
from ..production.model import Line


class Printer(Protocol):
    """What the forms need of the coordinator."""

    spools: Spools

    @property
    def line(self) -> Line:
        """The line as committed."""

    @property
    def status(self) -> PrinterStatus:
        """The newest status of the printer."""

    async def obey(self, event: Command) -> tuple[Line, Line]:
        """Do what a person wants. Raises HomeAssistantError."""


def printer_of[P: Printer](entry: ConfigEntry[P]) -> P | None:
    """Return the printer; None while its entry is not loaded."""
    return entry.runtime_data if entry.state is ConfigEntryState.LOADED else None
