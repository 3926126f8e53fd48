"""A computer's clock that jumps, or that stood still."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from custom_components.bambu_batch.bambu.status import PrintState, Uptime
from custom_components.bambu_batch.production import clock
from custom_components.bambu_batch.production.clock import mind_clock, surely_since
from custom_components.bambu_batch.production.event import (
    SetRunning,
    StartDeferred,
    UploadFailed,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import (
    Line,
    Phase,
    RemoteFile,
    RemovedTask,
)
from custom_components.bambu_batch.production.plate import plate_is_clear

from .scene import BOOTED, START, Scene, starts

DAY = timedelta(days=1)
NIGHT = timedelta(hours=8)
NOW = timedelta(0)


def cooling(seconds: int = 60) -> Scene:
    """Return a line with one of two copies printed, its cooldown just begun."""
    scene = Scene(cooldown_seconds=seconds)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    return scene


@pytest.mark.parametrize("jump", [-DAY, DAY, timedelta(seconds=-40), NIGHT])
def test_fm_161_a_cooldown_lasts_as_long_whoever_sets_the_clock(
    jump: timedelta,
) -> None:
    scene = cooling()
    scene.passes(30)
    scene.sets_clock(jump)
    assert not starts(scene.reports())
    assert scene.line.cooldown_from == scene.now - timedelta(seconds=30)
    assert not starts(scene.passes(29))
    assert scene.reasons == (Reason.COOLDOWN,)
    assert starts(scene.passes(1))


@pytest.mark.parametrize("shows", [NOW, DAY, timedelta(minutes=3), -DAY])
def test_fm_161_after_a_reboot_only_the_time_since_then_is_known_to_have_passed(
    shows: timedelta,
) -> None:
    """Whatever the clock shows by then; the night goes on with nobody asked."""
    scene = cooling(120)
    last = scene.context.status
    scene.reboots(timedelta(minutes=10), shows=shows)
    scene.crashes(30)
    scene.carry(scene.comes_back(last))
    assert plate_is_clear(scene.line, scene.context.status)
    assert not starts(scene.passes(59))
    assert scene.reasons == (Reason.COOLDOWN,)
    assert not starts(scene.passes(30))
    assert starts(scene.carry(scene.passes(31)))


def test_fm_161_after_a_restart_of_the_program_alone_the_cooldown_goes_on() -> None:
    scene = cooling(120)
    last = scene.context.status
    scene.crashes(60)
    scene.carry(scene.comes_back(last))
    assert not starts(scene.passes(59))
    assert scene.reasons == (Reason.COOLDOWN,)
    assert starts(scene.passes(1))


@pytest.mark.parametrize("jump", [-DAY, DAY])
def test_the_window_of_a_start_lasts_as_long_whoever_sets_the_clock(
    jump: timedelta,
) -> None:
    scene = Scene()
    scene.begins()
    scene.passes(100)
    scene.sets_clock(jump)
    scene.reports()
    scene.passes(139)
    assert scene.run.phase is Phase.STARTING
    scene.passes(1)
    assert scene.run.phase is Phase.UNCERTAIN


def test_fm_161_a_clock_set_ahead_gives_no_run_the_time_for_a_print() -> None:
    """A job that falls back from preparing shows the FINISH and percent of the one before."""
    for jump in (NOW, DAY):
        scene = Scene()
        run = scene.begins()
        scene.loses_connection()
        scene.passes(60)
        scene.sets_clock(jump)
        scene.prints(run, PrintState.FINISH)
        assert scene.run.phase is Phase.UNCERTAIN, jump

    scene = Scene()
    run = scene.begins()
    scene.reboots(timedelta(minutes=2), shows=DAY)
    scene.crashes(60)
    scene.prints(run, PrintState.FINISH)
    assert scene.run.phase is Phase.UNCERTAIN


def test_a_clock_set_back_does_not_stop_transfers_or_starts_for_a_day() -> None:
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    name = scene.line.transfer
    assert name is not None
    scene.event(UploadFailed(name))
    scene.sets_clock(-DAY)
    scene.reports()
    scene.passes(30)
    assert scene.line.transfer == name

    scene = Scene()
    run = scene.begins()
    scene.event(StartDeferred(run.run_id))
    scene.sets_clock(-DAY)
    scene.reports()
    assert scene.line.deferred == scene.now
    scene.passes(2)
    assert Reason.STALE_REPORT not in scene.reasons


def test_a_clock_that_jumps_ahead_makes_every_report_old() -> None:
    scene = cooling(600)
    scene.sets_clock(DAY)
    assert Reason.STALE_REPORT in scene.reasons
    scene.reports()
    assert scene.reasons == (Reason.COOLDOWN,)


def test_fm_161_a_report_does_not_stay_young_because_the_clock_is_set_back() -> None:
    scene = cooling()
    scene.now += timedelta(seconds=70)
    scene.sets_clock(timedelta(seconds=-70))
    assert scene.reasons[0] is Reason.STALE_REPORT


def test_nothing_changes_while_the_clock_goes_on() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=2)
    assert scene.line.boot is not None
    line = replace(scene.line, boot=None)
    assert mind_clock(scene.line, scene.now, scene.uptime) is scene.line
    assert mind_clock(line, scene.now, None) is line


def test_a_clock_that_is_kept_right_by_the_network_changes_nothing_of_the_line() -> (
    None
):
    """Else the whole line would be written each time."""
    scene = Scene()
    scene.works(copies=2)
    scene.sets_clock(timedelta(seconds=2))
    assert mind_clock(scene.line, scene.now, scene.uptime) is scene.line
    scene.sets_clock(timedelta(seconds=0.5))
    moved = mind_clock(scene.line, scene.now, scene.uptime)
    assert moved.run is not None
    assert moved.run.started == scene.run.started + timedelta(seconds=2.5)


def test_over_a_reboot_no_moment_moves() -> None:
    scene = Scene()
    line = _everywhere(scene, START)
    scene.reboots(timedelta(hours=1))
    assert _times(mind_clock(line, scene.now, scene.uptime)) == {START}


def test_without_a_clock_to_trust_nothing_that_happened_lies_in_the_future() -> None:
    scene = cooling()
    scene.boot = None
    scene.sets_clock(-DAY)
    scene.reports()
    assert scene.line.boot is None
    assert scene.line.cooldown_from == scene.now


def _everywhere(scene: Scene, time: datetime) -> Line:
    """Return a line that keeps this one time wherever it keeps one."""
    run = replace(scene.works(), started=time, printing_since=time)
    task = replace(scene.line.tasks[0], removed_at=time)
    return replace(
        scene.line,
        tasks=(task, replace(task, task_id="2", removed_at=None)),
        removed=(RemovedTask(task=task, behind=None),),
        run=run,
        cooldown_from=time,
        bed_hot_since=time,
        stuck_since=time,
        silent_since=time,
        deferred=time,
        told_by_others=time,
        remote=(
            RemoteFile(name="x", sha256="x", failed=time),
            RemoteFile(name="z", sha256="z"),
        ),
    )


def _times(line: Line) -> set[object]:
    assert line.run is not None
    assert line.remote[-1].failed is None
    assert line.tasks[-1].removed_at is None
    return {
        line.run.started,
        line.run.printing_since,
        line.cooldown_from,
        line.bed_hot_since,
        line.stuck_since,
        line.silent_since,
        line.deferred,
        line.told_by_others,
        line.remote[0].failed,
        line.tasks[0].removed_at,
        line.removed[0].task.removed_at,
    }


def test_every_moment_since_the_boot_moves_with_the_clock_and_no_other() -> None:
    for since, jump, becomes in (
        (START, DAY, START + DAY),
        (START, -DAY, START - DAY),
        (BOOTED, DAY, BOOTED + DAY),
        (START - 30 * DAY, DAY, START - 30 * DAY),  # before the boot, ten days ago
        (START + DAY, NOW, START),  # in the future
    ):
        scene = Scene()
        line = _everywhere(scene, since)
        minded = mind_clock(line, START + jump, scene.uptime)
        assert _times(minded) == {becomes}, (since, jump)
        assert minded.plate == line.plate


def test_of_a_time_before_the_boot_it_is_known_that_it_was_before() -> None:
    line = mind_clock(Line(), START, Uptime("a", 600.0))
    assert surely_since(line, START - DAY) == START - timedelta(minutes=10)
    assert surely_since(line, START) == START
    assert surely_since(Line(), START - DAY) == START - DAY


def test_while_the_clock_runs_as_it_did_nothing_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At every report, with thousands of tasks."""
    scene = Scene()
    line = mind_clock(_everywhere(scene, START), scene.now, scene.uptime)
    monkeypatch.setattr(clock, "replace", None)
    scene.now += timedelta(seconds=1)
    assert mind_clock(line, scene.now, scene.uptime) is line


