"""Stories of a line, each an event and the state it must lead to."""

from dataclasses import replace

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    Restarted,
    SetRunning,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Phase, Transfer

from .scene import Scene, news, starts


def test_two_copies_print_one_after_the_other_with_the_cooldown_between() -> None:
    """The main job: confirm the plate once, run the queue, and the rest goes by itself."""
    scene = Scene(cooldown_seconds=60)
    scene.queue(copies=2)
    assert scene.reasons[0] is Reason.QUEUE_PAUSED
    scene.carry(scene.event(SetRunning(True)))
    assert scene.reasons[0] is Reason.PLATE_NOT_CLEAR

    effects = scene.event(ConfirmPlateClear())
    (first,) = starts(effects)
    assert scene.reasons[0] is Reason.PRINTING
    assert scene.run.phase is Phase.STARTING

    assert News.PRINT_STARTED in news(scene.prints(first.run, PrintState.PREPARE))
    scene.prints(first.run, PrintState.RUNNING, layer=3)
    scene.passes(900)
    effects = scene.carry(scene.prints(first.run, PrintState.FINISH))
    assert News.PRINT_FINISHED in news(effects)
    assert not starts(effects)
    assert scene.reasons == (Reason.COOLDOWN,)

    assert not starts(scene.passes(59))
    (second,) = starts(scene.passes(1))
    assert second.run.run_id > first.run.run_id
    assert second.remote_name == first.remote_name
    scene.prints(second.run, PrintState.RUNNING)
    effects = scene.carry(scene.prints(second.run, PrintState.FINISH))
    assert News.QUEUE_FINISHED in news(effects)
    assert scene.line.tasks[0].finished == 2
    assert scene.line.remote == ()


def test_a_line_loaded_anew_with_the_connection_kept_believes_as_little_as_after_a_crash() -> (
    None
):
    """Another program has changed it: what was seen meanwhile was not seen by this line."""
    scene = Scene()
    scene.works(copies=2)
    scene.line = replace(scene.line, transfer="bbm_x", developer_mode_off=True)
    assert scene.line.remote[0].state is Transfer.READY
    scene.context = replace(
        scene.context,
        status=replace(scene.context.status, gap=True, state=None),
    )
    scene.event(Restarted())
    assert scene.run.unseen
    assert scene.line.transfer is None
    assert not scene.line.developer_mode_off
    assert scene.line.remote[0].state is Transfer.WANTED


def test_the_same_step_never_ends_a_run_and_starts_on_a_plate_that_it_made_doubtful() -> (
    None
):
    """The rules run in one order: watching before starting."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    effects = scene.ends(PrintState.FINISH, print_error=0x0300_8019)
    assert not starts(effects)
    assert not starts(scene.reports(print_error=0))
    assert scene.reasons[0] is not Reason.PRINTING
