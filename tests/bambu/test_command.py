"""Every payload that is ever sent, to the letter."""

from typing import Any

import orjson
import pytest

from custom_components.bambu_batch.bambu import command
from custom_components.bambu_batch.bambu.command import Command
from custom_components.bambu_batch.bambu.project_file import Calibration

from .jobs import job


def sent(made: Command) -> Any:
    return orjson.loads(made.payload)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            command.get_version(40001),
            {"info": {"sequence_id": "40001", "command": "get_version"}},
        ),
        (
            command.pushall(40002),
            {
                "pushing": {
                    "sequence_id": "40002",
                    "command": "pushall",
                    "version": 1,
                    "push_target": 1,
                }
            },
        ),
        (
            command.pushing_start(40003),
            {"pushing": {"sequence_id": "40003", "command": "start"}},
        ),
        (
            command.pause(40004),
            {"print": {"sequence_id": "40004", "command": "pause", "param": ""}},
        ),
        (
            command.resume(40005),
            {"print": {"sequence_id": "40005", "command": "resume", "param": ""}},
        ),
        (
            command.stop(40006),
            {"print": {"sequence_id": "40006", "command": "stop", "param": ""}},
        ),
        (
            command.clean_print_error(40008, "77", 0x0300_400C),
            {
                "print": {
                    "sequence_id": "40008",
                    "command": "clean_print_error",
                    "subtask_id": "77",
                    "print_error": 50348044,
                }
            },
        ),
        (
            command.close_error_dialog(40009, 0x0300_400C),
            {
                "system": {
                    "sequence_id": "40009",
                    "command": "uiop",
                    "name": "print_error",
                    "action": "close",
                    "source": 1,
                    "type": "dialog",
                    "err": "0300400C",
                }
            },
        ),
    ],
)
def test_commands_are_as_documented(made: Command, expected: Any) -> None:
    assert sent(made) == expected
    assert made.sequence_id == next(iter(expected.values()))["sequence_id"]
    assert made.name == next(iter(expected.values()))["command"]


def test_a_start_is_as_recorded() -> None:
    made = command.project_file(
        40010,
        job(
            run_id=77,
            ams_mapping=(-1, 2),
            bed_leveling=Calibration.ON,
            timelapse=True,
            md5="D41D8CD98F00B204E9800998ECF8427E",
        ),
    )
    name = "bbm_00000000000000000000000000000000.gcode.3mf"
    assert sent(made) == {
        "print": {
            "sequence_id": "40010",
            "command": "project_file",
            "param": "Metadata/plate_1.gcode",
            "url": f"file:///sdcard/cache/{name}",
            "file": name,
            "md5": "D41D8CD98F00B204E9800998ECF8427E",
            "subtask_name": "cube_77",
            "project_id": "77",
            "task_id": "77",
            "subtask_id": "77",
            "profile_id": "0",
            "bed_type": "auto",
            "timelapse": True,
            "layer_inspect": False,
            "bed_leveling": True,
            "auto_bed_leveling": 1,
            "flow_cali": False,
            "extrude_cali_flag": 0,
            "extrude_cali_manual_mode": 0,
            "vibration_cali": False,
            "nozzle_offset_cali": 0,
            "use_ams": True,
            "ams_mapping": [-1, 2],
            "ams_mapping2": [
                {"ams_id": 255, "slot_id": 255},
                {"ams_id": 0, "slot_id": 2},
            ],
            "cfg": "0",
        }
    }


def test_calibrations_are_switched_together() -> None:
    body = sent(
        command.project_file(
            40010,
            job(
                bed_leveling=Calibration.OFF,
                flow_calibration=Calibration.ON,
                vibration_calibration=True,
            ),
        )
    )["print"]
    assert (body["bed_leveling"], body["auto_bed_leveling"]) == (False, 0)
    assert (body["flow_cali"], body["extrude_cali_flag"]) == (True, 1)
    assert body["vibration_cali"] is True


def test_a_calibration_left_to_the_printer_is_2_and_its_key_is_false() -> None:
    auto = Calibration.AUTO
    made = command.project_file(40010, job(bed_leveling=auto, flow_calibration=auto))
    body = sent(made)["print"]
    assert (body["bed_leveling"], body["auto_bed_leveling"]) == (False, 2)
    assert (body["flow_cali"], body["extrude_cali_flag"]) == (False, 2)


def test_a_task_of_before_the_md5_was_kept_is_sent_without() -> None:
    assert sent(command.project_file(40010, job()))["print"]["md5"] == ""


def test_fm_148_one_start_leaves_nothing_behind_for_the_next() -> None:
    first = job(ams_mapping=(3,))
    command.project_file(40010, first)
    body = sent(command.project_file(40011, job(ams_mapping=(0, 1))))["print"]
    assert body["ams_mapping"] == [0, 1]
    assert sent(command.project_file(40012, first))["print"]["ams_mapping"] == [3]


def test_fm_067_a_start_has_qos_0_and_only_orders_have_1() -> None:
    assert command.project_file(40010, job()).qos == 0
    assert command.pushall(40011).qos == 0
    for order in (command.pause, command.resume, command.stop):
        assert order(40012).qos == 1


@pytest.mark.parametrize("sequence", [0, 20_000, 39_999, 2**31])
def test_sequence_ids_stay_out_of_other_programs_ranges(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        command.get_version(sequence)
