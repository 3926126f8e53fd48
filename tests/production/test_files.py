"""Which of our files the printer has: sent ahead, once, checked, deleted, never in the way."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.codes import FILE_NOT_FOUND, UNREADABLE
from custom_components.bambu_batch.bambu.remote_name import remote_name
from custom_components.bambu_batch.bambu.status import Card, Foreign, PrintState
from custom_components.bambu_batch.production.effect import (
    CancelUpload,
    DeleteRemote,
    Effect,
    News,
    Upload,
    WakeAt,
)
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    ConfirmPlateClear,
    Deleted,
    DeleteFailed,
    MoveTask,
    RemoveTasks,
    ResolveTask,
    SetRunning,
    StartRefused,
    UpdateTask,
    Uploaded,
    UploadFailed,
)
from custom_components.bambu_batch.production.files import tend_files
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    Hold,
    Outcome,
    PauseReason,
    Phase,
    RemoteFile,
    Transfer,
)
from custom_components.bambu_batch.production.step import Step

from .scene import Scene, news, plate_file, starts

A, B = "a" * 64, "b" * 64
NAME_A, NAME_B = remote_name(A, 1), remote_name(B, 1)


def transfers(effects: Iterable[Effect]) -> list[Effect]:
    kinds = Upload | CancelUpload | DeleteRemote
    return [effect for effect in effects if isinstance(effect, kinds)]


def uploading() -> Scene:
    """Return a running queue whose one file is on its way."""
    scene = Scene()
    scene.queue(copies=2)
    (upload,) = transfers(scene.event(SetRunning(True)))
    assert upload == Upload(NAME_A, scene.line.tasks[0].plate_file)
    assert scene.line.transfer == NAME_A
    return scene


def out_of_sight(scene: Scene, lost: str) -> tuple[Effect, ...]:
    """Let the card be out for a moment, or the connection; return what its coming back leads to."""
    if lost == "card":
        scene.reports(card=Card.ABSENT)
        return scene.reports(card=Card.NORMAL)
    last = scene.context.status
    scene.loses_connection()
    return scene.comes_back(last)


# Sending


def test_the_next_task_s_file_is_sent_once_for_all_copies_and_tasks() -> None:
    scene = uploading()
    scene.queue()
    scene.event(Uploaded(NAME_A))
    (file,) = scene.line.remote
    assert (file.name, file.state) == (NAME_A, Transfer.READY)
    assert scene.line.transfer is None
    assert not transfers(scene.passes(10))
    assert Reason.UPLOADING not in scene.reasons


def test_files_are_sent_only_for_the_next_task_and_only_while_the_queue_runs() -> None:
    scene = Scene()
    scene.queue()
    assert not transfers(scene.passes(10))
    scene.queue(sha256=B)
    effects = scene.carry(scene.event(SetRunning(True)))
    assert not transfers(effects)
    assert [file.name for file in scene.line.remote] == [NAME_A]
    told = scene.event(UpdateTask(task_id="1", hold=True))
    assert [type(e) for e in transfers(told)] == [Upload]
    assert scene.line.transfer == NAME_B


def test_one_transfer_at_a_time() -> None:
    """FM-050."""
    scene = uploading()
    scene.queue(sha256=B)
    assert not transfers(scene.event(UpdateTask(task_id="1", hold=True)))
    assert not transfers(scene.passes(60))
    (second,) = transfers(scene.event(Uploaded(NAME_A)))
    assert second == Upload(NAME_B, scene.line.tasks[1].plate_file)


def test_a_file_is_sent_in_the_cooldown() -> None:
    scene = Scene(cooldown_seconds=600)
    scene.works(copies=1)
    scene.queue(sha256=B)
    effects = scene.ends(PrintState.FINISH)
    assert Reason.COOLDOWN in scene.reasons
    assert Reason.UPLOADING not in scene.reasons
    assert {file.name for file in scene.line.remote} == {NAME_B}
    assert not starts(effects)


@pytest.mark.parametrize(
    "change",
    [
        {"connected": False, "complete": False},
        {"connected": False},
        {"complete": False},
        {"state": PrintState.RUNNING},
        {"gcode_file": "benchy.3mf"},
        {"print_error": 1},
        {"print_error": None},
        {"upgrade_state": 2},
        {"upgrade_state": None},
        {"upgrade_status": "FLASHING"},
        {"foreign": Foreign.MOVES},
        {"card": Card.ABSENT},
        {"card": None},
    ],
)
def test_no_transfer_while_the_printer_should_be_left_alone(
    change: dict[str, Any],
) -> None:
    scene = Scene()
    scene.queue()
    scene.reports(**change)
    assert not transfers(scene.event(SetRunning(True)))


def test_no_transfer_on_an_old_report() -> None:
    scene = Scene()
    scene.queue()
    scene.now += timedelta(seconds=60)
    assert not transfers(scene.event(SetRunning(True)))


def test_no_transfer_at_the_edges_of_a_print_and_in_it_only_by_option() -> None:
    scene = Scene()
    run = scene.begins(copies=1)
    scene.queue(sha256=B)
    assert not transfers(scene.passes(5)), "starting"
    scene.prints(run, PrintState.PREPARE)
    assert not transfers(scene.passes(120))
    scene.prints(run, PrintState.RUNNING)
    assert not transfers(scene.passes(120)), "not by default"
    scene.option(upload_while_printing=True)
    scene.prints(run, PrintState.PAUSE)
    assert not transfers(scene.passes(1))
    scene.loses_connection()
    scene.prints(run, PrintState.PREPARE)
    assert not transfers(scene.passes(1))
    (upload,) = transfers(scene.prints(run, PrintState.RUNNING))
    assert upload == Upload(NAME_B, scene.line.tasks[1].plate_file)


def test_in_a_print_a_transfer_waits_for_its_first_minute() -> None:
    scene = Scene(upload_while_printing=True)
    scene.works()
    scene.queue(sha256=B)
    assert not transfers(scene.passes(59))
    assert transfers(scene.passes(1))


@pytest.mark.parametrize("lost", ["card", "connection"])
def test_the_file_that_is_printed_is_not_sent_again_while_it_is(lost: str) -> None:
    """After a card was out nothing is known to be there; the printer still reads it."""
    scene = Scene(upload_while_printing=True)
    scene.works(copies=2)
    assert not transfers(out_of_sight(scene, lost))
    for _ in range(5):
        assert not transfers(scene.passes(60))
    (upload,) = transfers(scene.prints(scene.run, PrintState.FINISH))
    assert upload == Upload(NAME_A, scene.line.tasks[0].plate_file)


def test_no_transfer_in_an_uncertain_run() -> None:
    scene = Scene(upload_while_printing=True)
    scene.begins()
    scene.passes(300)
    scene.queue(sha256=B)
    assert not transfers(scene.passes(100))


def test_no_transfer_in_somebody_else_s_print_that_hides_what_became_of_ours() -> None:
    scene = Scene(upload_while_printing=True)
    scene.works()
    scene.queue(sha256=B)
    scene.shows("benchy", PrintState.RUNNING)
    assert scene.run.phase is Phase.UNCERTAIN
    assert not transfers(scene.passes(100))


# Failing


def test_a_failed_upload_is_tried_three_times_with_longer_pauses_then_a_person_is_asked() -> (
    None
):
    """FM-007."""
    scene = uploading()
    for pause in (30, 60):
        effects = scene.event(UploadFailed(NAME_A))
        assert not transfers(effects)
        assert scene.reasons[-1] is Reason.UPLOADING
        assert WakeAt(scene.now + timedelta(seconds=pause)) in effects
        assert not transfers(scene.passes(pause - 1))
        assert transfers(scene.passes(1))
    effects = scene.event(UploadFailed(NAME_A))
    assert news(effects) == [News.QUEUE_PAUSED]
    assert scene.line.paused_by is PauseReason.UPLOAD_FAILED
    assert not transfers(scene.passes(3600))
    assert transfers(scene.event(SetRunning(True)))
    for pause in (30, 60):
        scene.event(UploadFailed(NAME_A))
        assert scene.line.running, "counted anew"
        scene.passes(pause)
    scene.event(UploadFailed(NAME_A))
    assert not scene.line.running


def test_a_good_upload_ends_a_row_of_failures() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A))
    scene.passes(30)
    scene.event(Uploaded(NAME_A))
    (file,) = scene.line.remote
    assert (file.failures, file.failed) == (0, None)


def test_the_failure_of_one_file_does_not_delay_another() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A))
    scene.queue(sha256=B)
    assert transfers(scene.event(UpdateTask(task_id="1", hold=True)))


@pytest.mark.parametrize("hold", [Hold.FILE_MISSING, Hold.FILE_CHANGED])
def test_a_fault_of_the_file_holds_its_tasks_and_the_queue_goes_on(hold: Hold) -> None:
    scene = uploading()
    scene.queue()
    scene.queue(sha256=B)
    effects = scene.event(UploadFailed(NAME_A, hold, plate_file().file))
    assert [task.hold for task in scene.line.tasks] == [hold, hold, None]
    assert transfers(effects) == [Upload(NAME_B, scene.line.tasks[2].plate_file)]
    assert scene.line.running


@pytest.mark.parametrize("hold", [Hold.FILE_MISSING, Hold.FILE_CHANGED])
def test_the_same_content_in_another_place_is_tried_from_there(hold: Hold) -> None:
    scene = uploading()
    elsewhere = "media-source://media_source/local/copy.gcode.3mf"
    scene.queue(file=elsewhere)
    scene.queue()
    scene.queue(sha256=B)
    scene.event(MoveTask("4", 1))
    scene.event(UploadFailed(NAME_A, hold, plate_file().file))
    held = {task.task_id: task.hold for task in scene.line.tasks}
    assert held == {"1": hold, "2": None, "3": hold, "4": None}
    scene.event(RemoveTasks(("4",)))
    effects = scene.event(UploadFailed(NAME_B, cancelled=True))
    assert transfers(effects) == [Upload(NAME_A, scene.line.tasks[1].plate_file)]
    scene.event(UploadFailed(NAME_A, hold, elsewhere))
    assert [task.hold for task in scene.line.tasks] == [hold] * 3


def test_what_stands_first_by_now_is_not_held_for_the_place_that_was_tried() -> None:
    scene = uploading()
    elsewhere = "media-source://media_source/local/copy.gcode.3mf"
    scene.queue(file=elsewhere)
    scene.event(MoveTask("2", 1))
    scene.event(UploadFailed(NAME_A, Hold.FILE_MISSING, plate_file().file))
    held = {task.task_id: task.hold for task in scene.line.tasks}
    assert held == {"1": Hold.FILE_MISSING, "2": None}


def test_a_fault_of_the_file_holds_no_ended_task() -> None:
    scene = Scene()
    scene.works()
    scene.ends(PrintState.FINISH)
    scene.queue()
    scene.event(UploadFailed(NAME_A, Hold.FILE_MISSING, plate_file().file))
    assert [task.hold for task in scene.line.tasks] == [None, Hold.FILE_MISSING]


def test_a_released_task_s_file_is_tried_again() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A, Hold.FILE_MISSING, plate_file().file))
    assert scene.reasons[0] is Reason.PLATE_NOT_CLEAR
    assert transfers(scene.event(UpdateTask(task_id="1", hold=False)))


# Not wanted any more


def test_fm_016_a_task_cancelled_in_its_upload_is_stopped_deleted_and_never_started() -> (
    None
):
    scene = uploading()
    effects = scene.event(RemoveTasks(("1",)))
    assert transfers(effects) == [CancelUpload(NAME_A)]
    assert transfers(scene.passes(1)) == [], "told once"
    effects = scene.event(UploadFailed(NAME_A, cancelled=True))
    assert transfers(effects) == [DeleteRemote(NAME_A)]
    scene.event(Deleted(NAME_A))
    assert scene.line.remote == ()
    assert not starts(scene.effects)
    assert scene.line.running


def test_an_upload_that_ends_though_cancelled_is_deleted() -> None:
    scene = uploading()
    scene.event(ClearQueue())
    assert transfers(scene.event(Uploaded(NAME_A))) == [DeleteRemote(NAME_A)]


def test_a_file_wanted_again_while_its_upload_is_being_stopped_is_sent_again() -> None:
    scene = uploading()
    scene.event(ClearQueue())
    scene.queue()
    assert not transfers(scene.passes(1))
    effects = scene.event(UploadFailed(NAME_A, cancelled=True))
    assert [type(e) for e in transfers(effects)] == [Upload]


def test_a_file_wanted_again_in_its_delete_is_sent_again_and_no_upload_is_cancelled() -> (
    None
):
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    assert transfers(scene.event(ClearQueue())) == [DeleteRemote(NAME_A)]
    scene.queue()
    assert not transfers(scene.event(ClearQueue()))
    scene.queue()
    effects = scene.event(Deleted(NAME_A))
    assert [type(e) for e in transfers(effects)] == [Upload]


def test_a_file_is_deleted_as_soon_as_no_task_needs_it() -> None:
    """FM-052: nothing of ours stays on the card."""
    scene = Scene()
    scene.works()
    scene.queue()
    scene.ends(PrintState.FINISH)
    assert scene.line.remote, "the other task needs it"
    scene.carry(scene.event(RemoveTasks(("2",))))
    assert scene.line.remote == ()


def test_a_paused_queue_still_deletes() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.event(SetRunning(False))
    assert transfers(scene.event(ClearQueue())) == [DeleteRemote(NAME_A)]


def test_a_delete_that_fails_is_tried_again_ever_more_seldom() -> None:
    """FM-053, and FM-063: no background load."""
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.event(ClearQueue())
    for pause in (30, 60, 120, 240, 480, 960, 1920, *[3840] * 50):
        effects = scene.event(DeleteFailed(NAME_A))
        assert not transfers(effects)
        (file,) = scene.line.remote
        assert file.state is Transfer.UNWANTED
        due = scene.now + timedelta(seconds=pause)
        assert max(e.time for e in effects if isinstance(e, WakeAt)) <= due
        assert not transfers(scene.passes(pause - 1))
        assert transfers(scene.passes(1))
    assert scene.line.running


def test_a_delete_that_fails_delays_no_upload() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.event(ClearQueue())
    scene.event(DeleteFailed(NAME_A))
    scene.queue(sha256=B)
    assert [type(e) for e in transfers(scene.effects[-3:])] == [Upload]


def test_two_files_are_deleted_one_after_the_other_the_due_one_first() -> None:
    scene = Scene()
    scene.line = replace(
        scene.line,
        remote=(
            RemoteFile(name=NAME_A, sha256=A, state=Transfer.READY),
            RemoteFile(name=NAME_B, sha256=B, state=Transfer.READY),
        ),
    )
    assert transfers(scene.passes(1)) == [DeleteRemote(NAME_A)]
    assert transfers(scene.event(DeleteFailed(NAME_A))) == [DeleteRemote(NAME_B)]
    assert transfers(scene.event(Deleted(NAME_B))) == []
    assert transfers(scene.passes(30)) == [DeleteRemote(NAME_A)]


# What is believed to be there


def cooling(**options: Any) -> Scene:
    """Return a queue in a cooldown, whose next file was seen on the card at its beginning."""
    scene = Scene(**options)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    assert scene.line.remote[0].state is Transfer.READY
    return scene


def test_at_the_end_of_a_long_cooldown_the_file_is_looked_for_again_and_the_start_is_in_time() -> (
    None
):
    scene = cooling(cooldown_seconds=600)
    for _ in range(56):
        assert not transfers(scene.passes(10))
    alarm = scene.now + timedelta(seconds=10)
    assert WakeAt(alarm) in scene.passes(0)
    (look,) = transfers(scene.passes(10))
    assert look == Upload(NAME_A, scene.line.tasks[0].plate_file)
    assert scene.reasons == (Reason.COOLDOWN, Reason.UPLOADING)
    scene.event(Uploaded(NAME_A))
    assert not transfers(scene.passes(29)), "once"
    assert starts(scene.passes(1))


def test_a_file_that_is_gone_at_the_end_of_a_cooldown_is_sent_before_the_start() -> (
    None
):
    scene = cooling(cooldown_seconds=600)
    assert transfers(scene.passes(575))
    assert not starts(scene.passes(25))
    assert scene.reasons == (Reason.UPLOADING,)
    assert starts(scene.event(Uploaded(NAME_A, sent=True)))


def test_in_a_short_cooldown_one_look_is_enough() -> None:
    scene = cooling(cooldown_seconds=119)
    assert not transfers(scene.passes(118))
    assert starts(scene.passes(1))


def test_no_look_becomes_too_old_in_the_last_seconds_of_a_cooldown() -> None:
    scene = cooling(cooldown_seconds=121)
    assert not transfers(scene.passes(90))
    assert transfers(scene.passes(1))
    scene.event(Uploaded(NAME_A))
    assert not transfers(scene.passes(29))
    assert starts(scene.passes(1))


def test_while_the_bed_is_hot_nobody_looks_until_it_is_nearly_cool() -> None:
    scene = Scene(cooldown_seconds=0, cooldown_bed_temperature=30.0)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH, bed_temperature=60.0)
    assert not transfers(scene.passes(1200))
    assert not transfers(scene.reports(bed_temperature=33.1))
    assert transfers(scene.reports(bed_temperature=33.0))
    scene.event(Uploaded(NAME_A))
    assert not transfers(scene.reports(bed_temperature=32.0))
    assert starts(scene.reports(bed_temperature=30.0))


def test_after_a_long_wait_for_a_person_the_file_is_looked_for_once_before_the_start() -> (
    None
):
    """And not while nobody comes: a printer is left alone (FM-063)."""
    scene = Scene()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)
    assert not transfers(scene.passes(3600))
    effects = scene.event(ConfirmPlateClear())
    assert transfers(effects) and not starts(effects)
    assert scene.reasons == (Reason.UPLOADING,)
    assert starts(scene.event(Uploaded(NAME_A)))


def test_a_person_who_comes_soon_waits_for_no_look() -> None:
    scene = Scene()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.passes(119)
    assert starts(scene.event(ConfirmPlateClear()))


def test_a_clock_that_is_set_makes_no_look_older_or_younger() -> None:
    for jump in (timedelta(days=1), timedelta(days=-1)):
        scene = cooling(cooldown_seconds=600)
        scene.passes(300)
        scene.sets_clock(jump)
        assert not transfers(scene.passes(269)), jump
        assert transfers(scene.passes(1)), jump


def test_a_file_counts_as_there_only_while_this_connection_has_seen_its_size() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.loses_connection()
    assert scene.line.remote[0].state is Transfer.WANTED
    assert transfers(scene.boots()) == [Upload(NAME_A, scene.line.tasks[0].plate_file)]


def test_an_upload_that_ends_without_a_connection_has_to_be_looked_at_again() -> None:
    scene = uploading()
    scene.loses_connection()
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.WANTED
    assert scene.line.transfer is None


def test_after_a_crash_no_transfer_is_in_flight_and_no_file_is_believed() -> None:
    scene = uploading()
    scene.crashes()
    assert scene.line.transfer is None
    assert transfers(scene.boots())
    scene.event(Uploaded(NAME_A))
    scene.crashes()
    assert scene.line.remote[0].state is Transfer.WANTED


def test_outcomes_of_files_that_the_line_does_not_know_change_nothing() -> None:
    """A zombie transfer of an earlier time (FM-051)."""
    scene = uploading()
    line = scene.line
    for event in (
        Uploaded(NAME_B),
        UploadFailed(NAME_B),
        UploadFailed(NAME_B, cancelled=True),
        UploadFailed(NAME_B, Hold.FILE_MISSING, plate_file().file),
        Deleted(NAME_B),
        DeleteFailed(NAME_B),
    ):
        scene.event(event)
        assert scene.line == line


def test_a_delete_reported_for_a_wanted_file_changes_nothing() -> None:
    scene = uploading()
    line = scene.line
    scene.event(Deleted(NAME_A))
    assert scene.line.remote == line.remote


# The card


@pytest.mark.parametrize("card", [Card.ABSENT, Card.ABNORMAL, Card.READ_ONLY, None])
def test_fm_163_a_card_that_is_not_normal_for_a_moment_has_to_be_looked_at_again(
    card: Card | None,
) -> None:
    """Another one may be in there by now: SIZE tells what lies on it."""
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    assert not transfers(scene.reports(card=card))
    assert scene.line.remote[0].state is Transfer.WANTED
    assert [type(e) for e in transfers(scene.reports(card=Card.NORMAL))] == [Upload]


@pytest.mark.parametrize("trouble", ["card", "connection"])
def test_fm_163_an_upload_that_ends_after_the_card_was_out_of_sight_proves_nothing(
    trouble: str,
) -> None:
    """It was looked at just before, on a card that may be another one now."""
    scene = uploading()
    out_of_sight(scene, trouble)
    effects = scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.WANTED
    assert not starts(effects)
    assert transfers(effects) == [Upload(NAME_A, scene.line.tasks[0].plate_file)]
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.READY


def test_fm_163_an_upload_that_ends_while_the_card_is_out_proves_nothing() -> None:
    scene = uploading()
    scene.reports(card=Card.ABSENT)
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.WANTED


def test_a_printer_that_needs_no_card_keeps_its_files_without_one() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.reports(model="O1D", card=Card.ABSENT)
    assert scene.line.remote[0].state is Transfer.READY


@pytest.mark.parametrize("cause", ["no_storage", "storage_full"])
def test_fm_167_a_card_without_room_is_the_reason_until_somebody_has_come(
    cause: str,
) -> None:
    scene = uploading()
    scene.event(ConfirmPlateClear())
    effects = scene.event(UploadFailed(NAME_A, cause=cause))
    assert scene.reasons[0] is Reason.NO_STORAGE
    assert scene.line.called_for == Reason.NO_STORAGE
    assert news(effects) == [News.PERSON_NEEDED]
    for pause in (30, 60, 120, 240):
        for _ in range(pause // 30 - 1):
            assert not transfers(scene.passes(30))
        assert transfers(scene.passes(30))
        assert news(scene.event(UploadFailed(NAME_A, cause=cause))) == [], "told once"
    assert scene.line.running
    scene.event(SetRunning(False))
    assert transfers(scene.event(SetRunning(True))), "a person wants it now"
    scene.event(Uploaded(NAME_A))
    assert Reason.NO_STORAGE not in scene.reasons
    assert scene.line.called_for is None


def test_fm_167_another_card_is_tried_at_once() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A, cause="storage_full"))
    assert not transfers(scene.reports(card=Card.ABSENT))
    assert transfers(scene.reports(card=Card.NORMAL))


def test_fm_167_on_a_full_card_what_nobody_needs_goes_first() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.queue(sha256=B)
    scene.event(RemoveTasks(("1",)))
    assert scene.line.transfer == NAME_B
    effects = scene.event(UploadFailed(NAME_B, cause="storage_full"))
    assert transfers(effects) == [DeleteRemote(NAME_A)]
    scene.event(Deleted(NAME_A))
    assert [type(e) for e in transfers(scene.passes(30))] == [Upload]


def test_the_cause_of_a_failure_is_kept_until_the_file_is_there() -> None:
    scene = uploading()
    for pause in (30, 60, 0):
        scene.event(UploadFailed(NAME_A, cause="data_port_busy"))
        scene.passes(pause)
    assert scene.line.paused_by is PauseReason.UPLOAD_FAILED
    assert scene.line.remote[0].cause == "data_port_busy"
    scene.event(SetRunning(True))
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].cause is None


def test_only_a_fault_of_the_card_is_tried_at_once_on_a_new_connection() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A, cause="data_port_busy"))
    status = scene.context.status
    scene.loses_connection()
    assert not transfers(scene.comes_back(status))
    assert transfers(scene.passes(30))


def test_fm_163_a_file_missed_twice_is_looked_for_when_a_person_resumes_the_queue() -> (
    None
):
    """Else every start would be refused for as long as the connection lasts."""
    scene = Scene()
    scene.begins()
    for _ in range(2):
        missed = StartRefused(scene.run.run_id, code=FILE_NOT_FOUND)
        scene.carry(scene.event(missed))
    assert scene.line.paused_by is PauseReason.START_REFUSED
    effects = scene.event(SetRunning(True))
    assert [type(effect) for effect in transfers(effects)] == [Upload]
    assert not starts(effects)


def sent_at_the_next_start(scene: Scene) -> Upload:
    """Let a person say that nothing was printed, and go on."""
    scene.reports(print_error=0)
    scene.passes(300)
    scene.event(ResolveTask(scene.run.task_id, Outcome.NOT_STARTED))
    (upload,) = transfers(scene.event(SetRunning(True)))
    assert isinstance(upload, Upload)
    return upload


@pytest.mark.parametrize("code", sorted(UNREADABLE))
def test_fm_163_a_file_that_the_printer_cannot_read_is_sent_anew_after_the_run(
    code: int,
) -> None:
    """Its size on the card is right: else it would be started, and not be read, for ever."""
    scene = Scene()
    run = scene.begins()
    assert not transfers(scene.reports(subtask_name=run.name, print_error=code))
    upload = sent_at_the_next_start(scene)
    assert upload.anew
    scene.event(Uploaded(upload.name, sent=True))
    assert scene.line.remote[0].state is Transfer.READY
    assert not scene.line.remote[0].unread, "once"


def test_fm_163_a_file_that_a_printer_found_and_could_not_read_is_kept_until_the_run_ends() -> (
    None
):
    scene = Scene()
    scene.option(upload_while_printing=True)
    run = scene.begins(copies=2)
    scene.prints(run, PrintState.RUNNING)
    scene.reports(print_error=min(UNREADABLE))
    assert scene.line.remote[0].unread
    scene.reports(print_error=0)
    scene.event(SetRunning(True))
    assert not transfers(scene.passes(90))
    scene.prints(run, PrintState.FAILED)
    (upload,) = transfers(scene.event(SetRunning(True)))
    assert isinstance(upload, Upload) and upload.anew


def test_fm_163_a_file_that_is_missed_although_it_is_there_is_sent_anew_after_the_run() -> (
    None
):
    """Sent at once, it would seem to have been missing, and the start to be void."""
    scene = Scene()
    run = scene.begins()
    code = {"subtask_name": run.name, "print_error": FILE_NOT_FOUND}
    (look,) = transfers(scene.reports(**code))
    assert look == Upload(NAME_A, scene.line.tasks[0].plate_file), "a look at the card"
    assert not transfers(scene.reports(**code))
    assert not scene.line.remote[0].unread, "nobody has looked yet"
    assert not transfers(scene.event(Uploaded(NAME_A)))
    assert not transfers(scene.reports(**code))
    assert scene.line.run is not None
    assert sent_at_the_next_start(scene).anew


def test_an_error_of_another_kind_says_nothing_of_the_file() -> None:
    scene = Scene()
    run = scene.begins()
    scene.reports(subtask_name=run.name, print_error=0x0300_8008)
    scene.reports(subtask_name="benchy", print_error=min(UNREADABLE))
    assert scene.line.remote[0].state is Transfer.READY


def test_only_the_file_whose_upload_has_ended_is_there() -> None:
    scene = uploading()
    scene.queue(sha256=B)
    waiting = RemoteFile(name=NAME_B, sha256=B)
    scene.line = replace(scene.line, remote=(*scene.line.remote, waiting))
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.READY
    assert scene.line.remote[1] == waiting


def test_only_the_file_whose_upload_has_failed_waits_for_its_next_try() -> None:
    scene = uploading()
    scene.queue(sha256=B)
    waiting = RemoteFile(name=NAME_B, sha256=B)
    scene.line = replace(scene.line, remote=(*scene.line.remote, waiting))
    scene.event(UploadFailed(NAME_A))
    assert scene.line.remote[0].failures == 1
    assert scene.line.remote[1] == waiting


def test_a_stopped_upload_that_has_ended_after_all_is_looked_at_again() -> None:
    """Whoever wants it again by now gets no half file: SIZE tells."""
    scene = uploading()
    scene.event(ClearQueue())
    scene.queue()
    assert [type(e) for e in transfers(scene.event(Uploaded(NAME_A)))] == [Upload]


def test_a_stopped_upload_that_fails_by_itself_is_deleted_at_once() -> None:
    scene = uploading()
    scene.event(ClearQueue())
    failed = scene.event(UploadFailed(NAME_A, cause="data_port_busy"))
    assert transfers(failed) == [DeleteRemote(NAME_A)]


def test_a_connection_lost_between_two_transfers_doubts_neither() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    status = scene.context.status
    scene.loses_connection()
    assert transfers(scene.comes_back(status))
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.READY


def test_a_connection_lost_in_a_delete_does_not_stop_it() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.event(ClearQueue())
    assert not transfers(scene.loses_connection())
    assert scene.line.remote[0].state is Transfer.UNWANTED


def test_an_answer_about_another_file_is_not_doubted_for_the_one_on_its_way() -> None:
    scene = uploading()
    other = RemoteFile(name=NAME_B, sha256=B)
    scene.queue(sha256=B)
    scene.line = replace(scene.line, remote=(*scene.line.remote, other))
    scene.reports(card=Card.ABSENT)
    scene.reports(card=Card.NORMAL)
    scene.event(Uploaded(NAME_B))
    assert scene.line.remote[1].state is Transfer.READY
    scene.event(Uploaded(NAME_A))
    assert scene.line.remote[0].state is Transfer.WANTED


def test_a_person_s_switch_makes_due_what_has_failed_but_forgets_no_row() -> None:
    scene = uploading()
    scene.event(UploadFailed(NAME_A))
    scene.event(SetRunning(False))
    assert transfers(scene.event(SetRunning(True)))
    assert scene.line.remote[0].failures == 1


@pytest.mark.parametrize("foreign", list(Foreign))
def test_a_missed_file_is_not_looked_for_while_another_client_may_move_the_printer(
    foreign: Foreign,
) -> None:
    scene = Scene()
    run = scene.begins()
    code = {"subtask_name": run.name, "print_error": FILE_NOT_FOUND}
    assert not transfers(scene.reports(**code, foreign=foreign))
    assert transfers(scene.reports(foreign=None))


def test_a_print_of_which_nobody_knows_since_when_lets_no_transfer_in() -> None:
    scene = Scene(upload_while_printing=True)
    scene.works()
    scene.queue(sha256=B)
    scene.now += timedelta(hours=1)
    scene.reports()
    run = replace(scene.run, printing_since=None)
    step = Step(replace(scene.line, run=run, transfer=None), scene.sees, scene.now)
    tend_files(step)
    assert not transfers(step.effects)


def test_an_upload_that_was_cut_off_from_here_counts_as_no_failure() -> None:
    scene = uploading()
    effects = scene.event(UploadFailed(NAME_A, cancelled=True))
    assert scene.line.remote[0].failures == 0
    assert [type(e) for e in transfers(effects)] == [Upload]


def test_fm_167_what_nobody_needs_goes_first_where_both_are_due_at_once() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.queue(sha256=B)
    scene.event(RemoveTasks(("1",)))
    scene.event(UploadFailed(NAME_B, cause="storage_full"))
    scene.event(DeleteFailed(NAME_A))
    assert transfers(scene.passes(30)) == [DeleteRemote(NAME_A)]


# Slim copies and whole files

WHOLE_A = remote_name(A)


def test_two_plates_of_one_file_are_two_files_on_the_card() -> None:
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.queue(plate=2, gcode="Metadata/plate_2.gcode")
    (upload,) = transfers(scene.event(UpdateTask(task_id="1", hold=True)))
    assert upload == Upload(remote_name(A, 2), scene.line.tasks[1].plate_file)
    scene.event(Uploaded(remote_name(A, 2)))
    assert [file.state for file in scene.line.remote] == [Transfer.READY] * 2


def test_two_plates_of_one_whole_file_are_one_file_on_the_card() -> None:
    scene = Scene(send_whole_files=True)
    scene.queue()
    scene.queue(plate=2, gcode="Metadata/plate_2.gcode")
    effects = scene.event(SetRunning(True))
    assert transfers(effects) == [Upload(WHOLE_A, scene.line.tasks[0].plate_file)]
    scene.event(Uploaded(WHOLE_A))
    assert not transfers(scene.event(UpdateTask(task_id="1", hold=True)))


def test_with_the_option_changed_nothing_starts_before_the_other_file_is_there() -> (
    None
):
    scene = uploading()
    scene.event(Uploaded(NAME_A))
    scene.option(send_whole_files=True)
    effects = scene.event(ConfirmPlateClear())
    assert not starts(effects)
    assert Reason.UPLOADING in scene.reasons
    assert transfers(effects) == [Upload(WHOLE_A, scene.line.tasks[0].plate_file)]
    told = scene.carry(scene.event(Uploaded(WHOLE_A)))
    assert [start.remote_name for start in starts(told)] == [WHOLE_A]


def test_after_the_option_was_changed_the_other_files_are_deleted() -> None:
    """Those of earlier versions too, which knew whole files only."""
    scene = Scene(send_whole_files=True)
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.option(send_whole_files=False)
    effects = scene.passes(1)
    assert transfers(effects) == [Upload(NAME_A, scene.line.tasks[0].plate_file)]
    assert transfers(scene.event(Uploaded(NAME_A))) == [DeleteRemote(WHOLE_A)]


def test_fm_050_the_file_that_is_printed_stays_although_the_option_was_changed() -> (
    None
):
    scene = Scene(upload_while_printing=True)
    scene.works(copies=2)
    scene.option(send_whole_files=True)
    scene.passes(60)
    effects = scene.event(Uploaded(WHOLE_A))
    assert not [e for e in transfers(effects) if isinstance(e, DeleteRemote)]
    assert scene.line.remote_file(NAME_A) is not None
    ended = scene.prints(scene.run, PrintState.FINISH, gcode_file=NAME_A)
    assert scene.line.plate.clear, "the printer names the file that it has printed"
    assert not [e for e in transfers(ended) if isinstance(e, DeleteRemote)]
    assert transfers(scene.event(Uploaded(WHOLE_A))) == [DeleteRemote(NAME_A)]


def test_a_run_of_an_earlier_version_was_started_from_the_whole_file() -> None:
    scene = Scene(upload_while_printing=True)
    scene.works(copies=2)
    old = RemoteFile(name=WHOLE_A, sha256=A, state=Transfer.READY)
    run = replace(scene.run, remote_name="")
    scene.line = replace(scene.line, run=run, remote=(old,))
    scene.passes(60)
    assert scene.line.remote_file(WHOLE_A) == old
    scene.prints(scene.run, PrintState.FINISH, gcode_file=WHOLE_A)
    assert scene.line.plate.clear


def test_fm_163_the_missed_file_is_looked_for_although_the_option_was_changed() -> None:
    scene = Scene()
    run = scene.begins()
    scene.option(send_whole_files=True)
    code = {"subtask_name": run.name, "print_error": FILE_NOT_FOUND}
    effects = scene.reports(**code)
    assert transfers(effects) == [Upload(NAME_A, scene.line.tasks[0].plate_file)]
    scene.event(Uploaded(NAME_A, sent=True))
    assert scene.line.run is None
