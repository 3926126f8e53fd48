"""The forecast and the needs worked out plainly: task by task, plate by plate, from scratch."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from custom_components.bambu_batch.production.context import Context
from custom_components.bambu_batch.production.filament import Assignment, assign, takes
from custom_components.bambu_batch.production.fit import TOLERANCE_GRAMS, hold_of
from custom_components.bambu_batch.production.forecast import (
    MOST_PLATES,
    Plan,
    Planned,
    PlannedPlate,
)
from custom_components.bambu_batch.production.model import Line, Task


@dataclass
class Plainly:
    """What a plan says, beginning with its print and its first start."""

    tasks: dict[str, Planned] = field(default_factory=dict)
    remaining: int | None = 0
    finish: datetime | None = None
    plates: list[PlannedPlate] = field(default_factory=list)


def planned(line: Line, context: Context, plan: Plan) -> Plainly:
    """Return the times of everything, one plate after the other."""
    found = Plainly()
    free, pause = plan.start, 0
    now = plan.current
    if now is not None:
        found.tasks[now.task_id] = Planned(now.start, now.finish, now.seconds)
        found.remaining, found.finish, pause = now.seconds, now.finish, now.pause
        if now.finish is not None:
            plate = PlannedPlate(now.task_id, now.copy, now.start, now.finish)
            found.plates.append(plate)
    for task in line.tasks:
        copies = line.waiting_copies(task)
        if copies < 1:
            continue
        own = task.settings.cooldown_seconds
        cooldown = context.options.cooldown_seconds if own is None else own
        seconds = task.plate_file.seconds
        total = None
        if seconds is not None:
            total = copies * seconds + (copies - 1) * cooldown
        before = found.tasks.get(task.task_id)
        if hold_of(task, context.equipment) is not None:
            found.tasks.setdefault(task.task_id, Planned(None, None, total))
            continue
        start, found.finish = free, later(free, total)
        found.tasks[task.task_id] = Planned(
            before.start if before else start,
            found.finish,
            plus(before.remaining_seconds, pause, total) if before else total,
        )
        for copy in range(task.copies - copies + 1, task.copies + 1):
            end = later(start, seconds)
            if start is None or end is None:
                break
            found.plates.append(PlannedPlate(task.task_id, copy, start, end))
            start = later(end, cooldown)
        found.remaining = plus(found.remaining, pause, total)
        free, pause = later(found.finish, cooldown), cooldown
    found.plates = found.plates[:MOST_PLATES]
    return found


def taken(
    line: Line, context: Context
) -> dict[int, tuple[float | None, tuple[str, int, int] | None]]:
    """Return by tray what the waiting plates take, and the task, copy and plate it lasts to."""
    left, takings = context.left, dict[int, float | None]()
    ends: dict[int, tuple[str, int, int] | None] = {}
    sums: dict[int, float] = {}
    for plate, (task, copy) in enumerate(waiting(line, context), 1):
        found = assign(task, context.equipment)
        assert isinstance(found, Assignment)
        for tray, grams in takes(task.plate_file, found).items():
            takings.setdefault(tray, 0.0)
            ends.setdefault(tray, None)
            if grams is None:
                takings[tray] = None
                continue
            sums[tray] = sums.get(tray, 0.0) + grams
            if takings[tray] is not None:
                takings[tray] = sums[tray]
            most = left.get(tray)
            over = most is not None and sums[tray] > most + TOLERANCE_GRAMS
            if over and ends[tray] is None:
                ends[tray] = task.task_id, copy, plate
    return {tray: (takings[tray], ends[tray]) for tray in sorted(takings)}


def waiting(line: Line, context: Context) -> Iterator[tuple[Task, int]]:
    """Yield every waiting copy whose tray is known, of tasks that nothing holds."""
    for task in line.tasks:
        trays = assign(task, context.equipment)
        held = hold_of(task, context.equipment) is not None
        if isinstance(trays, Assignment) and not held:
            for copy in range(task.copies - line.waiting_copies(task), task.copies):
                yield task, copy + 1


def later(start: datetime | None, seconds: int | None) -> datetime | None:
    """Return the time so many seconds later."""
    if start is None or seconds is None:
        return None
    return start + timedelta(seconds=seconds)


def plus(*seconds: int | None) -> int | None:
    """Return the sum, unless a part of it is unknown."""
    known = [part for part in seconds if part is not None]
    return sum(known) if len(known) == len(seconds) else None
