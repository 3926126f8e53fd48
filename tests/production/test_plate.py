"""Is the plate clear? Stories of who knows it, and what makes it doubtful again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.context import PlateClearing
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    ContextChanged,
    Refused,
    SetPlatesLeft,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Phase
from custom_components.bambu_batch.production.plate import (
    CONTINUITY,
    plate_is_clear,
    watch,
)

from .scene import AT_REST, Scene, news, starts

CANCELLED = 0x0300_400C
NO_PLATE = 0x0300_8019
POWER_LOSS = 0x0300_8007


def is_clear(scene: Scene) -> bool:
    return plate_is_clear(scene.line, scene.context.status)


def finished(**options: Any) -> Scene:
    """Return a line with one of two copies printed and its plate swapped."""
    scene = Scene(**options)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    assert is_clear(scene)
    return scene


def confirmed() -> Scene:
    """Return a line whose idle printer's plate a person has cleared; the queue is paused."""
    scene = Scene()
    scene.queue()
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)
    return scene


# Who clears it


def test_a_new_line_knows_of_no_clear_plate() -> None:
    scene = Scene()
    scene.reports()
    assert not is_clear(scene)


def test_an_end_tapped_away_before_the_next_report_hides_no_print() -> None:
    scene = Scene(cooldown_seconds=600)
    run = scene.works(copies=2)
    scene.passes(900)
    scene.prints(run, PrintState.FINISH)
    scene.now += timedelta(seconds=2)
    scene.boots()
    assert scene.line.plate.clear


def test_a_plate_that_a_person_cleared_does_not_become_one_that_swaps() -> None:
    """However long it was watched: the same job done once more has left its part there."""
    scene = Scene()
    scene.shows("benchy", PrintState.FINISH)
    scene.event(ConfirmPlateClear())
    for _ in range(3):
        scene.passes(120)
    assert scene.line.plate.clear
    shown = scene.context.status
    scene.loses_connection()
    scene.now += timedelta(hours=1)
    scene.comes_back(shown)
    assert not scene.line.plate.clear


def test_fm_040_only_the_finish_of_our_own_run_whose_file_clears_frees_the_plate() -> (
    None
):
    for state, changes in (
        (PrintState.FAILED, {}),
        (PrintState.FAILED, {"print_error": CANCELLED}),
        (PrintState.FINISH, {"print_error": CANCELLED}),
    ):
        scene = Scene()
        scene.works(copies=2)
        scene.ends(state, **changes)
        assert not is_clear(scene), (state, changes)
        scene.reports(print_error=0)
        assert not is_clear(scene)
        scene.event(SetRunning(True))
        assert not starts(scene.passes(3600))
    assert is_clear(finished())


def test_a_file_that_does_not_clear_its_plate_leaves_it_occupied() -> None:
    scene = Scene(require_swap_gcode=False)
    scene.works(copies=2, swap="no")
    effects = scene.ends(PrintState.FINISH)
    assert news(effects) == [News.PRINT_FINISHED, News.PLATE_NEEDS_CLEARING]
    assert not is_clear(scene)


def test_manual_clearing_asks_a_person_after_every_plate() -> None:
    scene = Scene(plate_clearing=PlateClearing.MANUAL)
    scene.works(copies=2)
    assert News.PLATE_NEEDS_CLEARING in news(scene.ends(PrintState.FINISH))
    assert Reason.PLATE_NOT_CLEAR in scene.reasons
    scene.passes(60)
    assert starts(scene.event(ConfirmPlateClear()))


def test_fm_041_what_the_end_means_is_fixed_before_the_start_and_can_only_be_denied() -> (
    None
):
    scene = Scene(plate_clearing=PlateClearing.MANUAL)
    scene.works(copies=2)
    scene.option(plate_clearing=PlateClearing.AUTOMATIC)
    scene.ends(PrintState.FINISH)
    assert not is_clear(scene), "the start was made for manual clearing"

    scene = Scene()
    scene.works(copies=2)
    scene.crashes(60)
    assert scene.run.clears_plate, "kept over a crash"
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    assert is_clear(scene)

    scene = Scene()
    scene.works(copies=2)
    scene.option(plate_clearing=PlateClearing.MANUAL)
    scene.ends(PrintState.FINISH)
    assert not is_clear(scene)

    scene = Scene()
    scene.works(copies=2)
    scene.event(UpdateTask(task_id="1", clears_plate=False))
    scene.ends(PrintState.FINISH)
    assert not is_clear(scene), "a person has taken it back"


