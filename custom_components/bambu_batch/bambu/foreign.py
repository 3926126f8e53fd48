"""What other clients tell the printer: every listener hears the echo (FM-181).

A start shows itself in the reports 2 to 6 s after its echo (recorded), after minutes with a large file; until then
the printer looks as if it rested. So an accepted command that is not ours counts at once, by what it may move.
"""

from dataclasses import dataclass
import re

from .reply import GCODE_LINE, Reply
from .status import ACTIVE, Foreign, PrinterStatus

_MOVES = frozenset(
    {
        "ams_change_filament",
        "ams_control",
        "back_to_center",
        "calibration",
        "extrusion_cali",
        "flowrate_cali",
        "gcode_file",
        GCODE_LINE,
        "ignore",
        "project_file",
        "resume",
        "select_extruder",
        "set_extrusion_length",
        "unload",
        "unload_filament",
        "xyz_ctrl",
    }
)
"""Commands of the category `print`. `project_file` is recorded; the others are those of Bambu Studio's
`DeviceManager.cpp`, of ha-bambulab's `commands.py` and of bambu-rs."""

_HARMLESS = frozenset(
    {
        # Recorded, or sent by ourselves.
        ("print", "extrusion_cali_get"),
        ("print", "print_speed"),
        ("print", "clean_print_error"),
        ("print", "skip_objects"),
        ("system", "uiop"),
        # They ask, or set what moves nothing [Bambu Studio, ha-bambulab].
        ("print", "ams_filament_setting"),
        ("print", "ams_user_setting"),
        ("print", "buzzer_ctrl"),
        ("print", "extrusion_cali_del"),
        ("print", "extrusion_cali_get_result"),
        ("print", "extrusion_cali_sel"),
        ("print", "extrusion_cali_set"),
        ("print", "flowrate_get_result"),
        ("print", "idle_ignore"),
        ("print", "print_option"),
        ("print", "set_airduct"),
        ("print", "set_bed_temp"),
        ("print", "set_ctt"),
        ("print", "set_fan"),
        ("print", "set_nozzle"),
        ("print", "set_nozzle_temp"),
        ("system", "get_access_code"),
        ("system", "get_accessories"),
        ("system", "ledctrl"),
        ("system", "set_accessories"),
        ("xcam", "xcam_control_set"),
        ("camera", "ipcam_record_set"),
        ("camera", "ipcam_resolution_set"),
        ("camera", "ipcam_timelapse"),
        ("upgrade", "get_history"),
        # They end a job; that it has ended, and how, the reports tell.
        ("print", "pause"),
        ("print", "stop"),
    }
)
"""Category and command. What is in neither list is unknown."""
_ONLY_TALK = frozenset({"info", "pushing"})
"""Categories whose commands ask for a version or for reports."""

_STANDS_STILL = re.compile(
    r"(?:M(?:104|106|140)(?:\s+[PST]\d+(?:\.\d+)?)*)?\s*(?:;.*)?"
)
"""A line of G-code for heaters and fans, as Bambu Studio and ha-bambulab send it, or nothing."""


def moved_by(reply: Reply) -> Foreign | None:
    """What another client's echo may bring; None: nothing, or the printer has refused it."""
    if reply.accepted is False:
        return None
    if reply.category in _ONLY_TALK or (reply.category, reply.command) in _HARMLESS:
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
    """The newest of them that the printer has taken, until the reports have told what came of it."""

    kind: Foreign
    heard: float
    """The event loop's seconds."""
    rested: bool
    """The printer has been seen without a job since."""

    def is_over(self, status: PrinterStatus, now: float, window: float) -> bool:
        """Tell whether this report, newer than the echo, shows a new job, or none after all the time for one.

        A job that was at work at the echo proves nothing: a printer may take a start and cancel it (FM-001).
        """
        if status.state in ACTIVE and self.rested:
            return True
        self.rested |= status.complete and status.state not in ACTIVE
        return now - self.heard >= window
