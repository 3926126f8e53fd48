"""Following our run by the printer's reports: its proof, its end, its loss."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import (
    Announce,
    AskFullReport,
    Effect,
    News,
    Record,
    StartPrint,
)
from custom_components.bambu_batch.production.event import (
    ContextChanged,
    ResolveTask,
    SetRunning,
    StopPrint,
)
from custom_components.bambu_batch.production.follow import START_WINDOW
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    Outcome,
    Phase,
    Run,
    RunRecord,
)

from .scene import AT_REST, START, Scene, news, starts

CANCELLED = 0x0300_400C
FEED_FAULT = 0x1200_8006
ACTIVE = [PrintState.PREPARE, PrintState.SLICING, PrintState.RUNNING, PrintState.PAUSE]


def record(effects: Iterable[Effect]) -> RunRecord:
    (found,) = [e.record for e in effects if isinstance(e, Record)]
    return found


# The proof of a start


@pytest.mark.parametrize("state", ACTIVE)
def test_our_job_at_work_proves_the_start(state: PrintState) -> None:
    scene = Scene()
    run = scene.begins()
    effects = scene.prints(run, state)
    assert news(effects) == [News.PRINT_STARTED]
    assert scene.run.phase is Phase.PRINTING
    (told,) = (effect for effect in effects if isinstance(effect, Announce))
    assert told.run == scene.run
    assert scene.run.printing_since == scene.now
    assert scene.run.worked is (state in (PrintState.RUNNING, PrintState.PAUSE))
    assert news(scene.prints(run, PrintState.RUNNING)) == [], "told once"


def test_fm_002_a_printer_that_stays_in_finish_after_accepting_is_not_asked_again() -> (
    None
):
    """Seen: 48 to 210 s of FINISH before anything moved."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    (first,) = starts(scene.ends(PrintState.FINISH))
    for _ in range(7):
        assert not starts(scene.passes(30))
    assert scene.run == first.run
    scene.prints(first.run, PrintState.PREPARE)
    assert scene.run.phase is Phase.PRINTING


def test_fm_005_idle_after_finish_is_no_start() -> None:
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    assert scene.run.phase is Phase.STARTING
    effects = scene.boots()
    assert scene.run.phase is Phase.STARTING
    assert News.PRINT_STARTED not in news(effects)
    scene.reports(gcode_file=f"{scene.run.name}.3mf", subtask_name=scene.run.name)
    assert scene.run.phase is Phase.STARTING, "named, but nothing moves yet"


@pytest.mark.parametrize("named", [False, True])
def test_fm_006_no_start_in_the_window_is_uncertain_and_sent_no_second_time(
    named: bool,
) -> None:
    """Accepted and echoed, the name perhaps shown, and never begun (FM-008, FM-142)."""
    scene = Scene()
    run = scene.begins()
    if named:
        scene.reports(subtask_name=run.name, subtask_id=str(run.run_id))
    assert not starts(scene.passes(239))
    assert scene.run.phase is Phase.STARTING
    effects = scene.passes(1)
    (told,) = (effect for effect in effects if isinstance(effect, Announce))
    assert told.news is News.TASK_UNCERTAIN
    assert told.run is not None
    assert told.run.run_id == run.run_id
    assert AskFullReport() in effects
    assert scene.run.phase is Phase.UNCERTAIN
    assert scene.reasons[0] is Reason.TASK_UNCERTAIN
    assert not scene.line.plate.clear
    assert not starts(scene.passes(86_400))
    assert News.TASK_UNCERTAIN not in news(scene.passes(10)), "told once"


def test_a_start_that_comes_late_settles_the_uncertain_run() -> None:
    scene = Scene()
    run = scene.begins()
    scene.passes(300)
    assert News.PRINT_STARTED in news(scene.prints(run, PrintState.PREPARE))
    assert scene.run.phase is Phase.PRINTING
    scene.prints(run, PrintState.RUNNING)
    assert News.PRINT_FINISHED in news(scene.ends(PrintState.FINISH))


