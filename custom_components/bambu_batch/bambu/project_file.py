"""The print job of a `project_file` command, checked when it is made."""

from dataclasses import dataclass
from enum import IntEnum
import re

from .models import UrlForm
from .remote_name import is_ours
from .tray_numbers import NO_TRAY, UNUSED, flat, in_a_unit, unit_and_slot

LARGEST_ID = 2**31 - 1

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")
_GCODE = re.compile(r"Metadata/plate_[1-9][0-9]{0,3}\.gcode")
_MD5 = re.compile(r"(?:[0-9A-F]{32})?")


class Calibration(IntEnum):
    """The values of `auto_bed_leveling` and `extrude_cali_flag`; the older key beside each is true only for ON."""

    OFF = 0
    ON = 1
    AUTO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFile:
    """One start. Raises ValueError where the printer would misread it."""

    run_id: int
    """Unique per run; 0 and more than 31 bits make jobs look alike (FM-010, FM-011)."""
    subtask_name: str
    """Unique per run. Other characters are rewritten by firmware (FM-055)."""
    remote_name: str
    """Of the uploaded file, as `remote_name` makes it."""
    gcode: str
    """The plate's member of the 3MF, e.g. "Metadata/plate_1.gcode" (FM-026)."""
    url_form: UrlForm
    ams_mapping: tuple[int, ...]
    """Tray number per project filament slot up to the last used one, -1 where unused (FM-144)."""
    use_ams: bool
    """False: the last slot of the mapping is fed from the external spool."""
    bed_leveling: Calibration
    flow_calibration: Calibration
    vibration_calibration: bool
    timelapse: bool
    md5: str = ""
    """Of the member, upper-case hex; a printer takes an empty one unchecked."""

    def __post_init__(self) -> None:
        """Refuse what must never be sent."""
        if not 1 <= self.run_id <= LARGEST_ID:
            raise ValueError("run id out of range")
        if not _NAME.fullmatch(self.subtask_name):
            raise ValueError("subtask name with characters that firmware rewrites")
        if not is_ours(self.remote_name):
            raise ValueError("not a file of ours")
        if not _GCODE.fullmatch(self.gcode):
            raise ValueError("not a plate's G-code")
        if not _MD5.fullmatch(self.md5):
            raise ValueError("not an MD5 in upper-case hex digits")
        if not self.ams_mapping or not all(
            tray == UNUSED or in_a_unit(tray) for tray in self.ams_mapping
        ):
            raise ValueError("mapping without trays, or to none that exists")
        fed = any(tray != UNUSED for tray in self.ams_mapping)
        if self.use_ams is not fed or (fed and self.ams_mapping[-1] == UNUSED):
            raise ValueError("use_ams and mapping disagree")

    @property
    def url(self) -> str:
        """Where the printer finds the file."""
        return self.url_form.format(name=self.remote_name)

    @property
    def flat_mapping(self) -> list[int]:
        """`ams_mapping`."""
        return [flat(tray) for tray in self.ams_mapping]

    @property
    def ams_places(self) -> list[dict[str, int]]:
        """`ams_mapping2`: unit and slot for each entry of the mapping."""
        places = [unit_and_slot(tray) for tray in self.ams_mapping]
        if not self.use_ams:
            places[-1] = (NO_TRAY, 0)
        return [{"ams_id": unit, "slot_id": slot} for unit, slot in places]
