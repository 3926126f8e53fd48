"""Most reports tell a line nothing: a second later the nozzle is a tenth of a degree warmer.

A line that has looked at one report need not look at the next if they say the same of all
that it reads. It loses nothing by that: reports are lost anyway, and each tells everything.

How far a print has come is read only to notice that it is stuck, for an hour, and for the books of
one that is stopped. So a line may look at that a moment later: at the latest before the report
that tells of anything else.
"""

from datetime import timedelta
from typing import Final

from ..bambu.status import PrinterStatus, PrintState
from .context import Context
from .cooldown import bed_is_hot
from .job import STAGE_PRINTING_OR_BOOTED
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
_PUT_OFF: Final = _NEVER_READ | dict.fromkeys(("percent", "layer"))


def says_nothing_new(line: Line, looked: Context, status: PrinterStatus) -> bool:
    """Tell whether a line learns nothing by a report, after what it has looked at last."""
    before, options = looked.status, looked.options
    if before.received is None or status.received is None or line.deferred is not None:
        return False  # a start that could not be sent waits for a newer report
    if not timedelta(0) <= status.received - before.received < LOOK_AGAIN:
        return False
    if bed_is_hot(before, options) is not bed_is_hot(status, options):
        return False
    in_print = _layers_can_wait(line, before, status)
    return status.is_as(before, _PUT_OFF if in_print else _NEVER_READ)


def is_behind(
    looked: PrinterStatus, seen: PrinterStatus, status: PrinterStatus
) -> bool:
    """Tell whether a line has to look at a report that it has put off, before the next one.

    `looked`: the report that it looked at last. `seen`: the newest that it was told.
    """
    if seen.layer == looked.layer:
        return False
    return not status.is_as(seen, _PUT_OFF)


def _layers_can_wait(line: Line, before: PrinterStatus, status: PrinterStatus) -> bool:
    """Tell whether a print simply goes on.

    After a person was called any progress ends that wait, and is looked at. Its first layer is
    noted at once: something was printed. And the time that a print takes is known from its first
    percent on.
    """
    run = line.run
    at_layers = before.stage == STAGE_PRINTING_OR_BOOTED
    return (
        before.state is PrintState.RUNNING
        and line.called_for is None
        and (run is None or run.layer > 0 or not at_layers)
        and bool(before.percent and status.percent)
    )
