"""Removed tasks: kept complete for a while, so that a person can restore them (FM-162).

Tasks in the queue and removed tasks have one common order. So each returns to its old place,
in whatever order they are restored, and whatever was moved or queued meanwhile.
"""

from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
    Set as AbstractSet,
)
from dataclasses import replace
from datetime import datetime, timedelta

from .event import Refused
from .model import Line, RemovedTask, Task
from .step import Step
from .tasks import Block, cut, joined

KEPT_FOR = timedelta(minutes=10)
MANY = 100
"""So many tasks are found faster after all of them were sorted by id."""
MOST_KEPT = 10_000
"""Tasks kept from earlier removals; those of the newest removal are kept in any number."""


def remove(step: Step, task_ids: Collection[str]) -> None:
    """Remove tasks; one with a copy in flight leaves with that copy (FM-016)."""
    line, find = step.line, _finder(step.line, task_ids)
    gone: dict[str, Task | None] = {}
    for task_id in task_ids:
        task = find(task_id)
        if task is None or task.removed:
            raise Refused("unknown_task", task_id=task_id)
        gone[task_id] = replace(task, removed=True, removed_at=step.now)
    step.change(tasks=line.queue.changed(gone))
    in_flight = {line.run.task_id} if line.run else set()
    let_go(step, gone.keys() - in_flight)


def restore(step: Step, task_ids: Collection[str]) -> None:
    """Restore tasks as they were, except for copies that have ended since."""
    line, find = step.line, _finder(step.line, task_ids)
    kept = {one.task.task_id: one.task for one in line.removed}
    back: dict[str, Task] = {}
    for task_id in task_ids:
        task = find(task_id)
        if task is not None and not task.removed:
            raise Refused("task_not_removed", name=task.name)
        if task_id not in kept and not (task and _can_come_back(task, step.now)):
            minutes = str(KEPT_FOR // timedelta(minutes=1))
            raise Refused("cannot_restore_task", task_id=task_id, minutes=minutes)
        removed = task or kept[task_id]
        back[task_id] = replace(removed, removed=False, removed_at=None)
    parts = [_with(part, back) for part in _in_order(line)]
    step.line = _arranged(line, parts, kept.keys() - back)


def let_go(step: Step, task_ids: Collection[str]) -> None:
    """Move removed tasks out of the queue: no copy of them is in flight any more."""
    line, find = step.line, _finder(step.line, task_ids)
    leaving = [task for task_id in task_ids if (task := find(task_id)) is not None]
    if not leaving:
        return
    older = sorted((one.task for one in line.removed), key=_when)[-MOST_KEPT:]
    kept = {
        task.task_id for task in (*older, *leaving) if _can_come_back(task, step.now)
    }
    gone = {one.task.task_id for one in line.removed} | set(task_ids)
    step.line = _arranged(line, _in_order(line), kept, gone - kept)


def without_forgotten(line: Line, now: datetime) -> Line:
    """Return the line without the tasks that can no longer be restored."""
    if not line.removed or _is_young(line.aside.oldest, now):
        return line
    removed = {one.task.task_id: one.task for one in line.removed}
    kept = {task_id for task_id, task in removed.items() if _can_come_back(task, now)}
    return _arranged(line, _in_order(line), kept, removed.keys() - kept)


def _finder(line: Line, task_ids: Collection[str]) -> Callable[[str], Task | None]:
    """Return how to find these tasks of the queue: one by one, or many."""
    return line.task if len(task_ids) < MANY else line.queue.by_id.get


def _can_come_back(task: Task, now: datetime) -> bool:
    return _is_young(task.removed_at, now)


def _is_young(removed: datetime | None, now: datetime) -> bool:
    return removed is not None and now - removed <= KEPT_FOR


def _when(task: Task) -> datetime:
    assert task.removed_at is not None  # one without a time was forgotten before
    return task.removed_at


def _in_order(line: Line) -> list[Sequence[Task]]:
    """Return the queue's tasks and the removed ones in their common order.

    In parts: a block of the queue without removed ones is still that block.
    """
    known = {one.task.task_id for one in line.removed}
    anchors = {one.behind for one in line.removed if one.behind} - known
    for block in line.queue.blocks:
        known |= anchors & block.by_id.keys()
    first: list[Task] = []
    followers: dict[str, list[Task]] = {}
    for one in line.removed:
        if one.behind in known:
            followers.setdefault(one.behind, []).append(one.task)
        else:
            first.append(one.task)

    def with_followers(tasks: Iterable[Task]) -> Iterator[Task]:
        waiting = list(tasks)[::-1]
        while waiting:
            task = waiting.pop()
            yield task
            waiting += reversed(followers.pop(task.task_id, []))

    order: list[Sequence[Task]] = [tuple(with_followers(first))]
    for block in line.queue.blocks:
        alone = block.by_id.keys().isdisjoint(followers.keys())
        order.append(block if alone else tuple(with_followers(block)))
    return order


def _with(part: Sequence[Task], changed: Mapping[str, Task]) -> Sequence[Task]:
    """Return the tasks, some of them changed."""
    if isinstance(part, Block) and part.by_id.keys().isdisjoint(changed.keys()):
        return part
    return [changed.get(task.task_id, task) for task in part]


def _arranged(
    line: Line,
    order: Iterable[Sequence[Task]],
    out: AbstractSet[str],
    forgotten: AbstractSet[str] = frozenset(),
) -> Line:
    """Return the line with these tasks in this order, some removed and some forgotten."""
    before = {one.task.task_id: one for one in line.removed}
    blocks: list[Block] = []
    removed: list[RemovedTask] = []
    behind: str | None = None
    for part in order:
        if isinstance(part, Block) and part.by_id.keys().isdisjoint(out | forgotten):
            blocks.append(part)
            behind = part[-1].task_id
            continue
        stays = []
        for task in part:
            if task.task_id in forgotten:
                continue
            if task.task_id not in out:
                stays.append(task)
            elif (
                (same := before.get(task.task_id))
                and same.task is task
                and same.behind == behind
            ):
                removed.append(same)
            else:
                removed.append(RemovedTask(task=task, behind=behind))
            behind = task.task_id
        blocks += cut(stays)
    return replace(line, tasks=joined(blocks), removed=tuple(removed))
