"""Which task is next: the first that nothing holds."""

from typing import NamedTuple

from ..bambu.models import StorageKind, accepts, by_code
from ..bambu.status import Card, PrinterStatus
from .equipment import Equipment
from .filament import Assignment, Unassigned, Wish, assign, takes, trays_for, wish_of
from .model import Hold, Line, PlateFile, Task
from .tasks import Block, Tasks

NOZZLE_TOLERANCE = 0.01
"""mm; files carry 0.4000000059604645."""
TOLERANCE_GRAMS = 0.01
"""Sums of many plates are not exact to the last bit."""


def next_task(line: Line, equipment: Equipment) -> Task | None:
    """Return the first waiting task that is not held; held ones are passed over (FM-024)."""
    in_flight = line.run.task_id if line.run else None
    return line.queue.once(_next, (equipment, in_flight))


def _next(tasks: Tasks, given: tuple[Equipment, str | None]) -> Task | None:
    equipment, in_flight = given
    for block in tasks.blocks:
        fits = block.once(fits_of, equipment)
        for task in block.wanted:
            copies = task.open - (task.task_id == in_flight)
            if copies and fits[task.task_id].hold is None:
                return task
    return None


class Fit(NamedTuple):
    """How a task fits what is there."""

    hold: Hold | None
    """Why the queue passes it over."""
    trays: Assignment | Unassigned


def fit_in(tasks: Tasks, task: Task, equipment: Equipment) -> Fit | None:
    """Return how a task of the queue fits, not worked out again; None: it is not wanted."""
    if (block := tasks.block_of(task.task_id)) is None:
        return None
    return block.once(fits_of, equipment).get(task.task_id)


def fits_of(block: Block, equipment: Equipment) -> dict[str, Fit]:
    """Return how each of the wanted tasks fits, by id."""
    trays: dict[Wish, Assignment | Unassigned] = {}
    fits = {}
    for task in block.wanted:
        wish = wish_of(task)
        if (found := trays.get(wish)) is None:
            found = trays[wish] = trays_for(wish, equipment)
        fits[task.task_id] = Fit(_hold(task, found, equipment), found)
    return fits


def fit_of(task: Task, equipment: Equipment) -> Fit:
    """Return how a task fits.

    What only the printer can answer holds no task until the printer has answered.
    """
    trays = assign(task, equipment)
    return Fit(_hold(task, trays, equipment), trays)


def hold_of(task: Task, equipment: Equipment) -> Hold | None:
    """Return why the queue passes this task over."""
    return fit_of(task, equipment).hold


def _hold(
    task: Task, trays: Assignment | Unassigned, equipment: Equipment
) -> Hold | None:
    if task.hold is not None:
        return task.hold
    if _may_be_wrong_printer(task, equipment):
        return Hold.WRONG_PRINTER_MODEL
    if task.plate_file.packed > 1 and Hold.PACKED_FILE not in task.released:
        return Hold.PACKED_FILE
    if _does_not_clear(task, equipment):
        return Hold.NO_SWAP_GCODE
    if isinstance(trays, Assignment):
        return Hold.FILAMENT_MISSING if _runs_out(task, trays, equipment) else None
    return Hold.FILAMENT_MISSING if trays.known else None


def suits(file: PlateFile, equipment: Equipment) -> bool:
    """Tell whether the printer is known to be the one the file is for, and can be started."""
    model = by_code(equipment.model)
    right_model = file.model is None or accepts(equipment.model, file.model)
    right_nozzle = file.nozzle is None or _same_nozzle(file, equipment) is True
    startable = model is not None and model.url_form is not None
    return startable and right_model and right_nozzle


def is_wrong_printer(file: PlateFile, equipment: Equipment) -> bool:
    """Tell whether the plate was certainly sliced for another model or nozzle (FM-094)."""
    other_model = (
        file.model is not None
        and equipment.model is not None
        and not accepts(equipment.model, file.model)
    )
    return other_model or _same_nozzle(file, equipment) is False


def _same_nozzle(file: PlateFile, equipment: Equipment) -> bool | None:
    """Tell whether the file was sliced for the printer's nozzle; None: not known."""
    if file.nozzle is None or equipment.nozzle_diameter is None:
        return None
    return abs(file.nozzle - equipment.nozzle_diameter) <= NOZZLE_TOLERANCE


def needs_card(status: PrinterStatus) -> bool:
    """Tell whether the printer prints only from its card; unknown models count as such."""
    model = by_code(status.model)
    return model is None or model.storage is StorageKind.CARD


def card_is_there(status: PrinterStatus) -> bool:
    """Tell whether files sent earlier may still be where prints are read from (FM-163)."""
    if not status.connected:
        return False
    known = status.complete or status.card is not None
    return not known or not needs_card(status) or status.card is Card.NORMAL


def _runs_out(task: Task, trays: Assignment, equipment: Equipment) -> bool:
    """Tell whether a spool is known to hold less than the task's next plate takes."""
    if not equipment.left:
        return False
    left = dict(equipment.left)
    return any(
        grams is not None
        and (rest := left.get(tray)) is not None
        and grams > rest + TOLERANCE_GRAMS
        for tray, grams in takes(task.plate_file, trays).items()
    )


def _may_be_wrong_printer(task: Task, equipment: Equipment) -> bool:
    """A file that does not name its printer waits until a person releases it."""
    file = task.plate_file
    unknown = file.model is None or file.nozzle is None
    released = Hold.WRONG_PRINTER_MODEL in task.released
    return is_wrong_printer(file, equipment) or (unknown and not released)


def _does_not_clear(task: Task, equipment: Equipment) -> bool:
    return (
        equipment.needs_swap
        and not task.clears_plate
        and Hold.NO_SWAP_GCODE not in task.released
    )
