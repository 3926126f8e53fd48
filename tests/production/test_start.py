"""Deciding a start, and what becomes of a start that was not made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import re
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.codes import FILE_NOT_FOUND, MISSED
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production.context import PlateClearing
from custom_components.bambu_batch.production.effect import (
    News,
    Record,
    StartPrint,
    Upload,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ContextChanged,
    RemoveTasks,
    SetRunning,
    StartDeferred,
    StartImpossible,
    StartRefused,
    UpdateTask,
    Uploaded,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    Hold,
    Outcome,
    PauseReason,
    Phase,
    Spool,
    Transfer,
)
from custom_components.bambu_batch.production.start import LARGEST_ID

from .scene import START, Scene, news, starts

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def test_a_start_is_in_the_line_before_it_is_sent() -> None:
    scene = Scene()
    run = scene.begins(copies=3, packed=1)
    assert scene.line.run == run
    assert run.phase is Phase.STARTING
    assert run.started == START
    assert (run.task_id, run.copy) == ("1", 1)
    assert run.from_state is PrintState.IDLE
    assert run.mapping == (0,)
    assert run.loaded == scene.context.status.trays
    assert run.clears_plate
    assert scene.line.last_run_id == run.run_id


def test_the_start_carries_what_the_printer_needs() -> None:
    scene = Scene()
    scene.queue()
    scene.event(UpdateTask(task_id="1", settings={"timelapse": True}))
    run = scene.begins(sha256="b" * 64)
    (start,) = [e for e in scene.effects if isinstance(e, StartPrint)]
    task = scene.line.tasks[0]
    assert start.run == run
    assert (start.plate_file, start.settings) == (task.plate_file, task.settings)
    assert start.settings.timelapse
    assert start.remote_name == remote_name(task.plate_file.sha256, 1)
    assert start.use_ams


def test_manual_clearing_is_fixed_at_the_start() -> None:
    scene = Scene(plate_clearing=PlateClearing.MANUAL)
    assert not scene.begins().clears_plate
    scene = Scene(require_swap_gcode=False)
    assert not scene.begins(swap="likely").clears_plate


def test_fm_001_one_start_at_a_time_and_none_while_anything_prints() -> None:
    scene = Scene()
    run = scene.begins(copies=3)
    for state in (
        PrintState.IDLE,
        PrintState.PREPARE,
        PrintState.RUNNING,
        PrintState.PAUSE,
    ):
        scene.reports(state=state)
        assert not starts(scene.passes(5))
    scene.prints(run, PrintState.RUNNING)
    assert not starts(scene.passes(5))
    assert len(starts(scene.effects)) == 1


def test_fm_004_many_copies_are_started_one_by_one_whatever_looks_again() -> None:
    """There is no second list of busy copies that a tick could rebuild."""
    scene = Scene()
    scene.begins(copies=5)
    for _ in range(50):
        scene.event(ContextChanged())
        scene.passes(2)
    scene.event(SetRunning(True))
    assert len(starts(scene.effects)) == 1
    scene.crashes()
    scene.boots()
    assert len(starts(scene.effects)) == 1


# Ids and names


def test_fm_010_run_ids_are_unique_rising_and_below_two_to_the_31() -> None:
    scene = Scene(cooldown_seconds=0)
    ids = [scene.begins(copies=30).run_id]
    while len(ids) < 30:
        scene.prints(scene.run, PrintState.RUNNING)
        scene.now += timedelta(milliseconds=20)
        scene.carry(scene.prints(scene.run, PrintState.FINISH))
        ids.append(scene.run.run_id)
    assert ids == sorted(set(ids))
    assert ids[0] == int((START - EPOCH).total_seconds())
    assert ids[0] >= 1
    assert ids[-1] < 2**31


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (0, EPOCH, 1),
        (41, EPOCH, 42),
        (5_000_000, EPOCH + timedelta(days=1), 5_000_001),
        (LARGEST_ID - 1, START, LARGEST_ID),
        (LARGEST_ID, START, 1),
        (1, EPOCH + timedelta(seconds=LARGEST_ID + 9), 9),
        (9, EPOCH + timedelta(seconds=LARGEST_ID + 10), 10),
        (0, EPOCH + timedelta(seconds=LARGEST_ID), 1),
    ],
)
def test_fm_010_not_even_a_mad_clock_makes_an_id_too_large_or_the_last_one_again(
    last: int, now: datetime, expected: int
) -> None:
    scene = Scene()
    scene.line = replace(scene.line, last_run_id=last)
    scene.now = now
    scene.reports()
    assert scene.begins().run_id == expected
    assert expected <= LARGEST_ID == 2**31 - 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Clip", "Clip"),
        ("Two words & more.3mf", "Two_words_more_3mf"),
        ("齿轮", "plate"),
        ("../../etc/passwd", "etc_passwd"),
        ("a|b@c:d", "a_b_c_d"),
        ("__x__", "x"),
        ("", "plate"),
        ("A-1", "A-1"),
        ("n" * 500, "n" * 60),
    ],
)
def test_fm_012_names_on_the_printer_are_plain_and_end_in_the_run_s_id(
    name: str, slug: str
) -> None:
    scene = Scene()
    scene.queue()
    scene.line = replace(scene.line, tasks=(replace(scene.line.tasks[0], name=name),))
    scene.carry(scene.event(SetRunning(True)))
    run = scene.begins(sha256="b" * 64)
    assert run.name == f"{slug}_{run.run_id}"
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,100}", run.name)


# Not sent


def test_a_deferred_start_waits_for_a_newer_report_and_is_then_made_again() -> None:
    """FM-001: it never fails the task."""
    scene = Scene()
    run = scene.begins(copies=2)
    effects = scene.event(StartDeferred(run.run_id))
    assert scene.line.run is None
    assert not starts(effects)
    assert not [e for e in effects if isinstance(e, Record)]
    assert scene.reasons == (Reason.STALE_REPORT,)
    (again,) = starts(scene.passes(2))
    assert again.run.copy == 1
    assert again.run.run_id > run.run_id


def test_a_deferred_start_is_made_again_by_a_report_since_its_decision() -> None:
    """One that nobody had read yet forbade it; a second later there may be no other."""
    scene = Scene()
    run = scene.begins()
    scene.passes(1)
    (again,) = starts(scene.event(StartDeferred(run.run_id)))
    assert again.run.run_id > run.run_id
    scene.event(StartDeferred(again.run.run_id))
    assert scene.reasons == (Reason.STALE_REPORT,)


def test_a_deferred_start_is_not_made_again_by_a_report_that_forbids_it() -> None:
    scene = Scene()
    run = scene.begins()
    scene.now += timedelta(seconds=1)
    scene.reports(print_error=0x0300_8008)
    assert not starts(scene.event(StartDeferred(run.run_id)))
    assert Reason.PRINT_ERROR in scene.reasons


def test_deferrals_in_a_row_are_tried_again_after_longer_pauses_and_told_once() -> None:
    """FM-007: no storm of tries. But a busy computer is no printer's refusal: no night ends."""
    scene = Scene()
    run = scene.begins()
    pauses, told = [], []
    for _ in range(40):
        told.append(news(scene.event(StartDeferred(run.run_id))))
        assert scene.reasons == (Reason.STALE_REPORT,)
        pauses.append(0)
        while scene.line.run is None:
            scene.carry(scene.passes(1))
            pauses[-1] += 1
        run = scene.run
    assert pauses == [1] * 30 + [2, 5, 10, 17, 26, 37, 50, 61, 61, 61]
    assert told == [[]] * 9 + [[News.PERSON_NEEDED]] + [[]] * 30
    assert scene.line.running


