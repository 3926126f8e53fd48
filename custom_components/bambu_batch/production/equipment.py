"""What a task has to fit: the printer, what is loaded in it, and the options about holds.

Whether a task is held depends on the task and on this, and on nothing else: as long as neither
changes, nothing is worked out again.
"""

from dataclasses import dataclass

from ..bambu.status import Tray


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What holds or releases tasks. None = unknown."""

    model: str | None
    """Model code, e.g. "N1"."""
    nozzle_diameter: float | None
    """mm"""
    trays: tuple[Tray, ...] | None
    filament_in_extruder: bool | None
    fed_from_unit: bool
    """A unit's tray is in use now, not the external spool."""
    needs_swap: bool
    """Only plates that clear themselves may start."""
    left: tuple[tuple[int, float], ...]
    """Grams known to be left, by tray; of every spool, if tasks that take more are held."""
