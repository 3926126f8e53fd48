"""Health entries: shown, blocking, accepted for as long as they stand, or for the printer."""

from datetime import timedelta

import pytest

from custom_components.bambu_batch.bambu.codes import SIGNATURE_HMS
from custom_components.bambu_batch.bambu.status import Hms, PrintState
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.production.event import (
    AcceptHealth,
    ForgetHealth,
    Refused,
    ResolveTask,
    SetRunning,
    StartRefused,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.health import (
    STANDS_HARMLESSLY,
    blocking,
    concerns_plate_or_motion,
)
from custom_components.bambu_batch.production.model import Outcome

from .scene import START, Scene, starts

AMS_FIRMWARE = Hms(0x0500_0400, 0x0001_0044)
"""A1 with a third-party AMS, 33 days old."""
PLATE_ASKEW = Hms(0x0300_0D00, 0x0002_0003)
"""Stood in FINISH on a recorded A1, and went 51 s into the next print."""
LENS_DIRTY = Hms(0x0C00_0100, 0x0001_0004)
SERIOUS = Hms(0x0500_0600, 0x0002_0070)
NO_SEVERITY = Hms(0x0500_0600, 0x0000_0070)
COMMON = Hms(0x0C00_0300, 0x0003_0007)


@pytest.fixture
def scene() -> Scene:
    """A queue that lacks nothing but a plate known to be clear."""
    scene = Scene(cooldown_seconds=0)
    scene.queue(copies=5)
    scene.carry(scene.event(SetRunning(True)))
    return scene


def blocks(scene: Scene) -> bool:
    return Reason.HMS_ERROR in scene.reasons


def refusal(scene: Scene, *codes: str) -> tuple[str, dict[str, str]]:
    with pytest.raises(Refused) as refused:
        scene.event(AcceptHealth(codes=codes or None))
    return refused.value.key, refused.value.placeholders


@pytest.mark.parametrize("entry", [AMS_FIRMWARE, PLATE_ASKEW, SERIOUS, NO_SEVERITY])
def test_fm_156_an_entry_that_blocks_is_accepted_and_blocks_no_more(
    scene: Scene, entry: Hms
) -> None:
    """Severity 1 blocked for ever, although printers print with it for weeks."""
    scene.reports(hms=(entry,))
    assert blocks(scene)
    assert blocking(scene.line, scene.context.status) == (entry,)
    scene.event(AcceptHealth())
    assert not blocks(scene)
    assert blocking(scene.line, scene.context.status) == ()


@pytest.mark.parametrize("entry", [*STANDS_HARMLESSLY, COMMON], ids=str)
def test_fm_156_what_recordings_show_to_stand_harmlessly_is_only_shown(
    scene: Scene, entry: Hms
) -> None:
    scene.reports(hms=(entry,))
    assert not blocks(scene)
    assert [one.entry for one in scene.line.health] == [entry]
    assert refusal(scene, str(entry)) == ("health_nothing_blocks", {})


def test_fm_157_an_acceptance_ends_with_its_entry(scene: Scene) -> None:
    """The next occurrence started unasked."""
    scene.reports(hms=(PLATE_ASKEW,))
    scene.event(AcceptHealth())
    scene.reports(hms=())
    scene.reports(hms=(PLATE_ASKEW,))
    assert blocks(scene)


def test_fm_157_an_acceptance_is_for_one_entry(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE, PLATE_ASKEW))
    scene.event(AcceptHealth(codes=(str(PLATE_ASKEW),)))
    assert blocking(scene.line, scene.context.status) == (AMS_FIRMWARE,)
    scene.event(AcceptHealth())
    assert not blocks(scene)
    scene.reports(hms=(AMS_FIRMWARE, PLATE_ASKEW, SERIOUS))
    assert blocking(scene.line, scene.context.status) == (SERIOUS,)


def test_fm_157_plate_and_motion_ask_anew_the_rest_is_remembered(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE, PLATE_ASKEW))
    scene.event(AcceptHealth())
    assert scene.line.remembered_health == {AMS_FIRMWARE}
    scene.reports(hms=())
    scene.reports(hms=(AMS_FIRMWARE, PLATE_ASKEW))
    assert blocking(scene.line, scene.context.status) == (PLATE_ASKEW,)


def test_a_person_may_remember_an_entry_of_the_plate_else_every_night_would_end(
    scene: Scene,
) -> None:
    scene.reports(hms=(PLATE_ASKEW,))
    scene.event(AcceptHealth(codes=("0300 0d00 0002 0003",), remember=True))
    scene.reports(hms=())
    scene.reports(hms=(PLATE_ASKEW,))
    assert not blocks(scene)
    scene.crashes()
    scene.boots()
    scene.reports(hms=(PLATE_ASKEW,))
    assert not blocks(scene)


