"""What other clients tell the printer: every listener gets the echo (FM-181).

A start shows in the reports 2 to 6 s after its echo (recorded), with a large file after minutes; until then the
printer looks idle. So an accepted command that is not ours counts at once, by what it may move.
"""

from dataclasses import dataclass
import re

from .reply import GCODE_LINE, Reply
from .status import ACTIVE, Foreign, PrinterStatus

_MOVES = {
    "ams_change_filament", "ams_control", "back_to_center", "calibration", "extrusion_cali", "flowrate_cali",
    "gcode_file", GCODE_LINE, "ignore", "project_file", "resume", "select_extruder", "set_extrusion_length", "unload",
    "unload_filament", "xyz_ctrl",
}  # fmt: skip
"""Commands of the category `print`. `project_file` is recorded; the others are those of Bambu Studio's
`DeviceManager.cpp`, of ha-bambulab's `commands.py` and of bambu-rs."""

_HARMLESS = {
    "print": {
        # Recorded, or sent by ourselves.
        "extrusion_cali_get", "print_speed", "clean_print_error", "skip_objects",
        # They ask, or set what moves nothing [Bambu Studio, ha-bambulab].
        "ams_filament_setting", "ams_user_setting", "buzzer_ctrl", "extrusion_cali_del", "extrusion_cali_get_result",
        "extrusion_cali_sel", "extrusion_cali_set", "flowrate_get_result", "idle_ignore", "print_option", "set_airduct",
        "set_bed_temp", "set_ctt", "set_fan", "set_nozzle", "set_nozzle_temp",
        # They end a job; that it has ended, and how, the reports tell.
        "pause", "stop",
    },
    "system": {"uiop", "get_access_code", "get_accessories", "ledctrl", "set_accessories"},
    "xcam": {"xcam_control_set"},
    "camera": {"ipcam_record_set", "ipcam_resolution_set", "ipcam_timelapse"},
    "upgrade": {"get_history"},
}  # fmt: skip
"""Commands by category. What is in neither table is unknown."""
_ONLY_TALK = frozenset({"info", "pushing"})
"""Categories whose commands ask for a version or for reports."""

_STANDS_STILL = re.compile(
    r"(?:M(?:104|106|140)(?:\s+[PST]\d+(?:\.\d+)?)*)?\s*(?:;.*)?"
)
"""A line of G-code for heaters and fans, as Bambu Studio and ha-bambulab send it, or nothing."""


def moved_by(reply: Reply) -> Foreign | None:
    """What another client's command may do; None: nothing, or the printer has refused it."""
    if reply.accepted is False:
        return None
    harmless = reply.command in _HARMLESS.get(reply.category, ())
    if harmless or reply.category in _ONLY_TALK:
        return None
    if reply.category == "print" and reply.command in _MOVES:
        still = reply.command == GCODE_LINE and _stands_still(reply.param)
        return None if still else Foreign.MOVES
    return Foreign.UNKNOWN


def _stands_still(gcode: str | None) -> bool:
    return gcode is not None and all(
        _STANDS_STILL.fullmatch(line.strip()) for line in gcode.splitlines()
    )


@dataclass(slots=True)
class Overheard:
    """The newest such command that the printer has accepted, until the reports show its result."""

    kind: Foreign
    heard: float
    """The event loop's seconds."""
    rested: bool
    """The printer has been seen without a job since."""

    def is_over(self, status: PrinterStatus, now: float, window: float) -> bool:
        """Tell whether this report, newer than the echo, shows a new job, or still none after the whole window.

        A job already running at the echo proves nothing: a printer may accept a start and cancel it (FM-001).
        """
        if status.state in ACTIVE and self.rested:
            return True
        self.rested |= status.complete and status.state not in ACTIVE
        return now - self.heard >= window
