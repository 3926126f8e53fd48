"""The tasks of a queue as a card shows them, on leaves that can be compared without reading them.

People queue 10,000 tasks, and no change may look at each. A leaf shows one block of the queue:
while nothing of the block changes, its tasks' states and spans stay the same objects. Planned
times are kept as seconds after the start of the first waiting plate: a new estimate changes
only that start, and a moved task those between its old place and its new one, all by as much.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from ..production.card_file import name_on_card, names_on_card
from ..production.context import Context, Options
from ..production.course import Pace, Stretch, course
from ..production.equipment import Equipment
from ..production.fit import fits_of
from ..production.forecast import Plan, later
from ..production.model import Line, Phase, Task, TaskStatus
from ..production.tasks import Block
from ..runtime.task_view import shown_status, task_view

type View = dict[str, Any]
type State = tuple[TaskStatus, str | None]
"""A task's status, and why it is held."""
type Span = tuple[int | None, int | None]
"""Seconds until a task's first waiting plate starts and until its last one ends. None: not known,
or never."""
type Times = tuple[datetime | None, datetime | None]

TOLERANCE: Final = timedelta(seconds=60)
"""A planned time that moves by less is not sent: the printer counts in whole minutes."""


@dataclass(frozen=True, slots=True)
class Flight:
    """The run's task: one of its copies is in the printer."""

    task_id: str
    phase: Phase


class _Sent(NamedTuple):
    """A file that is being sent to the printer."""

    name: str
    options: Options
    """By which a task's file gets its name."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One block's tasks."""

    block: Block
    states: tuple[State, ...]
    stretch: Stretch
    begins: int | None
    """Seconds until its first plate. None: not known."""

    def span(self, place: int) -> Span:
        """Return the times of the task at this place in the block."""
        turn = self.stretch.turns.get(self.block[place].task_id)
        if turn is None or turn.held:
            return None, None
        if self.begins is None or turn.begins is None:
            return None, None
        begins, seconds = self.begins + turn.begins, turn.seconds
        return begins, None if seconds is None else begins + seconds


@dataclass(frozen=True, slots=True)
class Sheet:
    """All tasks, as they are shown."""

    leaves: tuple[Leaf, ...]
    equipment: Equipment
    flight: Flight | None
    flight_times: Times
    """Of the run's task."""
    planned_from: datetime | None
    """When the first waiting plate starts; None: nobody knows."""
    size: int

    def shown(self) -> Iterator[tuple[Leaf, tuple[Task, ...]]]:
        """Yield the tasks as people read them: the open ones in their order, then the ended."""
        for leaf in self.leaves:
            if leaf.block.open:
                yield leaf, leaf.block.open
        for leaf in self.leaves:
            if leaf.block.ended:
                yield leaf, leaf.block.ended

    @property
    def order(self) -> list[str]:
        """Return the tasks' ids."""
        return [task.task_id for _, tasks in self.shown() for task in tasks]

    def rows(self) -> Iterator[View]:
        """Yield all tasks."""
        for leaf, tasks in self.shown():
            places = {task_id: at for at, task_id in enumerate(leaf.block.by_id)}
            for task in tasks:
                yield self.row(leaf, places[task.task_id])

    def row(self, leaf: Leaf, place: int) -> View:
        """Return one task: all that the contract names, and what else a card edits."""
        task, span = leaf.block[place], leaf.span(place)
        status, hold_reason = leaf.states[place]
        flies = self.flight is not None and self.flight.task_id == task.task_id
        start, finish = (
            self.flight_times
            if flies
            else (later(self.planned_from, span[0]), later(self.planned_from, span[1]))
        )
        return {
            **task_view(task, status, start, finish, hold_reason),
            "copies_waiting": 0 if task.removed else task.open - flies,
            "copies_failed": task.failed,
            "copies_cancelled": task.cancelled,
            "starts_after": span[0],
            "finishes_after": span[1],
            "vibration_calibration": task.settings.vibration_calibration,
            "cooldown_seconds": task.settings.cooldown_seconds,
            "grams": task.plate_file.grams,
        }


def sheet_of(
    line: Line, context: Context, plan: Plan, before: Sheet | None = None
) -> Sheet:
    """Return the tasks as they are shown now. Times stay as before if they hardly moved."""
    equipment, options = context.equipment, context.options
    if before is not None and before.equipment == equipment:
        equipment = before.equipment  # the same object is compared at once
    flight = Flight(line.run.task_id, line.run.phase) if line.run else None
    pace = Pace(equipment, options.cooldown_seconds, flight.task_id if flight else None)
    way = line.queue.once(course, pace)
    leaves = []
    for block, (stretch, begins) in zip(line.queue.blocks, way.parts(), strict=True):
        mine = flight if flight and flight.task_id in block.by_id else None
        sent = _Sent(line.transfer, options) if line.transfer else None
        if sent and sent.name not in block.once(names_on_card, options):
            sent = None
        states = block.once(_states, (equipment, mine, sent))
        leaves.append(Leaf(block, states, stretch, begins))
    planned_from, times = plan.start, _flight_times(plan, flight)
    if before is not None:
        planned_from = steady(before.planned_from, planned_from)
        if flight and before.flight and flight.task_id == before.flight.task_id:
            told = before.flight_times
            times = steady(told[0], times[0]), steady(told[1], times[1])
    return Sheet(tuple(leaves), equipment, flight, times, planned_from, len(line.tasks))


def _states(
    block: Block, given: tuple[Equipment, Flight | None, _Sent | None]
) -> tuple[State, ...]:
    equipment, flight, sent = given
    fits = block.once(fits_of, equipment)
    states: list[State] = []
    for task in block:
        flies = flight is not None and flight.task_id == task.task_id
        waits = not task.removed and task.open > flies
        hold = fits[task.task_id].hold if waits else None
        status = shown_status(
            task,
            flight.phase if flight is not None and flies else None,
            hold,
            sent=sent is not None
            and name_on_card(task.plate_file, sent.options) == sent.name,
        )
        states.append((status, hold))
    return tuple(states)


def _flight_times(plan: Plan, flight: Flight | None) -> Times:
    planned = plan.tasks.get(flight.task_id) if flight else None
    return (planned.start, planned.finish) if planned else (None, None)


def steady(told: datetime | None, now: datetime | None) -> datetime | None:
    """Return the time as it was told, unless it has moved by more than people care about."""
    if told is not None and now is not None and abs(now - told) < TOLERANCE:
        return told
    return now
