"""What a person takes out of the queue, and takes back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production import removal
from custom_components.bambu_batch.production.effect import DeleteRemote, Upload
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    Deleted,
    Enqueue,
    MoveTask,
    NewTask,
    Refused,
    RemoveTasks,
    RestoreTasks,
    SetRunning,
    UpdateTask,
    Uploaded,
)
from custom_components.bambu_batch.production.model import Hold, PrintSettings, Transfer
from custom_components.bambu_batch.production.removal import without_forgotten

from .scene import Scene, plate_file


def order(scene: Scene) -> str:
    """Return the ids of the queue in their order."""
    return "".join(task.task_id for task in scene.line.tasks)


def queue_of(count: int) -> Scene:
    """Return a queue of so many tasks, 1, 2, 3 and so on."""
    scene = Scene()
    task = NewTask(name="Clip", plate_file=plate_file())
    scene.event(Enqueue((task,) * count))
    return scene


def removes(scene: Scene, ids: str) -> None:
    """Take tasks out."""
    scene.event(RemoveTasks(tuple(ids)))


def restores(scene: Scene, ids: str) -> None:
    """Bring tasks back."""
    scene.event(RestoreTasks(tuple(ids)))


def refused(scene: Scene, ids: str) -> Refused:
    """Return how the tasks do not come back; nothing has changed."""
    before = scene.line
    with pytest.raises(Refused) as refused:
        restores(scene, ids)
    assert scene.line == before
    return refused.value


def refusal(scene: Scene, ids: str) -> str:
    """Return why the tasks do not come back."""
    return refused(scene, ids).key


def test_fm_162_a_task_comes_back_with_all_that_a_person_has_said_of_it() -> None:
    scene = Scene()
    settings = PrintSettings(
        bed_leveling=False,
        vibration_calibration=True,
        use_ams=False,
        ams_mapping=(2,),
        cooldown_seconds=300,
    )
    new = NewTask(
        name="Clip", plate_file=plate_file(swap="no"), copies=5, settings=settings
    )
    scene.event(Enqueue((new,)))
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.event(UpdateTask(task_id="1", name="For Ada", hold=True))
    before = scene.line
    assert before.tasks[0].released == {Hold.NO_SWAP_GCODE}
    assert before.tasks[0].hold is Hold.BY_USER
    removes(scene, "1")
    assert scene.line.tasks == ()
    restores(scene, "1")
    assert scene.line == before


@pytest.mark.parametrize("out", ["2", "12", "21", "32", "23", "123", "321", "24", "42"])
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("back", [1, -1])
def test_each_comes_back_to_its_old_place_in_whatever_order(
    out: str, at_once: bool, back: int
) -> None:
    scene = queue_of(4)
    for ids in [out] if at_once else out:
        removes(scene, ids)
    for task_id in out[::back]:
        restores(scene, task_id)
    assert order(scene) == "1234"
    assert scene.line.removed == ()


def test_a_place_is_kept_among_what_was_moved_and_queued_meanwhile() -> None:
    scene = queue_of(4)
    removes(scene, "23")
    scene.event(MoveTask("4", 1))
    scene.queue()
    assert order(scene) == "415"
    restores(scene, "3")
    assert order(scene) == "4135"
    restores(scene, "2")
    assert order(scene) == "41235"


def test_the_neighbour_that_was_forgotten_leaves_the_place_known() -> None:
    scene = queue_of(4)
    removes(scene, "2")
    scene.passes(400)
    removes(scene, "3")
    scene.passes(400)
    assert [one.task.task_id for one in scene.line.removed] == ["3"]
    restores(scene, "3")
    assert order(scene) == "134"


def test_a_cleared_queue_comes_back_as_it_was() -> None:
    scene = queue_of(4)
    before = scene.line
    scene.event(ClearQueue())
    assert scene.line.tasks == ()
    restores(scene, "4231")
    assert scene.line == before


def test_a_task_comes_back_once() -> None:
    scene = queue_of(2)
    removes(scene, "1")
    restores(scene, "1")
    assert refusal(scene, "1") == "task_not_removed"


def test_a_task_comes_back_within_ten_minutes_and_no_later() -> None:
    scene = queue_of(2)
    removes(scene, "1")
    scene.passes(600)
    removes(scene, "2")
    restores(scene, "1")
    scene.passes(601)
    assert refusal(scene, "2") == "cannot_restore_task"
    assert scene.line.removed == ()


def test_all_come_back_or_none() -> None:
    scene = queue_of(2)
    removes(scene, "1")
    assert refusal(scene, "19") == "cannot_restore_task"
    assert refusal(scene, "12") == "task_not_removed"


def test_a_clock_set_back_keeps_what_was_removed_for_ten_minutes_more() -> None:
    scene = queue_of(2)
    removes(scene, "1")
    scene.now -= timedelta(days=1)
    scene.reports()
    scene.passes(601)
    assert refusal(scene, "1") == "cannot_restore_task"


def test_a_task_removed_in_print_stays_with_its_copy_and_may_come_back() -> None:
    scene = Scene()
    scene.works(copies=3)
    before = scene.line
    removes(scene, "1")
    assert scene.line.waiting == ()
    restores(scene, "1")
    assert scene.line == before


def test_what_was_removed_in_print_is_not_brought_back_after_ten_minutes() -> None:
    scene = Scene()
    scene.works(copies=3)
    removes(scene, "1")
    scene.passes(601)
    assert refusal(scene, "1") == "cannot_restore_task"


def test_the_copy_that_ended_after_the_removal_counts_when_the_task_comes_back() -> (
    None
):
    scene = Scene()
    scene.works(copies=3)
    scene.passes(890)
    removes(scene, "1")
    scene.carry(scene.prints(scene.run, PrintState.FINISH))
    assert not scene.line.tasks
    restores(scene, "1")
    task = scene.line.tasks[0]
    assert (task.finished, scene.line.waiting_copies(task)) == (1, 2)


def test_a_copy_that_failed_after_the_removal_counts_too() -> None:
    scene = Scene()
    scene.works(copies=3)
    removes(scene, "1")
    scene.carry(scene.prints(scene.run, PrintState.FAILED))
    restores(scene, "1")
    assert scene.line.tasks[0].failed == 1


def test_what_was_removed_long_before_its_copy_ended_is_not_kept() -> None:
    scene = Scene()
    scene.works()
    removes(scene, "1")
    scene.ends(PrintState.FINISH)
    assert scene.line.removed == ()


def test_a_file_that_was_deleted_is_wanted_again() -> None:
    scene = queue_of(1)
    (upload,) = [e for e in scene.event(SetRunning(True)) if isinstance(e, Upload)]
    scene.event(Uploaded(upload.name))
    gone = scene.event(RemoveTasks(("1",)))
    assert DeleteRemote(upload.name) in gone
    scene.event(RestoreTasks(("1",)))
    effects = scene.event(Deleted(upload.name))
    assert any(isinstance(effect, Upload) for effect in effects)
    scene.carry(effects)
    assert [file.state for file in scene.line.remote] == [Transfer.READY]


def test_a_removed_task_of_an_older_version_has_no_time_and_does_not_come_back() -> (
    None
):
    scene = Scene()
    scene.works()
    task = replace(scene.line.tasks[0], removed=True)
    scene.line = scene.line.with_task(task)
    assert refusal(scene, "1") == "cannot_restore_task"


def test_a_removal_is_kept_whole_and_older_ones_are_bounded() -> None:
    scene = queue_of(10_002)
    scene.event(ClearQueue())
    assert len(scene.line.removed) == 10_002
    scene.passes(1)
    scene.queue()
    scene.event(ClearQueue())
    assert len(scene.line.removed) == 10_001
    ids = [one.task.task_id for one in scene.line.removed]
    assert ids[0] == "3"
    scene.event(RestoreTasks(tuple(ids)))
    assert [task.task_id for task in scene.line.tasks] == ids


def test_removing_what_is_not_there_removes_nothing() -> None:
    scene = queue_of(2)
    before = scene.line
    with pytest.raises(Refused) as refused:
        removes(scene, "19")
    assert refused.value.key == "unknown_task"
    assert refused.value.placeholders == {"task_id": "9"}
    assert scene.line == before


def test_a_refused_return_tells_of_which_task_and_how_long_there_was() -> None:
    scene = queue_of(2)
    assert refused(scene, "2").placeholders == {"name": "Clip"}
    assert refused(scene, "9").placeholders == {"task_id": "9", "minutes": "10"}


def test_the_oldest_removals_are_forgotten_first_wherever_their_tasks_stood(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removal, "MOST_KEPT", 1)
    scene = queue_of(3)
    for task_id in "213":
        removes(scene, task_id)
        scene.passes(1)
    assert [one.task.task_id for one in scene.line.removed] == ["1", "3"]


def test_a_task_that_stays_with_its_copy_pushes_no_other_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(removal, "MOST_KEPT", 1)
    scene = Scene()
    scene.works()
    for _ in range(3):
        scene.queue()
    removes(scene, "234")
    removes(scene, "1")
    assert [one.task.task_id for one in scene.line.removed] == ["2", "3", "4"]


def test_a_line_with_nothing_to_forget_is_not_even_copied() -> None:
    """It is asked at every look, with thousands of tasks."""
    scene = queue_of(2)
    removes(scene, "1")
    assert without_forgotten(scene.line, scene.now) is scene.line


def test_a_task_comes_back_though_the_one_before_it_is_not_listed_any_more() -> None:
    """Of the finished ones only the newest stay."""
    scene = queue_of(2)
    removes(scene, "2")
    scene.line = replace(scene.line, tasks=())
    restores(scene, "2")
    assert order(scene) == "2"
