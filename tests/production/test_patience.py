"""How long the line waits for one thing before a person has to know."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.event import ConfirmPlateClear, SetRunning
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.patience import (
    Wait,
    shows_a_code,
    wait_of,
)

from .scene import Scene, news

CANCELLED = 0x0300_400C
FEED_FAULT = 0x1200_8006
SOON = timedelta(minutes=10)


def shows(code: int, **report: Any) -> Scene:
    """Return a queue that runs on although the printer shows this code."""
    scene = Scene()
    scene.queue()
    scene.carry(scene.event(SetRunning(True)))
    scene.reports(print_error=code, **report)
    scene.event(SetRunning(True))
    assert scene.line.running
    assert scene.reasons[0] is Reason.PRINT_ERROR
    return scene


def wait(scene: Scene) -> Wait | None:
    return wait_of(scene.line, scene.sees, Reason.PRINT_ERROR)


def test_a_fault_has_news_of_its_own_whoever_resumes_the_queue() -> None:
    assert wait(shows(FEED_FAULT)) is None
    assert wait(shows(FEED_FAULT, stage=14)) is None


def test_for_a_code_in_a_paused_queue_nobody_waits() -> None:
    scene = shows(CANCELLED)
    scene.event(SetRunning(False))
    assert wait(scene) is None


@pytest.mark.parametrize(
    ("report", "patience"),
    [({"stage": 14}, SOON), ({"state": PrintState.RUNNING, "stage": 0}, None)],
)
def test_a_code_without_an_alarm_calls_soon_unless_somebody_prints(
    report: dict[str, Any], patience: timedelta | None
) -> None:
    found = wait(shows(CANCELLED, **report))
    assert (found.patience if found else None) == patience


def test_a_code_at_our_own_start_is_left_to_the_deadline_of_the_start() -> None:
    scene = Scene()
    scene.begins(copies=2)
    scene.reports(print_error=CANCELLED)
    assert wait(scene) is None


def test_a_print_that_nobody_sees_makes_no_progress_that_could_be_missed() -> None:
    scene = Scene()
    scene.works()
    assert wait_of(scene.line, scene.sees, Reason.PRINTING) is not None
    scene.loses_connection()
    assert wait_of(scene.line, scene.sees, Reason.PRINTING) is None


def test_a_start_is_left_to_its_own_deadline() -> None:
    scene = Scene()
    scene.begins()
    assert scene.reasons[0] is Reason.PRINTING
    assert wait_of(scene.line, scene.sees, Reason.PRINTING) is None


def test_each_upload_has_its_own_hour() -> None:
    """A queue of long files may be sent all night."""
    scene = Scene()
    scene.queue()
    scene.event(SetRunning(True))
    scene.event(ConfirmPlateClear())
    assert scene.reasons == (Reason.UPLOADING,)
    for name in ("bbm_a", "bbm_b", "bbm_c"):
        scene.line = replace(scene.line, transfer=name)
        for _ in range(59):  # the plate stays in sight
            assert News.PERSON_NEEDED not in news(scene.passes(60))
        assert scene.reasons == (Reason.UPLOADING,)


def test_a_fault_is_no_code_that_only_waits_to_be_closed() -> None:
    for code, closes in ((CANCELLED, True), (FEED_FAULT, False)):
        scene = shows(code)
        status = scene.context.status
        first = scene.reasons[0]
        assert shows_a_code(scene.line, status, first) is closes
        assert not shows_a_code(scene.line, status, Reason.OFFLINE)
