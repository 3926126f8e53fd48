"""Waiting well: give up on a bed that stays hot, ask for a person, wake up in time (I5)."""

from datetime import datetime, timedelta

from ..bambu.status import ACTIVE, PrintState
from .cooldown import bed_timeout, cooldown_end
from .effect import News, WakeAt
from .files import UPLOAD_AFTER_START, next_try
from .follow import START_WINDOW
from .gate import FRESH, Reason, is_fresh, why_not_start
from .job import is_at_rest
from .model import PauseReason, Phase
from .plate import plate_is_clear
from .step import Step
from .trouble import is_fault

NOT_KNOWN = frozenset({Reason.OFFLINE, Reason.NO_FULL_REPORT, Reason.STALE_REPORT})
"""These hide what the line was waiting for, and end it not."""
ENDED_BY_A_PERSON = frozenset(
    {
        Reason.HMS_ERROR,
        Reason.NO_STORAGE,
        Reason.PLATES_EMPTY,
        Reason.TASK_HELD,
        Reason.WRONG_PRINTER_MODEL,
        Reason.FILAMENT_MISSING,
        Reason.DEVELOPER_MODE_OFF,
    }
)
"""Reasons that last until somebody comes, and that have no news of their own."""
STUCK_AFTER = timedelta(minutes=10)
"""What ends by itself has ended by then: a calibration, a boot, a slow integration."""


def ask(step: Step) -> None:
    """Act on the first reason, where waiting alone would not end it."""
    reasons = why_not_start(step.line, step.surroundings, step.now)
    first = reasons[0] if reasons else None
    _mind_bed(step, first)
    _ask_to_clear(step, first)
    _call(step, first)
    if (wake := _next_time(step)) is not None:
        step.do(WakeAt(wake))


def _ask_to_clear(step: Step, first: Reason | None) -> None:
    """Ask once for a plate that the queue waits for."""
    line, status = step.line, step.status
    if plate_is_clear(line, status):
        step.change(asked_to_clear=False)
        return
    waits = first in (Reason.PLATE_NOT_CLEAR, Reason.PRINT_FAILED)
    if (waits or _shows_a_code(step, first)) and not line.asked_to_clear:
        step.change(asked_to_clear=True)
        step.announce(News.PLATE_NEEDS_CLEARING)


def _call(step: Step, first: Reason | None) -> None:
    """Call a person once for a reason that nothing else tells of (FM-138)."""
    lasts = _lasts(step, first)
    if not lasts and _may_get_stuck(step, first):
        lasts = _mind_wait(step, first)
    elif first not in NOT_KNOWN:
        step.change(stuck_since=None)
    if first in NOT_KNOWN and not lasts:
        return
    reason = first if lasts else None
    if reason != step.line.called_for:
        step.change(called_for=reason)
        if reason is not None:
            step.announce(News.PERSON_NEEDED, waiting_for=reason)


def _lasts(step: Step, first: Reason | None) -> bool:
    """Tell whether only a person ends this wait."""
    status = step.status
    match first:
        case Reason.PRINT_ERROR:
            return _shows_a_code(step, first) and not step.line.asked_to_clear
        case Reason.UPDATING_FIRMWARE:
            return status.forced_upgrade is True
        case Reason.PRINTER_BUSY:  # by option only IDLE will do, or its word is unknown
            unknown = status.state is PrintState.UNKNOWN
            return step.line.run is None and (unknown or is_at_rest(status))
        case _:
            return first in ENDED_BY_A_PERSON


def _may_get_stuck(step: Step, first: Reason | None) -> bool:
    """Tell whether the wait ends only if the printer, or an interlock, says more or else."""
    status = step.status
    match first:
        case Reason.NO_FULL_REPORT:  # what is full for the printer lacks what we need
            return status.complete and not status.gap and is_fresh(status, step.now)
        case Reason.FOREIGN_PRINT | Reason.PRINTER_BUSY:  # at work by no state of it
            return status.state not in ACTIVE
        case Reason.INTERLOCK:
            return step.surroundings.interlocks_hold is None
        case _:
            return False


def _mind_wait(step: Step, first: Reason | None) -> bool:
    """Time a wait that should end by itself; tell whether it has lasted too long for that."""
    line = step.line
    since = line.stuck_since or step.now
    stuck = line.called_for == first or step.now - since >= STUCK_AFTER
    step.change(stuck_since=None if stuck else since)
    return stuck


def _shows_a_code(step: Step, first: Reason | None) -> bool:
    """Tell whether the queue waits only for a code without an alarm to be closed.

    A print that was stopped at the screen may show its code until somebody comes.
    """
    line, status = step.line, step.status
    waits = line.running and line.run is None and bool(line.waiting)
    harmless = first is Reason.PRINT_ERROR and not is_fault(status.print_error or 0)
    return waits and harmless and is_at_rest(status)


def _mind_bed(step: Step, first: Reason | None) -> None:
    """Pause the queue when the bed stays hot longer than a person is willing to wait."""
    if first is not Reason.BED_HOT:
        if step.line.bed_hot_since is not None:
            step.change(bed_hot_since=None)
        return
    if step.line.bed_hot_since is None:
        step.change(bed_hot_since=step.now)
    timeout = bed_timeout(step.line, step.options)
    if timeout is not None and step.now >= timeout:
        step.change(bed_hot_since=None)
        step.pause_queue(PauseReason.BED_STILL_HOT)


def _next_time(step: Step) -> datetime | None:
    """Return the next moment at which time alone changes something."""
    line, status, run = step.line, step.status, step.line.run
    times = [
        cooldown_end(line, step.options),
        bed_timeout(line, step.options),
        line.stuck_since + STUCK_AFTER if line.stuck_since else None,
        status.received + FRESH if status.received else None,
        *map(next_try, line.remote),
    ]
    if run is not None and run.phase is Phase.STARTING:
        times.append(run.started + START_WINDOW)
    if run is not None and run.printing_since is not None:
        times.append(run.printing_since + UPLOAD_AFTER_START)
    return min((time for time in times if time and time > step.now), default=None)