def test_a_person_may_accept_once_what_would_be_remembered(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE,))
    scene.event(AcceptHealth(remember=False))
    assert not blocks(scene)
    assert scene.line.remembered_health == frozenset()


def test_an_accepted_entry_can_be_remembered_later(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE,))
    scene.event(AcceptHealth(remember=False))
    scene.event(AcceptHealth(codes=(str(AMS_FIRMWARE),)))
    assert scene.line.remembered_health == {AMS_FIRMWARE}


def test_what_was_remembered_can_be_taken_back_and_blocks_at_once(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE, SERIOUS))
    scene.event(AcceptHealth(codes=(str(AMS_FIRMWARE),), remember=False))
    scene.event(AcceptHealth(remember=True))
    scene.event(AcceptHealth(codes=(str(AMS_FIRMWARE),), remember=True))
    assert scene.line.remembered_health == {AMS_FIRMWARE, SERIOUS}
    scene.event(ForgetHealth((str(AMS_FIRMWARE),)))
    assert scene.line.remembered_health == {SERIOUS}
    assert blocking(scene.line, scene.context.status) == (AMS_FIRMWARE,)


def test_what_is_taken_back_takes_no_other_acceptance_along(scene: Scene) -> None:
    scene.reports(hms=(AMS_FIRMWARE, PLATE_ASKEW))
    scene.event(AcceptHealth())
    scene.event(ForgetHealth((str(AMS_FIRMWARE),)))
    assert blocking(scene.line, scene.context.status) == (AMS_FIRMWARE,)


def test_nothing_to_accept_is_said(scene: Scene) -> None:
    assert refusal(scene) == ("health_nothing_blocks", {})
    scene.reports(hms=(SERIOUS,))
    assert refusal(scene, str(AMS_FIRMWARE)) == (
        "health_not_there",
        {"code": str(AMS_FIRMWARE)},
    )
    assert refusal(scene, str(SERIOUS), "bad")[0] == "health_not_there"
    assert refusal(scene, "b" * 50) == ("health_not_there", {"code": "b" * 40})
    assert blocks(scene), "a command does all it says, or nothing"
    scene.loses_connection()
    assert refusal(scene)[0] == "health_nothing_blocks"
    assert refusal(scene, str(SERIOUS))[0] == "health_not_there"


def test_what_a_report_does_not_tell_of_health_is_not_known(scene: Scene) -> None:
    scene.reports(hms=(SERIOUS,))
    scene.event(AcceptHealth())
    scene.reports(hms=None)
    assert Reason.NO_FULL_REPORT in scene.reasons
    assert refusal(scene, str(SERIOUS))[0] == "health_not_there"
    scene.reports(hms=(SERIOUS,))
    assert not blocks(scene), "it has not cleared"


def test_before_the_first_full_report_nothing_of_health_is_accepted(
    scene: Scene,
) -> None:
    scene.reports(hms=(SERIOUS,))
    scene.reports(complete=False)
    assert refusal(scene)[0] == "health_nothing_blocks"
    assert refusal(scene, str(SERIOUS))[0] == "health_not_there"
    scene.reports(complete=True)
    assert blocks(scene)


def test_what_is_said_before_the_first_full_report_clears_no_entry(
    scene: Scene,
) -> None:
    scene.reports(hms=(SERIOUS,))
    scene.event(AcceptHealth(remember=False))
    scene.reports(complete=False, hms=())
    scene.reports(complete=True, hms=(SERIOUS,))
    assert not blocks(scene)


def test_an_acceptance_outlasts_a_restart_and_a_lost_connection_while_its_entry_stands(
    scene: Scene,
) -> None:
    scene.reports(hms=(PLATE_ASKEW,))
    scene.event(AcceptHealth())
    scene.crashes(60)
    scene.comes_back(scene.context.status)
    scene.boots()  # the full report shows no entry: it has cleared
    scene.reports(hms=(PLATE_ASKEW,))
    assert blocks(scene)
    scene.event(AcceptHealth())
    before = scene.context.status
    scene.crashes(60)
    scene.comes_back(before)
    assert not blocks(scene)


def test_the_entry_of_refused_commands_is_only_shown_where_it_stood(
    scene: Scene,
) -> None:
    """It stays until a restart of the printer: the connection tells a new one apart."""
    scene.reports(hms=(SIGNATURE_HMS,))
    assert not blocks(scene)
    assert Reason.DEVELOPER_MODE_OFF not in scene.reasons
    assert blocking(scene.line, scene.context.status) == ()


