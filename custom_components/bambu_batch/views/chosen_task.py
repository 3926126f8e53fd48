"""The waiting task that the select and the switches for overrides are about."""

from ..coordinator import BambuBatchCoordinator
from ..production.model import Line, Task


def chosen_task(coordinator: BambuBatchCoordinator) -> Task | None:
    """Return the chosen task, or the next one if the chosen one no longer waits."""
    line = coordinator.line
    if (task := line.task(coordinator.chosen or "")) and line.waiting_copies(task):
        return task
    return next((task for task in line.tasks if line.waiting_copies(task)), None)


def labels(line: Line) -> dict[str, str]:
    """Return the names of the waiting tasks by id; equal names are numbered."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for task in line.waiting:
        name, number = task.name, numbers.get(task.name, 1)
        while name in taken:
            number += 1
            name = f"{task.name} ({number})"
        numbers[task.name] = number
        taken.add(name)
        names[task.task_id] = name
    return names
