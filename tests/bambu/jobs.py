"""Starts for tests."""

from typing import Any

from custom_components.bambu_batch.bambu.models import UrlForm
from custom_components.bambu_batch.bambu.project_file import Calibration, ProjectFile
from custom_components.bambu_batch.bambu.remote_name import remote_name


def job(**changes: Any) -> ProjectFile:
    """A start of an A1 from tray 0."""
    fields: dict[str, Any] = {
        "run_id": 77,
        "subtask_name": "cube_77",
        "remote_name": remote_name("0" * 64),
        "gcode": "Metadata/plate_1.gcode",
        "url_form": UrlForm.SDCARD,
        "ams_mapping": (0,),
        "use_ams": True,
        "bed_leveling": Calibration.ON,
        "flow_calibration": Calibration.OFF,
        "vibration_calibration": False,
        "timelapse": False,
    }
    return ProjectFile(**fields | changes)
