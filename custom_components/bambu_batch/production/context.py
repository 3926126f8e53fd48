"""What a step depends on besides the line: printer, options, interlocks. Never stored."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from ..bambu.status import PrinterStatus, Uptime
from ..bambu.tray_numbers import EXTERNAL_TRAYS
from .equipment import Equipment
from .model import Spool


class PlateClearing(StrEnum):
    """Who clears the plate."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


class StartWhen(StrEnum):
    """From which states of the printer a plate may start."""

    IDLE_OR_FINISHED = "idle_or_finished"
    IDLE_ONLY = "idle_only"


class OnFailure(StrEnum):
    """What the queue does after a failed plate."""

    PAUSE = "pause"
    NEXT = "next"
    RETRY = "retry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The printer's options as far as they matter to the line."""

    cooldown_seconds: int = 60
    cooldown_bed_temperature: float | None = None
    """°C"""
    cooldown_timeout_minutes: int = 60
    plate_clearing: PlateClearing = PlateClearing.AUTOMATIC
    require_swap_gcode: bool = True
    plate_stack: int = 0
    start_when: StartWhen = StartWhen.IDLE_OR_FINISHED
    on_failure: OnFailure = OnFailure.PAUSE
    upload_while_printing: bool = False
    send_whole_files: bool = False
    """Not only what the printer needs of a file."""
    hold_before_runout: bool = False
    """Hold a task whose next plate takes more than is left on a spool."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """A snapshot of the world for one step of the line."""

    status: PrinterStatus = field(default_factory=PrinterStatus)
    options: Options = field(default_factory=Options)
    interlocks_hold: bool | None = True
    """True without interlocks; None: some condition is unknown (counts as not holding)."""
    uptime: Uptime | None = None
    """Of this computer now; None: it has no clock that cannot be set."""
    spools: tuple[Spool, ...] = ()
    """The person's own spools in the trays; what the running print takes is still on them."""

    @property
    def left(self) -> dict[int, float | None]:
        """Grams on the spool in each tray; None, or no entry: unknown."""
        return {spool.tray: spool.left for spool in self.spools}

    @cached_property
    def equipment(self) -> Equipment:
        """What a task has to fit."""
        status, options = self.status, self.options
        left = self.spools if options.hold_before_runout else ()
        return Equipment(
            model=status.model,
            nozzle_diameter=status.nozzle_diameter,
            trays=status.trays,
            filament_in_extruder=status.filament_in_extruder,
            fed_from_unit=status.tray_now is not None
            and status.tray_now not in EXTERNAL_TRAYS,
            needs_swap=options.require_swap_gcode
            and options.plate_clearing is PlateClearing.AUTOMATIC,
            left=tuple((one.tray, one.left) for one in left if one.left is not None),
        )
