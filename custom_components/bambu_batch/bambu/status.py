"""What is known about a printer at one moment. None always means: unknown."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self


class PrintState(StrEnum):
    """The printer's own word for what it does (`gcode_state`)."""

    IDLE = "IDLE"
    SLICING = "SLICING"
    PREPARE = "PREPARE"
    RUNNING = "RUNNING"
    PAUSE = "PAUSE"
    FINISH = "FINISH"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """A word that no recording contains, or none at all. It never allows anything."""


ACTIVE = frozenset(
    {PrintState.PREPARE, PrintState.SLICING, PrintState.RUNNING, PrintState.PAUSE}
)
ENDED = frozenset({PrintState.FINISH, PrintState.FAILED})


class Card(StrEnum):
    """State of the printer's storage (`home_flag` bits 8-9)."""

    ABSENT = "absent"
    NORMAL = "normal"
    ABNORMAL = "abnormal"
    READ_ONLY = "read_only"


class Foreign(StrEnum):
    """What another client has told the printer to do, and no report has shown yet (FM-181)."""

    MOVES = "moves"
    """To print or to move: what is on the plate afterwards is unknown."""
    UNKNOWN = "unknown"
    """A command that nobody has shown to be harmless."""


@dataclass(frozen=True, slots=True)
class Hms:
    """One entry of the printer's health list. `attr` and `code` are 32 bit each."""

    attr: int
    code: int

    @property
    def severity(self) -> int:
        """1 fatal, 2 serious, 3 common, 4 information; anything else is unknown."""
        return self.code >> 16

    def __str__(self) -> str:
        """All 16 digits: the short form collides (bambuddy#2732)."""
        return (
            f"{self.attr >> 16:04X}-{self.attr & 0xFFFF:04X}"
            f"-{self.code >> 16:04X}-{self.code & 0xFFFF:04X}"
        )


@dataclass(frozen=True, slots=True)
class Tray:
    """One place for a spool, by its number (`tray_numbers`)."""

    number: int
    loaded: bool | None = None
    material: str | None = None
    colour: str | None = None
    """RRGGBBAA, upper case, as the printer says it."""
    brand_code: str | None = None
    """`tray_info_idx`, e.g. "GFA00"."""
    tag: str | None = None
    """RFID of the spool; None where there is none."""
    remain: int | None = None
    """Percent, as the printer says it; None for an AMS lite, which never says it right."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long this computer has been up: a clock that runs on in standby, and that nobody can set."""

    boot: str
    """Which boot: times of two boots cannot be compared."""
    seconds: float

    def since(self, earlier: Uptime | None) -> timedelta | None:
        """Return the time that has passed, None if it is unknown."""
        if earlier is None or earlier.boot != self.boot:
            return None
        return timedelta(seconds=self.seconds - earlier.seconds)


@dataclass(frozen=True, kw_only=True)
class PrinterStatus:
    """The merged report of this connection, decoded field by field.

    New for every connection: nothing from an older one survives (FM-122).
    Temperatures are °C, times minutes where the name says so.
    """

    connected: bool = False
    complete: bool = False
    """A full report has arrived on this connection."""
    received: datetime | None = None
    """UTC time of the newest report on this connection, full or delta."""
    received_uptime: Uptime | None = None
    """The same by a clock that nobody can set."""
    gap: bool = False
    """A message was lost or unreadable since the last full report: what it said is unknown."""

    model: str | None = None
    """Model code, e.g. "N1" for the A1 mini (`models.py`)."""
    firmware: str | None = None

    state: PrintState | None = None
    print_stage: int | None = None
    """`mc_print_stage`: 1 at rest, 2 running, 3 paused."""
    stage: int | None = None
    """`stg_cur`; only to be read together with `state` (FM-084)."""
    print_type: str | None = None
    gcode_file: str | None = None
    subtask_name: str | None = None
    subtask_id: str | None = None
    task_id: str | None = None

    percent: int | None = None
    remaining_minutes: int | None = None
    layer: int | None = None
    total_layers: int | None = None

    nozzle_temperature: float | None = None
    nozzle_target: float | None = None
    bed_temperature: float | None = None
    bed_target: float | None = None
    nozzle_diameter: float | None = None
    """mm"""

    print_error: int | None = None
    """0 = none."""
    hms: tuple[Hms, ...] | None = None

    card: Card | None = None
    upgrade_state: int | None = None
    """`upgrade_state.dis_state`: 0 none, 1 available, 2 in progress, 3 finished."""
    upgrade_status: str | None = None
    """`upgrade_state.status`; every recording of an idle printer has it, very old firmware may not."""
    inconsistent_firmware: bool | None = None
    """`upgrade_state.consistency_request`: its parts have different versions, an update is due."""
    forced_upgrade: bool | None = None
    signed_commands_only: bool | None = None
    """True: unsigned commands are refused (developer mode is off). A1 printers do not say."""
    legacy_state: int | None = None
    """`g_st`; in no recording. Where a report carries it, it can only veto."""
    job_state: int | None = None
    """`job.job_state` of the newest firmware; can only veto."""

    trays: tuple[Tray, ...] | None = None
    tray_now: int | None = None
    """Number of the tray in use; 255 none, 254 external."""
    filament_in_extruder: bool | None = None

    foreign: Foreign | None = None
    """None: nothing, or the reports have shown its result since."""

    wifi_signal: int | None = None
    """dBm"""

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the report that a start needs and that are missing or cannot be read."""
        needed = {
            "gcode_state": self.state,
            "stg_cur": self.stage,
            "print_type": self.print_type,
            "gcode_file": self.gcode_file,
            "print_error": self.print_error,
            "hms": self.hms,
            "upgrade_state.dis_state": self.upgrade_state,
            "force_upgrade": self.forced_upgrade,
        }
        return tuple(key for key, value in needed.items() if value is None)

    @property
    def tells_of_rest(self) -> bool:
        """Every field that says whether the printer is free for a start is known."""
        return not self.missing

    def but(self, changes: dict[str, Any]) -> Self:
        """Return this status with other values of some attributes.

        As `dataclasses.replace`, but sixty times as fast: that was most of a delta's cost.
        """
        new = object.__new__(type(self))
        object.__setattr__(new, "__dict__", self.__dict__ | changes)  # it is frozen
        return new

    def is_as(self, other: Self, apart_from: dict[str, None]) -> bool:
        """Tell whether both say the same, apart from these attributes."""
        return self.__dict__ | apart_from == other.__dict__ | apart_from
