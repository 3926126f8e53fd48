"""What of a status moves on during a print, while everything else stays the same."""

from typing import Final

from ..bambu.status import PrinterStatus

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