def test_a_print_between_them_ends_a_row_of_deferrals() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.begins(copies=4)
    for _ in range(2):
        scene.event(StartDeferred(scene.run.run_id))
        scene.passes(2)
    scene.prints(scene.run, PrintState.RUNNING)
    assert scene.line.deferrals == 0
    scene.ends(PrintState.FINISH)
    scene.event(StartDeferred(scene.run.run_id))
    assert scene.line.running


def test_a_deferral_of_another_run_or_of_a_run_at_work_says_nothing() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(StartDeferred(run.run_id + 1))
    assert scene.line.run == run
    scene.prints(run, PrintState.PREPARE)
    scene.event(StartDeferred(run.run_id))
    assert scene.run.phase is Phase.PRINTING
    scene.ends(PrintState.FAILED)
    line = scene.line
    scene.event(StartDeferred(run.run_id))
    assert scene.line == line


def test_a_deferral_that_comes_late_settles_an_uncertain_run() -> None:
    """Nothing was sent: that is certain."""
    scene = Scene()
    run = scene.begins()
    scene.passes(300)
    assert scene.run.phase is Phase.UNCERTAIN
    scene.event(StartDeferred(run.run_id))
    assert scene.line.run is None


def test_fm_016_a_task_removed_before_its_start_was_sent_is_not_started_again() -> None:
    scene = Scene()
    run = scene.begins(copies=3)
    scene.event(RemoveTasks(("1",)))
    scene.event(StartDeferred(run.run_id))
    assert scene.line.tasks == ()
    assert not starts(scene.passes(10))


# Refused