def test_fm_042_the_finish_of_a_clearing_run_clears_whatever_was_before() -> None:
    scene = Scene()
    scene.works(copies=2)
    assert not is_clear(scene)
    assert not scene.line.plate.clear
    scene.ends(PrintState.FINISH)
    assert is_clear(scene)


@pytest.mark.parametrize("code", [NO_PLATE, POWER_LOSS])
def test_a_finish_with_an_error_about_the_plate_is_no_swap(code: int) -> None:
    scene = Scene()
    scene.works(copies=2)
    scene.ends(PrintState.FINISH, print_error=code)
    assert not is_clear(scene)


# A person's word


def test_fm_134_a_person_may_clear_the_plate_while_the_printer_is_away() -> None:
    scene = Scene()
    scene.queue()
    scene.loses_connection()
    scene.event(ConfirmPlateClear())
    scene.passes(179)
    scene.boots()
    assert is_clear(scene)


def test_a_word_given_long_before_the_printer_is_seen_has_to_be_given_again() -> None:
    """Out of our sight somebody may have printed since."""
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    scene.loses_connection()
    scene.event(ConfirmPlateClear())
    scene.passes(181)
    effects = scene.boots()
    assert not is_clear(scene)
    assert News.PLATE_NEEDS_CLEARING in news(effects)


@pytest.mark.parametrize("asked", [False, True])
@pytest.mark.parametrize("returns", ["idle", "finish", "restart", "unheard"])
def test_a_word_that_has_become_void_is_told_once_and_can_be_given_again(
    returns: str, asked: bool
) -> None:
    """Whoever gave it while the printer was away believes that all is well."""
    scene = Scene()
    scene.shows("benchy", PrintState.FINISH)
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    last = scene.context.status
    if not asked:
        scene.line = replace(scene.line, asked_to_clear=False)
    if returns == "unheard":
        scene.now += timedelta(seconds=90)
        scene.event(ContextChanged())
    else:
        scene.loses_connection()
    told = len(scene.effects)
    scene.event(ConfirmPlateClear())
    scene.now += timedelta(seconds=200)
    if returns == "restart":
        scene.crashes()
    scene.carry(scene.boots() if returns == "idle" else scene.comes_back(last))
    for _ in range(5):
        scene.carry(scene.passes(60))
    assert not is_clear(scene)
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)
    assert news(scene.effects[told:]).count(News.PLATE_NEEDS_CLEARING) == 1
    assert starts(scene.carry(scene.event(ConfirmPlateClear())))


def test_a_word_that_no_clock_can_keep_is_refused_while_the_printer_is_away() -> None:
    """Taken, it would be void in the same moment."""
    scene = Scene()
    scene.boot = None
    scene.reports()
    scene.queue()
    scene.loses_connection()
    with pytest.raises(Refused, match="plate_out_of_sight"):
        scene.event(ConfirmPlateClear())
    scene.boots()
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)


def test_nobody_clears_the_plate_under_a_print() -> None:
    scene = Scene()
    run = scene.begins()
    line = scene.line
    with pytest.raises(Refused, match="plate_in_use"):
        scene.event(ConfirmPlateClear())
    scene.prints(run, PrintState.RUNNING)
    with pytest.raises(Refused, match="plate_in_use"):
        scene.event(ConfirmPlateClear())
    assert line.run is not None

    scene = Scene()
    scene.shows("benchy", PrintState.RUNNING)
    with pytest.raises(Refused, match="plate_in_use"):
        scene.event(ConfirmPlateClear())


@pytest.mark.parametrize("age", [timedelta(seconds=2), timedelta(hours=1)])
def test_a_word_after_an_old_report_stands_until_a_newer_one(age: timedelta) -> None:
    scene = Scene()
    scene.queue()
    scene.now += age
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)
    scene.reports()
    assert is_clear(scene)


# What makes it doubtful


def test_fm_030_idle_after_a_power_cycle_clears_nothing() -> None:
    scene = Scene()
    scene.works(copies=2)
    scene.ends(PrintState.FAILED)
    scene.event(SetRunning(True))
    scene.loses_connection()
    scene.crashes(10)
    scene.boots()
    assert not is_clear(scene)
    assert Reason.PLATE_NOT_CLEAR in scene.reasons


