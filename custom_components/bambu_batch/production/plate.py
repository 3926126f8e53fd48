"""Is the build plate clear? Our own, stored knowledge: no printer can tell.

Only two things make it clear: the FINISH of our own run whose file clears its plate, or a
person (I4). Everything else makes it occupied: any job at work, ours or foreign, any other
end, and any time in which the printer was out of sight long enough for a whole print.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus, PrintState
from .job import WAITS_FOR_CLEARING, file_left, is_active, is_done, seems_at_rest, shown
from .model import Line, Plate
from .trouble import leaves_doubt

CONTINUITY = timedelta(minutes=3)
"""No print is shorter: an A1 needs five minutes up to its first layer (recorded)."""
WATCH_EVERY = timedelta(minutes=1)
OCCUPIED = Plate()


def plate_is_clear(line: Line, status: PrinterStatus) -> bool:
    """Tell whether the plate is known clear and the printer still shows the same job."""
    plate = line.plate
    if plate.swapped and status.legacy_state == WAITS_FOR_CLEARING:
        return False
    return plate.clear and plate.job == shown(status)


def cleared(status: PrinterStatus, now: datetime) -> Plate:
    """Return a plate that a person has cleared, bound to the job that the printer shows now."""
    if not seems_at_rest(status):
        return Plate(clear=True, watched=now)
    return Plate(clear=True, job=shown(status), file=file_left(status), watched=now)


def swapped(status: PrinterStatus, now: datetime) -> Plate:
    """Return a plate that the job which the printer shows has cleared by itself."""
    left = file_left(status)
    return Plate(clear=True, job=shown(status), file=left, watched=now, swapped=True)


def _names_another(plate: Plate, status: PrinterStatus) -> bool:
    """Tell whether a file is named that was not when the plate became clear: somebody tried it."""
    left = file_left(status)
    return (
        seems_at_rest(status) and left not in ("", plate.file) and plate.job is not None
    )


def watch(line: Line, status: PrinterStatus, *, fresh: bool) -> Line:
    """Return the line with what this report says about a plate that was clear.

    Any report can make it doubtful; only a fresh one, with none lost before it, can say that
    it still is clear.
    """
    plate, received = line.plate, status.received
    if not plate.clear:
        return line
    if is_active(status) or leaves_doubt(status.print_error):
        return replace(line, plate=OCCUPIED)
    if _names_another(plate, status):
        return replace(line, plate=OCCUPIED)
    if received is None or not fresh or status.gap or not seems_at_rest(status):
        return line
    job = shown(status)
    same = job == plate.job
    unseen = abs(received - plate.watched) if plate.watched else CONTINUITY
    if same:
        # Whenever a job that swaps is done once more, it has swapped once more.
        known = unseen < CONTINUITY or (plate.swapped and is_done(status))
    else:
        # IDLE after a short reboot or a dismissed prompt hides no print (FM-005).
        hides_none = plate.job is None or status.state is PrintState.IDLE
        known = unseen < CONTINUITY and hides_none
    if not known:
        return replace(line, plate=OCCUPIED)
    if same and unseen < WATCH_EVERY:
        return line
    swap = plate.swapped and same
    return replace(
        line,
        plate=Plate(
            clear=True,
            job=job,
            file=file_left(status),
            watched=received,
            swapped=swap,
        ),
    )
