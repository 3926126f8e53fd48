"""When each plate will start and end, as far as anybody can know.

The forecast does not go beyond anything unknown: after a plate of unknown duration, in a
paused queue, or while something blocks that time alone does not end, there are no times. Two
things are assumed, because they are up to people: a plate that is cleared by hand is cleared
at once, and nobody adds or changes a task.

The cost grows with the tasks, not with their copies: people ask for 25,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus, PrintState
from .context import Context, Options
from .cooldown import cooldown_end
from .fit import hold_of
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
class Plan:
    """What is to come. None = unknown, or nothing to come."""

    tasks: Mapping[str, Planned] = field(default_factory=dict)
    """Every task with copies to print; held ones without times."""
    remaining_seconds: int | None = 0
    """Of all plates still to print, held tasks apart, with the cooldowns between them."""
    finish: datetime | None = None
    plates: tuple[PlannedPlate, ...] = ()
    """The first ones, in order."""
    running: tuple[int, datetime] | None = None
    """Running print and its finish: the next plan keeps it while the printer agrees."""


def plan(
    line: Line, context: Context, now: datetime, before: Plan | None = None
) -> Plan:
    """Return the times of everything in the queue.

    `before` is the last plan: with it the finish does not follow the printer's whole
    minutes up and down.
    """
    forecast = _Forecast(context.options)
    _take_run(forecast, line, context.status, now, before)
    startable = _may_go_on(line, context, now)
    if line.run is None:
        forecast.free = _first_start(line, context.options, now)
    if not startable:
        forecast.free = None
    for task in line.waiting:
        copies = line.waiting_copies(task)
        if hold_of(task, context.equipment) is not None:
            forecast.hold(task, copies)
        else:
            forecast.add(task, copies)
    return forecast.plan()


def cooldown_after(task: Task, options: Options) -> int:
    """Return the seconds between a plate of this task and the next one."""
    own = task.settings.cooldown_seconds
    return options.cooldown_seconds if own is None else own


class _Forecast:
    """The times so far. Lives only inside one call of `plan`."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.free: datetime | None = None
        """When the printer can start the next plate; None: nobody knows."""
        self.remaining: int | None = 0
        self.pause = 0
        """Seconds of cooldown before the next plate."""
        self.finish: datetime | None = None
        self.tasks: dict[str, Planned] = {}
        self.plates: list[PlannedPlate] = []
        self.running: tuple[int, datetime] | None = None

    def run(
        self, run: Run, task: Task, finish: datetime | None, seconds: int | None
    ) -> None:
        """Add the plate in print."""
        start = run.printing_since or run.started
        self.tasks[task.task_id] = Planned(start, finish, seconds)
        self.remaining = seconds
        self.finish = finish
        self.pause = cooldown_after(task, self.options)
        self.free = _after(finish, self.pause)
        if finish is not None:
            self.running = (run.run_id, finish)
            self.plates.append(PlannedPlate(task.task_id, run.copy, start, finish))

    def add(self, task: Task, copies: int) -> None:
        """Add a task's waiting copies, one after the other."""
        seconds, cooldown = task.plate_file.seconds, cooldown_after(task, self.options)
        total = self._total(task, copies)
        start, finish = self.free, _after(self.free, total)
        first = self.tasks.get(task.task_id)
        self.tasks[task.task_id] = Planned(
            first.start if first else start,
            finish,
            _sum(first.remaining_seconds, self.pause, total) if first else total,
        )
        self._add_plates(task, copies, start, seconds, cooldown)
        self.remaining = _sum(self.remaining, self.pause, total)
        self.pause = cooldown
        self.finish = finish
        self.free = _after(finish, cooldown)

    def hold(self, task: Task, copies: int) -> None:
        """Add a held task: it has a duration but no times."""
        if task.task_id in self.tasks:
            return  # it has those of its running print
        self.tasks[task.task_id] = Planned(None, None, self._total(task, copies))

    def _total(self, task: Task, copies: int) -> int | None:
        """Return the seconds for some copies, with the cooldowns between them."""
        seconds, cooldown = task.plate_file.seconds, cooldown_after(task, self.options)
        return None if seconds is None else copies * seconds + (copies - 1) * cooldown

    def plan(self) -> Plan:
        """Return what was found."""
        return Plan(
            self.tasks, self.remaining, self.finish, tuple(self.plates), self.running
        )

    def _add_plates(
        self,
        task: Task,
        copies: int,
        start: datetime | None,
        seconds: int | None,
        cooldown: int,
    ) -> None:
        first = task.copies - copies + 1
        for copy in range(first, first + min(copies, MOST_PLATES - len(self.plates))):
            finish = _after(start, seconds)
            if start is None or finish is None:
                return
            self.plates.append(PlannedPlate(task.task_id, copy, start, finish))
            start = _after(finish, cooldown)


def _take_run(
    forecast: _Forecast,
    line: Line,
    status: PrinterStatus,
    now: datetime,
    before: Plan | None,
) -> None:
    """Begin with the running print. How long an uncertain run still takes is not known."""
    run = line.run
    task = line.task(run.task_id) if run else None
    if run is None or task is None or run.phase is Phase.UNCERTAIN:
        return
    remaining = _remaining(run, status)
    if _is_paused(run, status):
        # Its finish is not known until somebody resumes it.
        seconds = None if remaining is None else int(remaining.total_seconds())
        forecast.run(run, task, None, seconds)
        return
    finish = _run_finish(run, task, remaining, status, now, before)
    seconds = None
    if finish is not None:
        minutes = -((now - finish) // MINUTE)
        seconds = max(0, minutes) * 60
    forecast.run(run, task, finish, seconds)


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
    by_file = _after(run.printing_since or run.started, task.plate_file.seconds)
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


def _after(start: datetime | None, seconds: int | None) -> datetime | None:
    """Return the later time; None where something is unknown, or after the year 9999."""
    if start is None or seconds is None:
        return None
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _sum(*seconds: int | None) -> int | None:
    """Return the sum; what is unknown is not 0."""
    total = 0
    for part in seconds:
        if part is None:
            return None
        total += part
    return total
