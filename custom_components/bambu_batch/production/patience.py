"""How long may the line wait for something before a person is called? One table (FM-179).

With no time at all the call comes at once: only a person can end that wait.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ..bambu.status import ACTIVE, PrinterStatus, PrintState
from .context import Context
from .gate import Reason
from .job import seems_at_rest
from .model import Line, Phase, Run
from .trouble import is_fault


class Stuck(StrEnum):
    """What our own print may be stuck on: its reason is `printing` all the time."""

    NO_PROGRESS = "no_progress"
    PAUSED = "print_paused"


NOT_KNOWN = frozenset({Reason.OFFLINE, Reason.NO_FULL_REPORT, Reason.STALE_REPORT})
"""One wait with three names. It hides what the line was waiting for, but does not end it."""

AT_ONCE = timedelta()
SOON = timedelta(minutes=10)
"""Time in which a reboot, a dropped Wi-Fi or a slow integration is over."""

PATIENCE: Mapping[Reason, timedelta | None] = {
    # These have news of their own, or end at a known time.
    Reason.PRINTING: None,  # its progress counts: see below
    Reason.QUEUE_EMPTY: None,
    Reason.QUEUE_PAUSED: None,
    Reason.TASK_UNCERTAIN: None,
    Reason.PRINT_FAILED: None,
    Reason.PLATE_NOT_CLEAR: None,
    Reason.COOLDOWN: None,
    Reason.BED_HOT: None,
    # Only a person ends these.
    Reason.HMS_ERROR: AT_ONCE,
    Reason.NO_STORAGE: AT_ONCE,
    Reason.PLATES_EMPTY: AT_ONCE,
    Reason.TASK_HELD: AT_ONCE,
    Reason.FILE_MISSING: AT_ONCE,
    Reason.FILE_CHANGED: AT_ONCE,
    Reason.WRONG_PRINTER_MODEL: AT_ONCE,
    Reason.FILAMENT_MISSING: AT_ONCE,
    Reason.DEVELOPER_MODE_OFF: AT_ONCE,
    # These end by themselves, or something is wrong.
    Reason.UPDATING_FIRMWARE: timedelta(hours=1),
    Reason.UPLOADING: timedelta(hours=1),
}
"""Any other reason calls soon."""

WITHOUT_PROGRESS: Mapping[PrintState, timedelta] = {
    PrintState.SLICING: timedelta(minutes=20),
    PrintState.PREPARE: timedelta(minutes=20),
    PrintState.RUNNING: timedelta(hours=1),
}
"""Our own print in the same stage, layer and percent. In any other state: soon."""


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait that may last too long."""

    word: str
    """What a person is called for."""
    what: str
    """Identifies the wait: when it changes, another wait begins."""
    patience: timedelta


def wait_of(line: Line, context: Context, first: Reason) -> Wait | None:
    """Return the wait behind a reason; None: it ends by itself, or has news of its own."""
    if first is Reason.PRINTING:
        assert line.run is not None
        return _of_our_print(line.run, context.status)
    patience = _patience(line, context, first)
    if patience is None:
        return None
    what = f"{first} {line.transfer}" if first is Reason.UPLOADING else first
    return Wait(first, what, patience)


def shows_a_code(line: Line, status: PrinterStatus, first: Reason) -> bool:
    """Tell whether the queue waits only for a harmless code to be closed.

    A print that was stopped at the screen may show its code until somebody closes it.
    """
    harmless = first is Reason.PRINT_ERROR and not is_fault(status.print_error)
    return _waits(line) and harmless and seems_at_rest(status)


def _patience(line: Line, context: Context, first: Reason) -> timedelta | None:
    status = context.status
    match first:
        case Reason.PRINT_ERROR:
            if is_fault(status.print_error) or not _waits(line):
                return None  # it has news of its own, or nothing waits
            if shows_a_code(line, status, first):
                return None if line.asked_to_clear else AT_ONCE
            return None if status.state in ACTIVE else SOON
        case Reason.FOREIGN_PRINT:  # somebody else's print may take any time
            return None if status.state in ACTIVE else SOON
        case Reason.PRINTER_BUSY:  # only IDLE is allowed, or the state is unknown
            unknown = status.state is PrintState.UNKNOWN
            lasts = line.run is None and (unknown or seems_at_rest(status))
            return AT_ONCE if lasts else SOON
        case Reason.UPDATING_FIRMWARE if (
            status.forced_upgrade is True or status.inconsistent_firmware is True
        ):
            return AT_ONCE
        case Reason.INTERLOCK:  # one that does not hold is meant to block
            return SOON if context.interlocks_hold is None else None
        case _:
            return PATIENCE.get(first, SOON)


def _of_our_print(run: Run, status: PrinterStatus) -> Wait | None:
    """Return the wait for our print's progress; a start has a deadline of its own."""
    if run.phase is not Phase.PRINTING or status.state is None:
        return None
    word = Stuck.PAUSED if status.state is PrintState.PAUSE else Stuck.NO_PROGRESS
    progress = (status.stage, status.percent, status.layer, status.remaining_minutes)
    what = " ".join(map(str, (status.state, *progress)))
    return Wait(word, what, WITHOUT_PROGRESS.get(status.state, SOON))


def _waits(line: Line) -> bool:
    return line.running and line.run is None and bool(line.waiting)
