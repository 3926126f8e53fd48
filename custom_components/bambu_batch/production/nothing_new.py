"""Most reports tell a line nothing: a second later the nozzle is a tenth of a degree warmer.

A line that has looked at one report need not look at the next if they say the same of all
that it reads. It loses nothing by that: reports are lost anyway, and each tells everything.
"""

from datetime import timedelta
from typing import Final

from ..bambu.status import PrinterStatus
from .context import Context
from .cooldown import bed_is_hot
from .model import Line

LOOK_AGAIN: Final = timedelta(seconds=10)
"""A line looks at least so often, whatever it is told: the plate's time in sight, the clock."""
_NEVER_READ: Final = dict.fromkeys(
    (
        "received",
        "received_uptime",
        "nozzle_temperature",
        "bed_temperature",  # only whether it is too hot
        "wifi_signal",
    )
)


def says_nothing_new(line: Line, looked: Context, status: PrinterStatus) -> bool:
    """Tell whether a line learns nothing by a report, after what it has looked at last."""
    before, options = looked.status, looked.options
    if before.received is None or status.received is None or line.deferred is not None:
        return False  # a start that could not be sent waits for a newer report
    if not timedelta(0) <= status.received - before.received < LOOK_AGAIN:
        return False
    if bed_is_hot(before, options) is not bed_is_hot(status, options):
        return False
    return before.but(_NEVER_READ) == status.but(_NEVER_READ)