def test_fm_031_every_end_of_every_print_occupies_the_plate() -> None:
    """Ours or foreign, aborted at the screen, cancelled here, in every state it shows."""
    for state in (PrintState.FINISH, PrintState.FAILED, PrintState.IDLE):
        scene = finished()
        scene.shows("benchy", PrintState.PREPARE)
        assert not is_clear(scene)
        scene.shows("benchy", state, print_error=CANCELLED)
        scene.reports(print_error=0)
        assert not starts(scene.passes(2))
        assert not starts(scene.passes(3600))
        assert not is_clear(scene), state


@pytest.mark.parametrize(
    "state", [PrintState.PREPARE, PrintState.RUNNING, PrintState.PAUSE]
)
def test_a_job_at_work_occupies_the_plate(state: PrintState) -> None:
    scene = confirmed()
    scene.shows("benchy", state)
    assert not scene.line.plate.clear


def test_another_job_s_end_occupies_the_plate_though_nobody_saw_it_at_work() -> None:
    for state in (PrintState.FINISH, PrintState.FAILED):
        scene = confirmed()
        scene.shows("benchy", state)
        assert not scene.line.plate.clear


def test_our_own_job_shown_as_failed_after_its_finish_occupies_the_plate() -> None:
    """It was printed again at the screen and went wrong."""
    scene = finished()
    scene.reports(state=PrintState.FAILED)
    assert not scene.line.plate.clear


@pytest.mark.parametrize("code", [CANCELLED, NO_PLATE, POWER_LOSS])
def test_an_error_that_tells_of_a_part_occupies_the_plate(code: int) -> None:
    """A cancel may show its code after the job has gone to FINISH."""
    scene = finished()
    scene.reports(print_error=code)
    assert not scene.line.plate.clear


@pytest.mark.parametrize("code", [0, 0x0300_0002, 0x1200_8006, None])
def test_other_errors_leave_the_plate_alone(code: int | None) -> None:
    scene = finished()
    scene.reports(print_error=code)
    assert is_clear(scene)


def test_fm_005_a_prompt_tapped_away_leaves_the_plate_clear() -> None:
    scene = finished()
    scene.now += timedelta(seconds=10)
    scene.boots()
    assert is_clear(scene)
    assert not scene.line.plate.swapped


def test_a_plate_is_doubtful_after_the_printer_was_out_of_sight_long_enough_for_a_print() -> (
    None
):
    for seconds, clear in ((179, True), (180, False), (3600, False)):
        scene = confirmed()
        scene.loses_connection()
        scene.passes(seconds)
        scene.boots()
        assert is_clear(scene) is clear, seconds


def test_the_same_finish_after_a_long_absence_is_trusted_only_where_the_job_swaps() -> (
    None
):
    """Printed again at the screen it has swapped again; after a person it has not."""
    scene = finished()
    last = scene.context.status
    scene.loses_connection()
    scene.passes(3600)
    scene.comes_back(last)
    assert is_clear(scene)

    scene = Scene(require_swap_gcode=False)
    scene.works(copies=2, swap="no")
    scene.ends(PrintState.FINISH)
    scene.event(SetRunning(False))
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)
    scene.loses_connection()
    scene.passes(3600)
    scene.comes_back(last)
    assert not is_clear(scene)


def test_idle_after_a_swap_and_a_long_absence_is_not_trusted() -> None:
    scene = finished()
    scene.passes(10)
    scene.boots()
    scene.event(SetRunning(False))
    scene.loses_connection()
    scene.passes(3600)
    scene.boots()
    assert not is_clear(scene)


def test_reports_that_stop_are_no_watching() -> None:
    """The line may look as often as it likes: only reports tell that nothing was printed."""
    scene = confirmed()
    for _ in range(10):
        scene.now += timedelta(seconds=30)
        scene.crashes()
    scene.boots()
    assert not is_clear(scene)


def test_a_watched_plate_stays_clear_for_ever() -> None:
    scene = confirmed()
    for _ in range(20):
        scene.passes(170)
    assert is_clear(scene)
    assert scene.line.plate.watched == scene.now


def test_watching_is_written_down_only_once_a_minute() -> None:
    scene = confirmed()
    before = scene.line
    scene.passes(59)
    assert scene.line is before
    scene.passes(1)
    assert scene.line.plate.watched == scene.now


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_clock_that_jumps_is_no_watching(jump: timedelta) -> None:
    """Set ahead, it may have woken from a standstill of both clocks: a paused computer."""
    scene = confirmed()
    scene.sets_clock(jump)
    scene.reports()
    assert not is_clear(scene)


