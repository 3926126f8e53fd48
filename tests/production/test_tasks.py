"""The queue with what is worked out of it: always what its tasks alone would say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    Enqueue,
    MoveTask,
    NewTask,
    Refused,
    RemoveTasks,
    RestoreTasks,
    UpdateTask,
)
from custom_components.bambu_batch.production.model import (
    Line,
    Phase,
    RemovedTask,
    Run,
    Task,
)
from custom_components.bambu_batch.production.tasks import BLOCK, Row, Tasks

from .scene import START, Scene, plate_file

RUN = Run(
    run_id=7,
    name="Clip_7",
    task_id="1",
    copy=1,
    phase=Phase.PRINTING,
    started=START,
    from_state=PrintState.IDLE,
    clears_plate=True,
)


def task(number: int, **changes: object) -> Task:
    """Return the task of this number."""
    plain = Task(task_id=str(number), name="Clip", plate_file=plate_file(), copies=2)
    return replace(plain, **changes)  # type: ignore[arg-type]


def queue_of(count: int) -> Tasks:
    """Return tasks 0, 1, 2 and so on."""
    return Tasks(map(task, range(count)))


def says(tasks: Tasks) -> tuple[object, ...]:
    """Return all that is worked out of a queue."""
    return (
        list(tasks.by_id.items()),
        tasks.open,
        tasks.ended,
        tasks.leaving,
        tasks.wanted,
        tasks.copies,
    )


def waiting(line: Line) -> tuple[Task, ...]:
    """Return the tasks with waiting copies, one by one."""
    return tuple(one for one in line.tasks if line.waiting_copies(one) > 0)


TASKS = st.builds(
    task,
    st.integers(0, 400),
    copies=st.integers(2, 3),
    finished=st.integers(0, 2),
    removed=st.booleans(),
    plate_file=st.builds(plate_file, sha256=st.sampled_from(["a" * 64, "b" * 64])),
)
QUEUES = st.lists(TASKS, max_size=2 * BLOCK, unique_by=lambda one: one.task_id)


@given(QUEUES, QUEUES, st.integers(0, 3 * BLOCK))
@settings(deadline=None)
def test_tasks_are_inserted_before_one_or_at_the_end(
    old: list[Task], new: list[Task], place: int
) -> None:
    known = {one.task_id for one in old}
    added = [one for one in new if one.task_id not in known]
    before = old[place] if place < len(old) else None
    inserted = Tasks(old).inserted(added, before=before)
    expected = Tasks((*old[:place], *added, *old[place:]))
    assert inserted == expected
    assert says(inserted) == says(expected)
    assert all(len(block) <= BLOCK for block in inserted.blocks)


@given(QUEUES, st.dictionaries(st.integers(0, 400).map(str), st.none() | TASKS))
@settings(deadline=None)
def test_tasks_are_changed_in_their_places_or_gone(
    old: list[Task], changes: dict[str, Task | None]
) -> None:
    new = {
        task_id: one and replace(one, task_id=task_id)
        for task_id, one in changes.items()
    }
    changed = Tasks(old).changed(new)
    each = [new.get(one.task_id, one) for one in old]
    expected = Tasks(one for one in each if one is not None)
    assert changed == expected
    assert says(changed) == says(expected)


def test_a_change_leaves_the_other_blocks_as_they_are() -> None:
    tasks = queue_of(5 * BLOCK)
    changed = tasks.changed({"100": task(100, copies=9)})
    assert [
        new is old for new, old in zip(changed.blocks, tasks.blocks, strict=True)
    ] == [
        True,
        False,
        True,
        True,
        True,
    ]
    put = changed.inserted([task(999)], before=changed[0])
    assert put.blocks[2:] == changed.blocks[1:]
    assert all(
        new is old for new, old in zip(put.blocks[2:], changed.blocks[1:], strict=True)
    )


def test_a_block_that_is_full_is_halved_and_an_empty_one_is_gone() -> None:
    tasks = queue_of(BLOCK).inserted([task(999)], before=None)
    assert [len(block) for block in tasks.blocks] == [BLOCK // 2, BLOCK // 2 + 1]
    gone = tasks.changed({str(number): None for number in range(BLOCK // 2)})
    assert [len(block) for block in gone.blocks] == [BLOCK // 2 + 1]


def test_without_a_change_the_queue_is_the_same() -> None:
    tasks = queue_of(3)
    assert tasks.changed({}) is tasks


def test_a_rule_is_asked_once_as_long_as_what_it_is_given_stays() -> None:
    asked: list[int] = []

    def rule(row: Row[int], given: int) -> int:
        asked.append(given)
        return sum(row) + given

    def other(row: Row[int], given: int) -> int:
        return -given

    row = Row((1, 2))
    assert [row.once(rule, given) for given in (1, 1, 2, 1)] == [4, 4, 5, 4]
    assert row.once(other, 1) == -1
    assert asked == [1, 2, 1]


def test_a_line_makes_its_tasks_a_queue_whatever_it_is_given() -> None:
    one = task(1)
    gone = RemovedTask(task=task(2, removed=True, removed_at=START))
    line = Line(tasks=(one,), removed=(gone,))
    assert line.tasks == (one,)
    assert line.queue.by_id == {"1": one}
    assert line.aside.oldest == line.aside.newest == START
    queue = line.queue
    assert replace(line, running=True).tasks is queue


@pytest.mark.parametrize(
    ("minutes", "oldest", "newest"),
    [
        ([], None, None),
        ([3, 1, 2], 1, 3),
        ([3, None], None, 3),
        ([None], None, None),
    ],
)
def test_how_long_removed_tasks_are_kept_counts_from_the_first(
    minutes: Sequence[int | None], oldest: int | None, newest: int | None
) -> None:
    def time(minute: int | None) -> object:
        return None if minute is None else START + timedelta(minutes=minute)

    gone = tuple(
        RemovedTask(task=task(number, removed_at=time(minute)))
        for number, minute in enumerate(minutes)
    )
    aside = Line(removed=gone).aside
    assert (aside.oldest, aside.newest) == (time(oldest), time(newest))


@given(QUEUES, st.integers(0, 400).map(str))
@settings(deadline=None)
def test_what_waits_is_told_with_a_copy_in_flight_too(
    tasks: list[Task], in_flight: str
) -> None:
    line = Line(tasks=tuple(tasks))
    flying = line.task(in_flight)
    ended = flying is None or flying.open < 1
    run = None if ended else replace(RUN, task_id=in_flight)
    for one in (line, replace(line, run=run)):
        assert one.waiting == waiting(one)
        assert one.waiting_plates == sum(map(one.waiting_copies, one.tasks))
        assert one.queue_done is (one.run is None and not waiting(one))


COMMANDS = st.lists(
    st.tuples(
        st.sampled_from(["append", "insert", "move", "remove", "restore", "update"]),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    max_size=40,
)


@given(COMMANDS, st.sampled_from([3, 3 * BLOCK]))
@settings(deadline=None, max_examples=60)
def test_commands_do_to_many_tasks_what_they_do_to_a_plain_list(
    commands: list[tuple[str, int, int]], size: int
) -> None:
    """What comes back takes its place in the common order of queue and removed tasks."""
    scene = Scene()
    new = NewTask(name="Clip", plate_file=plate_file())
    scene.event(Enqueue((new,) * size))
    order = [str(number) for number in range(1, size + 1)]
    out: set[str] = set()
    for what, at, to in commands:
        queue = [one for one in order if one not in out]
        number = str(scene.line.last_task_number + 1)
        match what:
            case "append":
                scene.event(Enqueue((new,)))
                order.append(number)
            case "insert":
                place = at % (len(queue) + 1)
                scene.event(Enqueue((new,), place + 1))
                where = order.index(queue[place]) if place < len(queue) else len(order)
                order.insert(where, number)
            case "move" if queue:
                moved = queue.pop(at % len(queue))
                place = to % (len(queue) + 1)
                scene.event(MoveTask(moved, place + 1))
                _moves(order, out, moved, queue[place] if place < len(queue) else None)
            case "remove" if queue:
                scene.event(RemoveTasks((queue[at % len(queue)],)))
                out.add(queue[at % len(queue)])
            case "restore" if out:
                back = sorted(out)[at % len(out)]
                scene.event(RestoreTasks((back,)))
                out.remove(back)
            case "update" if queue:
                scene.event(
                    UpdateTask(task_id=queue[at % len(queue)], copies=1 + to % 9)
                )
        assert [one.task_id for one in scene.line.tasks] == [
            one for one in order if one not in out
        ]
        assert {one.task.task_id for one in scene.line.removed} == out
        assert says(scene.line.queue) == says(Tasks(tuple(scene.line.tasks)))


def _moves(order: list[str], out: set[str], moved: str, before: str | None) -> None:
    """Move one in the common order: the removed ones behind it go with it."""
    at = order.index(moved)
    end = at + 1
    while end < len(order) and order[end] in out:
        end += 1
    going, order[at:end] = order[at:end], []
    where = order.index(before) if before is not None else len(order)
    order[where:where] = going


def test_a_refused_removal_of_many_changes_nothing() -> None:
    scene = Scene()
    scene.event(Enqueue((NewTask(name="Clip", plate_file=plate_file()),) * 200))
    before = scene.line
    with pytest.raises(Refused):
        scene.event(RemoveTasks(("1", "150", "150000")))
    assert scene.line is before


def test_thousands_are_cleared_and_come_back_in_their_order() -> None:
    scene = Scene()
    scene.event(Enqueue((NewTask(name="Clip", plate_file=plate_file()),) * 500))
    tasks = scene.line.tasks
    scene.event(ClearQueue())
    assert scene.line.tasks == ()
    assert [one.task.task_id for one in scene.line.removed] == [
        t.task_id for t in tasks
    ]
    scene.event(RestoreTasks(tuple(t.task_id for t in tasks[100:300])))
    assert scene.line.tasks == tasks[100:300]
    scene.event(RestoreTasks(tuple(t.task_id for t in (*tasks[:100], *tasks[300:]))))
    assert scene.line.tasks == tasks
    assert says(scene.line.queue) == says(Tasks(tasks))
