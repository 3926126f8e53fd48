"""A printer that goes on naming the file of its last job: who ends the wait, and what it may hide (FM-168)."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.event import ConfirmPlateClear, SetRunning
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Phase

from .scene import AT_REST, Scene, news, starts

LEFT: dict[str, Any] = {
    "print_type": "idle",
    "print_stage": 1,
    "stage": 0,
    "subtask_name": "Holder",
    "subtask_id": "0",
    "gcode_file": "Holder.3mf",
}


def waiting(state: PrintState) -> Scene:
    """Return a running queue in front of a printer that shows an old file's name."""
    scene = Scene()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.reports(state=state, **LEFT)
    return scene


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (PrintState.FAILED, (Reason.PRINT_FAILED, Reason.PLATE_NOT_CLEAR)),
        (PrintState.FINISH, (Reason.PLATE_NOT_CLEAR,)),
        (PrintState.IDLE, (Reason.PLATE_NOT_CLEAR,)),
    ],
)
def test_fm_168_it_waits_for_the_plate_and_starts_once_that_is_confirmed(
    state: PrintState, told: tuple[Reason, ...]
) -> None:
    scene = waiting(state)
    assert scene.reasons == told
    assert News.PLATE_NEEDS_CLEARING in news(scene.effects)
    assert starts(scene.event(ConfirmPlateClear()))


def test_fm_168_a_confirmation_before_the_printer_was_seen_is_asked_for_again() -> None:
    scene = Scene()
    scene.loses_connection()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    effects = scene.comes_back(replace(AT_REST, state=PrintState.FAILED, **LEFT))
    assert Reason.PLATE_NOT_CLEAR in scene.reasons
    assert News.PLATE_NEEDS_CLEARING in news(effects)
    scene.carry(scene.event(ConfirmPlateClear()))
    assert Reason.PLATE_NOT_CLEAR not in scene.reasons


def test_fm_168_the_two_seconds_of_a_start_stay_busy() -> None:
    """As recorded: IDLE, the file and `local` in one message."""
    scene = waiting(PrintState.FAILED)
    scene.event(SetRunning(False))
    scene.event(ConfirmPlateClear())
    begins = {"state": PrintState.IDLE, "print_type": "local", "stage": 255}
    scene.reports(**begins, gcode_file="benchy.3mf", subtask_name="benchy")
    assert not starts(scene.event(SetRunning(True)))
    assert Reason.FOREIGN_PRINT in scene.reasons
    assert Reason.PRINTER_BUSY in scene.reasons
    assert not scene.line.plate.clear


def test_fm_168_the_same_file_started_again_is_busy_too() -> None:
    scene = waiting(PrintState.FAILED)
    scene.event(SetRunning(False))
    scene.event(ConfirmPlateClear())
    scene.reports(state=PrintState.IDLE, print_type="local")
    assert not starts(scene.event(SetRunning(True)))
    assert Reason.PRINTER_BUSY in scene.reasons


def test_fm_168_another_file_named_at_rest_makes_the_plate_doubtful() -> None:
    """Somebody tried to print it: whether something lies there now, a person has to say."""
    scene = waiting(PrintState.FINISH)
    scene.event(SetRunning(False))
    scene.event(ConfirmPlateClear())
    assert scene.line.plate.clear
    scene.reports(gcode_file="benchy.3mf")
    assert not starts(scene.event(SetRunning(True)))
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)


def test_fm_168_our_own_file_left_after_our_own_swap_asks_nobody() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    effects = scene.ends(PrintState.FINISH, gcode_file=remote_name("a" * 64, 1))
    effects += scene.carry(scene.passes(1))
    assert starts(effects)


def test_fm_168_another_file_at_our_end_asks() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH, gcode_file="benchy.3mf")
    scene.passes(1)
    assert Reason.PLATE_NOT_CLEAR in scene.reasons
    assert scene.line.run is None


@pytest.mark.parametrize("state", [PrintState.IDLE, PrintState.FINISH])
def test_fm_168_a_run_of_ours_is_not_waited_for_when_it_shows_another_file_at_rest(
    state: PrintState,
) -> None:
    """Before, it hung for ever: neither at rest nor at work."""
    scene = Scene()
    scene.works()
    scene.reports(state=state, **LEFT)
    assert scene.run.phase is Phase.UNCERTAIN
