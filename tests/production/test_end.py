"""What the end of a run means for its copy, the queue, the changer and the next start."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.context import OnFailure, PlateClearing
from custom_components.bambu_batch.production.effect import (
    Announce,
    Effect,
    News,
    Record,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    RemoveTasks,
    ResolveTask,
    RetryTask,
    SetRunning,
    StopPrint,
    UpdateTask,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    Hold,
    Outcome,
    PauseReason,
    Task,
    TaskStatus,
    Transfer,
)

from .scene import Scene, news, starts


def counts(scene: Scene) -> tuple[int, int, int, int]:
    """Return how many copies of the first task are open, finished, failed, cancelled."""
    task = scene.line.tasks[0]
    return task.open, task.finished, task.failed, task.cancelled


def cleared(scene: Scene) -> list[Effect]:
    """Let a person clear the plate after the cooldown, and resume the queue."""
    effects = scene.carry(scene.passes(60))
    if scene.line.run is None:
        effects += scene.event(ConfirmPlateClear())
        effects += scene.carry(scene.event(SetRunning(True)))
    return effects


# The copy


def test_each_outcome_is_counted_once() -> None:
    scene = Scene(on_failure=OnFailure.NEXT, cooldown_seconds=0)
    scene.works(copies=4)
    scene.ends(PrintState.FINISH)
    assert counts(scene) == (3, 1, 0, 0)
    assert scene.run.copy == 2
    scene.prints(scene.run, PrintState.RUNNING)
    scene.event(StopPrint())
    scene.ends(PrintState.FAILED)
    assert counts(scene) == (2, 1, 0, 1)
    cleared(scene)
    assert scene.run.copy == 3
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FAILED)
    assert counts(scene) == (1, 1, 1, 1)


def test_the_news_of_an_end_tell_of_which_run_and_what_was_wrong() -> None:
    scene = Scene()
    run = scene.works()
    scene.prints(run, PrintState.PAUSE, print_error=0x1200_8006)
    effects = scene.ends(PrintState.FAILED)
    (told,) = (
        effect
        for effect in effects
        if isinstance(effect, Announce) and effect.news is News.PRINT_FAILED
    )
    assert told.run is not None
    assert told.run.run_id == run.run_id
    assert told.error == 0x1200_8006


def test_how_a_task_ended_is_its_worst_copy() -> None:
    task = _task(finished=2)
    assert replace(task, copies=3).end is None
    assert task.end is TaskStatus.FINISHED
    assert replace(task, cancelled=1, copies=3).end is TaskStatus.CANCELLED
    assert replace(task, cancelled=1, failed=1, copies=4).end is TaskStatus.FAILED


def test_the_record_tells_what_was_printed() -> None:
    scene = Scene()
    run = scene.works()
    task = scene.line.tasks[0]
    (record,) = [
        e.record for e in scene.ends(PrintState.FINISH) if isinstance(e, Record)
    ]
    assert record.run.run_id == run.run_id
    assert (record.name, record.plate_file) == (task.name, task.plate_file)
    assert record.ended == scene.now


def test_the_queue_is_finished_when_nothing_waits() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    assert News.QUEUE_FINISHED not in news(scene.ends(PrintState.FINISH))
    scene.prints(scene.run, PrintState.RUNNING)
    assert news(scene.ends(PrintState.FINISH)) == [
        News.PRINT_FINISHED,
        News.QUEUE_FINISHED,
    ]


def test_finished_tasks_stay_only_by_the_hundred_failed_ones_for_ever() -> None:
    scene = Scene()
    scene.works()
    last = scene.line.tasks[0]
    failed = [_task(task_id=f"f{n}", failed=2) for n in range(150)]
    old = [_task(task_id=f"o{n}", finished=2) for n in range(100)]
    scene.line = replace(scene.line, tasks=(*failed, *old, last))
    scene.ends(PrintState.FINISH)
    left = [task.task_id for task in scene.line.tasks]
    assert left == [*(t.task_id for t in failed), *(t.task_id for t in old[1:]), "1"]


# What the queue does after a failure


def test_pause_is_the_default_and_a_person_resumes() -> None:
    scene = Scene()
    scene.works(copies=2)
    effects = scene.ends(PrintState.FAILED)
    assert news(effects) == [
        News.PRINT_FAILED,
        News.PLATE_NEEDS_CLEARING,
        News.QUEUE_PAUSED,
    ]
    assert scene.line.paused_by is PauseReason.PRINT_FAILED
    scene.passes(60)
    assert not starts(scene.event(ConfirmPlateClear()))
    assert starts(scene.carry(scene.event(SetRunning(True))))
    assert scene.run.copy == 2


def test_next_holds_the_task_and_goes_on_with_another() -> None:
    scene = Scene(on_failure=OnFailure.NEXT)
    scene.works(copies=2)
    other = scene.queue(sha256="b" * 64)
    effects = scene.ends(PrintState.FAILED)
    assert News.QUEUE_PAUSED not in news(effects)
    assert scene.line.tasks[0].hold is Hold.FAILED_BEFORE
    assert Reason.PLATE_NOT_CLEAR in scene.reasons, "never on an occupied plate"
    (start,) = starts(cleared(scene))
    assert start.run.task_id == other


def test_next_leaves_a_task_without_waiting_copies_as_failed_and_a_person_s_hold_alone() -> (
    None
):
    scene = Scene(on_failure=OnFailure.NEXT)
    scene.works(copies=1)
    scene.ends(PrintState.FAILED)
    assert scene.line.tasks[0].hold is None
    assert scene.line.tasks[0].end is TaskStatus.FAILED

    scene = Scene(on_failure=OnFailure.NEXT)
    scene.works(copies=2)
    scene.event(UpdateTask(task_id="1", hold=True))
    scene.ends(PrintState.FAILED)
    assert scene.line.tasks[0].hold is Hold.BY_USER


def test_retry_prints_the_copy_once_more_and_then_asks() -> None:
    scene = Scene(on_failure=OnFailure.RETRY)
    scene.works(copies=2)
    effects = scene.ends(PrintState.FAILED)
    assert News.QUEUE_PAUSED not in news(effects)
    assert counts(scene) == (2, 0, 0, 0)
    assert Reason.PLATE_NOT_CLEAR in scene.reasons, "never on an occupied plate"
    (again,) = starts(cleared(scene))
    assert again.run.copy == 1
    scene.prints(again.run, PrintState.RUNNING)
    effects = scene.ends(PrintState.FAILED)
    assert scene.line.paused_by is PauseReason.PRINT_FAILED
    assert counts(scene) == (1, 0, 1, 0)


@pytest.mark.parametrize("ending", [PrintState.FINISH, PrintState.FAILED])
def test_every_copy_has_a_retry_of_its_own(ending: PrintState) -> None:
    scene = Scene(on_failure=OnFailure.RETRY)
    scene.works(copies=2)
    scene.ends(PrintState.FAILED)
    cleared(scene)
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(ending)
    cleared(scene)
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FAILED)
    assert scene.line.running
    assert scene.line.tasks[0].retries == 1


def test_after_a_cancelled_retry_the_next_copy_has_one_of_its_own() -> None:
    scene = Scene(on_failure=OnFailure.RETRY)
    scene.works(copies=2)
    scene.ends(PrintState.FAILED)
    cleared(scene)
    scene.prints(scene.run, PrintState.RUNNING)
    scene.event(StopPrint())
    scene.ends(PrintState.FAILED)
    assert scene.line.tasks[0].retries == 0


def test_a_cancelled_print_is_no_failure() -> None:
    """FM-136: nothing is paused, held or tried again; a person wanted it so."""
    for policy in OnFailure:
        scene = Scene(on_failure=policy)
        scene.works(copies=2)
        scene.event(StopPrint())
        scene.ends(PrintState.FAILED)
        assert scene.line.running
        assert scene.line.tasks[0].hold is None
        assert counts(scene) == (1, 0, 0, 1)


def test_the_call_to_clear_the_plate_tells_of_the_run_that_has_left_it() -> None:
    scene = Scene()
    run = scene.works()
    (told,) = (
        effect
        for effect in scene.ends(PrintState.FAILED)
        if isinstance(effect, Announce) and effect.news is News.PLATE_NEEDS_CLEARING
    )
    assert told.run is not None
    assert told.run.run_id == run.run_id


def test_after_a_swap_nobody_was_asked_to_clear_the_plate() -> None:
    scene = Scene(plate_clearing=PlateClearing.MANUAL)
    scene.works(copies=3)
    scene.ends(PrintState.FINISH)
    assert scene.line.asked_to_clear
    scene.option(plate_clearing=PlateClearing.AUTOMATIC)
    cleared(scene)
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    assert not scene.line.asked_to_clear


# A task removed while its copy is in flight


@pytest.mark.parametrize("policy", OnFailure)
@pytest.mark.parametrize("state", [PrintState.FINISH, PrintState.FAILED])
def test_a_removed_task_leaves_with_its_run(
    policy: OnFailure, state: PrintState
) -> None:
    scene = Scene(on_failure=policy)
    scene.works(copies=3)
    scene.event(RemoveTasks(("1",)))
    assert [task.task_id for task in scene.line.tasks] == ["1"]
    assert scene.line.waiting == ()
    effects = scene.ends(state)
    assert [e for e in effects if isinstance(e, Record)]
    assert News.QUEUE_FINISHED in news(effects)
    assert scene.line.tasks == ()


def test_a_removed_task_leaves_when_a_person_says_that_it_never_started() -> None:
    scene = Scene()
    scene.begins(copies=3)
    scene.event(RemoveTasks(("1",)))
    scene.passes(240)
    scene.event(ResolveTask("1", Outcome.NOT_STARTED))
    assert scene.line.tasks == ()
    assert scene.line.run is None


# A person's word on an uncertain run


def uncertain(**options: Any) -> Scene:
    scene = Scene(**options)
    scene.begins(copies=2)
    scene.passes(300)
    return scene


def test_printed_counts_the_copy_and_leaves_the_plate_to_the_person() -> None:
    scene = uncertain()
    effects = scene.event(ResolveTask("1", Outcome.FINISHED))
    (record,) = [e.record for e in effects if isinstance(e, Record)]
    assert (record.outcome, record.ended) == (Outcome.FINISHED, None)
    assert counts(scene) == (1, 1, 0, 0)
    assert news(effects) == [News.PRINT_FINISHED, News.PLATE_NEEDS_CLEARING]
    assert not scene.line.plate.clear


def test_a_plate_cleared_before_the_word_stays_clear() -> None:
    scene = uncertain()
    scene.event(ConfirmPlateClear())
    scene.carry(scene.event(ResolveTask("1", Outcome.FINISHED)))
    assert scene.line.plate.clear
    assert starts(scene.carry(scene.passes(60)))


def test_not_started_lets_the_copy_wait_again() -> None:
    scene = uncertain()
    effects = scene.event(ResolveTask("1", Outcome.NOT_STARTED))
    (record,) = [e.record for e in effects if isinstance(e, Record)]
    assert record.outcome is Outcome.NOT_STARTED
    assert counts(scene) == (2, 0, 0, 0)
    assert not starts(scene.event(ConfirmPlateClear())), "the bed may be hot"
    assert scene.reasons == (Reason.COOLDOWN,)
    (start,) = starts(scene.carry(scene.passes(60)))
    assert start.run.copy == 1


def test_a_retry_makes_the_failed_and_cancelled_copies_wait_again() -> None:
    scene = Scene()
    scene.works(copies=2)
    scene.ends(PrintState.FAILED)
    scene.event(RetryTask("1"))
    assert counts(scene) == (2, 0, 0, 0)


# The cooldown


def test_the_cooldown_counts_from_the_end_and_by_the_task_s_own_wait() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=3)
    scene.event(UpdateTask(task_id="1", settings={"cooldown_seconds": 10}))
    scene.ends(PrintState.FINISH)
    assert scene.line.cooldown_from == scene.now
    assert not starts(scene.passes(9))
    (start,) = starts(scene.passes(1))
    scene.event(UpdateTask(task_id="1", settings={"cooldown_seconds": None}))
    scene.prints(start.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    scene.option(cooldown_seconds=5)
    assert not starts(scene.passes(4))
    assert starts(scene.passes(1)), "the option counts live"


def test_a_wait_of_zero_of_the_task_s_own_is_none() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=2)
    scene.event(UpdateTask(task_id="1", settings={"cooldown_seconds": 0}))
    assert starts(scene.ends(PrintState.FINISH))


def test_the_cooldown_survives_a_restart() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    last = scene.context.status
    scene.crashes(30)
    scene.carry(scene.comes_back(last))
    assert scene.reasons == (Reason.COOLDOWN,)
    assert starts(scene.passes(30))


# The changer


def test_plates_are_counted_down_and_told_when_few_or_none_are_left() -> None:
    scene = Scene(plate_stack=3, cooldown_seconds=0)
    scene.line = replace(scene.line, plates_left=3)
    scene.works(copies=4)
    told = []
    for _ in range(3):
        told.append(news(scene.ends(PrintState.FINISH)))
        if scene.line.run:
            scene.prints(scene.run, PrintState.RUNNING)
    assert told == [
        [News.PRINT_FINISHED],
        [News.PRINT_FINISHED, News.PLATES_LOW],
        [News.PRINT_FINISHED, News.PLATES_EMPTY],
    ]
    assert scene.line.plates_left == 0
    assert scene.reasons == (Reason.PLATES_EMPTY,)


@pytest.mark.parametrize(
    ("packed", "swap", "state", "left"),
    [
        (1, "yes", PrintState.FINISH, 9),
        (1, "yes", PrintState.FAILED, 10),
        (1, "no", PrintState.FINISH, 10),
        (3, "yes", PrintState.FINISH, 7),
        (3, "no", PrintState.FINISH, 8),
        (3, "yes", PrintState.FAILED, 8),
    ],
)
def test_a_run_uses_the_plates_that_its_swaps_take(
    packed: int, swap: str, state: PrintState, left: int
) -> None:
    """What a failed packed file has used is not known: rather too few plates than none."""
    scene = Scene(plate_stack=10, require_swap_gcode=False)
    scene.line = replace(scene.line, plates_left=10)
    scene.queue(packed=packed, swap=swap)
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(state)
    assert scene.line.plates_left == left


@pytest.mark.parametrize(
    ("swap", "left"), [("yes", 2), ("likely", 3), ("no", 3), ("unknown", 3)]
)
@pytest.mark.parametrize("manual", [True, False])
def test_a_known_changers_file_takes_a_plate_whatever_its_person_says(
    swap: str, left: int, manual: bool
) -> None:
    scene = Scene(
        plate_stack=3,
        plate_clearing=PlateClearing.MANUAL if manual else PlateClearing.AUTOMATIC,
        require_swap_gcode=False,
    )
    scene.line = replace(scene.line, plates_left=3)
    scene.queue(swap=swap)
    says = None if manual else False
    scene.event(UpdateTask(task_id="1", clears_plate=says))
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    assert not scene.line.plate.clear
    assert scene.line.plates_left == left


def test_plates_never_go_below_none_and_are_not_counted_without_a_stack() -> None:
    scene = Scene(plate_stack=3)
    scene.line = replace(scene.line, plates_left=1)
    scene.works()
    scene.line = replace(scene.line, plates_left=0)
    scene.ends(PrintState.FINISH)
    assert scene.line.plates_left == 0

    scene = Scene()
    scene.line = replace(scene.line, plates_left=5)
    scene.works()
    assert News.PLATES_LOW not in news(scene.ends(PrintState.FINISH))
    assert scene.line.plates_left == 5


def test_a_printed_plate_that_nobody_saw_end_is_counted_too() -> None:
    scene = Scene(plate_stack=3)
    scene.line = replace(scene.line, plates_left=3)
    scene.begins(copies=2)
    scene.passes(300)
    scene.event(ResolveTask("1", Outcome.FINISHED))
    assert scene.line.plates_left == 2


def test_a_print_that_took_no_plate_tells_nothing_of_the_changer() -> None:
    scene = Scene(plate_stack=3)
    scene.line = replace(scene.line, plates_left=1)
    scene.works()
    told = news(scene.ends(PrintState.FAILED))
    assert News.PRINT_FAILED in told
    assert News.PLATES_LOW not in told


def test_a_file_that_swaps_by_a_person_s_word_takes_a_plate() -> None:
    scene = Scene(plate_stack=3)
    scene.line = replace(scene.line, plates_left=3)
    scene.queue(swap="likely")
    scene.event(UpdateTask(task_id="1", clears_plate=True))
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    assert scene.line.plates_left == 2


# The files


def test_files_are_looked_at_again_after_every_end() -> None:
    """FM-056: printers clean their card themselves now and then."""
    scene = Scene()
    scene.works(copies=2)
    assert scene.line.remote[0].state is Transfer.READY
    scene.passes(900)
    scene.prints(scene.run, PrintState.FINISH)
    assert scene.line.remote[0].state is Transfer.WANTED


def _task(*, task_id: str = "x", finished: int = 0, failed: int = 0) -> Task:
    scene = Scene()
    scene.queue(copies=2)
    return replace(
        scene.line.tasks[0], task_id=task_id, finished=finished, failed=failed
    )
