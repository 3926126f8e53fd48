"""What may wait for the next commit, and that nothing else may."""

from dataclasses import fields, replace
from typing import Any

import pytest

from custom_components.bambu_batch.production.effect import (
    Announce,
    AskFullReport,
    Effect,
    News,
    Order,
    SendOrder,
    WakeAt,
)
from custom_components.bambu_batch.production.model import Line, Run, Task
from custom_components.bambu_batch.production.told_again import may_wait

from .scene import SOMEBODY, START, plate_file

TASK = Task(task_id="1", name="Clip", plate_file=plate_file(), copies=1)
RUN = replace(SOMEBODY, task_id="1", layer=3)
LINE = Line(tasks=(TASK,), run=RUN)
TOLD_AGAIN: dict[str, Any] = {
    "stuck_on": "RUNNING 0 41 4 20",
    "stuck_since": START,
    "silent_since": START,
}
OF_THE_RUN: dict[str, Any] = {"layer": 4, "total_layers": 120}
LISTS: dict[str, Any] = {"tasks": (TASK, replace(TASK, task_id="2"))}


@pytest.mark.parametrize("name", TOLD_AGAIN)
def test_waits_that_start_over_may_wait(name: str) -> None:
    assert may_wait(LINE, replace(LINE, **{name: TOLD_AGAIN[name]}), ())


@pytest.mark.parametrize("name", OF_THE_RUN)
def test_layers_may_wait(name: str) -> None:
    run = replace(RUN, **{name: OF_THE_RUN[name]})
    assert may_wait(LINE, replace(LINE, run=run), (WakeAt(START), AskFullReport()))


def test_the_first_layer_does_not_wait() -> None:
    before = replace(LINE, run=replace(RUN, layer=0))
    assert not may_wait(before, LINE, ())


@pytest.mark.parametrize(
    "name", [one.name for one in fields(Line) if one.name not in (*TOLD_AGAIN, "run")]
)
def test_nothing_else_of_a_line_may_wait(name: str) -> None:
    other: Any = LISTS.get(name, ("other",))
    assert not may_wait(LINE, replace(LINE, **TOLD_AGAIN, **{name: other}), ())


@pytest.mark.parametrize(
    "name", [one.name for one in fields(Run) if one.name not in OF_THE_RUN]
)
def test_nothing_else_of_a_run_may_wait(name: str) -> None:
    """FM-106, FM-111: a change of the tray in use takes its layer along."""
    other: Any = ("other",)
    run = replace(RUN, **OF_THE_RUN, **{name: other})
    assert not may_wait(LINE, replace(LINE, run=run), ())


def test_neither_begin_nor_end_of_a_run_may_wait() -> None:
    rests = replace(LINE, run=None)
    assert not may_wait(rests, LINE, ())
    assert not may_wait(LINE, rests, ())


@pytest.mark.parametrize(
    "effect", [Announce(news=News.PRINT_STARTED), SendOrder(Order.STOP)]
)
def test_what_leads_to_something_may_not_wait(effect: Effect) -> None:
    after = replace(LINE, run=replace(RUN, layer=4))
    assert not may_wait(LINE, after, (WakeAt(START), effect))
