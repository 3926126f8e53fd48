"""A long queue: what a report and each command take of the event loop, with what people see after.

python -m tests.benchmarks.queue [--short]

A plate is in print. Measured are the line's step and its view: the plan, the plate that the
calendar shows, and the tasks that a state has room for. Beside them: to copy the list of all tasks.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from custom_components.bambu_batch.production.event import (
    ClearQueue,
    Command,
    ContextChanged,
    Enqueue,
    Event,
    MoveTask,
    NewTask,
    RemoveTasks,
    RestoreTasks,
    UpdateTask,
)
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.runtime.line_view import LineView
from custom_components.bambu_batch.runtime.task_view import cut
from tests.production.scene import Scene, plate_file

from .figure import Figure, at_most
from .measure import cpu_seconds
from .table import show_alone


def figures(short: bool) -> Iterable[Figure]:
    """Measure with a few tasks and with many."""
    few, many = (5, 200) if short else (50, 10_000)
    for count in (few, many):
        yield _figure(f"a report, {count:,} tasks", _Desk(count).report, 0.5, count)
    held = _Desk(many, model="N2S")
    yield _figure(f"a report, all of {many:,} tasks held", held.report, 0.5, many)
    desk = _Desk(many)
    for name, command in desk.commands().items():
        work = _work(desk, command)
        yield _figure(f"{name}, {many:,} tasks", work, 5, many)
    everything = tuple(task.task_id for task in desk.scene.line.tasks)
    yield _figure(f"clear, {many:,} tasks", _once(desk, ClearQueue()), None, many)
    desk.take(ClearQueue())
    there = {one.task.task_id for one in desk.scene.line.removed}
    back = RestoreTasks(tuple(one for one in everything if one in there))
    yield _figure(f"restore all of {many:,} tasks", _once(desk, back), None, many)


class _Desk:
    """A printer's queue and what is seen of it."""

    def __init__(self, count: int, **file: str) -> None:
        self.scene = Scene()
        self.scene.works(copies=2)
        new = tuple(
            NewTask(
                name=f"Clip {number}",
                plate_file=plate_file(sha256=f"{number:064x}", **file),
                copies=2,
            )
            for number in range(count)
        )
        self.take(Enqueue(new))
        self._view = LineView()
        self._next = count // 2
        self.show()

    def take(self, event: Event) -> None:
        """Advance the line. The scene itself would ask beside each event what others had done."""
        scene = self.scene
        scene.line, _ = advance(scene.line, event, scene.sees, scene.now)

    def show(self) -> None:
        """Work out what people see."""
        scene, view = self.scene, self._view
        view.refresh(scene.line, scene.sees, scene.now)
        assert len(view.tasks) == len(scene.line.tasks)
        assert cut(view.tasks) or not scene.line.tasks
        next(view.plan.coming())
        assert view.plan.finish or view.plan.remaining_seconds is not None

    def report(self) -> None:
        """Let the printer report the same, a second later."""
        scene = self.scene
        scene.now += timedelta(seconds=1)
        status = scene.context.status.but({"received": scene.now})
        scene.context = replace(scene.context, status=status)
        self.take(ContextChanged())
        self._view.refresh(scene.line, scene.sees, scene.now)

    def commands(self) -> dict[str, Callable[[], Command]]:
        """Return how each command is made, for another task each time."""
        new = NewTask(name="Clip", plate_file=plate_file(sha256="e" * 64))
        return {
            "append": lambda: Enqueue((new,)),
            "insert in front": lambda: Enqueue((new,), 1),
            "move": lambda: MoveTask(self._another(), 3),
            "update": lambda: UpdateTask(task_id=self._another(), copies=5),
            "remove": lambda: RemoveTasks((self._another(),)),
            "restore": lambda: RestoreTasks((self.scene.line.removed[0].task.task_id,)),
        }

    def _another(self) -> str:
        self._next += 1
        return str(self._next)


def _work(desk: _Desk, command: Callable[[], Command]) -> Callable[[], None]:
    def work() -> None:
        desk.take(command())
        desk.show()

    return work


def _once(desk: _Desk, command: Command) -> Callable[[], None]:
    """Return the work on this very line, each time anew."""
    line = desk.scene.line

    def work() -> None:
        desk.scene.line = line
        desk.take(command)
        desk.show()

    return work


def _figure(
    name: str, work: Callable[[], None], limit: float | None, count: int
) -> Figure:
    """Measure; without a limit the work is as long as the list of tasks it is about."""
    work()
    tasks = list(range(count))
    return Figure(
        name=name,
        value=cpu_seconds(work) * 1000,
        unit="ms",
        goals=() if limit is None else (at_most(limit),),
        reference=cpu_seconds(lambda: tuple(tasks), rounds=20) * 1000,
        beside="a copy of the list",
    )


if __name__ == "__main__":
    show_alone(figures)
