"""Messages of a printer, made by hand in the shapes that printers send."""

from datetime import UTC, datetime
from typing import Any

import orjson

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
SERIAL = "03900A000000001"
"""An A1's."""

type Json = dict[str, Any]


def spool(slot: int, material: str = "PLA", **more: Any) -> Json:
    """A loaded place of an AMS, as AMS lite firmware 01.07 reports it."""
    return {
        "id": str(slot),
        "state": 3,
        "remain": 0,
        "tag_uid": "0000000000000000",
        "tray_uuid": "00000000000000000000000000000000",
        "tray_info_idx": "GFL99",
        "tray_type": material,
        "tray_color": "FFFFFFFF",
    } | more


def ams(*spools: Json, bits: str = "f", unit: str = "0", **more: Any) -> Json:
    """The `ams` object with one unit."""
    return {
        "ams": [{"id": unit, "info": "1002", "tray": list(spools)}],
        "tray_exist_bits": bits,
        "tray_now": "255",
        "power_on_flag": False,
    } | more


def full(**changes: Any) -> Json:
    """A full report of an idle A1 after power-on; None takes a key away."""
    report = {
        "command": "push_status",
        "msg": 0,
        "sequence_id": "10",
        "gcode_state": "IDLE",
        "mc_print_stage": "1",
        "stg_cur": 0,
        "print_type": "idle",
        "gcode_file": "",
        "subtask_name": "",
        "subtask_id": "0",
        "task_id": "0",
        "mc_percent": 0,
        "mc_remaining_time": 0,
        "layer_num": 0,
        "total_layer_num": 0,
        "gcode_file_prepare_percent": "0",
        "nozzle_temper": 24.5,
        "nozzle_target_temper": 0,
        "bed_temper": 23.25,
        "bed_target_temper": 0,
        "nozzle_diameter": "0.4",
        "print_error": 0,
        "hms": [],
        "home_flag": 0x3280_0100,
        "sdcard": True,
        "force_upgrade": False,
        "upgrade_state": {"dis_state": 0, "force_upgrade": False},
        "hw_switch_state": 0,
        "ams": ams(*(spool(slot) for slot in range(4))),
        "vt_tray": {"id": "254", "tray_type": "PETG", "tray_color": "161616FF"},
    } | changes
    return {key: value for key, value in report.items() if value is not None}


def delta(**changes: Any) -> Json:
    """A delta report."""
    return {"command": "push_status", "msg": 1, "sequence_id": "11"} | changes


def dump(body: Json, category: str = "print") -> bytes:
    """The bytes of a message."""
    return orjson.dumps({category: body})