# A clock that stood still


def test_fm_161_a_clock_that_stood_still_over_an_absence_hides_no_print() -> None:
    """A computer without a clock of its own boots at the time of its shutdown."""
    for state in (PrintState.IDLE, PrintState.FINISH):
        scene = Scene()
        if state is PrintState.FINISH:
            scene.shows("benchy", state)
        scene.queue()
        scene.event(ConfirmPlateClear())
        assert is_clear(scene)
        last = scene.context.status
        scene.reboots(timedelta(hours=2), shows=timedelta(seconds=5))
        scene.crashes()
        effects = scene.event(SetRunning(True))
        scene.carry((*effects, *scene.comes_back(last)))
        assert not is_clear(scene), state
        assert Reason.PLATE_NOT_CLEAR in scene.reasons
        assert not starts(scene.passes(3600))
        assert news(scene.effects).count(News.PLATE_NEEDS_CLEARING) == 1
        assert starts(scene.carry(scene.event(ConfirmPlateClear())))


def test_fm_161_a_clock_that_stood_still_under_a_lost_connection_hides_no_print() -> (
    None
):
    scene = confirmed()
    scene.loses_connection()
    scene.now += CONTINUITY
    scene.sets_clock(-CONTINUITY)
    scene.boots()
    assert not is_clear(scene)


def test_fm_161_the_finish_of_our_own_swap_goes_on_after_any_absence() -> None:
    """A night does not end because the computer has updated itself."""
    for shows in (None, timedelta(seconds=5), timedelta(days=1), timedelta(days=-1)):
        scene = finished()
        last = scene.context.status
        scene.reboots(timedelta(minutes=10), shows=shows)
        scene.crashes()
        scene.carry(scene.comes_back(last))
        assert is_clear(scene), shows
        assert starts(scene.passes(61)), shows


def test_fm_161_a_swap_at_less_than_its_end_is_no_swap_after_an_absence() -> None:
    """Printed again at the screen and stopped there: it may show FINISH too."""
    for percent in (None, 0, 99):
        scene = finished()
        last = scene.context.status
        scene.loses_connection()
        scene.passes(3600)
        scene.comes_back(replace(last, percent=percent))
        assert not scene.line.plate.clear, percent


def test_fm_161_a_short_absence_asks_nobody() -> None:
    """The network drops, Home Assistant restarts: the uptime proves how short it was."""
    scene = confirmed()
    scene.loses_connection()
    scene.passes(20)
    scene.boots()
    assert is_clear(scene)
    scene.crashes(90)
    scene.boots()
    assert is_clear(scene)


def test_fm_161_after_a_reboot_nothing_proves_how_short_it_was() -> None:
    scene = confirmed()
    scene.reboots(timedelta(seconds=20))
    scene.crashes()
    scene.boots()
    assert not scene.line.plate.clear


def test_fm_161_idle_with_the_ids_of_a_job_that_was_not_shown_hides_a_print() -> None:
    scene = finished()
    run = scene.context.status
    scene.loses_connection()
    scene.passes(20)
    scene.comes_back(replace(run, state=PrintState.IDLE))
    assert is_clear(scene), "our own, tapped away"

    foreign: list[dict[str, Any]] = [{"subtask_id": "1234"}, {"subtask_name": "benchy"}]
    for names in foreign:
        for scene in (confirmed(), finished()):
            scene.loses_connection()
            scene.passes(20)
            scene.comes_back(replace(AT_REST, **names))
            assert not scene.line.plate.clear, names


def test_fm_161_without_a_clock_to_trust_a_plate_out_of_sight_is_doubtful() -> None:
    scene = Scene()
    scene.boot = None
    scene.reports()
    scene.queue()
    scene.event(ConfirmPlateClear())
    for _ in range(3):
        scene.passes(100)
    assert is_clear(scene), "it was in sight"
    scene.loses_connection()
    scene.boots()
    assert not scene.line.plate.clear


@pytest.mark.parametrize(("first", "later"), [(None, "first"), ("first", None)])
def test_fm_161_a_clock_to_trust_at_one_end_only_proves_nothing(
    first: str | None, later: str | None
) -> None:
    scene = Scene()
    scene.boot = first
    scene.reports()
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)
    scene.boot = later
    scene.passes(30)
    assert not is_clear(scene)


