"""What people see of a line is worked out when it changes, and a task's view when it is read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import (
    Enqueue,
    NewTask,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.production.model import Task
from custom_components.bambu_batch.runtime import task_view
from custom_components.bambu_batch.runtime.line_view import LineView
from tests.production.scene import Scene, plate_file


def seen(view: LineView, scene: Scene) -> object:
    """Let the view take in what the scene shows; returns its tasks."""
    view.refresh(scene.line, scene.sees, scene.now)
    return view.tasks


@pytest.fixture(name="scene")
def scene_fixture() -> Scene:
    """Return a print with 200 tasks behind it."""
    scene = Scene()
    scene.works(copies=2)
    scene.event(Enqueue((NewTask(name="Clip", plate_file=plate_file()),) * 200))
    return scene


def test_the_tasks_are_the_same_object_while_nothing_of_them_changes(
    scene: Scene,
) -> None:
    view = LineView()
    before = seen(view, scene)
    scene.reports(layer=7, bed_temperature=60.0)
    assert seen(view, scene) is before
    scene.passes(61)
    assert seen(view, scene) is before
    assert view.plan.remaining_seconds != 0


@pytest.mark.parametrize(
    "change",
    [
        lambda scene: scene.event(UpdateTask(task_id="50", copies=4)),
        lambda scene: scene.event(SetRunning(False)),
        lambda scene: scene.reports(model="N2S"),
        lambda scene: scene.reports(remaining_minutes=90, percent=4),
        lambda scene: scene.prints(scene.run, PrintState.PAUSE),
        lambda scene: scene.option(cooldown_seconds=5),
    ],
    ids=["queue", "times unknown", "holds", "print longer", "print paused", "cooldown"],
)
def test_the_tasks_are_another_object_once_something_of_them_changes(
    scene: Scene, change: object
) -> None:
    view = LineView()
    before = seen(view, scene)
    said = list(view.tasks)
    assert callable(change)
    change(scene)
    assert seen(view, scene) is not before
    assert list(view.tasks) != said


def test_a_transfer_shows_at_once(scene: Scene) -> None:
    view = LineView()
    seen(view, scene)
    (file,) = scene.line.remote
    assert "uploading" not in {task["status"] for task in view.tasks}
    scene.line = replace(scene.line, transfer=file.name)
    seen(view, scene)
    assert "uploading" in {task["status"] for task in view.tasks}


def test_only_the_views_that_are_read_are_worked_out(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[str] = []
    status_of = task_view.status_of

    def counted(line: object, task: Task, context: object) -> object:
        worked_out.append(task.task_id)
        return status_of(line, task, context)  # type: ignore[arg-type]

    monkeypatch.setattr(task_view, "status_of", counted)
    view = LineView()
    seen(view, scene)
    assert len(view.tasks) == 201
    assert not worked_out
    kept = task_view.cut(view.tasks)
    assert len(worked_out) == len(kept) + 1
    assert [task["task_id"] for task in view.tasks[3:5]] == ["4", "5"]
    assert view.tasks[-1]["task_id"] == "201"


def test_a_plan_is_worked_out_again_after_a_minute_or_when_the_clock_was_set_back(
    scene: Scene,
) -> None:
    view = LineView()
    seen(view, scene)
    plan = view.plan
    scene.now += timedelta(seconds=59)
    seen(view, scene)
    assert view.plan is plan
    scene.now -= timedelta(seconds=60)
    seen(view, scene)
    assert view.plan is not plan
