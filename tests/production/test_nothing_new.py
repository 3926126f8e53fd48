"""Reports that a line need not look at; that they change nothing is checked in every scene."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from custom_components.bambu_batch.production.context import Context, Options
from custom_components.bambu_batch.production.model import Line
from custom_components.bambu_batch.production.nothing_new import (
    LOOK_AGAIN,
    is_behind,
    says_nothing_new,
)

from .scene import START, Scene

LINE = Line()
LATER = START + timedelta(seconds=1)
NEVER_READ: dict[str, Any] = {
    "nozzle_temperature": 218.0,
    "bed_temperature": 64.0,
    "wifi_signal": -61,
}
NOW: dict[str, Any] = {"received": LATER, "received_uptime": None}


def _idle() -> Context:
    context = Scene().context
    return replace(context, status=replace(context.status, received=START))


@pytest.mark.parametrize("name", NEVER_READ)
def test_temperatures_and_the_signal_say_nothing_new(name: str) -> None:
    looked = _idle()
    status = replace(looked.status, **NOW, **{name: NEVER_READ[name]})
    assert says_nothing_new(LINE, looked, status)


@pytest.mark.parametrize(
    "name",
    [one.name for one in fields(PrinterStatus) if one.name not in NEVER_READ | NOW],
)
def test_every_other_field_is_looked_at(name: str) -> None:
    looked = _idle()
    other: Any = "another"
    assert not says_nothing_new(
        LINE, looked, replace(looked.status, **NOW, **{name: other})
    )


def test_a_bed_that_has_cooled_is_looked_at() -> None:
    options = Options(cooldown_bed_temperature=40)
    hot = replace(_idle().status, bed_temperature=41.0)
    looked = replace(_idle(), status=hot, options=options)
    cooler, cool = (replace(hot, **NOW, bed_temperature=one) for one in (40.5, 40.0))
    assert says_nothing_new(LINE, looked, cooler)
    assert not says_nothing_new(LINE, looked, cool)


def test_a_line_looks_now_and_then_whatever_it_is_told() -> None:
    looked = _idle()
    late = replace(looked.status, received=START + LOOK_AGAIN)
    assert not says_nothing_new(LINE, looked, late)


def test_a_clock_that_was_set_back_is_looked_at() -> None:
    looked = _idle()
    early = replace(looked.status, received=START - timedelta(seconds=1))
    assert not says_nothing_new(LINE, looked, early)


def test_a_start_that_could_not_be_sent_waits_for_any_report() -> None:
    looked = _idle()
    status = replace(looked.status, **NOW)
    assert not says_nothing_new(replace(LINE, deferred=START), looked, status)


def test_the_first_report_is_looked_at() -> None:
    assert not says_nothing_new(LINE, Context(), replace(_idle().status, **NOW))


@pytest.fixture
def in_print() -> Scene:
    """Let our print be at its second layer."""
    scene = Scene()
    scene.works()
    scene.passes(5)
    scene.reports(percent=2, layer=2)
    return scene


def test_how_far_a_print_has_come_may_wait_a_moment(in_print: Scene) -> None:
    further = replace(in_print.context.status, percent=3, layer=3)
    assert says_nothing_new(in_print.line, in_print.context, further)


@pytest.mark.parametrize(
    "other",
    [
        {"remaining_minutes": 41},
        {"total_layers": 99},
        {"stage": 4},
        {"state": PrintState.PAUSE},
        {"tray_now": 1},
        {"print_error": 0x0500_8036},
    ],
)
def test_whatever_else_comes_with_it_is_looked_at(
    in_print: Scene, other: dict[str, Any]
) -> None:
    further = replace(in_print.context.status, percent=3, layer=3, **other)
    assert not says_nothing_new(in_print.line, in_print.context, further)


def test_a_print_that_seemed_stuck_is_looked_at(in_print: Scene) -> None:
    in_print.passes(3600)
    assert in_print.line.called_for is not None
    moved = replace(in_print.context.status, percent=3, layer=3)
    assert not says_nothing_new(in_print.line, in_print.context, moved)


@pytest.mark.parametrize(("stage", "waits"), [(0, False), (1, True)])
def test_the_first_layer_of_a_run_is_looked_at(stage: int, waits: bool) -> None:
    """A calibration before it ticks layers too, which count for nothing."""
    scene = Scene()
    run = scene.begins()
    scene.prints(run, PrintState.RUNNING, percent=1, layer=0, stage=stage)
    first = replace(scene.context.status, layer=1)
    assert says_nothing_new(scene.line, scene.context, first) is waits


def test_a_print_whose_percentage_begins_is_looked_at(in_print: Scene) -> None:
    in_print.reports(percent=0)
    begun = replace(in_print.context.status, percent=1)
    assert not says_nothing_new(in_print.line, in_print.context, begun)


def test_a_layer_that_was_put_off_comes_before_what_follows(in_print: Scene) -> None:
    looked = in_print.context.status
    seen = replace(looked, layer=3)
    assert is_behind(looked, seen, replace(seen, state=PrintState.FAILED))
    assert not is_behind(looked, seen, replace(seen, layer=4, percent=3))
    assert not is_behind(looked, looked, replace(looked, state=PrintState.FAILED))
