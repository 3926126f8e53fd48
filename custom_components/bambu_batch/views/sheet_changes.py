"""What differs between two sheets of a queue, in few bytes: `docs/websocket.md` shows the parts.

Blocks that are in both sheets stay where they are; only the other ones' tasks are looked at.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..production.model import Task
from ..store.order import staying
from .sheet import Leaf, Sheet, Span, View

SMALL: Final = 100
"""Tasks of a queue of which the whole order is told, and each changed task by itself."""
MOST_LOOKED_AT: Final = 2000
"""Tasks in blocks that do not stay."""
MOST_TOLD: Final = 300
"""Tasks and groups of tasks of which something is told."""
_SPAN: Final = ("starts_after", "finishes_after")
_TIMES: Final = ("start", "finish")

type Blocks = set[int]
"""By their identity: to compare blocks is to compare their tasks."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a task is shown."""

    sheet: Sheet
    leaf: Leaf
    at: int
    gap: int = 0
    """Blocks before it that stay."""

    @property
    def task(self) -> Task:
        return self.leaf.block[self.at]

    @property
    def row(self) -> View:
        return self.sheet.row(self.leaf, self.at)

    @property
    def section(self) -> tuple[int, bool]:
        """The part of the list that it is in: ended tasks are shown behind all others."""
        return self.gap, self.task.open <= 0

    @property
    def flies(self) -> bool:
        flight = self.sheet.flight
        return flight is not None and flight.task_id == self.task.task_id


@dataclass(frozen=True, slots=True)
class _Step:
    """A task of the new list, or several in a row of which the same is told."""

    tasks: tuple[Task, ...]
    fields: View
    shift: int | None
    """Seconds by which their times move. None: they have none, or the fields tell them."""


def changes(old: Sheet, new: Sheet) -> View | None:
    """Return what of the tasks differs; empty parts are left out.

    None: so much differs that everything should be told anew.
    """
    stay = {id(leaf.block) for leaf in old.leaves}
    stay &= {id(leaf.block) for leaf in new.leaves}
    if _count(old, stay) + _count(new, stay) > MOST_LOOKED_AT:
        return None
    was, now = _loose(old, stay), _loose(new, stay)
    removed = [task_id for task_id in was if task_id not in now]
    if len(removed) > max(SMALL, new.size):
        return None
    small = new.size <= SMALL
    placed = _placed(new, stay, _settled(was, now))
    steps = list(_steps(old, new, stay, was))
    tasks, alike = _fields(steps, one_by_one=small)
    parts: View = {
        "tasks": tasks,
        "removed": removed,
        "placed": [] if small else placed,
        "order": new.order if small and placed else [],
        "alike": alike,
        "shifted": _shifted(steps),
    }
    if len(tasks) + len(placed) + len(alike) + len(parts["shifted"]) > MOST_TOLD:
        return None
    return {name: part for name, part in parts.items() if part}


def _count(sheet: Sheet, stay: Blocks) -> int:
    """Return how many tasks are in the blocks that do not stay."""
    return sum(len(leaf.block) for leaf in sheet.leaves if id(leaf.block) not in stay)


def _loose(sheet: Sheet, stay: Blocks) -> dict[str, _Place]:
    """Return the tasks of the blocks that do not stay."""
    places: dict[str, _Place] = {}
    gap = 0
    for leaf in sheet.leaves:
        if id(leaf.block) in stay:
            gap += 1
            continue
        for at, task in enumerate(leaf.block):
            places[task.task_id] = _Place(sheet, leaf, at, gap)
    return places


def _settled(was: Mapping[str, _Place], now: Mapping[str, _Place]) -> set[str]:
    """Return the tasks that keep their places: as many as possible."""
    before, after = _sections(was), _sections(now)
    return {
        task_id
        for section, ids in after.items()
        for task_id in staying(before.get(section, ()), ids)
    }


def _sections(places: Mapping[str, _Place]) -> dict[tuple[int, bool], list[str]]:
    """Return the tasks of each part of the list, in order."""
    sections = defaultdict[tuple[int, bool], list[str]](list)
    for task_id, place in places.items():
        sections[place.section].append(task_id)
    return sections


