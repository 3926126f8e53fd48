"""A person's commands: each does all it says, or is refused and changes nothing."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.codes import printed
from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production.context import OnFailure
from custom_components.bambu_batch.production.effect import (
    AskFullReport,
    News,
    Order,
    SendOrder,
)
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    CloseError,
    Command,
    ConfirmPlateClear,
    Enqueue,
    MoveTask,
    NewTask,
    PausePrint,
    Refused,
    RemoveTasks,
    ResolveTask,
    ResumePrint,
    RetryTask,
    SetPlatesLeft,
    SetRunning,
    StopPrint,
    UpdateTask,
)
from custom_components.bambu_batch.production.fit import hold_of
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    ClearingNote,
    Hold,
    Outcome,
    PauseReason,
    Phase,
    PrintSettings,
)
from custom_components.bambu_batch.sliced.file import Filament

from .scene import Scene, news, plate_file, starts
from .test_gate import SERIOUS


def new(name: str = "Clip", **changes: Any) -> NewTask:
    return replace(NewTask(name=name, plate_file=plate_file()), **changes)


def order(scene: Scene) -> str:
    """Return the names of all tasks, in order."""
    return "".join(task.name for task in scene.line.tasks)


def three() -> Scene:
    scene = Scene()
    scene.event(Enqueue((new("a"), new("b"), new("c"))))
    return scene


def refused(scene: Scene, event: Command) -> Refused:
    """Let a command be refused; nothing may have changed."""
    before = scene.line
    with pytest.raises(Refused) as info:
        scene.event(event)
    assert scene.line == before
    return info.value


# Enqueue


def test_tasks_come_in_at_the_end_with_ids_of_their_own() -> None:
    scene = three()
    scene.event(RemoveTasks(("3",)))
    scene.event(Enqueue((new("d"),)))
    assert [task.task_id for task in scene.line.tasks] == ["1", "2", "4"]
    assert order(scene) == "abd"


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (1, "xyabc"),
        (2, "axybc"),
        (3, "abxyc"),
        (4, "abcxy"),
        (99, "abcxy"),
        (None, "abcxy"),
    ],
)
def test_tasks_come_in_at_a_position_among_the_waiting(
    position: int | None, expected: str
) -> None:
    scene = three()
    scene.event(Enqueue((new("x"), new("y")), position))
    assert order(scene) == expected


def test_positions_do_not_count_what_has_ended_or_is_in_flight() -> None:
    scene = three()
    a, b, c = scene.line.tasks
    scene.line = replace(scene.line, tasks=(replace(a, finished=1), b, c))
    scene.event(Enqueue((new("x"),), 1))
    assert order(scene) == "axbc"
    scene.event(Enqueue((new("y"),), 3))
    assert order(scene) == "axbyc"


def test_a_task_keeps_what_it_was_queued_with() -> None:
    scene = Scene()
    settings = PrintSettings(timelapse=True)
    scene.event(Enqueue((new("a", copies=7, settings=settings, hold=True), new("b"))))
    first, second = scene.line.tasks
    assert (first.copies, first.settings, first.hold) == (7, settings, Hold.BY_USER)
    assert (second.copies, second.settings, second.hold) == (1, PrintSettings(), None)
    assert first.plate_file == plate_file()


@pytest.mark.parametrize("copies", [1, 100_000])
def test_copies_in_range_are_taken(copies: int) -> None:
    scene = Scene()
    scene.event(Enqueue((new(copies=copies),)))
    assert scene.line.tasks[0].open == copies


@pytest.mark.parametrize("copies", [0, -1, 100_001])
def test_copies_out_of_range_are_refused_with_the_range(copies: int) -> None:
    error = refused(Scene(), Enqueue((new(), new(copies=copies))))
    assert error.key == "copies_out_of_range"
    assert error.placeholders == {
        "value": str(copies),
        "least": "1",
        "most": "100000",
    }


def test_a_position_below_one_is_refused() -> None:
    error = refused(three(), Enqueue((new(),), 0))
    assert (error.key, error.placeholders["least"]) == ("position_out_of_range", "1")
    assert error.placeholders["most"] == ""
    assert refused(three(), MoveTask("1", 0)).key == "position_out_of_range"


def test_fm_029_the_same_file_may_be_queued_any_number_of_times() -> None:
    scene = Scene()
    for _ in range(3):
        scene.event(Enqueue((new(),)))
    assert len(scene.line.tasks) == 3


@pytest.mark.parametrize(
    ("swap", "clears"),
    [
        ("yes", True),
        ("likely", False),
        ("mark_only", False),
        ("weak", False),
        ("no", False),
        ("unknown", False),
    ],
)
def test_only_a_sure_verdict_on_the_file_counts_as_clearing(
    swap: str, clears: bool
) -> None:
    scene = Scene()
    scene.event(Enqueue((new(plate_file=plate_file(swap=swap)),)))
    assert scene.line.tasks[0].clears_plate is clears
    assert scene.line.clearing_notes == ()


def test_a_person_s_word_on_clearing_is_kept_for_this_content_and_plate() -> None:
    scene = Scene()
    other = plate_file(plate=2, swap="no")
    scene.event(Enqueue((new(clears_plate=False), new(plate_file=other))))
    assert scene.line.clearing_notes == (
        ClearingNote(sha256="a" * 64, plate=1, clears=False),
    )
    scene.event(Enqueue((new(), new(plate_file=other))))
    assert [task.clears_plate for task in scene.line.tasks] == [False] * 4
    scene.event(UpdateTask(task_id="2", clears_plate=True))
    scene.event(UpdateTask(task_id="1", clears_plate=True))
    assert [task.clears_plate for task in scene.line.tasks] == [
        True,
        True,
        False,
        False,
    ]
    scene.event(Enqueue((new(plate_file=plate_file(swap="no")), new(plate_file=other))))
    assert [task.clears_plate for task in scene.line.tasks[-2:]] == [True, True]
    assert len(scene.line.clearing_notes) == 2


# Move


@pytest.mark.parametrize(
    ("task_id", "position", "expected"),
    [
        ("1", 1, "abc"),
        ("1", 2, "bac"),
        ("1", 3, "bca"),
        ("1", 99, "bca"),
        ("3", 1, "cab"),
        ("3", 2, "acb"),
        ("2", 2, "abc"),
    ],
)
def test_a_waiting_task_moves_to_a_position_among_the_waiting(
    task_id: str, position: int, expected: str
) -> None:
    scene = three()
    scene.event(MoveTask(task_id, position))
    assert order(scene) == expected


def test_a_task_with_a_copy_in_flight_and_more_waiting_moves_too() -> None:
    scene = Scene()
    scene.begins(copies=2)
    scene.event(Enqueue((new("x"),)))
    scene.event(MoveTask("1", 2))
    assert order(scene) == "xClip"


def test_what_does_not_wait_does_not_move() -> None:
    scene = Scene()
    scene.begins(copies=1)
    error = refused(scene, MoveTask("1", 1))
    assert (error.key, error.placeholders) == ("task_not_waiting", {"name": "Clip"})
    error = refused(scene, MoveTask("9", 1))
    assert (error.key, error.placeholders) == ("unknown_task", {"task_id": "9"})


# Update


def test_an_update_changes_what_it_names_and_leaves_the_rest() -> None:
    scene = three()
    before = scene.line.tasks[1]
    scene.event(UpdateTask(task_id="2"))
    assert scene.line.tasks[1] == before
    change = {"flow_calibration": False}
    scene.event(UpdateTask(task_id="2", name="z", copies=5, settings=change))
    settings = PrintSettings(flow_calibration=False)
    assert scene.line.tasks[1] == replace(before, name="z", copies=5, settings=settings)
    scene.event(UpdateTask(task_id="2", settings={"timelapse": True}))
    assert scene.line.tasks[1].settings == replace(settings, timelapse=True)
    scene.event(UpdateTask(task_id="2", name=""))
    assert scene.line.tasks[1].name == "z"


@pytest.mark.parametrize(
    ("settings", "key", "value"),
    [
        ({"cooldown_seconds": -1}, "cooldown_out_of_range", "-1"),
        ({"cooldown_seconds": 3601}, "cooldown_out_of_range", "3601"),
        ({"ams_mapping": (0, -2)}, "tray_out_of_range", "-2"),
        ({"ams_mapping": (136,)}, "tray_out_of_range", "136"),
        ({"ams_mapping": ()}, "no_trays", None),
    ],
)
def test_settings_keep_within_their_ranges(
    settings: dict[str, Any], key: str, value: str | None
) -> None:
    wrong = new(settings=PrintSettings(**settings))
    for command in (UpdateTask(task_id="1", settings=settings), Enqueue((wrong,))):
        error = refused(three(), command)
        assert (error.key, error.placeholders.get("value")) == (key, value)


def test_a_name_is_not_longer_than_a_state_may_be() -> None:
    scene = three()
    scene.event(UpdateTask(task_id="1", name="n" * 200))
    longer = "n" * 201
    for command in (UpdateTask(task_id="1", name=longer), Enqueue((new(longer),))):
        error = refused(scene, command)
        assert error.key == "name_too_long"
        assert error.placeholders == {"name": "n" * 50 + "…", "most": "200"}


def test_a_name_that_cannot_be_seen_is_told_so_that_it_can() -> None:
    error = refused(three(), Enqueue((new("\0" + "n" * 60),)))
    assert error.placeholders == {"name": "\N{REPLACEMENT CHARACTER}" + "n" * 49}


def test_a_list_of_trays_is_not_longer_than_any_project() -> None:
    scene = Scene()
    scene.event(Enqueue((new(settings=PrintSettings(ams_mapping=(0,) * 64)),)))
    wrong = new(settings=PrintSettings(ams_mapping=(0,) * 65))
    error = refused(scene, Enqueue((wrong,)))
    assert (error.key, error.placeholders) == ("too_many_trays", {"most": "64"})


@pytest.mark.parametrize(
    "settings",
    [
        {"cooldown_seconds": 0},
        {"cooldown_seconds": 3600},
        {"ams_mapping": (-1, 0)},
        {"ams_mapping": (135,)},
    ],
)
def test_settings_at_the_end_of_their_ranges_are_taken(
    settings: dict[str, Any],
) -> None:
    scene = Scene()
    scene.event(Enqueue((new(settings=PrintSettings(**settings)),)))
    assert scene.line.tasks[0].settings == PrintSettings(**settings)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "a\0b",
        "a\nb",
        "\x7f",
        "\x85",
        "a\u2028",
        "\ud800",
        "a\u202eb",
        "\u200d",
    ],
)
def test_a_name_can_be_seen(name: str) -> None:
    scene = three()
    commands: list[Command] = [Enqueue((new(name),))]
    if name:
        commands.append(UpdateTask(task_id="1", name=name))
    for command in commands:
        assert refused(scene, command).key == "name_invalid"
        scene.event(UpdateTask(task_id="1", name="Vase 👨‍👩‍👧 é 花瓶"))


def test_copies_never_go_below_what_is_printed_or_in_flight() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=4)
    scene.ends(PrintState.FINISH)
    error = refused(scene, UpdateTask(task_id="1", copies=1))
    assert (error.key, error.placeholders["least"]) == ("copies_out_of_range", "2")
    scene.event(UpdateTask(task_id="1", copies=2))
    assert scene.line.waiting == ()
    assert (
        refused(scene, UpdateTask(task_id="1", copies=100_001)).key
        == "copies_out_of_range"
    )
    assert (
        refused(three(), UpdateTask(task_id="1", copies=0)).key == "copies_out_of_range"
    )


def test_more_copies_open_an_ended_task_again() -> None:
    scene = Scene()
    scene.works()
    scene.ends(PrintState.FINISH)
    scene.event(UpdateTask(task_id="1", copies=2))
    assert scene.line.waiting == scene.line.tasks


def test_a_refused_update_changes_nothing_of_it() -> None:
    scene = three()
    scene.reports(model="N2S")
    error = refused(
        scene, UpdateTask(task_id="1", name="z", clears_plate=False, hold=False)
    )
    assert error.key == "cannot_release_wrong_printer_model"
    assert error.placeholders == {"name": "z"}
    assert scene.line.clearing_notes == ()
    assert refused(scene, UpdateTask(task_id="9")).key == "unknown_task"


def test_a_hold_is_set_and_lifted() -> None:
    scene = three()
    scene.event(UpdateTask(task_id="1", hold=True))
    assert scene.line.tasks[0].hold is Hold.BY_USER
    scene.event(UpdateTask(task_id="1", hold=False))
    free = scene.line.tasks[0]
    assert free.hold is None
    scene.event(UpdateTask(task_id="1", hold=False))
    assert scene.line.tasks[0] == free


@pytest.mark.parametrize("hold", [Hold.BY_USER, Hold.FAILED_BEFORE])
def test_a_change_of_something_else_lifts_no_hold(hold: Hold) -> None:
    scene = three()
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], hold=hold))
    scene.event(UpdateTask(task_id="1", name="z"))
    assert scene.line.tasks[0].hold is hold


def test_missing_filament_cannot_be_lifted_away() -> None:
    scene = three()
    scene.reports(trays=(Tray(0, loaded=True, material="PETG"),))
    error = refused(scene, UpdateTask(task_id="1", hold=False))
    assert error.key == "cannot_release_filament_missing"
    assert error.placeholders == {"name": "a"}


def test_fm_166_a_person_says_that_a_tray_feeds_what_no_tray_can_say() -> None:
    scene = three()
    (first, *others) = scene.line.tasks
    file = replace(first.plate_file, filaments=(Filament(slot=1, material="PLA+"),))
    scene.line = replace(scene.line, tasks=(replace(first, plate_file=file), *others))
    scene.reports(trays=(Tray(0, loaded=True, material="PLA"),))
    assert (
        hold_of(scene.line.tasks[0], scene.context.equipment) is Hold.FILAMENT_MISSING
    )
    scene.event(UpdateTask(task_id="1", hold=False))
    assert scene.line.tasks[0].released == {Hold.FILAMENT_MISSING}
    assert hold_of(scene.line.tasks[0], scene.context.equipment) is None
    scene.reports(trays=(Tray(0, loaded=False),))
    assert (
        hold_of(scene.line.tasks[0], scene.context.equipment) is Hold.FILAMENT_MISSING
    )


# Remove, clear


def test_waiting_tasks_are_removed_at_once_one_or_many() -> None:
    scene = three()
    scene.event(RemoveTasks(("1", "3")))
    assert order(scene) == "b"
    scene.event(ClearQueue())
    assert scene.line.tasks == ()
    scene.event(ClearQueue())


def test_one_unknown_id_refuses_the_whole_removal() -> None:
    assert refused(three(), RemoveTasks(("1", "9"))).key == "unknown_task"


def test_a_plate_in_print_goes_on_without_its_task_s_waiting_copies() -> None:
    for event in (RemoveTasks(("1",)), ClearQueue()):
        scene = Scene()
        scene.works(copies=5)
        scene.event(event)
        assert scene.run.phase is Phase.PRINTING
        assert scene.line.waiting == ()
        assert scene.line.tasks[0].removed
        scene.event(ClearQueue())
        for command in (
            RemoveTasks(("1",)),
            UpdateTask(task_id="1", copies=9),
            MoveTask("1", 1),
            RetryTask("1"),
        ):
            assert refused(scene, command).key == "unknown_task"


# Retry, resolve


def test_only_failed_and_cancelled_copies_can_be_retried() -> None:
    scene = three()
    error = refused(scene, RetryTask("1"))
    assert (error.key, error.placeholders) == ("nothing_to_retry", {"name": "a"})
    assert refused(scene, RetryTask("9")).key == "unknown_task"
    a = replace(
        scene.line.tasks[0], copies=6, finished=1, failed=2, cancelled=3, retries=1
    )
    scene.line = scene.line.with_task(a)
    assert scene.line.tasks[0].open == 0
    scene.event(RetryTask("1"))
    again = scene.line.tasks[0]
    assert (again.open, again.finished, again.retries) == (5, 1, 0)


@pytest.mark.parametrize(
    ("hold", "after"),
    [(Hold.FAILED_BEFORE, None), (Hold.BY_USER, Hold.BY_USER), (None, None)],
)
def test_a_retry_lifts_the_hold_of_the_failure_only(
    hold: Hold | None, after: Hold | None
) -> None:
    scene = Scene(on_failure=OnFailure.NEXT)
    scene.works(copies=2)
    scene.ends(PrintState.FAILED)
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], hold=hold))
    scene.event(RetryTask("1"))
    assert scene.line.tasks[0].hold is after


def test_only_an_uncertain_run_is_resolved_and_only_as_printed_or_not_started() -> None:
    scene = Scene()
    scene.begins()
    scene.queue()
    error = refused(scene, ResolveTask("1", Outcome.FINISHED))
    assert (error.key, error.placeholders) == ("task_not_uncertain", {"name": "Clip"})
    scene.passes(300)
    assert (
        refused(scene, ResolveTask("2", Outcome.FINISHED)).key == "task_not_uncertain"
    )
    error = refused(scene, ResolveTask("9", Outcome.FINISHED))
    assert (error.key, error.placeholders) == ("unknown_task", {"task_id": "9"})
    for outcome in (Outcome.FAILED, Outcome.CANCELLED):
        error = refused(scene, ResolveTask("1", outcome))
        assert (error.key, error.placeholders) == (
            "outcome_not_possible",
            {"outcome": outcome},
        )
    scene.event(ResolveTask("1", Outcome.NOT_STARTED))
    assert (
        refused(scene, ResolveTask("1", Outcome.FINISHED)).key == "task_not_uncertain"
    )


# The queue's switch


def test_the_switch_is_told_once_and_remembers_who_paused() -> None:
    scene = Scene()
    assert news(scene.event(SetRunning(False))) == []
    assert scene.line.paused_by is PauseReason.BY_USER
    assert news(scene.event(SetRunning(True))) == [News.QUEUE_RESUMED]
    assert scene.line.paused_by is None
    assert news(scene.event(SetRunning(True))) == []
    assert news(scene.event(SetRunning(False))) == [News.QUEUE_PAUSED]
    scene.line = replace(scene.line, paused_by=PauseReason.PRINT_ERROR)
    scene.event(SetRunning(False))
    assert scene.line.paused_by is PauseReason.PRINT_ERROR


def test_pausing_lets_the_plate_in_print_finish_and_starts_no_other() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    scene.event(SetRunning(False))
    scene.ends(PrintState.FINISH)
    assert scene.line.tasks[0].finished == 1
    assert not starts(scene.passes(10))
    assert starts(scene.carry(scene.event(SetRunning(True))))


@pytest.mark.parametrize(
    "code", [0x0300_400C, 0x0300_8019, 0x0300_8007], ids=["cancel", "plate", "power"]
)
def test_fm_164_a_plate_is_not_confirmed_under_a_code_that_makes_it_doubtful(
    code: int,
) -> None:
    """The report that shows the code would take the word back, and nobody be told."""
    scene = Scene(cooldown_seconds=0)
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.reports(print_error=code)
    with pytest.raises(Refused) as refused:
        scene.event(ConfirmPlateClear())
    assert refused.value.key == "plate_code_shown"
    assert refused.value.placeholders == {"code": printed(code)}
    assert scene.event(CloseError())[0] == SendOrder(Order.CLOSE_ERROR)
    scene.reports(print_error=0)
    scene.event(ConfirmPlateClear())
    scene.reports()
    assert scene.line.plate.clear


def test_fm_164_a_code_that_says_nothing_of_the_plate_does_not_hinder_the_word() -> (
    None
):
    scene = Scene()
    scene.reports(print_error=0x1200_8006)
    scene.event(ConfirmPlateClear())
    assert scene.line.plate.clear
    scene.reports()
    assert scene.line.plate.clear, "it is not dropped either"


def test_without_a_code_there_is_nothing_to_close() -> None:
    scene = Scene()
    for changes in ({"print_error": 0}, {"print_error": None}):
        scene.reports(**changes)
        with pytest.raises(Refused, match="no_code_to_close"):
            scene.event(CloseError())
    scene.reports(print_error=0x0300_400C)
    scene.loses_connection()
    with pytest.raises(Refused, match="no_code_to_close"):
        scene.event(CloseError())


def test_resuming_accepts_no_health_entry() -> None:
    """FM-157: what stood when somebody used the switch was accepted, unasked and for good."""
    scene = Scene()
    scene.begins(copies=2)
    scene.line = scene.line.without_run()
    scene.event(SetRunning(False))
    scene.reports(hms=(SERIOUS,))
    scene.event(SetRunning(True))
    assert Reason.HMS_ERROR in scene.reasons


# Plates, and the print itself


@pytest.mark.parametrize("plates", [0, 1, 1000])
def test_plates_are_set_within_range(plates: int) -> None:
    scene = Scene()
    scene.event(SetPlatesLeft(plates))
    assert scene.line.plates_left == plates


@pytest.mark.parametrize("plates", [-1, 1001])
def test_plates_out_of_range_are_refused(plates: int) -> None:
    assert refused(Scene(), SetPlatesLeft(plates)).key == "plates_out_of_range"


@pytest.mark.parametrize(
    ("event", "needed", "said"),
    [
        (PausePrint(), PrintState.RUNNING, Order.PAUSE),
        (ResumePrint(), PrintState.PAUSE, Order.RESUME),
    ],
)
def test_pause_and_resume_are_said_only_where_they_mean_something(
    event: Command, needed: PrintState, said: Order
) -> None:
    scene = Scene()
    for state in PrintState:
        scene.reports(state=state)
        if state is needed:
            assert SendOrder(said) in scene.event(event)
        else:
            assert refused(scene, event).key == f"cannot_{said}_print"
    scene.reports(state=needed, complete=False)
    assert refused(scene, event).key == f"cannot_{said}_print"


def test_a_stop_is_said_to_any_job_at_work_and_noted_for_ours_only() -> None:
    scene = Scene()
    assert refused(scene, StopPrint()).key == "cannot_stop_print"
    run = scene.works()
    assert SendOrder(Order.STOP) in scene.event(StopPrint())
    assert scene.run.stop_asked
    scene.prints(run, PrintState.RUNNING, complete=False)
    assert refused(scene, StopPrint()).key == "cannot_stop_print"

    scene = Scene()
    scene.begins()
    scene.shows("benchy", PrintState.RUNNING)
    assert SendOrder(Order.STOP) in scene.event(StopPrint())
    assert not scene.run.stop_asked

    scene = Scene()
    scene.shows("benchy", PrintState.RUNNING)
    assert SendOrder(Order.STOP) in scene.event(StopPrint())


def test_after_a_lost_message_a_person_s_command_asks_for_a_full_report() -> None:
    scene = Scene()
    assert AskFullReport() not in scene.event(SetPlatesLeft(1))
    scene.reports(gap=True)
    assert AskFullReport() in scene.event(SetPlatesLeft(2))


def test_a_task_s_copies_may_be_one_again() -> None:
    scene = Scene()
    scene.event(Enqueue((new(copies=3),)))
    scene.event(UpdateTask(task_id="1", copies=1))
    assert scene.line.tasks[0].copies == 1


@pytest.mark.parametrize(
    ("shows", "key"),
    [
        ({"state": PrintState.RUNNING}, "plate_in_use"),
        ({"print_error": 0x0300_400C}, "plate_code_shown"),
    ],
)
def test_a_word_that_an_unfinished_picture_of_the_printer_contradicts_is_refused(
    shows: dict[str, Any], key: str
) -> None:
    """Taken, it would be dropped in the same moment, and nobody be told (FM-164)."""
    scene = Scene()
    scene.reports(complete=False, **shows)
    assert refused(scene, ConfirmPlateClear()).key == key


def test_a_setting_out_of_today_s_range_hinders_no_change_of_something_else() -> None:
    """An older version may have let it in."""
    scene = three()
    old = PrintSettings(cooldown_seconds=9999)
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], settings=old))
    scene.event(UpdateTask(task_id="1", name="z"))
    assert scene.line.tasks[0].name == "z"
    assert scene.line.tasks[0].settings == old


def test_a_word_on_clearing_says_nothing_of_another_content_or_plate() -> None:
    scene = Scene()
    scene.event(Enqueue((new(clears_plate=False),)))
    others = (plate_file(sha256="b" * 64), plate_file(plate=2))
    scene.event(Enqueue(tuple(new(plate_file=file) for file in others)))
    assert [task.clears_plate for task in scene.line.tasks] == [False, True, True]


def test_a_copy_that_was_cancelled_can_be_printed_after_all() -> None:
    scene = three()
    task = replace(scene.line.tasks[0], cancelled=1)
    scene.line = scene.line.with_task(task)
    scene.event(RetryTask("1"))
    assert scene.line.tasks[0].open == 1


def test_a_code_is_not_closed_before_the_first_full_report() -> None:
    scene = Scene()
    scene.reports(print_error=0x0300_400C, complete=False)
    assert refused(scene, CloseError()).key == "no_code_to_close"