@pytest.mark.parametrize(
    "moved",
    [
        lambda line, later: replace(line, run=replace(line.run, started=later)),
        lambda line, later: replace(line, run=replace(line.run, printing_since=later)),
        lambda line, later: replace(line, cooldown_from=later),
        lambda line, later: replace(line, bed_hot_since=later),
        lambda line, later: replace(line, stuck_since=later),
        lambda line, later: replace(line, silent_since=later),
        lambda line, later: replace(line, deferred=later),
        lambda line, later: replace(line, told_by_others=later),
        lambda line, later: replace(
            line, remote=(replace(line.remote[0], failed=later),)
        ),
        lambda line, later: replace(
            line, tasks=(replace(line.tasks[0], removed_at=later),)
        ),
        lambda line, later: replace(
            line,
            removed=(
                replace(
                    line.removed[0],
                    task=replace(line.removed[0].task, removed_at=later),
                ),
            ),
        ),
    ],
)
def test_no_single_time_lies_in_the_future(
    moved: Callable[[Line, datetime], Line],
) -> None:
    scene = Scene()
    line = mind_clock(_everywhere(scene, START), scene.now, scene.uptime)
    later = moved(line, START + timedelta(days=1))
    assert later != line
    again = mind_clock(later, scene.now, scene.uptime)
    assert again == moved(line, scene.now)
