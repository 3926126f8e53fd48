"""Another client has told the printer something: stories from its echo to what comes of it (FM-181)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.bambu_batch.bambu.status import Foreign, PrintState
from custom_components.bambu_batch.production.clock import since_foreign_command
from custom_components.bambu_batch.production.effect import News, Upload
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ForeignCommand,
    SetRunning,
)
from custom_components.bambu_batch.production.gate import Reason, may_publish
from custom_components.bambu_batch.production.model import Phase

from .scene import Scene, news, starts

MOVES, UNKNOWN = Foreign.MOVES, Foreign.UNKNOWN


def ready() -> Scene:
    """Return a paused queue in front of a cleared printer, everything else ready."""
    scene = Scene()
    scene.queue(copies=2)
    scene.carry(scene.event(SetRunning(True)))
    scene.event(SetRunning(False))
    scene.event(ConfirmPlateClear())
    assert scene.reasons == (Reason.QUEUE_PAUSED,)
    return scene


def hears(scene: Scene, foreign: Foreign) -> None:
    """Let the echo come: the status says so first, then the line is told."""
    scene.reports(foreign=foreign)
    scene.event(ForeignCommand(foreign))


def test_fm_181_a_start_of_another_client_blocks_and_occupies_the_plate() -> None:
    scene = ready()
    hears(scene, MOVES)
    assert not starts(scene.event(SetRunning(True)))
    assert scene.reasons == (Reason.FOREIGN_PRINT, Reason.PLATE_NOT_CLEAR)
    scene.shows("benchy", PrintState.PREPARE, foreign=None)
    assert scene.reasons[0] is Reason.FOREIGN_PRINT
    assert not scene.line.plate.clear


def test_fm_181_the_doubt_about_the_plate_outlives_a_crash() -> None:
    scene = ready()
    hears(scene, MOVES)
    scene.crashes()
    scene.boots()
    scene.carry(scene.event(SetRunning(True)))
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)


@pytest.mark.parametrize("foreign", [MOVES, UNKNOWN])
def test_fm_181_how_long_ago_it_was_is_known_after_a_crash(foreign: Foreign) -> None:
    scene = ready()
    assert since_foreign_command(scene.line, scene.now, scene.uptime) is None
    hears(scene, foreign)
    scene.passes(40)
    scene.crashes()
    scene.boots()
    known = since_foreign_command(scene.line, scene.now, scene.uptime)
    assert known is not None
    assert timedelta(0) <= known <= timedelta(seconds=60)


def test_fm_181_when_nothing_has_come_of_it_a_person_is_asked_for_the_plate() -> None:
    scene = ready()
    hears(scene, MOVES)
    scene.event(SetRunning(True))
    assert news(scene.reports(foreign=None)) == [News.PLATE_NEEDS_CLEARING]
    assert starts(scene.event(ConfirmPlateClear()))


def test_fm_181_a_plate_confirmed_meanwhile_counts_and_starts_nothing_yet() -> None:
    scene = ready()
    hears(scene, MOVES)
    scene.event(SetRunning(True))
    assert not starts(scene.event(ConfirmPlateClear()))
    assert scene.reasons == (Reason.FOREIGN_PRINT,)
    scene.passes(60)
    assert starts(scene.reports(foreign=None))


def test_fm_181_a_start_decided_before_the_echo_is_not_published() -> None:
    scene = Scene()
    run = scene.begins()
    assert may_publish(scene.line, run, scene.context, scene.now)
    heard = replace(scene.context.status, foreign=MOVES)
    context = replace(scene.context, status=heard)
    assert not may_publish(scene.line, run, context, scene.now)


def test_fm_181_while_ours_prints_it_holds_back_only_the_next_start() -> None:
    """The printer may take it and do nothing; ours has swapped its plate at its end."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    hears(scene, MOVES)
    assert scene.run.phase is Phase.PRINTING
    assert not starts(scene.ends(PrintState.FINISH))
    assert scene.line.tasks[0].finished == 1
    assert scene.reasons == (Reason.FOREIGN_PRINT, Reason.UPLOADING)
    assert starts(scene.carry(scene.reports(foreign=None)))


def test_fm_181_while_ours_prints_it_may_cancel_it() -> None:
    """FM-001: then the plate is occupied, as after any cancelled print."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    hears(scene, MOVES)
    scene.reports(print_error=0x0300_400C)
    scene.ends(PrintState.FAILED, percent=0)
    scene.reports(print_error=0, foreign=None)
    assert Reason.PLATE_NOT_CLEAR in scene.reasons
    assert scene.line.run is None


@pytest.mark.parametrize("foreign", [MOVES, UNKNOWN])
def test_fm_181_no_file_is_sent_while_a_start_may_be_parsed(foreign: Foreign) -> None:
    scene = Scene()
    scene.queue()
    hears(scene, foreign)
    scene.event(SetRunning(True))
    assert not any(isinstance(effect, Upload) for effect in scene.effects)
    effects = scene.reports(foreign=None)
    assert any(isinstance(effect, Upload) for effect in effects)


def test_an_unknown_command_blocks_for_a_while_and_leaves_the_plate_as_it_was() -> None:
    scene = ready()
    hears(scene, UNKNOWN)
    assert not starts(scene.event(SetRunning(True)))
    assert scene.reasons == (Reason.FOREIGN_PRINT,)
    assert starts(scene.reports(foreign=None))
