"""When each plate will start and end, as far as anybody can know.

The forecast does not go beyond anything unknown: after a plate of unknown duration, in a
paused queue, or while something blocks that time alone does not end, there are no times. Two
things are assumed, because they are up to people: a plate that is cleared by hand is cleared
at once, and nobody adds or changes a task.

How long the queue takes is known apart (course.py); here is when it begins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import override

from ..bambu.status import PrinterStatus, PrintState
from .context import Context, Options
from .cooldown import cooldown_end
from .course import NOTHING, Course, Pace, cooldown_after, course, total
from .gate import Reason, why_not_start
from .job import is_ours
from .model import Line, Phase, Run, Task

MOST_PLATES = 200
"""Plates with times of their own; more are no use in a calendar."""
MINUTE = timedelta(minutes=1)
TRUSTED = 1.5 * MINUTE
"""The printer's minute, and one more because it counts unevenly."""
PASSING = frozenset({Reason.COOLDOWN, Reason.BED_HOT, Reason.UPLOADING})
"""Reasons that end by themselves."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A task's times: its first plate's start (past if it prints), its last one's finish."""

    start: datetime | None
    finish: datetime | None
    remaining_seconds: int | None
    """Of its plates still to print, the cooldowns between them included."""


@dataclass(frozen=True, slots=True)
class PlannedPlate:
    """One copy's times."""

    task_id: str
    copy: int
    start: datetime
    finish: datetime


@dataclass(frozen=True, slots=True)
class Current:
    """The plate in print. None = unknown."""

    task_id: str
    copy: int
    start: datetime
    finish: datetime | None
    seconds: int | None
    """Until its finish."""
    pause: int
    """Seconds of cooldown after it."""


@dataclass(frozen=True)
class Plan:
    """What is to come. None = unknown, or nothing to come."""

    course: Course = NOTHING
    """How long everything that waits takes."""
    start: datetime | None = None
    """When the first plate of it starts."""
    current: Current | None = None
    running: tuple[int, datetime] | None = None
    """Running print and its finish: the next plan keeps it while the printer agrees."""

    @property
    def tasks(self) -> Mapping[str, Planned]:
        """Every task with copies to print; held ones without times."""
        return _Times(self)

    @cached_property
    def remaining_seconds(self) -> int | None:
        """Of all plates still to print, held tasks apart, with the cooldowns between them."""
        current, course = self.current, self.course
        if current is None:
            return course.seconds
        if course.empty:
            return current.seconds
        return total(current.seconds, current.pause, course.seconds)

    @cached_property
    def finish(self) -> datetime | None:
        """When the last of these plates is done."""
        if self.course.empty:
            return self.current.finish if self.current else None
        return later(self.start, self.course.seconds)

    @cached_property
    def plates(self) -> tuple[PlannedPlate, ...]:
        """The first ones, in order."""
        return tuple(self.coming())

    def coming(self) -> Iterator[PlannedPlate]:
        """Yield the first ones; each is worked out when its turn comes."""
        return islice(self._plates(), MOST_PLATES)

    def _plates(self) -> Iterator[PlannedPlate]:
        now = self.current
        if now is not None and now.finish is not None:
            yield PlannedPlate(now.task_id, now.copy, now.start, now.finish)
        for task_id, turn in self.course.turns():
            if turn.held:
                continue
            start = later(self.start, turn.begins)
            for copy in range(turn.first_copy, turn.first_copy + turn.copies):
                finish = later(start, turn.plate)
                if start is None or finish is None:
                    return
                yield PlannedPlate(task_id, copy, start, finish)
                start = later(finish, turn.cooldown)


