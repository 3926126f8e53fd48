"""What of status and line moves on during a print, while everything else stays the same."""

from dataclasses import replace
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