def test_a_new_entry_of_refused_commands_ends_at_the_printer_only(scene: Scene) -> None:
    scene.reports(hms=(SIGNATURE_HMS,), signed_commands_only=True)
    assert blocking(scene.line, scene.context.status) == (SIGNATURE_HMS,)
    code = {"code": str(SIGNATURE_HMS)}
    assert refusal(scene) == ("health_ends_at_the_printer", code)
    assert refusal(scene, str(SIGNATURE_HMS)) == ("health_ends_at_the_printer", code)
    scene.reports(hms=(SIGNATURE_HMS, SERIOUS))
    scene.event(AcceptHealth())
    assert blocking(scene.line, scene.context.status) == (SIGNATURE_HMS,)


def test_a_refused_start_makes_the_entry_block_too() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(StartRefused(run.run_id, signature=True))
    scene.reports(hms=(SIGNATURE_HMS,))
    assert blocking(scene.line, scene.context.status) == (SIGNATURE_HMS,)


def test_the_worst_that_blocks_comes_first(scene: Scene) -> None:
    scene.reports(hms=(COMMON, SERIOUS, AMS_FIRMWARE))
    assert blocking(scene.line, scene.context.status) == (AMS_FIRMWARE, SERIOUS)


def test_an_entry_keeps_the_time_at_which_it_was_first_seen(scene: Scene) -> None:
    scene.reports(hms=(SERIOUS,))
    scene.passes(60)
    scene.reports(hms=(SERIOUS, SERIOUS, COMMON))
    assert [(one.entry, one.since) for one in scene.line.health] == [
        (SERIOUS, START),
        (COMMON, START + timedelta(seconds=60)),
    ]


def test_an_entry_that_came_with_the_print_is_not_accepted_by_its_end() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    scene.prints(scene.run, PrintState.RUNNING, hms=(SERIOUS,))
    effects = scene.ends(PrintState.FINISH)
    assert blocks(scene)
    assert not starts(effects)
    call = Announce(news=News.PERSON_NEEDED, waiting_for=Reason.HMS_ERROR)
    assert call in effects


def test_an_entry_that_came_anew_in_the_print_is_not_accepted_by_its_end() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.reports(hms=(SERIOUS,))
    scene.event(AcceptHealth(remember=False))
    scene.works(copies=2)
    scene.prints(scene.run, PrintState.RUNNING, hms=())
    scene.prints(scene.run, PrintState.RUNNING, hms=(SERIOUS,))
    scene.ends(PrintState.FINISH)
    assert blocks(scene)


@pytest.mark.parametrize("end", [PrintState.FAILED, PrintState.FINISH])
def test_only_a_finished_print_proves_an_entry_harmless(end: PrintState) -> None:
    scene = Scene(cooldown_seconds=0)
    scene.reports(hms=(COMMON,))
    scene.works(copies=2)
    scene.ends(end)
    (stands,) = scene.line.health
    assert stands.accepted is (end is PrintState.FINISH)


def test_a_print_that_a_person_calls_finished_proves_nothing() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.reports(hms=(COMMON,))
    run = scene.begins(copies=2)
    scene.passes(300)
    scene.event(ResolveTask(run.task_id, Outcome.FINISHED))
    (stands,) = scene.line.health
    assert not stands.accepted


def test_taken_back_in_a_print_is_not_given_again_by_its_end() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.reports(hms=(SERIOUS,))
    scene.event(AcceptHealth(remember=True))
    scene.works(copies=2)
    scene.event(ForgetHealth((str(SERIOUS),)))
    scene.ends(PrintState.FINISH)
    assert blocks(scene)


@pytest.mark.parametrize(
    ("entry", "concerns"),
    [
        (PLATE_ASKEW, True),
        (Hms(0x0800_0100, 0x0001_0001), True),
        (Hms(0x0C00_0300, 0x0002_0001), True),
        (Hms(0x0500_0300, 0x0001_0001), True),
        (Hms(0x9900_0100, 0x0001_0001), True),
        (LENS_DIRTY, False),
        (Hms(0x0C00_0200, 0x0001_0005), False),
        (AMS_FIRMWARE, False),
        (SERIOUS, False),
        (Hms(0x0701_2000, 0x0002_0001), False),
        (Hms(0x1200_2000, 0x0002_0001), False),
        (Hms(0x1800_2000, 0x0002_0001), False),
    ],
    ids=str,
)
def test_what_may_hit_something_is_told_from_the_rest(
    entry: Hms, concerns: bool
) -> None:
    assert concerns_plate_or_motion(entry) is concerns


def test_a_choice_of_none_accepts_none(scene: Scene) -> None:
    scene.reports(hms=(PLATE_ASKEW,))
    with pytest.raises(Refused):
        scene.event(AcceptHealth(codes=()))
    assert blocks(scene)
