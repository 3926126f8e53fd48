"""Why no plate may start now. The one rule about starting, in one place.

Every check asks for positive evidence: a field that is missing, stale or unknown
answers like a field that says no (I1, I6). Nobody else decides: the line starts a run
when `why_not_start` is empty, and `may_publish` is asked once more before the command is sent.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from ..bambu.status import Card, PrinterStatus, PrintState
from .card_file import name_on_card
from .context import Context, Options, StartWhen
from .cooldown import bed_is_hot, cooldown_end
from .equipment import Equipment
from .filament import Assignment, assign
from .fit import fit_in, needs_card, next_task, suits
from .health import forbids
from .job import is_active, is_at_rest, is_ours, is_updating, seems_at_rest
from .model import NO_STORAGE, Hold, Line, Phase, Run, Task, Transfer
from .plate import plate_is_clear
from .trouble import is_fault

FRESH = timedelta(seconds=60)
"""A printer reports every 2 s; the longest recorded gap was 32 s."""
TRIES_AT_ONCE = 30
"""Starts in a row that could not be sent and are tried again at the next report."""
LONGEST_PAUSE = 60
"""Seconds between two tries after that."""


class Reason(StrEnum):
    """Why no plate starts, the one to show first on top (`waiting_for`)."""

    PRINTING = "printing"
    PRINT_ERROR = "print_error"
    QUEUE_EMPTY = "queue_empty"
    QUEUE_PAUSED = "queue_paused"
    OFFLINE = "offline"
    NO_FULL_REPORT = "no_full_report"
    STALE_REPORT = "stale_report"
    HMS_ERROR = "hms_error"
    TASK_UNCERTAIN = "task_uncertain"
    FOREIGN_PRINT = "foreign_print"
    PRINTER_BUSY = "printer_busy"
    PRINT_FAILED = "print_failed"
    UPDATING_FIRMWARE = "updating_firmware"
    NO_STORAGE = "no_storage"
    PLATE_NOT_CLEAR = "plate_not_clear"
    PLATES_EMPTY = "plates_empty"
    COOLDOWN = "cooldown"
    BED_HOT = "bed_hot"
    INTERLOCK = "interlock"
    TASK_HELD = "task_held"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    WRONG_PRINTER_MODEL = "wrong_printer_model"
    FILAMENT_MISSING = "filament_missing"
    DEVELOPER_MODE_OFF = "developer_mode_off"
    UPLOADING = "uploading"


NOTHING = "nothing"
"""State of `waiting_for` when no reason is left."""

HOLDS_WITH_A_REASON: dict[Hold | None, Reason] = {
    Hold.FILE_MISSING: Reason.FILE_MISSING,
    Hold.FILE_CHANGED: Reason.FILE_CHANGED,
    Hold.WRONG_PRINTER_MODEL: Reason.WRONG_PRINTER_MODEL,
    Hold.FILAMENT_MISSING: Reason.FILAMENT_MISSING,
}
_ORDER = tuple(Reason)


def why_not_start(line: Line, context: Context, now: datetime) -> tuple[Reason, ...]:
    """Return every reason against starting a plate now, the first to be shown first."""
    status, options, equipment = context.status, context.options, context.equipment
    task = next_task(line, equipment)
    reasons = {
        *_of_the_queue(line, task, equipment),
        *_of_the_run(line, context, now),
        *_of_the_report(line, context, now),
        *_of_the_printer(line, status, options),
        *_of_the_plate(line, task, context, now),
        *(_of_the_task(line, task, equipment, options) if task else ()),
    }
    return tuple(sorted(reasons, key=_ORDER.index))


def may_publish(line: Line, run: Run, context: Context, now: datetime) -> bool:
    """Tell, right before the start command is sent, whether it still may be (FM-001).

    The run is in the line by now; everything else must still allow this very start.
    """
    if line.run != run or run.phase is not Phase.STARTING:
        return False
    before = line.without_run()
    task = next_task(before, context.equipment)
    if task is None or task.task_id != run.task_id:
        return False
    trays = assign(task, context.equipment)
    if not isinstance(trays, Assignment) or trays.trays != run.mapping:
        return False
    return not why_not_start(before, context, now)


def is_fresh(context: Context, now: datetime) -> bool:
    """Tell whether the newest message is young, by both clocks (FM-161)."""
    status = context.status
    if status.received is None or not timedelta(0) <= now - status.received < FRESH:
        return False
    if context.uptime is None or status.received_uptime is None:
        return True
    age = context.uptime.since(status.received_uptime)
    return age is not None and timedelta(0) <= age < FRESH


def _of_the_queue(line: Line, task: Task | None, equipment: Equipment) -> set[Reason]:
    reasons = set()
    if not line.running:
        reasons.add(Reason.QUEUE_PAUSED)
    if line.queue_done:
        reasons.add(Reason.QUEUE_EMPTY)
    elif line.waiting and task is None:
        reasons.add(Reason.TASK_HELD)
        fit = fit_in(line.queue, line.waiting[0], equipment)
        if fit is not None and fit.hold in HOLDS_WITH_A_REASON:
            reasons.add(HOLDS_WITH_A_REASON[fit.hold])
    return reasons


def _of_the_run(line: Line, context: Context, now: datetime) -> set[Reason]:
    """Our own run in flight, whatever its phase, always has a reason of its own."""
    run, status = line.run, context.status
    if run is None:
        return set()
    if run.phase is Phase.UNCERTAIN:
        return {Reason.TASK_UNCERTAIN}
    ours = is_ours(status, run) or (
        run.phase is Phase.STARTING and not is_active(status)
    )
    healthy = status.print_error is not None and not is_fault(status.print_error)
    if status.complete and is_fresh(context, now) and ours and healthy:
        return {Reason.PRINTING}
    return {Reason.PRINTER_BUSY}


def _of_the_report(line: Line, context: Context, now: datetime) -> set[Reason]:
    status = context.status
    if not status.connected:
        return {Reason.OFFLINE}
    reasons = set()
    full = status.complete and not status.gap and status.tells_of_rest
    if not full or status.model is None:
        reasons.add(Reason.NO_FULL_REPORT)
    if not is_fresh(context, now):
        reasons.add(Reason.STALE_REPORT)
    elif line.deferred and status.received and status.received <= _next_try(line):
        reasons.add(Reason.STALE_REPORT)  # what it allowed could not be sent
    return reasons


def _next_try(line: Line) -> datetime:
    """Return which report's time allows another try of a start that could not be sent.

    A computer that is too busy gets more time with each try.
    """
    assert line.deferred is not None
    seconds = min(max(line.deferrals - TRIES_AT_ONCE, 0) ** 2, LONGEST_PAUSE)
    return line.deferred + timedelta(seconds=seconds)


def _of_the_printer(line: Line, status: PrinterStatus, options: Options) -> set[Reason]:
    reasons = set()
    if status.print_error:
        reasons.add(Reason.PRINT_ERROR)
    if any(forbids(entry, line) for entry in status.hms or ()):
        reasons.add(Reason.HMS_ERROR)
    ours = line.run is not None and is_ours(status, line.run)
    if (is_active(status) and not ours) or status.foreign is not None:
        reasons.add(Reason.FOREIGN_PRINT)
    clear, idle = plate_is_clear(line, status), status.state is PrintState.IDLE
    # Where only a file's name says busy, confirming the plate settles it: that is asked for.
    rests = is_at_rest(status, line.plate.file) or (seems_at_rest(status) and not clear)
    if not rests or (options.start_when is StartWhen.IDLE_ONLY and not idle):
        reasons.add(Reason.PRINTER_BUSY)
    if status.state is PrintState.FAILED and not clear:
        reasons.add(Reason.PRINT_FAILED)
    if is_updating(status):
        reasons.add(Reason.UPDATING_FIRMWARE)
    if needs_card(status) and status.card is not Card.NORMAL:
        reasons.add(Reason.NO_STORAGE)
    if line.developer_mode_off or status.signed_commands_only:
        reasons.add(Reason.DEVELOPER_MODE_OFF)
    return reasons


def _of_the_plate(
    line: Line, task: Task | None, context: Context, now: datetime
) -> set[Reason]:
    options = context.options
    reasons = set()
    if not plate_is_clear(line, context.status):
        reasons.add(Reason.PLATE_NOT_CLEAR)
    needed = task.plate_file.packed if task else 1
    if options.plate_stack > 0 and line.plates_left < needed:
        reasons.add(Reason.PLATES_EMPTY)
    end = cooldown_end(line, options)
    if end is not None and now < end:
        reasons.add(Reason.COOLDOWN)
    if bed_is_hot(context.status, options):
        reasons.add(Reason.BED_HOT)
    if context.interlocks_hold is not True:
        reasons.add(Reason.INTERLOCK)
    return reasons


def _of_the_task(
    line: Line, task: Task, equipment: Equipment, options: Options
) -> set[Reason]:
    reasons = set()
    if not suits(task.plate_file, equipment):
        reasons.add(Reason.WRONG_PRINTER_MODEL)
    fit = fit_in(line.queue, task, equipment)
    if fit is None or not isinstance(fit.trays, Assignment):
        reasons.add(Reason.FILAMENT_MISSING)
    remote = line.remote_file(name_on_card(task.plate_file, options))
    if remote is not None and remote.cause in NO_STORAGE:
        reasons.add(Reason.NO_STORAGE)
    ready = remote is not None and remote.state is Transfer.READY
    if not ready or line.transfer is not None:
        reasons.add(Reason.UPLOADING)
    return reasons
