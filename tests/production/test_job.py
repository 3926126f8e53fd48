"""Whose job the printer shows, and whether it rests: from every field that says so."""

from dataclasses import replace
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.codes import FILE_NOT_FOUND
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from custom_components.bambu_batch.production.job import (
    file_left,
    is_active,
    is_at_rest,
    is_ours,
    misses_file,
    seems_at_rest,
    shown,
)
from custom_components.bambu_batch.production.model import Phase

from .scene import AT_REST, SOMEBODY

RUN = replace(SOMEBODY, run_id=217_000_001, name="Clip_217000001")
FINISHED = replace(
    AT_REST, state=PrintState.FINISH, stage=255, subtask_name="Clip_217000001"
)


@pytest.mark.parametrize(
    ("subtask_id", "name", "ours"),
    [
        ("217000001", "anything", True),
        ("0", "Clip_217000001", True),
        (None, "Clip_217000001", True),
        ("217000001", None, True),
        ("0", "Clip_217000001.gcode.3mf", False),
        ("0", "Clip", False),
        ("217000002", "Clip_217000002", False),
        ("", "", False),
        (None, None, False),
    ],
)
def test_a_job_is_ours_by_id_or_unique_name_alone(
    subtask_id: str | None, name: str | None, ours: bool
) -> None:
    """FM-022, FM-023: never by a file's title."""
    status = replace(AT_REST, subtask_id=subtask_id, subtask_name=name)
    assert is_ours(status, RUN) is ours


@pytest.mark.parametrize(
    ("change", "active"),
    [
        ({"state": PrintState.PREPARE}, True),
        ({"state": PrintState.SLICING}, True),
        ({"state": PrintState.RUNNING}, True),
        ({"state": PrintState.PAUSE}, True),
        ({"state": PrintState.IDLE}, False),
        ({"state": PrintState.IDLE, "gcode_file": "benchy.3mf"}, False),
        (
            {
                "state": PrintState.IDLE,
                "gcode_file": "benchy.3mf",
                "print_type": "local",
            },
            True,
        ),
        ({"gcode_file": "benchy.3mf", "print_stage": 2}, True),
        ({"gcode_file": "benchy.3mf", "print_stage": None}, True),
        ({"gcode_file": "benchy.3mf", "print_type": None}, True),
        ({"state": PrintState.IDLE, "print_type": "local"}, True),
        ({"state": PrintState.IDLE, "print_type": "system"}, True),
        ({"state": PrintState.IDLE, "print_type": None}, False),
        ({"state": PrintState.IDLE, "print_type": ""}, False),
        ({"state": PrintState.IDLE, "gcode_file": None}, False),
        ({"state": PrintState.FINISH, "gcode_file": "benchy.3mf"}, False),
        ({"state": PrintState.FAILED}, False),
        ({"state": PrintState.UNKNOWN}, False),
        ({"state": None}, False),
    ],
)
def test_a_job_is_at_work(change: dict[str, Any], active: bool) -> None:
    assert is_active(replace(AT_REST, **change)) is active


@pytest.mark.parametrize(
    ("change", "rests"),
    [
        ({}, True),
        ({"state": PrintState.FINISH}, True),
        ({"state": PrintState.FAILED}, True),
        ({"state": PrintState.PREPARE}, False),
        ({"state": PrintState.SLICING}, False),
        ({"state": PrintState.RUNNING}, False),
        ({"state": PrintState.PAUSE}, False),
        ({"state": PrintState.UNKNOWN}, False),
        ({"state": None}, False),
        # what is printed
        ({"print_type": ""}, False),
        ({"print_type": "", "stage": 255}, True),
        ({"print_type": "local"}, False),
        ({"print_type": "local", "stage": 255}, False),
        ({"print_type": "cloud", "stage": 255}, False),
        ({"print_type": "system", "stage": 255}, False),
        ({"print_type": None}, False),
        ({"gcode_file": None}, False),
        ({"gcode_file": None, "stage": 255}, False),
        ({"gcode_file": "benchy.3mf", "stage": 255}, False),
        ({"gcode_file": "/data/Metadata/plate_1.gcode", "stage": 255}, False),
        (
            {
                "state": PrintState.FINISH,
                "stage": -1,
                "gcode_file": "/data/Metadata/plate_1.gcode",
            },
            True,
        ),
        (
            {
                "state": PrintState.FAILED,
                "stage": 255,
                "gcode_file": "/data/Metadata/plate_1.gcode",
            },
            True,
        ),
        (
            {
                "state": PrintState.FINISH,
                "stage": 0,
                "gcode_file": "/data/Metadata/plate_1.gcode",
            },
            False,
        ),
        (
            {"state": PrintState.FINISH, "stage": 255, "gcode_file": "next.gcode.3mf"},
            False,
        ),
        # second opinions
        ({"print_stage": 2}, False),
        ({"print_stage": 3}, False),
        ({"print_stage": None}, True),
        ({"stage": 255}, True),
        ({"stage": -1}, True),
        ({"stage": 2}, False),
        ({"stage": 13}, False),
        ({"stage": 77}, False),
        ({"stage": None}, False),
        ({"legacy_state": 1}, True),
        ({"legacy_state": 5}, True),
        ({"legacy_state": 100}, True),
        ({"legacy_state": 3}, False),
        ({"legacy_state": -1}, False),
        ({"job_state": 0}, True),
        ({"job_state": 8}, True),
        ({"job_state": 9}, True),
        ({"job_state": 2}, False),
        ({"job_state": 10}, False),
    ],
)
def test_a_printer_rests_only_if_every_field_says_so(
    change: dict[str, Any], rests: bool
) -> None:
    """I6. Stage 0 is also "printing": it needs print type and file to speak for rest (FM-084)."""
    assert is_at_rest(replace(AT_REST, **change)) is rests


