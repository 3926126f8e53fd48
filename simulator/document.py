"""The full report of an A1 after power-on, field by field as recorded, values made up.

Key names, JSON types and the mix of numbers and numeric strings are those of an A1 with
firmware 01.07 (64 keys under `print`); an A1 mini sends the same.
"""

from dataclasses import dataclass
from typing import Any

from .models import Model

HOMED = 0b111
CARD_PRESENT = 1 << 8
_HOME_FLAG = 0x30401018
"""Bits that mean nothing to a client, as an A1 sets some."""


@dataclass(frozen=True, slots=True)
class Spool:
    """A spool on the AMS lite."""

    material: str = "PLA"
    colour: str = "FFFFFFFF"
    """RRGGBBAA."""
    brand_code: str = "GFL99"
    """`tray_info_idx`."""
    tag: str = "0000000000000000"
    """RFID; zeros where there is none."""


def home_flag(*, homed: bool, card: int = CARD_PRESENT) -> int:
    """Bits 0-2 homed, bits 8-9 state of the card."""
    return _HOME_FLAG | card | (HOMED if homed else 0)


def booted(firmware: str, trays: tuple[Spool | None, ...]) -> dict[str, Any]:
    """Return the document of a printer that was just switched on."""
    return {
        "upgrade_state": _upgrade_state(firmware),
        "ipcam": {
            "ipcam_dev": "1",
            "ipcam_record": "disable",
            "timelapse": "disable",
            "resolution": "1080p",
            "tutk_server": "disable",
            "mode_bits": 3,
        },
        "upload": {"status": "idle", "progress": 0, "message": ""},
        "net": {"conf": 0, "info": [{"ip": 16777343, "mask": 255}]},
        "nozzle_temper": 23.0,
        "nozzle_target_temper": 0,
        "bed_temper": 23.0,
        "bed_target_temper": 0,
        "chamber_temper": 5,
        "mc_print_stage": "1",
        "heatbreak_fan_speed": "0",
        "cooling_fan_speed": "0",
        "big_fan1_speed": "0",
        "big_fan2_speed": "0",
        "mc_percent": 0,
        "mc_remaining_time": 0,
        "ams_status": 0,
        "ams_rfid_status": 0,
        "hw_switch_state": 0,
        "spd_mag": 100,
        "spd_lvl": 2,
        "print_error": 0,
        "lifecycle": "product",
        "wifi_signal": "-50dBm",
        "gcode_state": "IDLE",
        "gcode_file_prepare_percent": "0",
        "queue_number": 0,
        "queue_total": 0,
        "queue_est": 0,
        "queue_sts": 0,
        "project_id": "0",
        "profile_id": "0",
        "task_id": "0",
        "subtask_id": "0",
        "subtask_name": "",
        "gcode_file": "",
        "stg": [],
        "stg_cur": 0,
        "print_type": "idle",
        "home_flag": home_flag(homed=False),
        "mc_print_line_number": "0",
        "mc_print_sub_stage": 0,
        "sdcard": True,
        "force_upgrade": False,
        "mess_production_state": "active",
        "layer_num": 0,
        "total_layer_num": 0,
        "s_obj": [],
        "filam_bak": [],
        "fan_gear": 0,
        "nozzle_diameter": "0.4",
        "nozzle_type": "stainless_steel",
        "cali_version": 0,
        "k": "0.0000",
        "flag3": 415,
        "hms": [],
        "online": {"ahb": False, "rfid": False, "version": 1},
        "ams": ams(trays),
        "xcam": {"buildplate_marker_detector": True},
        "vt_tray": _external_spool(),
        "lights_report": [{"node": "chamber_light", "mode": "off"}],
    }