def _placed(new: Sheet, stay: Blocks, settled: set[str]) -> list[View]:
    """Return the new and the moved tasks, each group behind a task that keeps its place."""
    groups: list[View] = []
    last: str | None = None
    for leaf, tasks in new.shown():
        if id(leaf.block) in stay:
            last = tasks[-1].task_id
            continue
        for task in tasks:
            if task.task_id in settled:
                last = task.task_id
            elif groups and groups[-1]["after"] == last:
                groups[-1]["tasks"].append(task.task_id)
            else:
                groups.append({"after": last, "tasks": [task.task_id]})
    return groups


def _steps(
    old: Sheet, new: Sheet, stay: Blocks, was: Mapping[str, _Place]
) -> Iterator[_Step]:
    """Yield all tasks in the order in which they are shown."""
    before = {id(leaf.block): leaf for leaf in old.leaves if id(leaf.block) in stay}
    flying = [sheet.flight.task_id for sheet in (old, new) if sheet.flight]
    for leaf, tasks in new.shown():
        kept = before.get(id(leaf.block))
        flies = any(task_id in leaf.block.by_id for task_id in flying)
        if kept and not flies and _looks_alike(kept, leaf):
            yield _Step(tasks, {}, _shift(kept.begins, leaf.begins))
            continue
        places = {task_id: at for at, task_id in enumerate(leaf.block.by_id)}
        for task in tasks:
            at = places[task.task_id]
            place = _Place(old, kept, at) if kept else was.get(task.task_id)
            yield _step(place, _Place(new, leaf, at))


def _looks_alike(kept: Leaf, leaf: Leaf) -> bool:
    """Tell whether nothing but the start of the block's first plate is another."""
    known = (kept.begins is None) is (leaf.begins is None)
    return known and kept.states is leaf.states and kept.stretch is leaf.stretch


def _step(old: _Place | None, new: _Place) -> _Step:
    """Return what is told of one task."""
    task = new.task
    if old is None:
        return _Step((task,), new.row, None)
    shift, fields = _moved(old.leaf.span(old.at), new.leaf.span(new.at))
    if task is not old.task or old.flies or new.flies:
        fields |= _changed(old, new)
    elif (state := new.leaf.states[new.at]) != (known := old.leaf.states[old.at]):
        both = zip(("status", "hold_reason"), known, state, strict=True)
        fields |= {name: now for name, before, now in both if now != before}
    return _Step((task,), fields, shift)


def _changed(old: _Place, new: _Place) -> View:
    """Return the fields that differ. Only the run's task needs its absolute times."""
    known, row = old.row, new.row
    for name in _SPAN if new.flies else (*_SPAN, *_TIMES):
        del row[name]
    if not old.flies:
        known |= dict.fromkeys(_TIMES, ...)  # were not kept up to date
    return {name: value for name, value in row.items() if known[name] != value}


def _moved(was: Span, now: Span) -> tuple[int | None, View]:
    """Return by how much the times have moved, or the new ones if they did not move as one."""
    begin, end = _shift(was[0], now[0]), _shift(was[1], now[1])
    if begin is not None and begin == end:
        return begin, {}
    if was == now:
        return None, {}
    if was[1] is now[1] is None and begin is not None:
        return begin, {}
    both = zip(_SPAN, was, now, strict=True)
    return None, {name: after for name, before, after in both if after != before}


def _shift(was: int | None, now: int | None) -> int | None:
    return None if was is None or now is None else now - was


def _fields(
    steps: Sequence[_Step], *, one_by_one: bool
) -> tuple[dict[str, View], list[View]]:
    """Return what is told of single tasks, and of several that follow each other."""
    tasks: dict[str, View] = {}
    alike: list[View] = []
    for fields, some in groupby(steps, lambda step: step.fields):
        if not fields:
            continue
        ids = [task.task_id for step in some for task in step.tasks]
        if one_by_one or len(ids) == 1:
            tasks |= dict.fromkeys(ids, fields)
        else:
            alike.append({"from": ids[0], "to": ids[-1], "fields": fields})
    return tasks, alike


def _shifted(steps: Sequence[_Step]) -> list[View]:
    """Return by how much the times of tasks that follow each other have moved."""
    ranges: list[View] = []
    goes_on = False
    for step in steps:
        if step.shift is None:
            goes_on = goes_on and step.fields.keys().isdisjoint(_SPAN)
        elif goes_on and ranges[-1]["seconds"] == step.shift:
            ranges[-1]["to"] = step.tasks[-1].task_id
        elif goes_on := step.shift != 0:
            first, last = step.tasks[0].task_id, step.tasks[-1].task_id
            ranges.append({"from": first, "to": last, "seconds": step.shift})
    return ranges
