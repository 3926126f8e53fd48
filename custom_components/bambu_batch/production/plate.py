"""Is the build plate clear? Our own, stored knowledge: no printer can tell.

Only two things make it clear: the FINISH of our own run whose file clears its plate, or a
person (I4). Everything else makes it occupied: any job at work, ours or foreign, any other
end, and any time in which the printer was out of sight long enough for a whole print.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus
from .job import is_active, is_at_rest, shown
from .model import Line, Plate

CONTINUITY = timedelta(minutes=3)
"""No print is shorter: an A1 needs five minutes up to its first layer (recorded)."""
WATCH_EVERY = timedelta(minutes=1)
OCCUPIED = Plate()
IDLE = "idle"


def plate_is_clear(line: Line, status: PrinterStatus) -> bool:
    """Tell whether the plate is known clear and the printer still shows the same job."""
    return line.plate.clear and line.plate.job == shown(status)


def cleared(status: PrinterStatus, now: datetime) -> Plate:
    """Return a clear plate, bound to the job that the printer shows now."""
    return Plate(
        clear=True, job=shown(status) if is_at_rest(status) else None, watched=now
    )


def watch(line: Line, status: PrinterStatus, now: datetime) -> Line:
    """Return the line with what this report says about a plate that was clear."""
    plate = line.plate
    if not plate.clear or not status.complete:
        return line
    if is_active(status):
        return replace(line, plate=OCCUPIED)
    if not is_at_rest(status):
        return line
    job = shown(status)
    unseen = abs(now - plate.watched) if plate.watched else CONTINUITY
    same = job == plate.job
    if not (same and _tells_every_print(job, line)):
        if unseen >= CONTINUITY:
            return replace(line, plate=OCCUPIED)
        # IDLE after a short reboot or a dismissed prompt hides no print (FM-005).
        if not same and plate.job is not None and job != IDLE:
            return replace(line, plate=OCCUPIED)
    if same and unseen < WATCH_EVERY:
        return line
    return replace(line, plate=Plate(clear=True, job=job, watched=now))


def _tells_every_print(job: str, line: Line) -> bool:
    """Tell whether any later print would show another job than this one.

    Our newest run has an id and a name of its own; a local start of a file has neither.
    """
    identity, _, name = job.partition("/")
    newest = str(line.last_run_id)
    return line.last_run_id > 0 and (identity == newest or name.endswith(f"_{newest}"))
