"""Print errors: told once, the queue paused, and forgotten when the printer clears them."""

import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.context import OnFailure
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.production.event import SetRunning
from custom_components.bambu_batch.production.gate import Reason
from custom_components.bambu_batch.production.model import PauseReason
from custom_components.bambu_batch.production.trouble import (
    is_cancel,
    is_fault,
    leaves_doubt,
)

from .scene import Scene, news, starts

FEED_FAULT = 0x1200_8006
OTHER_FAULT = 0x0500_C010
CANCELLED = 0x0300_400C


@pytest.mark.parametrize(
    ("code", "fault", "cancel", "doubt"),
    [
        (0, False, False, False),
        (0x0300_0002, False, False, False),  # a phase of a normal print (FM-082)
        (CANCELLED, False, True, True),
        (0x0500_400E, False, True, True),
        (0x0300_8001, False, False, False),  # paused by the user
        (0x0300_8013, False, False, False),  # paused by the file
        (FEED_FAULT, True, False, False),
        (OTHER_FAULT, True, False, False),
        (0x0300_8019, True, False, True),  # no plate (FM-143)
        (0x0300_8017, True, False, True),  # an object on the bed
        (0x0300_8007, True, False, True),  # power was lost
        (0x1234_5678, True, False, False),  # never heard of (FM-147)
    ],
)
def test_codes_are_told_apart(
    code: int, fault: bool, cancel: bool, doubt: bool
) -> None:
    assert (is_fault(code), is_cancel(code), leaves_doubt(code)) == (
        fault,
        cancel,
        doubt,
    )
    assert leaves_doubt(None) is False


def test_an_error_in_our_print_pauses_the_queue_and_is_told_once() -> None:
    scene = Scene()
    run = scene.works(copies=2)
    effects = scene.prints(run, PrintState.PAUSE, print_error=FEED_FAULT)
    (error,) = [
        e for e in effects if isinstance(e, Announce) and e.news is News.PRINT_ERROR
    ]
    assert (error.error, error.run) == (FEED_FAULT, scene.run)
    assert News.QUEUE_PAUSED in news(effects)
    assert scene.line.paused_by is PauseReason.PRINT_ERROR
    assert scene.line.reported_error == FEED_FAULT
    assert news(scene.passes(60)) == []


def test_fm_155_it_goes_when_the_printer_clears_it_and_is_told_again_when_it_comes_back() -> (
    None
):
    scene = Scene()
    run = scene.works(copies=2)
    scene.prints(run, PrintState.PAUSE, print_error=FEED_FAULT)
    assert news(scene.prints(run, PrintState.RUNNING, print_error=0)) == []
    assert scene.line.reported_error == 0
    assert not scene.line.running, "only a person resumes"
    assert news(scene.prints(run, PrintState.PAUSE, print_error=FEED_FAULT)) == [
        News.PRINT_ERROR
    ]
    assert News.PRINT_ERROR in news(scene.reports(print_error=OTHER_FAULT)), (
        "another one"
    )


@pytest.mark.parametrize("code", [0x0300_0002, CANCELLED, 0x0300_8001])
def test_what_is_no_fault_raises_no_alarm(code: int) -> None:
    scene = Scene()
    run = scene.works(copies=2)
    assert news(scene.prints(run, PrintState.RUNNING, print_error=code)) == []
    assert scene.line.running
    assert scene.line.reported_error == 0


def test_an_error_while_nothing_of_ours_prints_pauses_the_queue_too() -> None:
    for policy in OnFailure:
        scene = Scene(on_failure=policy)
        scene.event(SetRunning(True))
        effects = scene.reports(print_error=FEED_FAULT)
        assert news(effects) == [News.PRINT_ERROR, News.QUEUE_PAUSED], policy
        assert scene.reasons[0] is Reason.PRINT_ERROR


@pytest.mark.parametrize("policy", [OnFailure.NEXT, OnFailure.RETRY])
def test_with_another_policy_the_end_of_the_print_decides(policy: OnFailure) -> None:
    scene = Scene(on_failure=policy)
    run = scene.works(copies=2)
    effects = scene.prints(run, PrintState.PAUSE, print_error=FEED_FAULT)
    assert news(effects) == [News.PRINT_ERROR]
    assert scene.line.running
    scene.ends(PrintState.FAILED)
    assert scene.line.running
    assert not starts(scene.passes(3600)), "and nothing starts while it is shown"


def test_resuming_with_the_error_still_shown_is_no_new_error() -> None:
    scene = Scene()
    scene.event(SetRunning(True))
    scene.reports(print_error=FEED_FAULT)
    scene.event(SetRunning(True))
    assert scene.line.running
    assert news(scene.passes(60)) == []
    assert scene.line.running
    assert scene.reasons[0] is Reason.PRINT_ERROR


def test_half_a_report_tells_of_no_error_and_of_no_end_of_one() -> None:
    scene = Scene()
    scene.event(SetRunning(True))
    assert news(scene.reports(complete=False, print_error=FEED_FAULT)) == []
    scene.reports(complete=True)
    assert scene.line.reported_error == FEED_FAULT
    for change in ({"print_error": None}, {"complete": False, "print_error": 0}):
        scene.reports(**change)
        assert scene.line.reported_error == FEED_FAULT
    scene.loses_connection()
    assert scene.line.reported_error == FEED_FAULT