def test_a_refused_start_pauses_the_queue_and_the_copy_waits_again() -> None:
    scene = Scene()
    run = scene.begins(copies=2)
    effects = scene.event(StartRefused(run.run_id))
    (record,) = [e.record for e in effects if isinstance(e, Record)]
    assert record.outcome is Outcome.NOT_STARTED
    assert news(effects) == [News.QUEUE_PAUSED]
    assert scene.line.paused_by is PauseReason.START_REFUSED
    assert scene.line.tasks[0].open == 2
    assert scene.line.plate.clear, "nothing was printed"
    assert scene.line.cooldown_from is None
    assert not starts(scene.passes(100))


def test_fm_015_a_refused_signature_stops_at_once_with_its_own_reason() -> None:
    scene = Scene()
    run = scene.begins()
    effects = scene.event(StartRefused(run.run_id, signature=True))
    assert News.QUEUE_PAUSED not in news(effects)
    assert scene.line.running
    assert scene.reasons == (Reason.DEVELOPER_MODE_OFF,)
    assert not starts(scene.passes(3600))
    assert not [e for e in scene.effects[-3:] if type(e).__name__ == "Upload"], (
        "no more uploads"
    )
    scene.loses_connection()
    scene.boots()
    assert Reason.DEVELOPER_MODE_OFF not in scene.reasons


def test_a_refusal_of_another_run_or_of_a_run_at_work_says_nothing() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(StartRefused(run.run_id + 1))
    assert scene.line.run == run
    scene.prints(run, PrintState.RUNNING)
    scene.event(StartRefused(run.run_id))
    assert scene.run.phase is Phase.PRINTING
    assert scene.line.running
    scene.ends(PrintState.FINISH)
    line = scene.line
    scene.event(StartRefused(run.run_id))
    assert scene.line == line


def test_a_refusal_that_comes_late_settles_an_uncertain_run() -> None:
    scene = Scene()
    run = scene.begins()
    scene.passes(300)
    scene.event(StartRefused(run.run_id))
    assert scene.line.run is None
    assert scene.line.tasks[0].open == 1


def test_fm_163_a_start_that_does_not_find_its_file_looks_at_the_card_once_more() -> (
    None
):
    """Its card may have been changed: only then is a person asked."""
    scene = Scene()
    scene.begins()
    missed = scene.event(StartRefused(scene.run.run_id, code=FILE_NOT_FOUND))
    assert scene.line.running
    assert news(missed) == []
    (again,) = starts(scene.carry(missed))
    effects = scene.event(StartRefused(again.run.run_id, code=FILE_NOT_FOUND))
    assert news(effects) == [News.QUEUE_PAUSED]
    assert scene.line.paused_by is PauseReason.START_REFUSED
    assert scene.line.refusal == FILE_NOT_FOUND
    assert scene.line.tasks[0].open == 1


def test_a_file_that_was_found_may_be_missed_once_more() -> None:
    scene = Scene(cooldown_seconds=0)
    run = scene.begins(copies=3)
    scene.carry(scene.event(StartRefused(run.run_id, code=FILE_NOT_FOUND)))
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    scene.event(StartRefused(scene.run.run_id, code=FILE_NOT_FOUND))
    assert scene.line.running


def missed(scene: Scene, code: int = FILE_NOT_FOUND, **changes: Any) -> list[Upload]:
    """Let the printer take the start, show a code and rest; return what is sent then."""
    run = scene.run
    named = {"subtask_name": run.name, "print_error": code}
    effects = scene.reports(**(named | changes))
    return [effect for effect in effects if isinstance(effect, Upload)]


@pytest.mark.parametrize("code", sorted(MISSED))
def test_fm_163_an_accepted_start_whose_file_was_missing_has_not_started(
    code: int,
) -> None:
    """The printer's answer and the card say so together, then it is tried once more."""
    scene = Scene()
    run = scene.begins()
    (look,) = missed(scene, code)
    assert scene.line.run is not None, "the card was not looked at yet"
    effects = scene.event(Uploaded(look.name, sent=True))
    (record,) = [effect for effect in effects if isinstance(effect, Record)]
    assert (record.record.run.run_id, record.record.outcome) == (
        run.run_id,
        Outcome.NOT_STARTED,
    )
    assert scene.line.run is None
    assert scene.line.tasks[0].open == 1
    assert scene.line.paused_by is PauseReason.PRINT_ERROR
    assert scene.line.refusal == code
    assert starts(scene.event(SetRunning(True))) == []
    assert Reason.PRINT_ERROR in scene.reasons

    scene.event(ConfirmPlateClear())
    (again,) = starts(scene.reports(print_error=0))
    assert again.run.run_id != run.run_id
    assert missed(scene, code) == [], "once"
    scene.passes(300)
    assert scene.run.phase is Phase.UNCERTAIN


