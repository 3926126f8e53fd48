"""The computer's clock may be set back: nothing that happened lies in the future."""

from dataclasses import replace
from datetime import datetime

from .model import Line, Task


def mind_clock(line: Line, now: datetime) -> Line:
    """Return the line with every wait begun anew that seems to begin in the future.

    Else a clock that was a day ahead for a moment would make a cooldown of a day.
    """
    run = line.run
    if run is not None and _is_ahead(run.started, now):
        line = replace(line, run=replace(run, started=now))
    if run is not None and _is_ahead(run.printing_since, now):
        line = replace(line, run=replace(line.run or run, printing_since=now))
    if _is_ahead(line.cooldown_from, now):
        line = replace(line, cooldown_from=now)
    if _is_ahead(line.bed_hot_since, now):
        line = replace(line, bed_hot_since=now)
    if _is_ahead(line.stuck_since, now):
        line = replace(line, stuck_since=now)
    if _is_ahead(line.silent_since, now):
        line = replace(line, silent_since=now)
    if _is_ahead(line.deferred, now):
        line = replace(line, deferred=now)
    if any(_is_ahead(file.failed, now) for file in line.remote):
        files = (
            replace(file, failed=now) if _is_ahead(file.failed, now) else file
            for file in line.remote
        )
        line = replace(line, remote=tuple(files))
    if any(_is_ahead(task.removed_at, now) for task in line.tasks):
        line = replace(line, tasks=tuple(_removed_by(task, now) for task in line.tasks))
    if any(_is_ahead(one.task.removed_at, now) for one in line.removed):
        kept = (replace(o, task=_removed_by(o.task, now)) for o in line.removed)
        line = replace(line, removed=tuple(kept))
    return line


def _removed_by(task: Task, now: datetime) -> Task:
    return replace(task, removed_at=now) if _is_ahead(task.removed_at, now) else task


def _is_ahead(time: datetime | None, now: datetime) -> bool:
    return time is not None and time > now
