"""When each plate will start and end."""

from dataclasses import replace
from datetime import datetime, timedelta
import time
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import SetRunning, UpdateTask
from custom_components.bambu_batch.production.forecast import (
    MOST_PLATES,
    Plan,
    Planned,
    PlannedPlate,
    plan,
)
from custom_components.bambu_batch.production.model import Phase, Transfer

from .scene import START, Scene, starts

MINUTE = START + timedelta(minutes=1)
"""What starts now is planned for the next full minute."""
A, B, C = "1", "2", "3"


def at(seconds: float) -> datetime:
    return MINUTE + timedelta(seconds=seconds)


def planned(scene: Scene, before: Plan | None = None) -> Plan:
    return plan(scene.line, scene.context, scene.now, before)


@pytest.fixture(name="scene")
def scene_fixture() -> Scene:
    """Return a running queue of nothing, on a plate known clear."""
    return ready()


def ready(**options: Any) -> Scene:
    scene = Scene(cooldown_seconds=60, **options)
    scene.line = replace(
        scene.line,
        running=True,
        plate=replace(
            scene.line.plate, clear=True, job="idle", watched=START, uptime=scene.uptime
        ),
    )
    return scene


def printing(scene: Scene) -> Scene:
    """Let the first plate be at work for 100 s."""
    assert starts(scene.carry(list(scene.effects)))
    scene.prints(scene.run, PrintState.RUNNING, remaining_minutes=15, percent=0)
    scene.passes(100)
    scene.reports(remaining_minutes=13, percent=11)
    return scene


def test_nothing_to_print_takes_no_time(scene: Scene) -> None:
    assert planned(scene) == Plan()


def test_plates_follow_each_other_with_the_cooldown_between_them(scene: Scene) -> None:
    scene.queue(copies=2, seconds=900)
    scene.queue(seconds=600)
    found = planned(scene)
    assert found.tasks == {
        A: Planned(at(0), at(1860), 1860),
        B: Planned(at(1920), at(2520), 600),
    }
    assert found.remaining_seconds == 2520
    assert found.finish == at(2520)
    assert found.plates == (
        PlannedPlate(A, 1, at(0), at(900)),
        PlannedPlate(A, 2, at(960), at(1860)),
        PlannedPlate(B, 1, at(1920), at(2520)),
    )


def test_a_task_s_own_cooldown_counts_after_its_plates(scene: Scene) -> None:
    task_id = scene.queue(copies=2, seconds=900)
    scene.event(UpdateTask(task_id=task_id, settings={"cooldown_seconds": 0}))
    scene.queue(seconds=600)
    found = planned(scene)
    assert found.tasks[A].finish == at(1800)
    assert found.tasks[B].start == at(1800)


def test_the_first_plate_waits_for_the_cooldown_that_runs(scene: Scene) -> None:
    scene.queue(seconds=900)
    scene.line = replace(scene.line, cooldown_from=START + timedelta(seconds=10))
    assert planned(scene).tasks[A].start == START + timedelta(seconds=70)


def test_a_held_task_has_a_length_but_no_times_and_is_passed_over(scene: Scene) -> None:
    task_id = scene.queue(copies=3, seconds=900)
    scene.queue(seconds=600)
    scene.event(UpdateTask(task_id=task_id, hold=True))
    found = planned(scene)
    assert found.tasks == {
        A: Planned(None, None, 2820),
        B: Planned(at(0), at(600), 600),
    }
    assert found.remaining_seconds == 600


def test_after_a_plate_of_unknown_length_nothing_is_known(scene: Scene) -> None:
    scene.queue(seconds=900)
    scene.queue(seconds=None)
    scene.queue(seconds=600)
    found = planned(scene)
    assert found.tasks == {
        A: Planned(at(0), at(900), 900),
        B: Planned(at(960), None, None),
        C: Planned(None, None, 600),
    }
    assert found.remaining_seconds is None
    assert found.finish is None
    assert found.plates == (PlannedPlate(A, 1, at(0), at(900)),)


def test_a_paused_queue_has_a_length_but_no_times(scene: Scene) -> None:
    scene.queue(copies=2, seconds=900)
    scene.event(SetRunning(False))
    found = planned(scene)
    assert found.tasks == {A: Planned(None, None, 1860)}
    assert found.remaining_seconds == 1860
    assert found.finish is None
    assert found.plates == ()


def test_a_printer_that_is_away_has_no_times(scene: Scene) -> None:
    scene.queue(seconds=900)
    scene.loses_connection()
    assert planned(scene).tasks == {A: Planned(None, None, 900)}


def test_a_plate_that_waits_for_a_person_has_no_times(scene: Scene) -> None:
    scene.queue(seconds=900)
    scene.line = replace(scene.line, plate=replace(scene.line.plate, clear=False))
    assert planned(scene).tasks == {A: Planned(None, None, 900)}


def test_waiting_for_an_upload_changes_the_times_once_a_minute(scene: Scene) -> None:
    scene.queue(seconds=900)
    first = planned(scene)
    scene.passes(50)
    assert planned(scene) == first
    scene.passes(20)
    assert planned(scene).tasks[A].start == at(60)