def test_fm_161_without_a_clock_to_trust_our_own_swap_goes_on() -> None:
    scene = Scene()
    scene.boot = None
    scene.reports()
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    last = scene.context.status
    scene.crashes(600)
    assert starts(scene.carry(scene.comes_back(last)))


@pytest.mark.parametrize("end", [PrintState.FINISH, PrintState.FAILED])
def test_fm_134_a_word_given_while_the_printer_is_away_is_about_the_job_seen_last(
    end: PrintState,
) -> None:
    """An end that stood there before is no print since; any other end is one."""
    scene = Scene()
    scene.queue()
    scene.shows("benchy", end)
    scene.loses_connection()
    scene.event(ConfirmPlateClear())
    scene.shows("benchy", end)
    assert is_clear(scene)
    scene.loses_connection()
    scene.event(ConfirmPlateClear())
    scene.event(SetRunning(True))
    effects = scene.shows("boat", end)
    assert not is_clear(scene)
    assert News.PLATE_NEEDS_CLEARING in news(effects)
    scene.event(ConfirmPlateClear())
    assert is_clear(scene)


@pytest.mark.parametrize("seen", ["never", "idle", "at work"])
@pytest.mark.parametrize("end", [PrintState.FINISH, PrintState.FAILED])
def test_fm_134_a_print_that_ends_after_the_word_takes_it_back(
    seen: str, end: PrintState
) -> None:
    scene = Scene()
    if seen == "never":
        scene.loses_connection()
    scene.queue()
    if seen == "at work":
        scene.shows("boat", PrintState.RUNNING)
    scene.loses_connection()
    scene.event(ConfirmPlateClear())
    scene.passes(100)
    scene.shows("boat", end)
    assert not is_clear(scene)


def test_a_run_that_nobody_knows_anything_of_leaves_its_plate_occupied() -> None:
    scene = Scene()
    scene.begins()
    assert scene.line.plate.clear
    for _ in range(5):
        scene.passes(50)
    assert scene.run.phase is Phase.UNCERTAIN
    assert not scene.line.plate.clear


def test_a_plate_is_not_watched_while_a_message_is_lost() -> None:
    """What was lost may be a whole print; the next full report tells only the job."""
    scene = confirmed()
    plate = scene.line.plate
    scene.now += CONTINUITY / 2
    scene.reports(gap=True)
    assert scene.line.plate == plate
    scene.now += CONTINUITY / 2
    scene.reports(gap=False)
    assert not is_clear(scene)


def test_a_message_lost_for_a_short_while_makes_no_doubt() -> None:
    scene = confirmed()
    scene.now += CONTINUITY / 3
    scene.reports(gap=True)
    scene.now += CONTINUITY / 3
    scene.reports(gap=False)
    assert scene.line.plate.watched == scene.now
    assert is_clear(scene)


def test_what_is_neither_rest_nor_work_is_not_watched() -> None:
    scene = confirmed()
    plate = scene.line.plate
    scene.now += CONTINUITY / 2
    scene.reports(state=PrintState.UNKNOWN)
    assert scene.line.plate == plate
    scene.now += CONTINUITY / 2
    scene.reports(state=PrintState.IDLE)
    assert not is_clear(scene)


def test_a_word_given_while_the_printer_is_not_at_rest_is_bound_to_what_it_shows_then() -> (
    None
):
    scene = Scene()
    scene.queue()
    scene.reports(stage=14)
    scene.event(ConfirmPlateClear())
    scene.reports(stage=255)
    assert is_clear(scene)
    assert AT_REST.state is PrintState.IDLE


def test_an_occupied_plate_stays_so_whatever_is_reported() -> None:
    scene = Scene()
    scene.queue()
    for status in (AT_REST, replace(AT_REST, state=PrintState.FINISH, stage=255)):
        scene.context = replace(scene.context, status=status)
        scene.passes(100)
        assert not is_clear(scene)


def test_an_occupied_plate_is_not_freed_by_what_else_is_stored_of_it() -> None:
    scene = confirmed()
    scene.line = replace(scene.line, plate=replace(scene.line.plate, clear=False))
    scene.passes(100)
    assert not is_clear(scene)