def test_fm_009_an_older_job_of_ours_that_comes_to_life_is_a_foreign_print() -> None:
    scene = Scene()
    old = scene.begins(copies=2)
    scene.passes(300)
    scene.event(ResolveTask("1", Outcome.NOT_STARTED))
    scene.prints(old, PrintState.RUNNING)
    assert scene.line.run is None
    assert Reason.FOREIGN_PRINT in scene.reasons
    scene.prints(old, PrintState.FINISH)
    assert Reason.PLATE_NOT_CLEAR in scene.reasons


def test_fm_023_a_calibration_never_counts_as_our_print() -> None:
    scene = Scene()
    run = scene.begins()
    scene.shows("auto_cali.gcode", PrintState.RUNNING, print_type="system", stage=3)
    assert scene.run.phase is Phase.STARTING
    assert scene.run.layer == 0
    scene.shows("auto_cali.gcode", PrintState.FINISH)
    assert scene.run.phase is Phase.STARTING
    assert scene.line.tasks[0].finished == 0
    assert scene.run.run_id == run.run_id


# Progress


def test_progress_is_the_highest_layer_of_this_job_while_it_prints() -> None:
    """FM-038, FM-079, FM-111."""
    scene = Scene()
    run = scene.begins()
    scene.prints(run, PrintState.PREPARE, layer=50, total_layers=50)
    assert scene.run.layer == 0, "the last job's"
    scene.prints(run, PrintState.RUNNING, stage=14, layer=9)
    assert scene.run.layer == 0, "cleaning the nozzle"
    scene.prints(run, PrintState.RUNNING, layer=12, total_layers=0)
    scene.prints(run, PrintState.RUNNING, layer=3)
    scene.prints(run, PrintState.RUNNING, layer=None, total_layers=None)
    assert (scene.run.layer, scene.run.total_layers) == (12, 50)
    scene.prints(run, PrintState.PAUSE, layer=20)
    assert scene.run.layer == 12


def test_tray_changes_are_noted_with_the_layer() -> None:
    """FM-106."""
    scene = Scene()
    run = scene.begins()
    scene.prints(run, PrintState.PREPARE, tray_now=255)
    scene.prints(run, PrintState.RUNNING, tray_now=2, layer=0)
    scene.prints(run, PrintState.RUNNING, tray_now=2, layer=7)
    scene.prints(run, PrintState.RUNNING, tray_now=None, layer=8)
    scene.prints(run, PrintState.RUNNING, tray_now=1, layer=9)
    assert scene.run.trays == ((0, 255), (0, 2), (9, 1))


def test_the_newest_fault_stays_with_the_run() -> None:
    scene = Scene()
    run = scene.works()
    assert scene.run.error == 0
    scene.prints(run, PrintState.PAUSE, print_error=FEED_FAULT)
    scene.prints(run, PrintState.RUNNING, print_error=0x0300_0002)
    scene.prints(run, PrintState.RUNNING, print_error=None)
    scene.prints(run, PrintState.RUNNING, print_error=0)
    assert scene.run.error == FEED_FAULT


# The end


def test_a_finish_at_100_percent_is_the_end() -> None:
    scene = Scene()
    scene.works(copies=2)
    effects = scene.ends(PrintState.FINISH)
    assert news(effects) == [News.PRINT_FINISHED]
    ended = record(effects)
    assert ended.outcome is Outcome.FINISHED
    assert ended.ended == scene.now
    assert scene.line.run is None


@pytest.mark.parametrize("percent", [0, 99, None])
def test_a_finish_without_100_percent_is_uncertain_until_it_shows(
    percent: int | None,
) -> None:
    """A print stopped at the screen may show FINISH too."""
    scene = Scene()
    scene.works(copies=2)
    effects = scene.ends(PrintState.FINISH, percent=percent)
    assert news(effects) == [News.TASK_UNCERTAIN]
    assert scene.run.phase is Phase.UNCERTAIN
    assert news(scene.passes(2)) == []
    assert news(scene.reports(percent=100)) == [News.PRINT_FINISHED]