def test_the_plate_in_print_ends_by_the_file_while_the_printer_agrees(
    scene: Scene,
) -> None:
    scene.queue(copies=2, seconds=900)
    printing(scene)
    finish = scene.run.printing_since
    assert finish is not None
    finish += timedelta(seconds=900)
    found = planned(scene)
    assert found.plates[0] == PlannedPlate(A, 1, START, finish)
    assert found.plates[1].start == finish + timedelta(seconds=60)
    assert found.tasks[A].start == START
    assert found.finish == finish + timedelta(seconds=960)
    assert found.remaining_seconds == 14 * 60 + 60 + 900


def test_the_plate_in_print_ends_by_the_printer_where_the_file_was_wrong(
    scene: Scene,
) -> None:
    scene.queue(seconds=900)
    printing(scene)
    scene.reports(remaining_minutes=40, percent=3)
    finish = planned(scene).finish
    assert finish == scene.now + timedelta(minutes=40, seconds=30)


def test_the_finish_stays_from_report_to_report(scene: Scene) -> None:
    """Minutes as an A1 counted them down: late, unevenly, from a wrong beginning."""
    scene.queue(seconds=840)
    printing(scene)
    counted = {209: 14, 349: 12, 414: 7, 526: 6, 577: 5, 623: 4, 670: 3, 715: 2}
    begin, before = scene.now, None
    finishes: list[datetime | None] = []
    for second in range(200, 764):
        scene.now = begin + timedelta(seconds=second)
        minutes = counted.get(second, scene.context.status.remaining_minutes)
        scene.reports(percent=1, remaining_minutes=minutes)
        before = planned(scene, before)
        finishes.append(before.finish)
    assert len(set(finishes)) <= 6
    (while_it_prints,) = set(finishes[526 - 200 :])
    assert while_it_prints is not None
    ended = begin + timedelta(seconds=861)
    assert abs(while_it_prints - ended) < timedelta(minutes=2)


def test_the_printer_s_word_from_the_job_before_is_no_word(scene: Scene) -> None:
    scene.queue(seconds=900)
    printing(scene)
    by_file = planned(scene).finish
    scene.prints(scene.run, PrintState.PREPARE, remaining_minutes=759, percent=100)
    assert planned(scene).finish == by_file
    scene.prints(scene.run, PrintState.RUNNING, remaining_minutes=0, percent=0)
    assert planned(scene).finish == by_file


def test_a_plate_that_is_overdue_by_its_file_alone_ends_nobody_knows_when(
    scene: Scene,
) -> None:
    scene.queue(seconds=60)
    printing(scene)
    scene.loses_connection()
    found = planned(scene)
    assert found.finish is None
    assert found.remaining_seconds is None


def test_a_paused_print_ends_nobody_knows_when_but_its_length_is_known(
    scene: Scene,
) -> None:
    scene.queue(copies=2, seconds=900)
    printing(scene)
    scene.prints(scene.run, PrintState.PAUSE, remaining_minutes=9, percent=40)
    found = planned(scene)
    assert found.tasks[A].finish is None
    assert found.plates == ()
    assert found.remaining_seconds == 540 + 60 + 900


def test_in_a_paused_queue_the_plate_in_print_still_ends(scene: Scene) -> None:
    scene.queue(seconds=900)
    scene.queue(seconds=600)
    printing(scene)
    scene.event(SetRunning(False))
    found = planned(scene)
    assert found.tasks[A].finish is not None
    assert found.tasks[B] == Planned(None, None, 600)
    assert found.finish is None
    assert found.remaining_seconds == 14 * 60 + 60 + 600


def test_an_uncertain_run_leaves_no_times(scene: Scene) -> None:
    scene.queue(copies=2, seconds=900)
    printing(scene)
    scene.line = replace(scene.line, run=replace(scene.run, phase=Phase.UNCERTAIN))
    found = planned(scene)
    assert found.tasks == {A: Planned(None, None, 900)}
    assert found.plates == ()


def test_a_plate_cleared_by_hand_is_taken_to_be_cleared_at_once() -> None:
    scene = ready(plate_clearing="manual")
    scene.queue(copies=2, seconds=900)
    printing(scene)
    assert len(planned(scene).plates) == 2


def test_a_million_copies_cost_no_more_than_two(scene: Scene) -> None:
    scene.queue(copies=2, seconds=900)
    scene.line = replace(
        scene.line, tasks=(replace(scene.line.tasks[0], copies=1_000_000),)
    )
    begin = time.perf_counter()
    found = planned(scene)
    assert time.perf_counter() - begin < 0.05
    assert found.remaining_seconds == 960_000_000 - 60
    assert len(found.plates) == MOST_PLATES
    assert found.finish == at(960_000_000 - 60)


def test_a_finish_after_the_last_year_is_unknown(scene: Scene) -> None:
    scene.queue(copies=100_000, seconds=2**40)
    found = planned(scene)
    assert found.finish is None
    assert found.remaining_seconds is not None


def test_copies_already_printed_are_not_planned_again(scene: Scene) -> None:
    scene.queue(copies=5, seconds=900)
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], finished=3))
    assert [plate.copy for plate in planned(scene).plates] == [4, 5]


def test_the_file_of_the_next_task_may_be_ready_or_not(scene: Scene) -> None:
    scene.queue(seconds=900)
    waiting = planned(scene)
    scene.line = replace(
        scene.line,
        transfer=None,
        remote=tuple(replace(f, state=Transfer.READY) for f in scene.line.remote),
    )
    assert planned(scene) == waiting