class _Times(Mapping[str, Planned]):
    """The tasks' times, each worked out when it is asked for."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @override
    def __getitem__(self, task_id: str) -> Planned:
        plan, turn = self._plan, self._plan.course.turn(task_id)
        now = plan.current if self._is_current(task_id) else None
        if now is not None and (turn is None or turn.held):
            return Planned(now.start, now.finish, now.seconds)
        if turn is None:
            raise KeyError(task_id)
        start = later(plan.start, turn.begins)
        finish = later(start, turn.seconds)
        if now is None:
            return Planned(start, finish, turn.seconds)
        pause = now.pause if turn.pause is None else turn.pause
        return Planned(now.start, finish, total(now.seconds, pause, turn.seconds))

    @override
    def __iter__(self) -> Iterator[str]:
        if self._plan.current is not None:
            yield self._plan.current.task_id
        for task_id, _turn in self._plan.course.turns():
            if not self._is_current(task_id):
                yield task_id

    @override
    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _is_current(self, task_id: str) -> bool:
        now = self._plan.current
        return now is not None and now.task_id == task_id


def plan(
    line: Line, context: Context, now: datetime, before: Plan | None = None
) -> Plan:
    """Return the times of everything in the queue.

    `before` is the last plan: with it the finish does not follow the printer's whole
    minutes up and down.
    """
    current = _current(line, context, now, before)
    start = _first_start(line, context.options, now) if line.run is None else None
    if current is not None:
        start = later(current.finish, current.pause)
    pace = Pace(
        context.equipment,
        context.options.cooldown_seconds,
        line.run.task_id if line.run else None,
    )
    running = None
    if current is not None and current.finish is not None and line.run is not None:
        running = line.run.run_id, current.finish
    return Plan(
        line.queue.once(course, pace),
        start if _may_go_on(line, context, now) else None,
        current,
        running,
    )


def _current(
    line: Line, context: Context, now: datetime, before: Plan | None
) -> Current | None:
    """Return the plate in print. How long an uncertain run still takes is not known."""
    run, status = line.run, context.status
    task = line.task(run.task_id) if run else None
    if run is None or task is None or run.phase is Phase.UNCERTAIN:
        return None
    remaining = _remaining(run, status)
    finish = seconds = None
    if _is_paused(run, status):
        # Its finish is not known until somebody resumes it.
        seconds = None if remaining is None else int(remaining.total_seconds())
    else:
        finish = _run_finish(run, task, remaining, status, now, before)
        if finish is not None:
            minutes = -((now - finish) // MINUTE)
            seconds = max(0, minutes) * 60
    return Current(
        task_id=task.task_id,
        copy=run.copy,
        start=run.printing_since or run.started,
        finish=finish,
        seconds=seconds,
        pause=cooldown_after(task, context.options.cooldown_seconds),
    )


def _run_finish(
    run: Run,
    task: Task,
    remaining: timedelta | None,
    status: PrinterStatus,
    now: datetime,
    before: Plan | None,
) -> datetime | None:
    """Return when the running print ends.

    The printer reports whole minutes and does not count them down evenly (46 to 110 s each,
    recorded). So the finish of the plan before, or else by the file's own estimate, stays as
    long as the printer's report does not contradict it.
    """
    kept = None
    if before is not None and before.running is not None:
        run_id, finish = before.running
        kept = finish if run_id == run.run_id else None
    by_file = later(run.printing_since or run.started, task.plate_file.seconds)
    if remaining is None or status.received is None:
        return next((time for time in (kept, by_file) if time and time > now), None)
    earliest = status.received + remaining
    for time in (kept, by_file):
        if time and time > now and abs(earliest + MINUTE / 2 - time) <= TRUSTED:
            return time
    return max(earliest, now) + MINUTE / 2


def _remaining(run: Run, status: PrinterStatus) -> timedelta | None:
    """Return what the printer reports; until it runs, that is the last job's (recorded)."""
    minutes = status.remaining_minutes
    at_work = status.state in (PrintState.RUNNING, PrintState.PAUSE)
    if not (status.complete and is_ours(status, run) and at_work):
        return None
    if minutes is None or minutes < 0 or (minutes == 0 and not status.percent):
        return None
    return timedelta(minutes=minutes)


def _is_paused(run: Run, status: PrinterStatus) -> bool:
    return status.state is PrintState.PAUSE and is_ours(status, run)


def _may_go_on(line: Line, context: Context, now: datetime) -> bool:
    """Tell whether the next plate will start by itself at its time."""
    run = line.run
    if not line.running:
        return False
    if run is not None:
        return run.phase is not Phase.UNCERTAIN
    return PASSING.issuperset(why_not_start(line, context, now))


def _first_start(line: Line, options: Options, now: datetime) -> datetime:
    """Return the end of the cooldown, else the next full minute: it should not move."""
    end = cooldown_end(line, options)
    if end is not None and end > now:
        return end
    return now.replace(second=0, microsecond=0) + MINUTE


def later(start: datetime | None, seconds: int | None) -> datetime | None:
    """Return the later time; None where something is unknown, or after the year 9999."""
    if start is None or seconds is None:
        return None
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None