def test_fm_163_a_start_that_misses_a_file_which_is_there_is_asked_about() -> None:
    scene = Scene()
    scene.begins()
    (look,) = missed(scene)
    assert starts(scene.event(Uploaded(look.name))) == []
    assert missed(scene) == []
    scene.passes(300)
    assert scene.run.phase is Phase.UNCERTAIN
    assert scene.line.tasks[0].open == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"code": 0x0500_4003},
        {"subtask_name": "benchy"},
        {"print_type": "local"},
        {"state": PrintState.PREPARE},
        {"state": PrintState.FINISH, "stage": 255},
        {"gap": True},
        {"complete": False},
    ],
)
def test_fm_163_no_other_answer_is_taken_for_a_missing_file(
    changes: dict[str, Any],
) -> None:
    scene = Scene()
    scene.begins()
    assert missed(scene, **changes) == []
    name = scene.line.remote[0].name
    scene.event(Uploaded(name, sent=True))
    assert scene.line.run is not None


def test_fm_163_another_file_that_is_sent_settles_nothing() -> None:
    scene = Scene()
    scene.begins()
    assert missed(scene)
    scene.event(Uploaded("another.gcode.3mf", sent=True))
    assert scene.line.run is not None


def test_another_refusal_pauses_at_once_and_its_code_is_kept_until_the_next_start() -> (
    None
):
    scene = Scene()
    run = scene.begins()
    scene.event(StartRefused(run.run_id, code=0x0500_4003))
    assert scene.line.paused_by is PauseReason.START_REFUSED
    assert scene.line.refusal == 0x0500_4003
    scene.event(SetRunning(True))
    assert scene.run.run_id != run.run_id
    assert scene.line.refusal == 0


def test_fm_165_a_start_that_we_cannot_form_holds_its_task_and_the_next_one_goes_on() -> (
    None
):
    scene = Scene()
    run = scene.begins()
    scene.queue(sha256="b" * 64)
    effects = scene.event(StartImpossible(run.run_id))
    held, following = scene.line.tasks
    assert (held.hold, held.open) == (Hold.NOT_STARTABLE, 1)
    assert scene.line.running
    assert news(effects) == []
    (start,) = starts(scene.carry(effects))
    assert start.run.task_id == following.task_id


def test_fm_165_a_start_of_another_run_that_cannot_be_formed_says_nothing() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(StartImpossible(run.run_id + 1))
    scene.prints(run, PrintState.RUNNING)
    scene.event(StartImpossible(run.run_id))
    assert scene.run.phase is Phase.PRINTING
    assert scene.line.tasks[0].hold is None


def test_fm_165_a_start_that_cannot_be_formed_after_its_run_was_settled_says_nothing() -> (
    None
):
    scene = Scene()
    run = scene.begins()
    scene.event(StartRefused(run.run_id))
    line = scene.line
    scene.event(StartImpossible(run.run_id))
    assert scene.line == line


def test_fm_165_a_removed_task_whose_start_cannot_be_formed_leaves() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(RemoveTasks(("1",)))
    scene.event(StartImpossible(run.run_id))
    assert scene.line.run is None
    assert scene.line.tasks == ()


def test_a_start_from_the_external_spool_and_what_was_on_the_spools_are_written_down() -> (
    None
):
    scene = Scene()
    spools = (Spool(spool="red", tray=254, left=900.0),)
    scene.context = replace(scene.context, spools=spools)
    scene.reports(trays=(Tray(254, loaded=True, material="PLA"),), tray_now=254)
    run = scene.begins()
    assert run.external_spool
    assert run.mapping == (-1,)
    assert run.spools == spools
    assert not starts(scene.effects)[-1].use_ams


def test_a_start_from_a_unit_is_not_one_from_the_external_spool() -> None:
    assert not Scene().begins().external_spool


def test_another_refusal_leaves_the_files_that_were_sent_alone() -> None:
    scene = Scene()
    run = scene.begins()
    scene.event(StartRefused(run.run_id, code=0x0500_4003))
    assert scene.line.remote[0].state is Transfer.READY


def test_a_file_sent_while_nothing_was_started_settles_no_start() -> None:
    scene = Scene()
    scene.queue()
    (look,) = [e for e in scene.event(SetRunning(True)) if isinstance(e, Upload)]
    scene.event(Uploaded(look.name, sent=True))
    assert scene.line.remote[0].state is Transfer.READY
    assert scene.line.tasks[0].open == 1


def test_a_missed_file_that_the_line_knows_nothing_of_is_not_looked_for() -> None:
    scene = Scene()
    run = scene.begins()
    scene.line = replace(scene.line, remote=())
    scene.event(StartRefused(run.run_id, code=FILE_NOT_FOUND))
    assert scene.line.paused_by is PauseReason.START_REFUSED


def test_a_print_of_a_file_that_the_line_knows_nothing_of_is_followed() -> None:
    scene = Scene()
    run = scene.begins()
    scene.line = replace(scene.line, remote=())
    scene.prints(run, PrintState.RUNNING)
    assert scene.run.phase is Phase.PRINTING
