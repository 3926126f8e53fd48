"""What the queue needs from each tray, and where a spool will run out."""

from dataclasses import replace
from datetime import datetime, timedelta
import time
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.event import SetRunning, UpdateTask
from custom_components.bambu_batch.production.fit import hold_of
from custom_components.bambu_batch.production.forecast import plan
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Hold, Phase, Spool
from custom_components.bambu_batch.production.runout import Need, RunsOut, needs

from .scene import START, Scene, starts
from .spools import needs as filaments, trays

MINUTE = START + timedelta(minutes=1)
LOADED = {0: "PLA FFFFFF", 1: "PLA 000000", 2: "PETG 808080"}


@pytest.fixture(name="scene")
def scene_fixture() -> Scene:
    """Return a running queue of nothing, on a plate known clear."""
    scene = Scene(cooldown_seconds=100)
    scene.reports(trays=trays(LOADED))
    scene.line = replace(
        scene.line,
        running=True,
        plate=replace(
            scene.line.plate, clear=True, job="idle", watched=START, uptime=scene.uptime
        ),
    )
    return scene


def queue(scene: Scene, copies: int, *grams: float | None, **more: Any) -> str:
    """Queue plates of 900 s from white PLA, then black."""
    wanted = filaments("1 PLA FFFFFF", "2 PLA 000000")[: len(grams)]
    weighed = tuple(
        replace(one, grams=weight) for one, weight in zip(wanted, grams, strict=True)
    )
    return scene.queue(copies=copies, filaments=weighed, seconds=900, **more)


def found(scene: Scene, left: dict[int, float] | None = None) -> tuple[Need, ...]:
    spools = tuple(
        Spool(spool=f"in {tray}", tray=tray, left=grams)
        for tray, grams in (left or {}).items()
    )
    context = replace(scene.context, spools=spools)
    planned = plan(scene.line, context, scene.now)
    return needs(scene.line, context, planned)


def at(seconds: float) -> datetime:
    return MINUTE + timedelta(seconds=seconds)


def test_an_empty_queue_needs_nothing(scene: Scene) -> None:
    assert found(scene) == ()


def test_the_needs_of_all_plates_are_summed_by_tray(scene: Scene) -> None:
    queue(scene, 3, 10.0, 2.0)
    queue(scene, 2, 5.0)
    assert found(scene, {0: 100.0}) == (
        Need(tray=0, grams=40.0, left=100.0, runs_out=None),
        Need(tray=1, grams=6.0, left=None, runs_out=None),
    )


def test_a_spool_runs_out_inside_a_plate(scene: Scene) -> None:
    queue(scene, 2, 10.0)
    queue(scene, 10, 10.0)
    (need,) = found(scene, {0: 55.0})
    assert need.grams == 120.0
    # five plates of 10 g, then half of the sixth, which is the fourth of the second task
    assert need.runs_out == RunsOut(
        task_id="2", copy=4, plate=6, when=at(5 * 1000 + 450)
    )


def test_a_spool_that_is_just_enough_does_not_run_out(scene: Scene) -> None:
    queue(scene, 3, 0.1)
    (need,) = found(scene, {0: 0.3})
    assert need.runs_out is None


def test_an_empty_spool_runs_out_at_once(scene: Scene) -> None:
    queue(scene, 1, 10.0)
    (need,) = found(scene, {0: 0.0})
    assert need.runs_out == RunsOut(task_id="1", copy=1, plate=1, when=at(0))


def test_a_held_task_takes_nothing(scene: Scene) -> None:
    task_id = queue(scene, 2, 10.0)
    queue(scene, 1, 4.0)
    scene.event(UpdateTask(task_id=task_id, hold=True))
    (need,) = found(scene, {0: 5.0})
    assert (need.grams, need.runs_out) == (4.0, None)


def test_a_plate_that_does_not_tell_its_weight_leaves_the_sum_unknown(
    scene: Scene,
) -> None:
    queue(scene, 1, None)
    queue(scene, 2, 10.0)
    (need,) = found(scene, {0: 15.0})
    assert need.grams is None
    assert need.runs_out is not None
    assert (need.runs_out.task_id, need.runs_out.copy, need.runs_out.plate) == (
        "2",
        2,
        3,
    )