def test_the_name_of_a_job_that_is_neither_at_rest_nor_at_work_makes_no_doubt() -> None:
    scene = confirmed()
    scene.reports(stage=14, subtask_name="benchy")
    assert is_clear(scene)
    scene.reports(stage=255, subtask_name="")
    assert is_clear(scene)


def test_fm_168_a_file_s_name_that_goes_makes_no_doubt() -> None:
    scene = Scene()
    scene.queue()
    scene.reports(gcode_file="benchy.3mf")
    scene.event(ConfirmPlateClear())
    assert scene.line.plate.file == "benchy.3mf"
    scene.reports(gcode_file="")
    assert is_clear(scene)


# The changer's plates, counted


def counted(left: int = 10, seconds: int | None = 900, **options: Any) -> Scene:
    """Return a line whose first of many copies has swapped; so many plates are left then."""
    scene = Scene(plate_stack=20, **options)
    scene.line = replace(scene.line, plates_left=left + 1)
    scene.works(copies=9, seconds=seconds)
    scene.ends(PrintState.FINISH)
    assert is_clear(scene)
    assert scene.line.plates_left == left
    return scene


def begins_again(scene: Scene) -> None:
    """Somebody prints the job that the printer shows once more."""
    scene.reports(
        state=PrintState.RUNNING,
        print_stage=2,
        stage=0,
        print_type="local",
        gcode_file="clip.3mf",
    )


@pytest.mark.parametrize(
    ("away", "left"),
    [(60, 10), (449, 10), (450, 9), (899, 9), (900, 8), (4499, 1), (4500, 0)],
)
def test_a_swap_that_may_have_been_done_again_out_of_sight_counts_as_done(
    away: int, left: int
) -> None:
    """Printed again at the screen as often and as fast as can be; the plate itself is clear."""
    scene = counted()
    last = scene.context.status
    scene.loses_connection()
    scene.passes(away)
    scene.comes_back(last)
    assert is_clear(scene)
    assert scene.line.plates_left == left
    scene.passes(30)
    assert scene.line.plates_left == left, "once"


def test_a_short_drop_of_the_network_takes_no_plate_and_stops_no_night() -> None:
    scene = counted(left=1)
    last = scene.context.status
    for _ in range(5):
        scene.loses_connection()
        scene.passes(240)
        effects = scene.carry(scene.comes_back(last))
        if starts(effects):
            break
    assert scene.line.plates_left == 1
    assert starts(effects)


def test_a_person_is_called_where_no_plate_may_be_left() -> None:
    scene = counted(left=1)
    last = scene.context.status
    scene.loses_connection()
    scene.passes(450)
    scene.carry(scene.comes_back(last))
    assert scene.line.run is None
    assert scene.reasons == (Reason.PLATES_EMPTY,)
    assert News.PERSON_NEEDED in news(scene.effects)
    assert starts(scene.event(SetPlatesLeft(3)))


def test_a_file_of_unknown_length_may_be_as_short_as_any_print() -> None:
    scene = counted(seconds=None)
    last = scene.context.status
    scene.loses_connection()
    scene.passes(600)
    scene.comes_back(last)
    assert scene.line.plates_left == 8


def test_after_a_reboot_nobody_knows_how_many_plates_are_left() -> None:
    """No clock proves how long it was: the swaps done meanwhile may be any number (FM-161)."""
    scene = counted()
    last = scene.context.status
    scene.reboots(timedelta(seconds=20))
    scene.crashes()
    scene.comes_back(last)
    assert is_clear(scene)
    assert scene.line.plates_left == 0


def test_a_packed_file_done_again_uses_all_its_plates() -> None:
    scene = Scene(plate_stack=20)
    scene.line = replace(scene.line, plates_left=20)
    scene.queue(packed=3, copies=2)
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.carry(scene.event(SetRunning(True)))
    scene.event(ConfirmPlateClear())
    scene.prints(scene.run, PrintState.RUNNING)
    scene.ends(PrintState.FINISH)
    last = scene.context.status
    scene.loses_connection()
    scene.passes(450)
    scene.comes_back(last)
    assert scene.line.plates_left == 14


def test_what_a_swap_uses_up_is_known_for_as_long_as_its_plate_is_watched() -> None:
    scene = counted(seconds=3600, cooldown_seconds=3600)
    scene.line = replace(scene.line, plate=replace(scene.line.plate, plates=3))
    for _ in range(3):
        scene.passes(100)
    last = scene.context.status
    scene.loses_connection()
    scene.passes(1800)
    scene.comes_back(last)
    assert is_clear(scene)
    assert scene.line.plates_left == 7


