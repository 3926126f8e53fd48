"""Waits: give up on a bed that stays hot, call a person, wake up in time (I5)."""

from datetime import datetime

from .cooldown import ALMOST_OVER, bed_timeout, cooldown_end
from .effect import News, WakeAt
from .files import UPLOAD_AFTER_START, doubtful_at, next_try
from .follow import START_WINDOW
from .gate import FRESH, Reason
from .model import PauseReason, Phase
from .patience import NOT_KNOWN, SOON, shows_a_code, wait_of
from .plate import plate_is_clear
from .step import Step


def ask(step: Step, reasons: tuple[Reason, ...]) -> None:
    """Act on the first reason against a start where waiting alone may not end it."""
    # There always is one: with none a run would just have started, which is a reason itself.
    first = reasons[0]
    _mind_bed(step, first)
    _ask_to_clear(step, first)
    call = _mind_wait(step, first)
    if (wake := _next_time(step, call)) is not None:
        step.do(WakeAt(wake))


def restart_wait(step: Step) -> None:
    """Start waits over that nobody was called for: how long they lasted unseen is not known."""
    step.change(silent_since=None)
    if step.line.called_for is None:
        step.change(stuck_on=None, stuck_since=None)


def _ask_to_clear(step: Step, first: Reason) -> None:
    """Ask once that the plate be cleared, if the queue waits for it."""
    line, status = step.line, step.status
    if plate_is_clear(line, status):
        step.change(asked_to_clear=False)
        return
    waits = first in (Reason.PLATE_NOT_CLEAR, Reason.PRINT_FAILED)
    if (waits or shows_a_code(line, status, first)) and not line.asked_to_clear:
        step.change(asked_to_clear=True)
        step.announce(News.PLATE_NEEDS_CLEARING)


def _mind_wait(step: Step, first: Reason) -> datetime | None:
    """Call a person once for a wait that lasts too long (FM-138, FM-179).

    Returns when that will be, if nobody was called yet.
    """
    line, now = step.line, step.now
    if first in NOT_KNOWN:
        return _mind_silence(step, first)
    silent = line.silent_since is not None and now - line.silent_since >= SOON
    step.change(silent_since=None)
    wait = wait_of(line, step.context, first)
    if wait is None:
        step.change(stuck_on=None, stuck_since=None, called_for=None)
        return None
    if wait.what != line.stuck_on or silent:
        step.change(stuck_on=wait.what, stuck_since=now, called_for=None)
    since = step.line.stuck_since
    if since is None:
        return None  # called for it already
    if now - since < wait.patience:
        return since + wait.patience
    step.change(stuck_since=None)
    _call(step, wait.word)
    return None


def _mind_silence(step: Step, first: Reason) -> datetime | None:
    """Call a person once when the printer has sent nothing useful for too long."""
    since = step.line.silent_since or step.now
    step.change(silent_since=since)
    if step.line.called_for in NOT_KNOWN:
        step.change(called_for=first)
        return None
    if step.now - since < SOON:
        return since + SOON
    step.change(stuck_on=None, stuck_since=None)
    _call(step, first)
    return None


def _call(step: Step, word: str) -> None:
    step.change(called_for=word)
    step.announce(News.PERSON_NEEDED, waiting_for=word)


def _mind_bed(step: Step, first: Reason) -> None:
    """Pause the queue when the bed stays hot longer than the option allows."""
    if first is not Reason.BED_HOT:
        step.change(bed_hot_since=None)
        return
    step.change(bed_hot_since=step.line.bed_hot_since or step.now)
    timeout = bed_timeout(step.line, step.options)
    assert timeout is not None
    if step.now >= timeout:
        step.change(bed_hot_since=None)
        step.pause_queue(PauseReason.BED_STILL_HOT)


def _next_time(step: Step, call: datetime | None) -> datetime | None:
    """Return the next time at which something changes by itself."""
    line, status, run = step.line, step.status, step.line.run
    cooled = cooldown_end(line, step.options)
    times = [
        cooled and cooled - ALMOST_OVER,
        cooled,
        bed_timeout(line, step.options),
        call,
        status.received + FRESH if status.received else None,
        *map(next_try, line.remote),
        *map(doubtful_at, line.remote),
    ]
    if run is not None and run.phase is Phase.STARTING:
        times.append(run.started + START_WINDOW)
    if run is not None and run.printing_since is not None:
        times.append(run.printing_since + UPLOAD_AFTER_START)
    return min((time for time in times if time and time > step.now), default=None)
