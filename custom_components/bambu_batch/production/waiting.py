"""Waiting well: give up on a bed that stays hot, ask for a person, wake up in time (I5)."""

from datetime import datetime

from .cooldown import bed_timeout, cooldown_end
from .effect import News, WakeAt
from .files import UPLOAD_AFTER_START, next_try
from .follow import START_WINDOW
from .gate import FRESH, Reason, why_not_start
from .model import PauseReason, Phase
from .plate import plate_is_clear
from .step import Step


def ask(step: Step) -> None:
    """Act on the first reason, where waiting alone would not end it."""
    reasons = why_not_start(step.line, step.surroundings, step.now)
    first = reasons[0] if reasons else None
    _mind_bed(step, first)
    if plate_is_clear(step.line, step.status):
        step.change(asked_to_clear=False)
    elif first in (Reason.PLATE_NOT_CLEAR, Reason.PRINT_FAILED):
        if not step.line.asked_to_clear:
            step.change(asked_to_clear=True)
            step.announce(News.PLATE_NEEDS_CLEARING)
    if (wake := _next_time(step)) is not None:
        step.do(WakeAt(wake))


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
        status.received + FRESH if status.received else None,
        *map(next_try, line.remote),
    ]
    if run is not None and run.phase is Phase.STARTING:
        times.append(run.started + START_WINDOW)
    if run is not None and run.printing_since is not None:
        times.append(run.printing_since + UPLOAD_AFTER_START)
    return min((time for time in times if time and time > step.now), default=None)
