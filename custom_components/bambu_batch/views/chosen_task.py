"""The waiting task that the select and the switches for overrides are about."""

from itertools import islice
from typing import Final

from ..coordinator import BambuBatchCoordinator
from ..production.model import Line, Task

PLACES: Final = tuple(str(place) for place in range(1, 21))
"""Places among the waiting tasks that can be chosen, the next task's first.

Always the same: Home Assistant stores a select's options, and complains of an integration that
changes them with every task (FM-177).
"""


def chosen_task(coordinator: BambuBatchCoordinator) -> Task | None:
    """Return the chosen task, or the next one if the chosen one no longer waits."""
    line = coordinator.line
    if (task := line.task(coordinator.chosen or "")) and line.waiting_copies(task):
        return task
    return next(iter(line.waiting), None)


def place_of(line: Line, chosen: Task) -> str | None:
    """Return the place of a waiting task; None: it is behind the last place to be chosen."""
    for place, task in zip(PLACES, line.waiting, strict=False):
        if task.task_id == chosen.task_id:
            return place
    return None


def task_at(line: Line, place: str) -> Task | None:
    """Return the task that waits at this place."""
    return next(islice(line.waiting, PLACES.index(place), None), None)
