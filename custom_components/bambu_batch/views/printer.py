"""What the printer does now, in the contract's words."""

from datetime import datetime
from typing import Any, Final

from homeassistant.util import dt as dt_util

from ..bambu import codes
from ..bambu.status import PrinterStatus, PrintState
from ..coordinator import BambuBatchCoordinator
from ..production.cooldown import cooldown_end
from ..production.job import is_active

OFFLINE: Final = "offline"
UNKNOWN: Final = "unknown"
_WORDS: Final = {
    PrintState.IDLE: "idle",
    PrintState.SLICING: "preparing",
    PrintState.PREPARE: "preparing",
    PrintState.RUNNING: "printing",
    PrintState.PAUSE: "paused",
    PrintState.FINISH: "finished",
    PrintState.FAILED: "failed",
    PrintState.UNKNOWN: UNKNOWN,
}
STATES: Final = (OFFLINE, *dict.fromkeys(_WORDS.values()))
"""All that `printer_state` may return."""
_AT_WORK: Final = (PrintState.RUNNING, PrintState.PAUSE)
_PREPARING: Final = (PrintState.SLICING, PrintState.PREPARE)


def printer_state(status: PrinterStatus) -> str:
    """Return the printer's state."""
    if not status.connected:
        return OFFLINE
    if status.state is PrintState.IDLE and is_active(status):
        return _WORDS[PrintState.PREPARE]
    return _WORDS[status.state or PrintState.UNKNOWN]


def missing(status: PrinterStatus) -> tuple[str, ...]:
    """Return the names of what the printer's full reports lack, and a start needs."""
    return status.missing if status.complete else ()


def progress(status: PrinterStatus) -> int | None:
    """Return the running plate's percentage: layers tick in a calibration too (FM-038)."""
    if status.state in _AT_WORK:
        return status.percent
    return 100 if status.state is PrintState.FINISH else 0


def remaining_minutes(status: PrinterStatus) -> int | None:
    """Return the running plate's remaining minutes; not yet known while it prepares."""
    if status.state in _AT_WORK:
        return status.remaining_minutes
    return None if status.state in _PREPARING else 0


def whole(degrees: float | None) -> int | None:
    """Return a temperature without its decimals: they differ in every report."""
    return None if degrees is None else round(degrees)


def cooldown_until(coordinator: BambuBatchCoordinator) -> datetime | None:
    """Return when the cooldown ends; None if none is going on."""
    end = cooldown_end(coordinator.line, coordinator.context.options)
    return end if end is not None and end > dt_util.utcnow() else None


def print_error(status: PrinterStatus) -> dict[str, Any] | None:
    """Return the error that the printer shows, None if it shows none."""
    if not (code := status.print_error):
        return None
    return {
        "code": codes.printed(code),
        "message": codes.classify(code),
        "url": codes.page(code),
    }