def test_a_finish_straight_from_preparing_printed_nothing() -> None:
    """The percent is still the last job's. Nobody loses a copy, nobody prints it twice."""
    scene = Scene()
    run = scene.begins(copies=2)
    scene.prints(run, PrintState.PREPARE, percent=100)
    effects = scene.prints(run, PrintState.FINISH, percent=100)
    assert news(effects) == [News.TASK_UNCERTAIN]
    assert scene.line.tasks[0].finished == 0


def test_a_finish_straight_from_a_long_preparing_printed_nothing_either() -> None:
    """It was in sight all the time: had it printed, somebody would have seen it print."""
    scene = Scene()
    run = scene.begins(copies=2)
    scene.prints(run, PrintState.PREPARE, percent=100)
    scene.passes(7200)
    assert news(scene.prints(run, PrintState.FINISH)) == [News.TASK_UNCERTAIN]


def test_a_finish_under_our_name_before_anything_moved_is_no_end() -> None:
    """Firmware shows the next job's name while it still stands in FINISH (FM-022)."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    (second,) = starts(scene.ends(PrintState.FINISH))
    scene.prints(second.run, PrintState.FINISH)
    assert scene.run.phase is Phase.STARTING
    assert scene.line.tasks[0].finished == 1


@pytest.mark.parametrize("state", ACTIVE)
def test_fm_013_failed_ends_the_run_from_every_state(state: PrintState) -> None:
    scene = Scene()
    run = scene.begins()
    scene.prints(run, state, print_error=FEED_FAULT)
    effects = scene.prints(run, PrintState.FAILED, print_error=0)
    assert News.PRINT_FAILED in news(effects)
    ended = record(effects)
    assert (ended.outcome, ended.run.error) == (Outcome.FAILED, FEED_FAULT)


def test_fm_013_failed_ends_a_start_that_never_got_to_work() -> None:
    scene = Scene()
    run = scene.begins()
    assert News.PRINT_FAILED in news(scene.prints(run, PrintState.FAILED))


def test_what_the_last_report_says_is_part_of_the_record() -> None:
    scene = Scene()
    run = scene.works()
    effects = scene.prints(run, PrintState.FAILED, print_error=FEED_FAULT)
    assert record(effects).run.error == FEED_FAULT


@pytest.mark.parametrize("state", [PrintState.FAILED, PrintState.FINISH])
def test_a_cancel_at_the_screen_is_told_from_a_failure_by_its_code(
    state: PrintState,
) -> None:
    scene = Scene()
    run = scene.works()
    scene.prints(run, PrintState.RUNNING, print_error=CANCELLED)
    effects = scene.prints(run, state, print_error=0)
    assert News.PRINT_CANCELLED in news(effects)
    assert record(effects).outcome is Outcome.CANCELLED
    assert scene.line.tasks[0].cancelled == 1


@pytest.mark.parametrize("state", [PrintState.FAILED, PrintState.FINISH])
def test_a_stop_from_here_ends_as_cancelled(state: PrintState) -> None:
    scene = Scene()
    scene.works()
    scene.event(StopPrint())
    assert News.PRINT_CANCELLED in news(scene.ends(state, percent=0))


def test_a_stop_that_came_too_late_takes_no_copy_back_and_clears_no_plate() -> None:
    """It may have hit the swap itself: the part is whole, and who knows where it is."""
    scene = Scene()
    scene.works(copies=2)
    scene.event(StopPrint())
    effects = scene.ends(PrintState.FINISH)
    assert record(effects).outcome is Outcome.FINISHED
    assert scene.line.tasks[0].finished == 1
    assert not scene.line.plate.clear
    assert News.PLATE_NEEDS_CLEARING in news(effects)


def test_a_stop_that_the_printer_says_it_obeyed_is_never_too_late() -> None:
    scene = Scene()
    run = scene.works()
    scene.event(StopPrint())
    scene.prints(run, PrintState.RUNNING, print_error=CANCELLED)
    effects = scene.ends(PrintState.FINISH, print_error=0)
    assert record(effects).outcome is Outcome.CANCELLED


def test_a_stop_before_the_first_layer_is_not_judged_by_the_last_job_s_progress() -> (
    None
):
    """A printer in PREPARE still shows the 100 % of the job before."""
    for away in (False, True):
        scene = Scene()
        scene.prints(scene.begins(), PrintState.PREPARE, percent=100)
        scene.event(StopPrint())
        if away:
            scene.loses_connection()
        effects = scene.ends(PrintState.FINISH)
        assert record(effects).outcome is Outcome.CANCELLED


def test_a_stop_that_ends_in_idle_is_cancelled_not_uncertain() -> None:
    for stop in (True, False):
        scene = Scene()
        scene.works()
        if stop:
            scene.event(StopPrint())
        scene.context = replace(scene.context, status=AT_REST)
        effects = scene.reports(print_error=0 if stop else CANCELLED)
        assert News.PRINT_CANCELLED in news(effects)
        assert scene.line.run is None


def test_a_cancel_code_that_has_gone_by_the_time_it_is_idle_still_counts() -> None:
    scene = Scene()
    scene.prints(scene.works(), PrintState.RUNNING, print_error=CANCELLED)
    scene.context = replace(scene.context, status=AT_REST)
    assert News.PRINT_CANCELLED in news(scene.reports(print_error=0))
    assert scene.line.run is None


def test_a_start_that_was_never_seen_at_work_is_not_cancelled_but_asked_about() -> None:
    """The code may be the one of the job before."""
    scene = Scene()
    scene.begins()
    scene.reports(print_error=CANCELLED)
    scene.passes(START_WINDOW.total_seconds() + 1)
    assert scene.run.phase is Phase.UNCERTAIN


def test_a_cancel_code_after_an_absence_may_be_another_job_s() -> None:
    scene = Scene()
    scene.works()
    scene.loses_connection()
    scene.context = replace(scene.context, status=AT_REST)
    scene.reports(print_error=CANCELLED)
    assert scene.run.phase is Phase.UNCERTAIN


def test_a_stopped_print_is_uncertain_if_somebody_else_prints_now() -> None:
    scene = Scene()
    scene.works()
    scene.event(StopPrint())
    scene.shows("benchy", PrintState.RUNNING)
    assert scene.run.phase is Phase.UNCERTAIN


def test_fm_131_the_end_of_our_job_ends_the_run_in_every_phase() -> None:
    for phase in Phase:
        for state in (PrintState.FINISH, PrintState.FAILED):
            scene = Scene()
            run = replace(scene.works(), phase=phase)
            scene.line = replace(scene.line, run=run)
            scene.ends(state)
            assert scene.line.run is None, (phase, state)


def test_an_uncertain_run_that_shows_a_cancel_is_settled() -> None:
    scene = Scene()
    run = scene.works()
    scene.prints(run, PrintState.FINISH, percent=40)
    assert scene.run.phase is Phase.UNCERTAIN
    effects = scene.reports(print_error=CANCELLED)
    assert News.PRINT_CANCELLED in news(effects)


# The loss


def test_a_power_cycle_in_the_middle_of_a_print_is_uncertain() -> None:
    scene = Scene()
    scene.works()
    scene.loses_connection()
    assert scene.run.phase is Phase.PRINTING, "nothing is concluded from silence"
    effects = scene.boots()
    assert News.TASK_UNCERTAIN in news(effects)
    assert scene.run.phase is Phase.UNCERTAIN


def test_another_job_at_work_in_the_place_of_ours_is_uncertain() -> None:
    scene = Scene()
    run = scene.works()
    effects = scene.shows("benchy", PrintState.RUNNING)
    assert News.TASK_UNCERTAIN in news(effects)
    effects = scene.prints(run, PrintState.RUNNING)
    assert news(effects) == [], "its start was told before"
    assert scene.run.phase is Phase.PRINTING
    assert scene.run.printing_since == START


def test_an_incomplete_report_with_our_name_says_nothing() -> None:
    scene = Scene()
    run = scene.begins()
    effects = scene.prints(run, PrintState.RUNNING, complete=False)
    assert news(effects) == []
    assert scene.run.phase is Phase.STARTING


@pytest.mark.parametrize("change", [{"complete": False}, {"gap": True}])
def test_nothing_is_concluded_from_half_a_report(change: dict[str, bool]) -> None:
    scene = Scene()
    scene.works()
    scene.context = replace(scene.context, status=AT_REST)
    scene.reports(**change)
    assert scene.run.phase is Phase.PRINTING
    scene.reports(complete=True, gap=False)
    assert scene.run.phase is Phase.UNCERTAIN


def test_an_unknown_state_is_waited_out() -> None:
    scene = Scene()
    scene.works()
    scene.reports(state=PrintState.UNKNOWN)
    assert scene.run.phase is Phase.PRINTING


# Restart and reconnect


def test_fm_121_a_restart_in_the_middle_of_a_print_is_no_new_start() -> None:
    scene = Scene()
    run = scene.works()
    assert not starts(scene.crashes(30))
    effects = scene.prints(run, PrintState.RUNNING, layer=7)
    assert news(effects) == []
    assert not [e for e in effects if isinstance(e, StartPrint | Record)]
    assert scene.run.printing_since == START
    assert scene.run.started == START, "FM-124"


def test_fm_122_nothing_is_told_before_the_first_full_report_of_a_connection() -> None:
    for phase in Phase:
        scene = Scene()
        run = scene.works(copies=2)
        scene.line = replace(scene.line, run=replace(run, phase=phase))
        line = scene.line
        for effects in (
            scene.crashes(3600),
            scene.reports(connected=True, model="N1"),
            scene.reports(state=PrintState.IDLE, print_error=FEED_FAULT),
            scene.passes(3600),
        ):
            assert news(effects) == []
            assert not [e for e in effects if isinstance(e, StartPrint | Record)]
        assert scene.line.tasks == line.tasks
        assert scene.run.phase is phase
        assert scene.run.error == 0


def test_fm_126_the_first_report_finds_the_run_at_work_ended_or_unknown() -> None:
    """An end missed in an absence is never printed again by itself."""
    scene = Scene()
    run = scene.works(copies=2)
    scene.crashes(7200)
    effects = scene.prints(run, PrintState.FINISH)
    assert news(effects) == [News.PRINT_FINISHED]
    assert record(effects).ended is None, "FM-127: the end was not seen"
    assert scene.line.plate.clear

    scene = Scene()
    run = scene.works(copies=2)
    scene.crashes(7200)
    assert news(scene.prints(run, PrintState.FAILED)) == [
        News.PRINT_FAILED,
        News.PLATE_NEEDS_CLEARING,
        News.QUEUE_PAUSED,
    ]

    scene = Scene()
    scene.works(copies=2)
    scene.crashes(7200)
    assert News.TASK_UNCERTAIN in news(scene.boots())
    for _ in range(3):
        scene.crashes(60)
        assert not starts(scene.boots())
        assert scene.run.phase is Phase.UNCERTAIN


def test_a_start_committed_but_perhaps_not_sent_is_never_sent_again() -> None:
    """I2: killed between the commit and the publish, or after it."""
    scene = Scene()
    run = scene.begins(copies=2)
    scene.crashes(5)
    effects = scene.boots()
    assert not starts(effects)
    assert scene.run.run_id == run.run_id
    scene.passes(240)
    assert scene.run.phase is Phase.UNCERTAIN


def test_a_print_that_was_begun_and_finished_in_an_absence_is_recognised() -> None:
    scene = Scene()
    run = scene.begins(copies=2)
    scene.crashes(7200)
    assert News.PRINT_FINISHED in news(scene.prints(run, PrintState.FINISH))


def returns_with_a_finish(scene: Scene, run: Run, seconds: float) -> list[News]:
    """Look again so long after the run was begun, at the last FINISH and its 100 %."""
    scene.loses_connection()
    scene.now = run.started + timedelta(seconds=seconds)
    return news(scene.prints(run, PrintState.FINISH))


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize(
    ("predicted", "least"),
    [(None, 300), (120, 300), (900, 450), (86_400, 43_200)],
)
def test_a_finish_out_of_sight_counts_only_after_the_time_of_a_print(
    prepared: bool, predicted: int | None, least: int
) -> None:
    """A job that falls back from preparing shows the 100 % of the one before it."""
    for seconds, outcome in (
        (5, News.TASK_UNCERTAIN),
        (least - 1, News.TASK_UNCERTAIN),
        (least, News.PRINT_FINISHED),
    ):
        scene = Scene()
        run = scene.begins(copies=3, seconds=predicted)
        if prepared:
            scene.prints(run, PrintState.PREPARE, percent=100)
        assert returns_with_a_finish(scene, run, seconds) == [outcome]
        printed = outcome is News.PRINT_FINISHED
        assert scene.line.tasks[0].finished == printed
        assert scene.line.plate.clear is printed


def test_the_time_of_a_print_counts_from_where_it_was_seen_to_prepare() -> None:
    scene = Scene()
    run = scene.begins(copies=2)
    scene.passes(200)
    scene.prints(run, PrintState.PREPARE)
    assert returns_with_a_finish(scene, run, 640) == [News.TASK_UNCERTAIN]


def test_what_was_too_early_once_is_not_late_enough_by_waiting() -> None:
    scene = Scene()
    run = scene.begins(copies=2)
    scene.prints(run, PrintState.PREPARE, percent=100)
    returns_with_a_finish(scene, run, 5)
    assert returns_with_a_finish(scene, run, 86_400) == []
    assert scene.run.phase is Phase.UNCERTAIN
    assert not starts(scene.passes(86_400))
    scene.event(ResolveTask("1", Outcome.NOT_STARTED))
    assert scene.line.tasks[0].finished == 0


def test_the_same_from_finish_to_finish_is_for_a_person_to_say() -> None:
    """The name alone may have changed without a print."""
    scene = Scene(cooldown_seconds=0)
    scene.works(copies=2)
    (second,) = starts(scene.ends(PrintState.FINISH))
    scene.crashes(7200)
    scene.prints(second.run, PrintState.FINISH)
    assert scene.run.phase is Phase.UNCERTAIN
    scene.event(ResolveTask("1", Outcome.FINISHED))
    assert scene.line.tasks[0].finished == 2


def test_fm_123_no_age_makes_a_run_doubtful() -> None:
    scene = Scene()
    run = scene.works()
    scene.crashes(30 * 86_400)
    scene.prints(run, PrintState.RUNNING)
    assert scene.run.phase is Phase.PRINTING


def test_an_end_seen_again_after_a_gap_in_sight_has_its_time() -> None:
    scene = Scene()
    run = scene.works()
    scene.loses_connection()
    assert scene.run.unseen
    scene.prints(run, PrintState.RUNNING)
    assert not scene.run.unseen
    assert record(scene.ends(PrintState.FINISH)).ended == scene.now


def test_looking_again_changes_nothing() -> None:
    scene = Scene()
    scene.works()
    before = scene.line
    assert news(scene.event(ContextChanged())) == []
    assert scene.line == before
    scene.event(SetRunning(True))
    assert scene.line == before
