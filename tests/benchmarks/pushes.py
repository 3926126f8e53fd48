"""What one change of a long queue costs a card that shows it: bytes sent, and time until they are.

python -m tests.benchmarks.pushes [--short]

Beside the bytes: the ids of all tasks in their order, which is the least that told a move before.
Beside the times: writing these as JSON.
"""

from collections.abc import Callable, Iterable
from itertools import islice
from time import process_time

import orjson

from custom_components.bambu_batch.production.event import (
    Enqueue,
    Event,
    MoveTask,
    NewTask,
    RemoveTasks,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.web.queue_feed import AT_ONCE
from tests.production.scene import plate_file
from tests.views.told import Told, running

from .figure import Figure, at_most
from .measure import cpu_seconds
from .table import show_alone


def figures(short: bool) -> Iterable[Figure]:
    """Measure each kind of change."""
    count = 300 if short else 10_000
    told = running(count)
    written = orjson.dumps(told.sheet.order)
    writing = cpu_seconds(lambda: orjson.dumps(told.sheet.order)) * 1000
    for name, change in CHANGES.items():
        told.scene.carry(told.scene.event(change(told)))
        told.plan_anew()
        start = process_time()
        told.tell()
        spent = (process_time() - start) * 1000
        yield Figure(
            name=f"card, {count:,} tasks: {name}, sent",
            value=told.bytes,
            unit="B",
            reference=len(written),
            beside="whole order",
            goals=(at_most(1000),),
        )
        yield Figure(
            name=f"card, {count:,} tasks: {name}, CPU",
            value=spent,
            unit="ms",
            reference=writing,
            beside="write the order",
            goals=(at_most(5),),
        )
    yield Figure(
        name=f"card, {count:,} tasks: {AT_ONCE} of them for the first time, CPU",
        value=cpu_seconds(lambda: orjson.dumps([*islice(told.sheet.rows(), AT_ONCE)]))
        * 1000,
        unit="ms",
        reference=writing,
        beside="write the order",
        goals=(at_most(5),),
    )


def _new() -> tuple[NewTask]:
    return (NewTask(name="New", plate_file=plate_file()),)


CHANGES: dict[str, Callable[[Told], Event]] = {
    "move to the front": lambda told: MoveTask(told.ids[-1], 1),
    "move": lambda told: MoveTask(told.ids[50], len(told.ids) // 2),
    "remove": lambda told: RemoveTasks((told.ids[len(told.ids) // 2],)),
    "append": lambda _told: Enqueue(_new()),
    "copies": lambda told: UpdateTask(task_id=told.ids[1], copies=5),
    "pause": lambda _told: SetRunning(False),
}


if __name__ == "__main__":
    show_alone(figures)