@pytest.mark.parametrize("state", [PrintState.IDLE, PrintState.FAILED])
def test_a_swap_done_again_counts_though_the_plate_is_doubtful_by_now(
    state: PrintState,
) -> None:
    """The last of several went wrong, or was tapped away."""
    scene = counted()
    last = scene.context.status
    scene.loses_connection()
    scene.passes(900)
    scene.comes_back(replace(last, state=state))
    assert not scene.line.plate.clear
    assert scene.line.plates_left == 8


@pytest.mark.parametrize(("left", "then"), [(10, 9), (1, 0)])
def test_our_job_seen_at_work_again_takes_its_plate(left: int, then: int) -> None:
    scene = counted(left, cooldown_seconds=600)
    begins_again(scene)
    assert not scene.line.plate.clear
    assert scene.line.plates_left == then


def test_a_job_whose_plate_a_person_cleared_takes_none_when_it_is_begun_again() -> None:
    scene = counted(cooldown_seconds=600)
    scene.event(ConfirmPlateClear())
    begins_again(scene)
    assert not scene.line.plate.clear
    assert scene.line.plates_left == 10


def test_our_run_first_seen_at_work_after_an_absence_took_no_plate_in_it() -> None:
    scene = counted(cooldown_seconds=0)
    run = scene.run
    scene.loses_connection()
    scene.passes(3600)
    scene.prints(run, PrintState.RUNNING)
    assert scene.run.phase is Phase.PRINTING
    assert scene.line.plates_left == 10


def test_the_next_copy_and_other_peoples_prints_take_no_plate_before_their_end() -> (
    None
):
    scene = counted(cooldown_seconds=0)
    assert scene.run.copy == 2
    scene.prints(scene.run, PrintState.RUNNING)
    assert scene.line.plates_left == 10

    scene = counted(cooldown_seconds=600)
    scene.shows("benchy", PrintState.RUNNING)
    assert scene.line.plates_left == 10


def test_a_word_about_the_plate_given_out_of_sight_says_nothing_of_the_changer() -> (
    None
):
    scene = counted()
    scene.loses_connection()
    scene.passes(450)
    scene.event(ConfirmPlateClear())
    scene.passes(10)
    scene.boots()
    assert is_clear(scene)
    assert scene.line.plates_left == 9


def test_a_plate_that_a_person_cleared_takes_none_out_of_sight() -> None:
    scene = counted(cooldown_seconds=600)
    scene.event(ConfirmPlateClear())
    last = scene.context.status
    scene.loses_connection()
    scene.passes(450)
    scene.comes_back(last)
    assert not is_clear(scene)
    assert scene.line.plates_left == 10


# What is not told


def test_a_report_without_a_time_tells_nothing_good() -> None:
    scene = confirmed()
    timeless = replace(scene.context.status, received=None)
    assert watch(scene.line, timeless, fresh=True) is scene.line


def test_a_job_at_work_occupies_the_plate_though_its_report_has_no_time() -> None:
    scene = counted(cooldown_seconds=600)
    scene.reports(state=PrintState.RUNNING, received=None)
    assert not scene.line.plate.clear
    assert scene.line.plates_left == 9


def test_ids_that_are_not_told_name_no_other_job() -> None:
    for scene in (confirmed(), finished(cooldown_seconds=600)):
        scene.comes_back(replace(AT_REST, subtask_id=None, subtask_name=None))
        assert is_clear(scene)


def test_a_plate_cleared_before_ids_were_told_is_bound_to_no_name() -> None:
    scene = Scene()
    scene.reports(subtask_id=None, subtask_name=None)
    scene.event(ConfirmPlateClear())
    assert scene.line.plate.named == ""
    scene.reports(subtask_id="0", subtask_name="")
    assert is_clear(scene)


def test_an_end_named_otherwise_while_a_message_is_lost_is_judged_by_the_next_one() -> (
    None
):
    scene = Scene()
    scene.shows("benchy", PrintState.FINISH)
    scene.event(ConfirmPlateClear())
    scene.reports(gap=True, subtask_name="boat")
    assert scene.line.plate.clear
    assert not is_clear(scene)
    scene.reports(gap=False)
    assert not scene.line.plate.clear
