"""A computer's clock that jumps."""

from dataclasses import replace
from datetime import timedelta

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.clock import mind_clock
from custom_components.bambu_batch.production.event import (
    SetRunning,
    StartDeferred,
    UploadFailed,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import Line, Phase, RemoteFile

from .scene import START, Scene, starts

DAY = timedelta(days=1)


def test_a_clock_set_back_begins_the_cooldown_anew_and_no_longer() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    scene.passes(30)
    scene.now -= DAY
    scene.reports()
    assert scene.line.cooldown_from == scene.now
    assert not starts(scene.passes(59))
    assert Reason.COOLDOWN in scene.reasons
    assert starts(scene.passes(1))


def test_a_clock_set_back_begins_the_window_of_a_start_anew() -> None:
    scene = Scene()
    scene.begins()
    scene.now -= DAY
    scene.reports()
    assert scene.run.started == scene.now
    scene.passes(240)
    assert scene.run.phase is Phase.UNCERTAIN


def test_a_clock_set_back_does_not_stop_transfers_or_starts_for_a_day() -> None:
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    name = scene.line.transfer
    assert name is not None
    scene.event(UploadFailed(name))
    scene.now -= DAY
    scene.reports()
    scene.passes(30)
    assert scene.line.transfer == name

    scene = Scene()
    run = scene.begins()
    scene.event(StartDeferred(run.run_id))
    scene.now -= DAY
    scene.reports()
    assert scene.line.deferred == scene.now
    scene.passes(2)
    assert Reason.STALE_REPORT not in scene.reasons


def test_a_clock_set_ahead_makes_every_report_old() -> None:
    scene = Scene(cooldown_seconds=600)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    scene.now += DAY
    assert Reason.STALE_REPORT in scene.reasons
    assert Reason.COOLDOWN not in scene.reasons


def test_nothing_changes_while_the_clock_goes_on() -> None:
    scene = Scene(cooldown_seconds=60)
    scene.works(copies=2)
    for line in (scene.line, Line()):
        assert mind_clock(line, scene.now) is line


def test_every_moment_in_the_future_is_taken_for_now_and_no_other() -> None:
    later, earlier = START + DAY, START - DAY
    scene = Scene()
    run = replace(scene.works(), started=later, printing_since=later)
    line = Line(
        run=run,
        cooldown_from=later,
        bed_hot_since=later,
        stuck_since=later,
        silent_since=later,
        deferred=later,
        remote=(
            RemoteFile(name="x", sha256="x", failed=later),
            RemoteFile(name="y", sha256="y", failed=earlier),
            RemoteFile(name="z", sha256="z"),
        ),
    )
    minded = mind_clock(line, START)
    assert minded.run is not None
    assert (minded.run.started, minded.run.printing_since) == (START, START)
    assert (minded.cooldown_from, minded.bed_hot_since, minded.deferred) == (START,) * 3
    assert minded.stuck_since == START
    assert minded.silent_since == START
    assert [file.failed for file in minded.remote] == [START, earlier, None]
    assert mind_clock(line, later) is line
    only = replace(line, run=replace(run, started=earlier))
    found = mind_clock(only, START).run
    assert found is not None
    assert (found.started, found.printing_since) == (earlier, START)
