"""Waiting well: asking once, giving up on a hot bed, waking in time (I5)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import Effect, News, WakeAt
from custom_components.bambu_batch.production.event import (
    ConfirmPlateClear,
    SetRunning,
    UploadFailed,
)
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import PauseReason

from .scene import Scene, news, starts


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
    assert not starts(scene.reports(bed_temperature=40.1))
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
