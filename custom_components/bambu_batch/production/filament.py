"""Which tray feeds which filament of a plate, decided by what is loaded now (FM-100).

Each filament gets a tray of the same material, never another: first one with the same brand
code, then the one of the nearest colour (FM-097, FM-098). Two filaments share a tray only if
they are the same to the slicer. The best pair of all is taken first, then the best of the
rest; equal ones go to the lower tray number.

A person's own mapping decides alone, `use_ams` follows from it (FM-102). It may match what no
rule could: a material that no tray can be set to (`PLA+`, `BioFusion`), a spool that the printer
does not know, a plate that does not list its filaments (FM-166). But the tray has to exist and
be loaded, and contradicting materials do not fit: the spool was changed since. Releasing the
hold counts the same, if it is clear which tray is meant.

The external spool is used only if a person chose it, or if there is no AMS at all and the
printer knows that spool; and only while the printer senses filament in the extruder: an A1
mini once printed a whole job in the air (FM-146).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ..bambu.status import Tray
from ..bambu.tray_numbers import EXTERNAL, EXTERNAL_TRAYS, UNUSED
from ..sliced.file import Filament
from .colour import distance
from .equipment import Equipment
from .material import contradict, is_same, related
from .model import Hold, PlateFile, PrintSettings, Run, Task


@dataclass(frozen=True, slots=True)
class Assignment:
    """The trays for one start.

    One entry per project filament slot up to the highest used one, by slot and not by
    position: a shorter list printed the wrong material (FM-112, FM-144). -1 where unused,
    and everywhere if the external spool feeds the plate.
    """

    trays: tuple[int, ...]
    use_ams: bool
    external: bool = False


@dataclass(frozen=True, slots=True)
class Unassigned:
    """No tray fits, or it is not known what is loaded."""

    filament: Filament | None
    """The first one without a tray; None: the file does not list its filaments."""
    known: bool
    """False: the printer has not reported what is loaded. Unknown is not empty (FM-118)."""


class Wish(NamedTuple):
    """All that decides which trays feed a task: most tasks of a queue wish the same."""

    filaments: tuple[Filament, ...]
    settings: PrintSettings
    released: bool
    """A person lifted the hold for the missing filament."""


def wish_of(task: Task) -> Wish:
    """Return what a task wishes."""
    released = Hold.FILAMENT_MISSING in task.released
    return Wish(task.plate_file.filaments, task.settings, released)


def assign(task: Task, equipment: Equipment) -> Assignment | Unassigned:
    """Return the tray of each filament, or the first filament without one."""
    return trays_for(wish_of(task), equipment)


def trays_for(wish: Wish, equipment: Equipment) -> Assignment | Unassigned:
    """Return the tray of each filament, or the first filament without one."""
    filaments, settings, released = wish
    if equipment.trays is None:
        return Unassigned(filaments[0] if filaments else None, known=False)
    inside = tuple(t for t in equipment.trays if t.number not in EXTERNAL_TRAYS)
    if not filaments:
        return _unlisted(settings, equipment, inside, released=released)
    chosen = _chosen(wish)
    without_ams = not chosen and settings.use_ams is False
    if without_ams or not EXTERNAL_TRAYS.isdisjoint(chosen.values()):
        return _external(filaments, equipment, chosen=True)
    if not chosen and settings.use_ams is None and not inside:
        return _external(filaments, equipment, chosen=released)
    return _inside(filaments, inside, chosen, released=released)


def assigned(run: Run) -> Assignment:
    """Return the trays that a run was started with."""
    return Assignment(run.mapping, not run.external_spool, run.external_spool)


def takes(file: PlateFile, trays: Assignment) -> dict[int, float | None]:
    """Return the grams of the plate by tray; two filaments may share one."""
    found: dict[int, float | None] = {}
    for filament in file.filaments:
        if trays.external:
            tray = EXTERNAL
        elif filament.slot <= len(trays.trays):
            tray = trays.trays[filament.slot - 1]
        else:
            continue
        if tray == UNUSED:
            continue
        so_far, grams = found.get(tray, 0.0), filament.grams
        found[tray] = None if so_far is None or grams is None else so_far + grams
    return found


def fits(tray: Tray, filament: Filament) -> bool:
    """Tell whether a tray is known to hold the filament's material."""
    return tray.loaded is True and is_same(tray.material, filament.material)


def _may_feed(tray: Tray, filament: Filament) -> bool:
    """Tell whether a tray can feed the filament if a person chooses it."""
    return tray.loaded is True and not contradict(tray.material, filament.material)


