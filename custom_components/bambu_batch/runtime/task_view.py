"""The tasks as dashboards and automations see them: the contract's dictionaries."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final, TypedDict, overload, override

import orjson

from ..library.thumbnail import thumbnail_url
from ..production.card_file import name_on_card
from ..production.context import Context
from ..production.fit import fit_in
from ..production.forecast import Plan
from ..production.model import Calibrate, Hold, Line, Phase, Task, TaskStatus

ATTRIBUTE_BYTES: Final = 14 * 1024
"""Room for `tasks` in a state, which may have 16 KiB in all."""

_IN_FLIGHT: Final = {
    Phase.STARTING: TaskStatus.STARTING,
    Phase.PRINTING: TaskStatus.PRINTING,
    Phase.UNCERTAIN: TaskStatus.UNCERTAIN,
}


class TaskView(TypedDict):
    """One task. Times are ISO 8601 in UTC, `duration` is seconds of one copy."""

    task_id: str
    name: str
    file: str
    plate: int
    status: TaskStatus
    copies: int
    copies_done: int
    duration: int | None
    start: str | None
    finish: str | None
    thumbnail: str
    bed_leveling: Calibrate
    flow_calibration: Calibrate
    timelapse: bool
    clears_plate: bool
    swap: str
    hold_reason: str | None


def ordered(line: Line) -> tuple[Task, ...]:
    """Return the tasks as people read them: the open ones in their order, then the ended."""
    return line.queue.open + line.queue.ended


class TaskViews(Sequence[TaskView]):
    """All tasks as people read them. Each view is worked out when it is asked for."""

    def __init__(self, line: Line, plan: Plan, context: Context) -> None:
        self._line, self._plan, self._context = line, plan, context

    @override
    def __len__(self) -> int:
        return len(self._line.tasks)

    @overload
    def __getitem__(self, place: int) -> TaskView: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[TaskView, ...]: ...
    @override
    def __getitem__(self, place: int | slice) -> TaskView | tuple[TaskView, ...]:
        found = self._order[place]
        return (
            self._view(found)
            if isinstance(found, Task)
            else tuple(map(self._view, found))
        )

    @override
    def __iter__(self) -> Iterator[TaskView]:
        return map(self._view, self._order)

    @cached_property
    def _order(self) -> tuple[Task, ...]:
        return ordered(self._line)

    def _view(self, task: Task) -> TaskView:
        return _view(self._line, task, self._plan, self._context)


def cut(tasks: Iterable[TaskView], size: int = ATTRIBUTE_BYTES) -> list[TaskView]:
    """Return as many tasks as fit into `size` bytes of JSON."""
    kept: list[TaskView] = []
    for task in tasks:
        size -= len(orjson.dumps(task)) + 1
        if size < 0:
            break
        kept.append(task)
    return kept


def status_of(line: Line, task: Task, context: Context) -> TaskStatus:
    """Return what a person sees of a task."""
    run = line.run
    return shown_status(
        task,
        run.phase if run is not None and run.task_id == task.task_id else None,
        _hold(line, task, context),
        sent=line.transfer == name_on_card(task.plate_file, context.options),
    )


def shown_status(
    task: Task, phase: Phase | None, hold: Hold | None, *, sent: bool
) -> TaskStatus:
    """Return what a person sees of a task: `phase` of its copy in flight, `sent`: its file is."""
    if task.end is not None:
        return task.end
    if phase is not None:
        return _IN_FLIGHT[phase]
    if hold is not None:
        return TaskStatus.HELD
    return TaskStatus.UPLOADING if sent else TaskStatus.WAITING


def _hold(line: Line, task: Task, context: Context) -> Hold | None:
    fit = fit_in(line.queue, task, context.equipment)
    return fit and fit.hold


def iso(time: datetime | None) -> str | None:
    """Return a time as it is shown."""
    return None if time is None else time.isoformat(timespec="seconds")


def _view(line: Line, task: Task, plan: Plan, context: Context) -> TaskView:
    planned = plan.tasks.get(task.task_id)
    return task_view(
        task,
        status_of(line, task, context),
        planned.start if planned else None,
        planned.finish if planned else None,
        _hold(line, task, context) if line.waiting_copies(task) > 0 else None,
    )


def task_view(
    task: Task,
    status: TaskStatus,
    start: datetime | None,
    finish: datetime | None,
    hold_reason: str | None,
) -> TaskView:
    """Return a task with what was worked out of it."""
    settings, file = task.settings, task.plate_file
    return TaskView(
        task_id=task.task_id,
        name=task.name,
        file=file.file,
        plate=file.plate,
        status=status,
        copies=task.copies,
        copies_done=task.finished,
        duration=file.seconds,
        start=iso(start),
        finish=iso(finish),
        thumbnail=thumbnail_url(file.file, file.plate, file.sha256[:12]),
        bed_leveling=settings.bed_leveling,
        flow_calibration=settings.flow_calibration,
        timelapse=settings.timelapse,
        clears_plate=task.clears_plate,
        swap=file.swap,
        hold_reason=hold_reason,
    )
