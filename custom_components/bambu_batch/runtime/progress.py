"""What of status and line moves on during a print, while everything else stays the same."""

from collections.abc import Callable, Iterable
from dataclasses import replace
import logging
from typing import Final

from ..bambu.status import PrinterStatus
from ..production.model import Line

PROGRESS: Final = (
    "received",
    "received_uptime",
    "percent",
    "remaining_minutes",
    "layer",
    "nozzle_temperature",
    "bed_temperature",
    "wifi_signal",
)
_NONE_OF_IT: Final = dict.fromkeys(PROGRESS)
SHOWN: Final = (
    "percent",
    "remaining_minutes",
    "layer",
    "nozzle_temperature",
    "bed_temperature",
    "wifi_signal",
)
"""What of it people see; temperatures in whole °C."""

_LOGGER = logging.getLogger(__name__)


def without_progress(status: PrinterStatus) -> PrinterStatus:
    """Return a status that differs only when something else has changed."""
    return status.but(_NONE_OF_IT)


def line_without_progress(line: Line) -> Line:
    """Return a line that differs only when something else has changed.

    Its layer is for the books of an ended run; what it remembers of a print's progress, to
    notice that it is stuck, shows in `called_for`.
    """
    run = line.run and replace(line.run, layer=0, total_layers=0)
    return replace(line, run=run, stuck_on=None, stuck_since=None)


class Followers:
    """Who shows which part of a print's progress: each is told when that part changes."""

    def __init__(self) -> None:
        self._told: tuple[object, ...]
        self._of: dict[str, list[Callable[[], None]]] = {name: [] for name in SHOWN}
        self.know(PrinterStatus())

    def add(
        self, update: Callable[[], None], names: Iterable[str]
    ) -> Callable[[], None]:
        """Tell somebody of these, which `SHOWN` names. Returns what ends that."""
        followed = [self._of[name] for name in names]
        for updates in followed:
            updates.append(update)

        def end() -> None:
            for updates in followed:
                updates.remove(update)

        return end

    def tell(self, status: PrinterStatus) -> None:
        """Tell those who show what has changed since the last call."""
        before = self._told
        self.know(status)
        if before != self._told:
            both = zip(SHOWN, before, self._told, strict=True)
            self._tell(name for name, old, new in both if old != new)

    def tell_all(self, status: PrinterStatus) -> None:
        """Tell all: what one shows may have been due for a while."""
        self.know(status)
        self._tell(SHOWN)

    def know(self, status: PrinterStatus) -> None:
        """Take note that all have been told of this one."""
        self._told = _shown(status)

    def _tell(self, names: Iterable[str]) -> None:
        updates = dict.fromkeys(one for name in names for one in self._of[name])
        for update in updates:
            try:
                update()
            except Exception:
                _LOGGER.exception("Unexpected error in a listener")


def _shown(status: PrinterStatus) -> tuple[object, ...]:
    nozzle, bed = status.nozzle_temperature, status.bed_temperature
    return (
        status.percent,
        status.remaining_minutes,
        status.layer,
        nozzle if nozzle is None else round(nozzle),
        bed if bed is None else round(bed),
        status.wifi_signal,
    )
