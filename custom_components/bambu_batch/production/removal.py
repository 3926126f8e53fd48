"""Removed tasks: kept complete for a while, so that a person can restore them (FM-162).

Tasks in the queue and removed tasks have one common order. So each returns to its old place,
in whatever order they are restored, and whatever was moved or queued meanwhile.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from .event import Refused
from .model import Line, RemovedTask, Task
from .step import Step

KEPT_FOR = timedelta(minutes=10)
MOST_KEPT = 10_000
"""Tasks kept from earlier removals; those of the newest removal are kept in any number."""


def remove(step: Step, task_ids: Collection[str]) -> None:
    """Remove tasks; one with a copy in flight leaves with that copy (FM-016)."""
    line = step.line
    there = {task.task_id for task in line.tasks if not task.removed}
    for task_id in task_ids:
        if task_id not in there:
            raise Refused("unknown_task", task_id=task_id)
    gone = set(task_ids)
    step.change(
        tasks=tuple(
            replace(task, removed=True, removed_at=step.now)
            if task.task_id in gone
            else task
            for task in line.tasks
        )
    )
    in_flight = {line.run.task_id} if line.run else set()
    let_go(step, gone - in_flight)


def restore(step: Step, task_ids: Collection[str]) -> None:
    """Restore tasks as they were, except for copies that have ended since."""
    line = step.line
    there = {task.task_id: task for task in line.tasks}
    kept = {one.task.task_id for one in line.removed}
    for task_id in task_ids:
        task = there.get(task_id)
        if task is not None and not task.removed:
            raise Refused("task_not_removed", name=task.name)
        if task_id not in kept and not (task and _can_come_back(task, step.now)):
            minutes = str(KEPT_FOR // timedelta(minutes=1))
            raise Refused("cannot_restore_task", task_id=task_id, minutes=minutes)
    back = set(task_ids)
    order = [
        replace(task, removed=False, removed_at=None) if task.task_id in back else task
        for task in _in_order(line)
    ]
    step.line = _arranged(line, order, kept - back)


def let_go(step: Step, task_ids: Collection[str]) -> None:
    """Move removed tasks out of the queue: no copy of them is in flight any more."""
    line = step.line
    leaving = [task for task in line.tasks if task.task_id in task_ids]
    if not leaving:
        return
    older = sorted((one.task for one in line.removed), key=_when)[-MOST_KEPT:]
    kept = {
        task.task_id for task in (*older, *leaving) if _can_come_back(task, step.now)
    }
    gone = {one.task.task_id for one in line.removed} | set(task_ids)
    order = [t for t in _in_order(line) if t.task_id in kept or t.task_id not in gone]
    step.line = _arranged(line, order, kept)


def without_forgotten(line: Line, now: datetime) -> Line:
    """Return the line without the tasks that can no longer be restored."""
    kept = {one.task.task_id for one in line.removed if _can_come_back(one.task, now)}
    if len(kept) == len(line.removed):
        return line
    there = {task.task_id for task in line.tasks}
    order = [t for t in _in_order(line) if t.task_id in kept or t.task_id in there]
    return _arranged(line, order, kept)


def _can_come_back(task: Task, now: datetime) -> bool:
    return task.removed_at is not None and now - task.removed_at <= KEPT_FOR


def _when(task: Task) -> datetime:
    assert task.removed_at is not None  # one without a time was forgotten before
    return task.removed_at


def _in_order(line: Line) -> list[Task]:
    """Return the queue's tasks and the removed ones in their common order."""
    known = {task.task_id for task in line.tasks}
    known |= {one.task.task_id for one in line.removed}
    followers: dict[str | None, list[Task]] = {}
    for one in line.removed:
        behind = one.behind if one.behind in known else None
        followers.setdefault(behind, []).append(one.task)
    order: list[Task] = []

    def add(tasks: Iterable[Task]) -> None:
        waiting = list(tasks)[::-1]
        while waiting:
            task = waiting.pop()
            order.append(task)
            waiting += reversed(followers.pop(task.task_id, []))

    add(followers.pop(None, []))
    add(line.tasks)
    return order


def _arranged(line: Line, order: list[Task], out: Collection[str]) -> Line:
    """Return the line with these tasks in this order, some of them removed."""
    before: list[str | None] = [None, *(task.task_id for task in order)]
    return replace(
        line,
        tasks=tuple(task for task in order if task.task_id not in out),
        removed=tuple(
            RemovedTask(task=task, behind=behind)
            for behind, task in zip(before, order, strict=False)
            if task.task_id in out
        ),
    )
