"""The task dictionaries of the contract."""

from dataclasses import replace

import orjson
import pytest

from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.forecast import Plan
from custom_components.bambu_batch.production.model import (
    Hold,
    Line,
    Phase,
    Run,
    Task,
    TaskStatus,
)
from custom_components.bambu_batch.runtime.task_view import TaskViews, cut, status_of
from tests.production.scene import START, plate_file

CONTEXT = Context(status=PrinterStatus(), options=Options())
TASK = Task(
    task_id="1", name="Clip", plate_file=plate_file(), copies=2, clears_plate=True
)
RUN = Run(
    run_id=7,
    name="Clip_7",
    task_id="1",
    copy=1,
    phase=Phase.STARTING,
    started=START,
    from_state=PrintState.IDLE,
    clears_plate=True,
)


@pytest.mark.parametrize(
    ("task", "line", "status"),
    [
        (TASK, Line(), TaskStatus.WAITING),
        (replace(TASK, hold=Hold.BY_USER), Line(), TaskStatus.HELD),
        (
            TASK,
            Line(transfer=remote_name(TASK.plate_file.sha256, TASK.plate_file.plate)),
            TaskStatus.UPLOADING,
        ),
        (TASK, Line(run=RUN), TaskStatus.STARTING),
        (TASK, Line(run=replace(RUN, phase=Phase.PRINTING)), TaskStatus.PRINTING),
        (TASK, Line(run=replace(RUN, phase=Phase.UNCERTAIN)), TaskStatus.UNCERTAIN),
        (TASK, Line(run=replace(RUN, task_id="2")), TaskStatus.WAITING),
        (replace(TASK, finished=2), Line(), TaskStatus.FINISHED),
        (replace(TASK, finished=1, failed=1), Line(), TaskStatus.FAILED),
        (replace(TASK, finished=1, cancelled=1), Line(), TaskStatus.CANCELLED),
    ],
)
def test_the_status_of_a_task(task: Task, line: Line, status: TaskStatus) -> None:
    assert status_of(replace(line, tasks=(task,)), task, CONTEXT) is status


def test_ended_tasks_come_last() -> None:
    ended = replace(TASK, task_id="9", finished=2)
    views = TaskViews(Line(tasks=(ended, TASK)), Plan(), CONTEXT)
    assert [view["task_id"] for view in views] == ["1", "9"]


def test_a_task_that_ended_has_no_hold_reason() -> None:
    ended = replace(TASK, finished=2, hold=Hold.BY_USER)
    (view,) = TaskViews(Line(tasks=(ended,)), Plan(), CONTEXT)
    assert view["hold_reason"] is None


def test_a_state_has_room_for_what_is_left_of_many_tasks() -> None:
    many = tuple(replace(TASK, task_id=str(number)) for number in range(1000))
    views = TaskViews(Line(tasks=many), Plan(), CONTEXT)
    kept = cut(views)
    assert 20 < len(kept) < 1000
    assert kept == list(views[: len(kept)])
    assert len(orjson.dumps(kept)) < 14 * 1024 + 2