def test_a_paused_queue_runs_out_nobody_knows_when(scene: Scene) -> None:
    queue(scene, 2, 10.0)
    scene.event(SetRunning(False))
    (need,) = found(scene, {0: 15.0})
    assert need.runs_out == RunsOut(task_id="1", copy=2, plate=2, when=None)


def test_the_plate_in_print_counts_whole_and_by_its_own_mapping(scene: Scene) -> None:
    queue(scene, 3, 10.0)
    assert starts(scene.carry(list(scene.effects)))
    scene.prints(scene.run, PrintState.RUNNING, remaining_minutes=14, percent=1)
    scene.line = replace(scene.line, run=replace(scene.run, mapping=(1,)))
    needed = found(scene, {0: 15.0, 1: 5.0})
    assert [(need.tray, need.grams) for need in needed] == [(0, 20.0), (1, 10.0)]
    white, black = (need.runs_out for need in needed)
    assert white is not None
    assert (white.copy, white.plate) == (3, 3)
    assert black == RunsOut(
        task_id="1", copy=1, plate=1, when=START + timedelta(seconds=450)
    )
    scene.line = replace(scene.line, run=replace(scene.run, phase=Phase.UNCERTAIN))
    assert [need.tray for need in found(scene)] == [0]


def test_the_external_spool_has_its_own_account(scene: Scene) -> None:
    scene.reports(trays=trays({254: "PLA FFFFFF"}))
    queue(scene, 2, 10.0)
    (need,) = found(scene, {254: 100.0})
    assert (need.tray, need.grams) == (254, 20.0)


def test_two_filaments_from_one_tray_are_added(scene: Scene) -> None:
    wanted = filaments("1 PLA FFFFFF", "2 PLA FFFFFF")
    scene.queue(filaments=tuple(replace(one, grams=3.0) for one in wanted))
    assert [(need.tray, need.grams) for need in found(scene)] == [(0, 6.0)]


def test_many_copies_cost_no_more_than_two(scene: Scene) -> None:
    queue(scene, 100_000, 10.0)
    begin = time.process_time()
    (need,) = found(scene, {0: 123_456.0})
    assert time.process_time() - begin < 0.05
    assert need.runs_out is not None
    assert need.runs_out.plate == 12_346


def spool(tray: int, left: float | None) -> Spool:
    return Spool(spool=f"in {tray}", tray=tray, left=left)


@pytest.mark.parametrize(
    ("grams", "spools", "holds"),
    [
        ((10.0,), (spool(0, 9.9),), True),
        ((10.0,), (spool(0, 10.0),), False),
        ((10.0,), (spool(0, None),), False),
        ((10.0,), (spool(1, 1.0),), False),
        ((10.0,), (), False),
        ((None,), (spool(0, 1.0),), False),
        ((10.0, 5.0), (spool(0, 50.0), spool(1, 4.0)), True),
    ],
)
def test_a_task_that_would_run_out_is_held_if_that_is_wanted(
    scene: Scene,
    grams: tuple[float | None, ...],
    spools: tuple[Spool, ...],
    holds: bool,
) -> None:
    queue(scene, 3, *grams)
    scene.context = replace(scene.context, spools=spools)
    (task,) = scene.line.waiting
    assert hold_of(task, scene.context.equipment) is None

    scene.option(hold_before_runout=True)
    held = Hold.FILAMENT_MISSING if holds else None
    assert hold_of(task, scene.context.equipment) is held


def test_the_queue_goes_on_with_a_task_that_fits(scene: Scene) -> None:
    scene.option(hold_before_runout=True)
    scene.context = replace(scene.context, spools=(spool(0, 9.0),))
    queue(scene, 1, 10.0)
    assert Reason.FILAMENT_MISSING in scene.reasons
    queue(scene, 1, 8.0)
    assert Reason.FILAMENT_MISSING not in scene.reasons


def test_fm_108_a_run_keeps_the_spools_of_its_start(scene: Scene) -> None:
    white = (spool(0, 500.0),)
    scene.context = replace(scene.context, spools=white)
    queue(scene, 1, 10.0)
    assert starts(scene.carry(list(scene.effects)))
    scene.context = replace(scene.context, spools=())
    scene.prints(scene.run, PrintState.RUNNING)
    assert scene.run.spools == white
