"""The queue's tasks in their order, and what is worked out of them only once.

A report comes every second, a change of the queue seldom, and people queue 10,000 tasks. So the
queue is cut into blocks. Neither a block nor a queue ever changes: what was worked out of one
stays true, and is kept with it. A change of the queue makes a new one, with new blocks only where
tasks came, went or changed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from .model import Task

BLOCK = 64
"""Tasks of a block, at most. A change costs work for a block's tasks and for all blocks."""


class Row[T](tuple[T, ...]):  # noqa: SLOT001  # room for what was worked out
    """Values in their order: a tuple, with what was worked out of it."""

    def __eq__(self, other: object) -> bool:
        return self is other or super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        return self is not other and super().__ne__(other)

    __hash__ = tuple.__hash__

    @cached_property
    def _answers(self) -> dict[Callable[..., Any], tuple[Any, Any]]:
        return {}

    def once[Given, Answer](
        self, rule: Callable[[Self, Given], Answer], given: Given
    ) -> Answer:
        """Return what a rule says of these values, worked out once as long as `given` stays.

        The rule may read nothing but the two.
        """
        known = self._answers.get(rule)
        if known is None or known[0] != given:
            known = self._answers[rule] = given, rule(self, given)
        return cast(Answer, known[1])


class Block(Row["Task"]):
    """Tasks that follow each other."""

    @cached_property
    def by_id(self) -> dict[str, Task]:
        """The tasks by id, in order."""
        return {task.task_id: task for task in self}

    @cached_property
    def open(self) -> tuple[Task, ...]:
        """Those with copies whose end is not known."""
        return tuple(task for task in self if task.open > 0)

    @cached_property
    def ended(self) -> tuple[Task, ...]:
        """Those without."""
        return tuple(task for task in self if task.open <= 0)

    @cached_property
    def leaving(self) -> tuple[Task, ...]:
        """Those that a person removed; a copy may still be in flight."""
        return tuple(task for task in self if task.removed or task.removed_at)

    @cached_property
    def wanted(self) -> tuple[Task, ...]:
        """The open ones that nobody removed."""
        return tuple(task for task in self.open if not task.removed)

    @cached_property
    def copies(self) -> int:
        """Copies of the wanted ones whose end is not known."""
        return sum(task.open for task in self.wanted)


class Tasks(Row["Task"]):
    """The tasks in the order of the queue."""

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The same tasks in blocks."""
        return cut(self)

    def block_of(self, task_id: str) -> Block | None:
        """Return the block that the task of this id is in."""
        return next((one for one in self.blocks if task_id in one.by_id), None)

    def task(self, task_id: str) -> Task | None:
        """Return the task of this id."""
        block = self.block_of(task_id)
        return None if block is None else block.by_id[task_id]

    @cached_property
    def by_id(self) -> dict[str, Task]:
        """The tasks by id, for who asks for many."""
        return {task.task_id: task for task in self}

    @cached_property
    def open(self) -> tuple[Task, ...]:
        """The tasks with copies whose end is not known."""
        return put_together(block.open for block in self.blocks)

    @cached_property
    def ended(self) -> tuple[Task, ...]:
        """The tasks without."""
        return put_together(block.ended for block in self.blocks)

    @cached_property
    def leaving(self) -> tuple[Task, ...]:
        """The tasks that a person removed; a copy may still be in flight."""
        return put_together(block.leaving for block in self.blocks)

    @cached_property
    def wanted(self) -> tuple[Task, ...]:
        """The open tasks that nobody removed."""
        return put_together(block.wanted for block in self.blocks)

    @cached_property
    def copies(self) -> int:
        """Copies of the wanted tasks whose end is not known."""
        return sum(block.copies for block in self.blocks)

    def apart_from(self, other: Tasks) -> dict[str, Task]:
        """Return the tasks of the blocks that the other queue has not, by id, in order."""
        theirs = {id(block) for block in other.blocks}
        mine = (block.by_id for block in self.blocks if id(block) not in theirs)
        return {task_id: task for tasks in mine for task_id, task in tasks.items()}

    def inserted(self, added: Iterable[Task], before: Task | None) -> Tasks:
        """Return the queue with these tasks before that one, or at the end."""
        at, place = self._place(before)
        around = self.blocks[at] if self.blocks else ()
        between = cut((*around[:place], *added, *around[place:]))
        return joined((*self.blocks[:at], *between, *self.blocks[at + 1 :]))

    def changed(self, tasks: Mapping[str, Task | None]) -> Tasks:
        """Return the queue with others in the places of these ids' tasks; without where None."""
        if not tasks:
            return self
        blocks = (
            block
            if block.by_id.keys().isdisjoint(tasks.keys())
            else Block(
                task
                for task_id, old in block.by_id.items()
                if (task := tasks.get(task_id, old)) is not None
            )
            for block in self.blocks
        )
        return joined(block for block in blocks if block)

    def _place(self, task: Task | None) -> tuple[int, int]:
        """Return the number of the task's block, and the place in it; None: after all."""
        for number, block in enumerate(self.blocks):
            if task is not None and task.task_id in block.by_id:
                return number, list(block.by_id).index(task.task_id)
        return max(len(self.blocks) - 1, 0), BLOCK


def joined(blocks: Iterable[Block]) -> Tasks:
    """Return the queue of these blocks."""
    kept = tuple(blocks)
    tasks = Tasks(chain.from_iterable(kept))
    tasks.blocks = kept
    return tasks


def cut(tasks: Sequence[Task]) -> tuple[Block, ...]:
    """Return the tasks in blocks of about one size, so that each has room for more."""
    count = -(-len(tasks) // BLOCK)
    return tuple(
        Block(tasks[len(tasks) * number // count : len(tasks) * (number + 1) // count])
        for number in range(count)
    )


def put_together(parts: Iterable[Sequence[Task]]) -> tuple[Task, ...]:
    """Return the tasks of these parts."""
    return tuple(chain.from_iterable(parts))
