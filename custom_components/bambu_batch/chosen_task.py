"""Which waiting task the select and the switches for overrides speak of."""

from dataclasses import replace
from typing import Any

from .coordinator import BambuBatchCoordinator
from .production.event import UpdateTask
from .production.model import Line, Task


def chosen_task(coordinator: BambuBatchCoordinator) -> Task | None:
    """Return the chosen task, or the next one when the chosen one waits no more."""
    waiting = coordinator.line.waiting
    return next(
        (task for task in waiting if task.task_id == coordinator.chosen),
        waiting[0] if waiting else None,
    )


def labels(line: Line) -> dict[str, Task]:
    """Return the waiting tasks by names that differ: equal ones are numbered."""
    labelled: dict[str, Task] = {}
    for task in line.waiting:
        label, number = task.name, 1
        while label in labelled:
            number += 1
            label = f"{task.name} ({number})"
        labelled[label] = task
    return labelled


def with_setting(task: Task, key: str, value: bool) -> UpdateTask:
    """Return the command that changes one setting of a task."""
    change: dict[str, Any] = {key: value}
    return UpdateTask(task_id=task.task_id, settings=replace(task.settings, **change))