def _unlisted(
    settings: PrintSettings,
    equipment: Equipment,
    inside: tuple[Tray, ...],
    *,
    released: bool,
) -> Assignment | Unassigned:
    """Feed a plate that does not list its filaments, if a person chose the tray."""
    mapping = settings.ams_mapping or ()
    used = [tray for tray in mapping if tray != UNUSED]
    if not EXTERNAL_TRAYS.isdisjoint(used) and len(used) == 1:
        slot = Filament(slot=mapping.index(used[0]) + 1)
        return _external((slot,), equipment, chosen=True)
    without_ams = settings.use_ams is False or (released and not inside)
    if not used and without_ams:
        return _external((Filament(slot=1),), equipment, chosen=True)
    if not used and released:
        loaded = [tray.number for tray in inside if tray.loaded]
        used = loaded if len(loaded) == 1 else []
        mapping = tuple(used)
    for number in used:
        if not any(t.number == number and t.loaded for t in inside):
            doubtful = any(t.number == number and t.loaded is None for t in inside)
            return Unassigned(None, known=not doubtful)
    if not used:
        return Unassigned(None, known=True)
    while mapping[-1] == UNUSED:
        mapping = mapping[:-1]
    return Assignment(mapping, use_ams=True)


def _chosen(wish: Wish) -> dict[int, int]:
    """Return the tray that a person chose, by slot."""
    mapping = wish.settings.ams_mapping or ()
    used = {filament.slot for filament in wish.filaments}
    return {slot: tray for slot, tray in enumerate(mapping, 1) if slot in used}


def _inside(
    filaments: tuple[Filament, ...],
    trays: tuple[Tray, ...],
    chosen: Mapping[int, int],
    *,
    released: bool,
) -> Assignment | Unassigned:
    """Feed every filament from a unit."""
    found: dict[int, int] = {}
    for filament in filaments:
        if filament.slot in chosen:
            number = chosen[filament.slot]
            at = [tray for tray in trays if tray.number == number]
            if not any(_may_feed(tray, filament) for tray in at):
                return _lacking(filament, at)
            found[filament.slot] = number
    open_filaments = [one for one in filaments if one.slot not in found]
    free = [tray for tray in trays if tray.number not in found.values()]
    while pairs := [
        (_difference(tray, filament), filament.slot, tray.number)
        for filament in open_filaments
        for tray in free
        if fits(tray, filament)
    ]:
        _, slot, number = min(pairs)
        first = next(one for one in open_filaments if one.slot == slot)
        same = [one for one in open_filaments if _is_same(one, first)]
        found |= {one.slot: number for one in same}
        open_filaments = [one for one in open_filaments if one not in same]
        free = [tray for tray in free if tray.number != number]
    for filament in open_filaments:
        tray = _nearest(filament, free) if released else None
        if tray is None:
            return _lacking(filament, trays)
        found[filament.slot] = tray.number
        free.remove(tray)
    highest = max(found)
    return Assignment(
        tuple(found.get(slot, UNUSED) for slot in range(1, highest + 1)), use_ams=True
    )


def _nearest(filament: Filament, trays: Iterable[Tray]) -> Tray | None:
    """Return the only tray that a person releasing the hold can have meant."""
    may = [tray for tray in trays if _may_feed(tray, filament)]
    near = [tray for tray in may if related(tray.material, filament.material)]
    if near:
        return min(near, key=lambda tray: (_difference(tray, filament), tray.number))
    return may[0] if len(may) == 1 else None


def _external(
    filaments: tuple[Filament, ...], equipment: Equipment, *, chosen: bool
) -> Assignment | Unassigned:
    """Feed the one filament from the external spool. `chosen`: by a person."""
    filament = filaments[0]
    if len(filaments) > 1:
        return Unassigned(filaments[1], known=True)
    spools = [tray for tray in equipment.trays or () if tray.number in EXTERNAL_TRAYS]
    declared = [spool for spool in spools if spool.material is not None]
    right = any(
        is_same(spool.material, filament.material)
        or (chosen and not contradict(spool.material, filament.material))
        for spool in declared
    )
    if not right and (declared or not chosen):
        return Unassigned(filament, known=True)
    if equipment.filament_in_extruder is None:
        return Unassigned(filament, known=False)
    if not equipment.filament_in_extruder or equipment.fed_from_unit:
        return Unassigned(filament, known=True)
    return Assignment((UNUSED,) * filament.slot, use_ams=False, external=True)


def _lacking(filament: Filament, trays: Iterable[Tray]) -> Unassigned:
    """Return that no tray fits, unless one of them may after all (FM-095)."""
    unknown = any(tray.loaded is None for tray in trays)
    return Unassigned(filament, known=not unknown)


def _difference(tray: Tray, filament: Filament) -> tuple[bool, float]:
    """Return how far a tray's spool is from what the slicer expects."""
    code = filament.brand_code
    other_brand = code is None or tray.brand_code != code
    return other_brand, distance(tray.colour, filament.colour)


def _is_same(one: Filament, other: Filament) -> bool:
    """Tell whether two slots of the project hold the same filament."""
    same = one.material == other.material and one.colour == other.colour
    return same and one.brand_code == other.brand_code