@pytest.mark.parametrize(
    "state", [PrintState.IDLE, PrintState.FINISH, PrintState.FAILED]
)
@pytest.mark.parametrize("stage", [0, 255])
def test_fm_168_a_file_that_is_left_is_no_job_once_it_is_known(
    state: PrintState, stage: int
) -> None:
    left = replace(AT_REST, state=state, stage=stage, gcode_file="Holder.3mf")
    assert seems_at_rest(left)
    assert not is_at_rest(left)
    assert not is_at_rest(left, "Other.3mf")
    assert is_at_rest(left, "Holder.3mf")
    assert not is_active(left)
    assert is_at_rest(replace(left, gcode_file=""), "Holder.3mf")


@pytest.mark.parametrize(
    "change",
    [
        {"print_type": "local"},
        {"print_type": "cloud"},
        {"print_type": "", "stage": 255},
        {"print_stage": None},
        {"print_stage": 2},
        {"stage": 2},
        {"state": PrintState.PREPARE},
        {"job_state": 3},
    ],
)
def test_fm_168_with_a_file_named_everything_else_must_speak_for_rest(
    change: dict[str, Any],
) -> None:
    left = replace(AT_REST, **{"gcode_file": "Holder.3mf", **change})
    assert not seems_at_rest(left)
    assert not is_at_rest(left, "Holder.3mf")


def test_a_printer_that_says_nothing_does_not_rest() -> None:
    assert not is_at_rest(PrinterStatus())


def test_a_job_is_told_from_others_by_name_id_and_by_how_it_ended() -> None:
    jobs = {
        shown(AT_REST),
        shown(FINISHED),
        shown(replace(FINISHED, state=PrintState.FAILED)),
        shown(replace(FINISHED, subtask_name="benchy")),
        shown(replace(FINISHED, subtask_id="217000001")),
    }
    assert len(jobs) == 5
    assert shown(AT_REST) == shown(replace(AT_REST, subtask_name="old", subtask_id="1"))
    nameless = replace(FINISHED, subtask_name=None, subtask_id=None)
    assert shown(nameless) == shown(replace(FINISHED, subtask_name="", subtask_id=""))


def test_fm_163_only_the_rest_that_a_start_left_tells_that_its_file_is_missed() -> None:
    run = replace(SOMEBODY, phase=Phase.STARTING, from_state=PrintState.IDLE)
    status = replace(AT_REST, print_error=FILE_NOT_FOUND, subtask_name=run.name)
    assert misses_file(status, run)
    for missed in (
        replace(run, phase=Phase.PRINTING),
        replace(run, phase=Phase.UNCERTAIN),
        replace(run, unseen=True),
    ):
        assert not misses_file(status, missed), "what is shown may be an older answer"
    other = replace(status, state=PrintState.FINISH, stage=255)
    assert not misses_file(other, run), "it has come further, or shows the end before"


@pytest.mark.parametrize("file", [None, ""])
def test_where_no_file_is_named_none_is_left(file: str | None) -> None:
    assert file_left(replace(AT_REST, gcode_file=file)) == ""
