"""Waiting well: asking once, giving up on a hot bed, waking in time (I5)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import (
    Card,
    Hms,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.context import StartWhen
from custom_components.bambu_batch.production.effect import (
    Announce,
    Effect,
    News,
    WakeAt,
)
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ContextChanged,
    SetPlatesLeft,
    SetRunning,
    StartDeferred,
    UpdateTask,
    UploadFailed,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.job import UPGRADING
from custom_components.bambu_batch.production.model import PauseReason
from custom_components.bambu_batch.production.patience import NOT_KNOWN, PATIENCE, Stuck

from .scene import START, Scene, news, starts

CANCELLED = 0x0300_400C


def wakes_in(scene: Scene, effects: Iterable[Effect]) -> float | None:
    """Return in how many seconds the line wants to look again."""
    times = [effect.time for effect in effects if isinstance(effect, WakeAt)]
    return (times[0] - scene.now).total_seconds() if times else None


# Asking for a person


def test_a_person_is_asked_once_for_a_plate_that_the_queue_waits_for() -> None:
    scene = Scene()
    scene.queue()
    assert news(scene.passes(1)) == [], "nobody waits for it yet"
    effects = scene.carry(scene.event(SetRunning(True)))
    assert news(effects) == [News.QUEUE_RESUMED, News.PLATE_NEEDS_CLEARING]
    assert news(scene.passes(60)) == []
    scene.event(SetRunning(False))
    assert news(scene.event(SetRunning(True))) == [News.QUEUE_RESUMED]


def test_a_plate_occupied_again_is_asked_for_again() -> None:
    scene = Scene()
    scene.queue(copies=3)
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    assert not scene.line.asked_to_clear
    scene.prints(scene.run, PrintState.RUNNING)
    effects = scene.ends(PrintState.FAILED)
    assert news(effects).count(News.PLATE_NEEDS_CLEARING) == 1
    assert scene.line.asked_to_clear
    assert news(scene.event(SetRunning(True))) == [News.QUEUE_RESUMED], "asked already"


def test_a_plate_that_the_printer_wants_cleared_once_more_is_asked_for_once_more() -> (
    None
):
    """It says so, says no more, and says so again: the second is not covered by the first."""
    scene = Scene()
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    for _ in range(2):
        assert news(scene.reports(legacy_state=100)) == [News.PLATE_NEEDS_CLEARING]
        assert not news(scene.reports(legacy_state=1))


def test_after_a_foreign_print_a_person_is_asked_when_it_is_over() -> None:
    scene = Scene()
    scene.queue()
    scene.event(ConfirmPlateClear())
    scene.shows("benchy", PrintState.RUNNING)
    assert News.PLATE_NEEDS_CLEARING not in news(
        scene.carry(scene.event(SetRunning(True)))
    )
    assert News.PLATE_NEEDS_CLEARING in news(scene.shows("benchy", PrintState.FINISH))


def test_after_a_foreign_failure_too() -> None:
    scene = Scene()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    scene.event(SetRunning(True))
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    scene.queue(sha256="b" * 64)
    scene.shows("benchy", PrintState.RUNNING)
    assert News.PLATE_NEEDS_CLEARING in news(scene.shows("benchy", PrintState.FAILED))
    assert Reason.PRINT_FAILED in scene.reasons


def test_a_print_stopped_at_the_screen_leaves_a_plate_to_be_cleared_and_a_code() -> (
    None
):
    """Its code may stand there until somebody comes: nobody shall wait for that first."""
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    scene.event(ConfirmPlateClear())
    scene.shows("benchy", PrintState.RUNNING)
    effects = scene.shows("benchy", PrintState.FAILED, print_error=CANCELLED)
    assert scene.reasons[0] is Reason.PRINT_ERROR
    assert news(effects) == [News.PLATE_NEEDS_CLEARING]
    assert news(scene.passes(60)) == []


def test_nobody_is_asked_for_a_plate_behind_a_code_while_no_queue_waits() -> None:
    scene = Scene()
    assert news(scene.reports(print_error=CANCELLED)) == []
    scene.event(SetRunning(True))
    assert news(scene.passes(60)) == []
    assert not scene.line.asked_to_clear
    scene.event(SetRunning(False))
    scene.queue()
    assert news(scene.passes(60)) == []
    assert not scene.line.asked_to_clear
    scene.event(SetRunning(True))
    assert scene.line.asked_to_clear


# Calling for all else that only a person ends


def calls(effects: Iterable[Effect]) -> list[str | None]:
    """Return the reasons for which a person is called."""
    return [
        effect.waiting_for
        for effect in effects
        if isinstance(effect, Announce) and effect.news is News.PERSON_NEEDED
    ]


def ready(**options: Any) -> Scene:
    """Return a queue that would print, if its one task were released."""
    scene = Scene(**options)
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.event(UpdateTask(task_id="1", hold=True))
    scene.event(ConfirmPlateClear())
    return scene


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ({"hms": (Hms(attr=0x0300_0100, code=0x0001_0001),)}, Reason.HMS_ERROR),
        ({"card": Card.ABSENT}, Reason.NO_STORAGE),
        ({"signed_commands_only": True}, Reason.DEVELOPER_MODE_OFF),
        ({"forced_upgrade": True}, Reason.UPDATING_FIRMWARE),
        ({"inconsistent_firmware": True}, Reason.UPDATING_FIRMWARE),
        ({"state": PrintState.UNKNOWN}, Reason.PRINTER_BUSY),
        ({"print_error": 0x0300_0002}, Reason.PRINT_ERROR),
    ],
)
def test_what_the_printer_needs_a_person_for_is_told_once(
    report: dict[str, Any], reason: Reason
) -> None:
    scene = ready()
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.event(StartDeferred(scene.run.run_id))
    assert calls(scene.passes(0)) == []
    healthy = scene.context.status
    scene.now += timedelta(seconds=2)
    assert calls(scene.reports(**report)) == [reason]
    assert scene.line.called_for == reason
    assert calls(scene.passes(600)) == []
    assert calls(scene.loses_connection()) == []
    assert calls(scene.comes_back(replace(healthy, **report))) == [], "told already"
    scene.comes_back(healthy)
    assert scene.line.called_for is None


def test_a_queue_in_which_everything_is_held_calls_a_person() -> None:
    scene = ready()
    assert scene.line.called_for == Reason.TASK_HELD
    scene.event(SetRunning(False))
    assert scene.line.called_for is None, "nobody waits for it"
    assert calls(scene.event(SetRunning(True))) == [Reason.TASK_HELD]
    assert starts(scene.event(UpdateTask(task_id="1", hold=False)))


def test_a_change_of_the_reason_calls_again() -> None:
    scene = ready()
    assert calls(scene.reports(card=Card.ABSENT)) == [Reason.NO_STORAGE]
    assert calls(scene.reports(card=Card.NORMAL)) == [Reason.TASK_HELD]


def test_an_update_that_somebody_began_and_a_printer_at_work_call_nobody() -> None:
    scene = ready()
    assert calls(scene.reports(upgrade_state=UPGRADING)) == []
    scene.reports(upgrade_state=0)
    assert calls(scene.shows("benchy", PrintState.RUNNING)) == []


def test_a_finish_that_has_to_be_tapped_away_by_option_calls_a_person() -> None:
    scene = Scene(start_when=StartWhen.IDLE_ONLY, cooldown_seconds=0)
    scene.works(copies=2)
    assert calls(scene.ends(PrintState.FINISH)) == [Reason.PRINTER_BUSY]
    assert starts(scene.reports(state=PrintState.IDLE))


def test_a_changer_without_plates_calls_once() -> None:
    scene = ready(plate_stack=3)
    scene.event(UpdateTask(task_id="1", hold=False))
    assert scene.reasons == (Reason.PLATES_EMPTY,)
    assert scene.line.called_for == Reason.PLATES_EMPTY
    scene.event(SetPlatesLeft(1))
    scene.queue()
    scene.prints(scene.run, PrintState.RUNNING)
    effects = scene.ends(PrintState.FINISH)
    assert News.PLATES_EMPTY in news(effects)
    assert calls(effects) == [], "that was the call"


# Calling for what should have ended by itself

MISSING: dict[str, Any] = {"forced_upgrade": None}
AT_ODDS: dict[str, Any] = {"state": PrintState.IDLE, "stage": 14}
NAMED: dict[str, Any] = {"gcode_file": "benchy.3mf", "print_type": "local"}


def waits(**report: Any) -> Scene:
    """Return a queue that would print, but for this report: it has just come."""
    scene = ready()
    scene.reports(**report)
    scene.event(UpdateTask(task_id="1", hold=False))
    return scene


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (MISSING, Reason.NO_FULL_REPORT),
        ({"model": None}, Reason.NO_FULL_REPORT),
        (AT_ODDS, Reason.PRINTER_BUSY),
        ({"job_state": 10}, Reason.PRINTER_BUSY),
        (NAMED, Reason.FOREIGN_PRINT),
        ({}, Reason.INTERLOCK),
    ],
)
def test_what_says_too_little_or_contradicts_itself_for_ten_minutes_calls_once(
    report: dict[str, Any], reason: Reason
) -> None:
    scene = ready()
    healthy = scene.context.status
    if reason is Reason.INTERLOCK:
        scene.context = replace(scene.context, interlocks_hold=None)
    scene.reports(**report)
    scene.event(UpdateTask(task_id="1", hold=False))
    assert scene.reasons[0] is reason
    for _ in range(10):
        assert calls(scene.passes(59)) == []
    assert calls(scene.passes(10)) == [reason]
    assert scene.line.called_for == reason

    assert calls(scene.passes(86_400)) == []
    for _ in range(2):
        assert calls(scene.loses_connection()) == []
        scene.now += timedelta(seconds=5)
        assert calls(scene.comes_back(replace(healthy, **report))) == [], "told already"
    scene.context = replace(scene.context, interlocks_hold=True)
    scene.comes_back(healthy)
    assert scene.reasons[0] is not reason
    assert scene.line.called_for is None


def test_the_line_wakes_to_call() -> None:
    for report in (MISSING, AT_ODDS):
        scene = waits(**report)
        scene.passes(570)
        assert wakes_in(scene, scene.passes(0)) == 30


def test_a_run_of_ours_whose_printer_says_nothing_that_helps_calls_too() -> None:
    scene = Scene()
    scene.works()
    scene.reports(state=PrintState.UNKNOWN, subtask_id="0", subtask_name="")
    assert scene.reasons[0] is Reason.PRINTER_BUSY
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.PRINTER_BUSY]


def test_interlocks_that_do_not_hold_call_nobody() -> None:
    scene = ready()
    scene.context = replace(scene.context, interlocks_hold=False)
    scene.event(UpdateTask(task_id="1", hold=False))
    for _ in range(20):  # the plate stays in sight
        assert calls(scene.passes(59)) == []
    assert scene.reasons == (Reason.INTERLOCK,)
    assert scene.line.stuck_since is None
    scene.context = replace(scene.context, interlocks_hold=None)
    for _ in range(10):
        assert calls(scene.passes(59)) == [], "unknown only now"


def test_somebody_else_s_print_calls_nobody_however_long_it_takes() -> None:
    scene = ready()
    scene.shows("benchy", PrintState.PAUSE)
    scene.event(UpdateTask(task_id="1", hold=False))
    assert scene.reasons[0] is Reason.FOREIGN_PRINT
    assert calls(scene.passes(86_400)) == []


@pytest.mark.parametrize(
    "change", [{"gap": True}, {"complete": False}, {"received": START}]
)
def test_what_is_not_known_for_a_moment_does_not_begin_the_wait_anew(
    change: dict[str, Any],
) -> None:
    """And is no such wait itself: the next full report comes."""
    scene = waits(**AT_ODDS)
    scene.passes(500)
    status = scene.context.status
    scene.context = replace(scene.context, status=replace(status, **change))
    assert scene.reasons[0] in NOT_KNOWN
    scene.now += timedelta(seconds=150)
    assert calls(scene.event(ContextChanged())) == []
    assert calls(scene.comes_back(status)) == [Reason.PRINTER_BUSY]


@pytest.mark.parametrize("change", [{"gap": True}, {"complete": False}])
def test_a_full_report_that_does_not_come_for_ten_minutes_calls_once(
    change: dict[str, Any],
) -> None:
    scene = waits(**change)
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.NO_FULL_REPORT]
    assert calls(scene.passes(86_400)) == []


def test_what_was_told_before_a_restart_is_not_told_after_it() -> None:
    scene = ready()
    scene.reports(card=Card.ABSENT)
    status = scene.context.status
    assert scene.line.called_for == Reason.NO_STORAGE
    scene.crashes(60)
    assert calls(scene.comes_back(status)) == []
    assert calls(scene.passes(86_400)) == []


@pytest.mark.parametrize("crash", [True, False])
def test_a_new_connection_begins_the_wait_anew(crash: bool) -> None:
    """A printer that was busy yesterday has not been so all night."""
    scene = waits(**AT_ODDS)
    scene.passes(500)
    status = scene.context.status
    if crash:
        scene.crashes(28_800)
        assert (scene.line.stuck_on, scene.line.stuck_since) == (None, None)
    else:
        scene.loses_connection()
        scene.now += timedelta(hours=8)
    assert calls(scene.comes_back(status)) == []
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.PRINTER_BUSY]


def test_an_absence_of_ten_minutes_begins_the_wait_anew() -> None:
    for away, told in ((599, [Reason.PRINTER_BUSY]), (600, [])):
        scene = waits(**AT_ODDS)
        scene.passes(500)
        status = scene.context.status
        scene.loses_connection()
        scene.now += timedelta(seconds=away)
        assert calls(scene.comes_back(status)) == told


def test_a_wait_of_another_kind_between_begins_it_anew() -> None:
    scene = waits(**AT_ODDS)
    scene.passes(500)
    scene.event(UpdateTask(task_id="1", hold=True))
    scene.reports(stage=0)
    assert scene.line.stuck_since is None, "every task is held"
    scene.reports(**AT_ODDS)
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.PRINTER_BUSY]


def test_a_clock_that_is_set_back_begins_it_anew() -> None:
    scene = waits(**AT_ODDS)
    scene.now -= timedelta(days=1)
    scene.reports()
    assert calls(scene.passes(600)) == [Reason.PRINTER_BUSY]


def test_fm_179_a_printer_that_stays_away_while_its_queue_waits_calls_once() -> None:
    scene = ready()
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.event(StartDeferred(scene.run.run_id))
    status = scene.context.status
    assert calls(scene.loses_connection()) == []
    assert scene.reasons[0] is Reason.OFFLINE
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.OFFLINE]
    assert calls(scene.passes(86_400)) == []
    scene.context = replace(scene.context, status=PrinterStatus(connected=True))
    assert calls(scene.passes(0)) == [], "one wait by another name"
    assert scene.line.called_for == Reason.NO_FULL_REPORT
    scene.comes_back(status)
    assert scene.line.called_for is None
    scene.loses_connection()
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.OFFLINE], "away once more"


def test_fm_179_a_printer_away_in_our_print_calls_and_the_line_wakes_for_it() -> None:
    scene = Scene()
    scene.works()
    scene.passes(100)
    effects = scene.loses_connection()
    assert wakes_in(scene, effects) == 600
    assert calls(scene.passes(600)) == [Reason.OFFLINE]


def test_nobody_is_called_to_a_printer_that_is_away_while_nothing_waits() -> None:
    scene = ready()
    scene.event(SetRunning(False))
    scene.loses_connection()
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(86_400)) == []


def test_fm_179_a_restart_counts_the_silence_anew_and_calls_for_none_twice() -> None:
    scene = ready()
    scene.loses_connection()
    scene.passes(500)
    assert calls(scene.crashes(28_800)) == []
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.OFFLINE]
    scene.crashes(60)
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(86_400)) == []


def test_a_wait_that_comes_back_after_a_call_for_silence_and_a_restart_is_told_too() -> (
    None
):
    scene = waits(**AT_ODDS)
    status = scene.context.status
    scene.loses_connection()
    assert calls(scene.passes(600)) == [Reason.OFFLINE]
    assert (scene.line.stuck_on, scene.line.stuck_since) == (None, None)
    scene.crashes(60)
    assert calls(scene.comes_back(status)) == []
    assert calls(scene.passes(599)) == []
    assert calls(scene.passes(1)) == [Reason.PRINTER_BUSY]


def test_drops_of_the_connection_do_not_keep_a_wait_from_being_told() -> None:
    scene = waits(**AT_ODDS)
    status = scene.context.status
    told: list[str | None] = []
    for _ in range(2):
        told += calls(scene.passes(299))
        scene.loses_connection()
        scene.now += timedelta(seconds=5)
        told += calls(scene.comes_back(status))
    assert told == [Reason.PRINTER_BUSY]


# Calling for our own print


@pytest.mark.parametrize(
    ("report", "minutes", "word"),
    [
        ({"state": PrintState.PREPARE, "stage": 14}, 20, Stuck.NO_PROGRESS),
        ({"state": PrintState.SLICING, "stage": 0}, 20, Stuck.NO_PROGRESS),
        ({"state": PrintState.RUNNING, "percent": 40}, 60, Stuck.NO_PROGRESS),
        ({"state": PrintState.UNKNOWN, "percent": 40}, 10, Stuck.NO_PROGRESS),
        ({"state": PrintState.PAUSE, "percent": 40}, 10, Stuck.PAUSED),
    ],
)
def test_fm_179_our_print_that_gets_no_further_calls_once(
    report: dict[str, Any], minutes: int, word: str
) -> None:
    scene = Scene()
    scene.works()
    assert calls(scene.prints(scene.run, **report)) == []
    for _ in range(minutes - 1):
        assert calls(scene.passes(60)) == []
    assert calls(scene.passes(59)) == []
    assert calls(scene.passes(1)) == [word]
    assert calls(scene.passes(86_400)) == []
    assert scene.line.called_for == word
    assert calls(scene.prints(scene.run, PrintState.RUNNING, percent=41)) == []
    assert scene.line.called_for is None


@pytest.mark.parametrize("field", ["stage", "percent", "layer", "remaining_minutes"])
def test_our_print_that_moves_on_in_any_of_its_counters_calls_nobody(
    field: str,
) -> None:
    scene = Scene()
    run = scene.works()
    scene.prints(run, PrintState.PREPARE)
    for count in range(2, 9):
        assert calls(scene.passes(1199)) == []
        scene.reports(**{field: count})


def test_our_print_that_goes_over_into_another_state_gets_its_time_anew() -> None:
    scene = Scene()
    run = scene.works()
    for _ in range(3):
        assert calls(scene.passes(1199)) == []
        assert calls(scene.prints(run, PrintState.PREPARE)) == []
        assert calls(scene.passes(1199)) == []
        assert calls(scene.prints(run, PrintState.RUNNING)) == []


def test_a_print_of_ours_that_hangs_while_its_queue_is_paused_calls_too() -> None:
    scene = Scene()
    scene.prints(scene.works(), PrintState.PREPARE)
    scene.event(SetRunning(False))
    assert calls(scene.passes(1200)) == [Stuck.NO_PROGRESS]


def test_an_upload_that_does_not_end_and_an_update_call_after_an_hour() -> None:
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    scene.event(ConfirmPlateClear())
    assert scene.reasons == (Reason.UPLOADING,)
    for report, reason in (
        ({}, Reason.UPLOADING),
        ({"upgrade_state": UPGRADING}, Reason.UPDATING_FIRMWARE),
    ):
        scene.reports(**report)
        for _ in range(60):
            assert calls(scene.passes(59)) == []
        assert calls(scene.passes(60)) == [reason]


def test_every_reason_that_is_not_in_the_table_calls_soon() -> None:
    """It depends there, or the printer should say more: nothing waits by oversight."""
    assert set(Reason) - PATIENCE.keys() == {
        *NOT_KNOWN,
        Reason.PRINT_ERROR,
        Reason.FOREIGN_PRINT,
        Reason.PRINTER_BUSY,
        Reason.INTERLOCK,
    }


# The bed


def hot(**options: Any) -> Scene:
    """Return a line between two plates with a hot bed, its cooldown over."""
    scene = Scene(
        cooldown_seconds=0,
        cooldown_bed_temperature=40.0,
        cooldown_timeout_minutes=30,
        **options,
    )
    scene.works(copies=2)
    scene.ends(PrintState.FINISH, bed_temperature=63.0)
    assert scene.reasons == (Reason.BED_HOT,)
    return scene


def test_fm_151_the_next_plate_waits_for_the_bed() -> None:
    scene = hot()
    scene.passes(600)
    assert not starts(scene.carry(scene.reports(bed_temperature=40.1)))
    assert starts(scene.reports(bed_temperature=40.0))
    assert scene.line.bed_hot_since is None


def test_a_bed_that_stays_hot_pauses_the_queue_with_its_reason() -> None:
    scene = hot()
    assert scene.line.bed_hot_since == scene.now
    assert news(scene.passes(29 * 60 + 59)) == []
    assert news(scene.passes(1)) == [News.QUEUE_PAUSED]
    assert scene.line.paused_by is PauseReason.BED_STILL_HOT
    assert scene.line.bed_hot_since is None
    scene.passes(7200)
    scene.event(SetRunning(True))
    assert scene.line.bed_hot_since == scene.now, "counted anew"


def test_an_unknown_temperature_is_given_up_too() -> None:
    scene = hot()
    scene.reports(bed_temperature=None)
    assert scene.reasons == (Reason.BED_HOT,)
    assert News.QUEUE_PAUSED in news(scene.passes(30 * 60))


def test_the_wait_for_the_bed_counts_only_while_nothing_else_is_waited_for() -> None:
    scene = hot()
    scene.passes(29 * 60)
    scene.event(SetRunning(False))
    assert scene.line.bed_hot_since is None
    scene.event(SetRunning(True))
    assert news(scene.passes(29 * 60)) == []
    assert scene.line.running


def test_fm_139_without_a_limit_the_bed_is_no_reason() -> None:
    scene = hot()
    scene.option(cooldown_bed_temperature=None)
    assert starts(scene.passes(1))


# Waking up


def test_the_line_wakes_when_the_report_gets_old() -> None:
    scene = Scene()
    scene.now += timedelta(seconds=20)
    assert wakes_in(scene, scene.event(SetRunning(True))) == 40
    scene.now += timedelta(seconds=40)
    assert wakes_in(scene, scene.event(SetRunning(False))) is None


def test_the_line_wakes_at_the_end_of_the_cooldown() -> None:
    scene = Scene(cooldown_seconds=20)
    scene.works(copies=2)
    assert wakes_in(scene, scene.ends(PrintState.FINISH)) == 20
    assert wakes_in(scene, scene.passes(5)) == 15


def test_the_line_wakes_to_give_up_on_the_bed() -> None:
    scene = hot()
    assert wakes_in(scene, scene.passes(29 * 60 + 30)) == 30


def test_the_line_wakes_to_judge_a_start() -> None:
    scene = Scene()
    scene.begins()
    assert wakes_in(scene, scene.passes(200)) == 40


def test_the_line_wakes_to_upload_in_a_print() -> None:
    scene = Scene(upload_while_printing=True)
    scene.works()
    assert wakes_in(scene, scene.passes(30)) == 30


def test_the_line_wakes_to_try_a_transfer_again() -> None:
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    assert scene.line.transfer is not None
    assert wakes_in(scene, scene.event(UploadFailed(scene.line.transfer))) == 30


def test_nothing_wakes_a_line_that_waits_for_a_person_or_a_connection() -> None:
    scene = Scene()
    scene.queue()
    assert wakes_in(scene, scene.loses_connection()) is None


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 61, 239, 240, 241, 7200])
def test_no_alarm_is_ever_set_to_the_past(seconds: int) -> None:
    scene = Scene(cooldown_seconds=60, upload_while_printing=True)
    scene.works(copies=2)
    found = [
        wakes_in(scene, scene.passes(seconds)),
        wakes_in(scene, scene.ends(PrintState.FINISH)),
        wakes_in(scene, scene.passes(seconds)),
    ]
    assert all(wake is None or wake > 0 for wake in found)
    assert any(found)
