"""Stories of a line, each an event and the state it must lead to."""

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.event import ConfirmPlateClear, SetRunning
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Phase

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