def _upgrade_state(firmware: str) -> dict[str, Any]:
    return {
        "sequence_id": 0,
        "progress": "",
        "status": "IDLE",
        "consistency_request": False,
        "dis_state": 1,
        "err_code": 0,
        "force_upgrade": False,
        "message": "",
        "module": "",
        "new_version_state": 1,
        "cur_state_code": 0,
        "idx2": 1,
        "new_ver_list": [
            {
                "name": "ota",
                "cur_ver": firmware,
                "new_ver": "01.99.00.00",
                "cur_release_type": 3,
                "new_release_type": 3,
            }
        ],
        "mc_for_ams_firmware": {
            "current_run_firmware_id": 0,
            "current_firmware_id": 0,
            "status": "IDLE",
            "firmware": [
                {"id": 0, "name": "AMS Lite"},
                {"id": 1, "name": "AMS/AMS 2 Pro/AMS HT"},
            ],
        },
    }


def ams(trays: tuple[Spool | None, ...]) -> dict[str, Any]:
    """Return the AMS lite with its spools; an empty place is an `id` and nothing else."""
    bits = f"{sum(1 << number for number, spool in enumerate(trays) if spool):x}"
    return {
        "ams": [
            {
                "chip_id": "0123456789abcdef0123456789abcde",
                "check": 0,
                "id": "0",
                "humidity": "5",
                "humidity_raw": "0",
                "temp": "0.0",
                "dry_time": 0,
                "info": "1002",
                "tray": [_tray(number, spool) for number, spool in enumerate(trays)],
            }
        ],
        "ams_exist_bits": "1",
        "tray_exist_bits": bits,
        "tray_is_bbl_bits": bits,
        "tray_tar": "255",
        "tray_now": "255",
        "tray_pre": "255",
        "tray_read_done_bits": bits,
        "tray_reading_bits": "0",
        "version": 3,
        "insert_flag": True,
        "power_on_flag": True,
    }


def _tray(number: int, spool: Spool | None) -> dict[str, Any]:
    if spool is None:
        return {"id": str(number)}
    return {
        "id": str(number),
        "state": 3,
        "remain": 0,
        "k": 0.02,
        "n": 1,
        "cali_idx": -1,
        "total_len": 330000,
        **_spool(spool),
        "ctype": 0,
        "cols": [spool.colour],
    }


def _external_spool() -> dict[str, Any]:
    return {
        "id": "254",
        **_spool(Spool()),
        "remain": 0,
        "k": 0.02,
        "n": 1,
        "cali_idx": -1,
    }


def _spool(spool: Spool) -> dict[str, Any]:
    return {
        "tag_uid": spool.tag,
        "tray_id_name": "",
        "tray_info_idx": spool.brand_code,
        "tray_type": spool.material,
        "tray_sub_brands": "",
        "tray_color": spool.colour,
        "tray_weight": "0",
        "tray_diameter": "0.00",
        "tray_temp": "0",
        "tray_time": "0",
        "bed_temp_type": "0",
        "bed_temp": "0",
        "nozzle_temp_max": "240",
        "nozzle_temp_min": "190",
        "xcam_info": "0" * 24,
        "tray_uuid": "0" * 32,
    }


def version(model: Model, firmware: str, serial: str) -> dict[str, Any]:
    """Return the answer to `get_version`, without envelope."""
    modules = (
        ("ota", "OTA", firmware, "00.00.00.00", model.product, 3, serial),
        ("esp32", model.hardware, "01.16.39.58", "00.00.00.00", "", 0, f"{serial}E"),
        ("mc", "MC02", "00.01.30.10", "00.00.00.32", "", 0, f"{serial}M"),
        ("th", "TH03", "00.00.07.72", "00.00.00.26", "", 0, f"{serial}T"),
        (
            "ams_f1/0",
            "AMS_F102",
            "00.00.08.15",
            "00.00.00.00",
            "AMS Lite",
            0,
            f"{serial}A",
        ),
    )
    return {
        "command": "get_version",
        "module": [
            {
                "flag": flag,
                "hw_ver": hardware,
                "loader_ver": loader,
                "name": name,
                "product_name": product,
                "sn": number,
                "sw_ver": software,
                "visible": bool(product),
            }
            for name, hardware, software, loader, product, flag, number in modules
        ],
    }
