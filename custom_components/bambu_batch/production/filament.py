"""Which tray feeds which filament of a plate.

One entry per project filament slot, up to the highest used one; -1 where unused
(recorded payloads; a shorter list printed the wrong material, FM-144).
"""

from dataclasses import dataclass

from ..bambu.status import PrinterStatus, Tray
from .model import Filament, Task

EXTERNAL_TRAYS = frozenset({254, 255})
UNUSED = -1


@dataclass(frozen=True, slots=True)
class Assignment:
    """The trays for one start: one per project filament slot, -1 where unused."""

    trays: tuple[int, ...]
    use_ams: bool
    external: bool = False


@dataclass(frozen=True, slots=True)
class Unassigned:
    """No tray fits, or it is not known what is loaded."""

    filament: Filament | None
    known: bool
    """False: the printer has not told what is loaded."""


def assign(task: Task, status: PrinterStatus) -> Assignment | Unassigned:
    """Return the tray of each filament, or the first filament without one.

    Never a different material; the brand code decides before the colour (FM-098).
    """
    if status.trays is None:
        return Unassigned(None, known=False)
    filaments = task.plate_file.filaments
    if not filaments:
        return Unassigned(None, known=True)
    loaded = [tray for tray in status.trays if tray.number not in EXTERNAL_TRAYS]
    if task.settings.use_ams is False or not loaded:
        return _external(filaments, status)
    trays = [UNUSED] * max(filament.slot for filament in filaments)
    for filament in filaments:
        chosen = _chosen(task, filament)
        fitting = [
            tray
            for tray in loaded
            if _fits(tray, filament) and (chosen is None or tray.number == chosen)
        ]
        if not fitting:
            unknown = any(tray.loaded is None for tray in loaded)
            return Unassigned(filament, known=not unknown)
        trays[filament.slot - 1] = min(
            fitting, key=lambda tray: _distance(tray, filament)
        ).number
    return Assignment(tuple(trays), use_ams=True)


def _external(
    filaments: tuple[Filament, ...], status: PrinterStatus
) -> Assignment | Unassigned:
    """One filament from the holder, and only if the printer feels it in the extruder.

    Without that an A1 mini printed a whole job in the air (FM-146).
    """
    if len(filaments) > 1:
        return Unassigned(filaments[1], known=True)
    if status.filament_in_extruder is not True:
        return Unassigned(filaments[0], known=status.filament_in_extruder is not None)
    return Assignment((UNUSED,) * filaments[0].slot, use_ams=False, external=True)


def _chosen(task: Task, filament: Filament) -> int | None:
    mapping = task.settings.ams_mapping
    if mapping is None or filament.slot > len(mapping):
        return None
    return mapping[filament.slot - 1]


def _fits(tray: Tray, filament: Filament) -> bool:
    if tray.loaded is not True or tray.material is None or filament.material is None:
        return False
    return tray.material.upper() == filament.material.upper()


def _distance(tray: Tray, filament: Filament) -> tuple[bool, float]:
    return (
        tray.brand_code != filament.brand_code,
        _colour_distance(tray.colour, filament.colour),
    )


def _colour_distance(one: str | None, other: str | None) -> float:
    if not one or not other:
        return float("inf")
    try:
        pairs = zip(bytes.fromhex(one[:6]), bytes.fromhex(other[:6]), strict=True)
        return float(sum((a - b) ** 2 for a, b in pairs))
    except ValueError:
        return float("inf")
