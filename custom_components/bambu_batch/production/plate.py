"""Is the build plate clear? Our own, stored knowledge: no printer reports it.

Only two things make it clear: the FINISH of our own run whose file clears its plate, or a
person (I4). Everything else makes it occupied: any running job, ours or foreign, any other
end, and any time in which the printer was out of sight long enough for a whole print.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from ..bambu.status import PrinterStatus, PrintState, Uptime
from .context import Context
from .job import WAITS_FOR_CLEARING, file_left, is_active, is_done, seems_at_rest, shown
from .model import BuildPlate, Line, PlateFile, Run
from .reprint import NOBODY_KNOWS, most_used
from .trouble import leaves_doubt

CONTINUITY = timedelta(minutes=3)
"""No print is shorter: an A1 needs five minutes up to its first layer (recorded)."""
WATCH_EVERY = timedelta(minutes=1)
OCCUPIED = BuildPlate()


def plate_is_clear(line: Line, status: PrinterStatus) -> bool:
    """Tell whether the plate is known clear and the printer still shows the same job."""
    plate = line.plate
    if plate.swapped and status.legacy_state == WAITS_FOR_CLEARING:
        return False
    return plate.clear and plate.job == shown(status)


def cleared(line: Line, context: Context, now: datetime) -> BuildPlate:
    """Return a plate that a person has cleared, bound to the job that the printer shows now.

    Out of sight that is the job shown last: a different one means a print (FM-134).
    """
    if seems_at_rest(context.status):
        return _clear(context.status, now, context.uptime)
    last = replace(line.plate, swapped=False, plates=1, seconds=None)
    return replace(last, clear=True, watched=now, uptime=context.uptime)


def swapped(context: Context, now: datetime, run: Run, file: PlateFile) -> BuildPlate:
    """Return a plate cleared by this run itself: the job that the printer shows."""
    return replace(
        _clear(context.status, now, context.uptime),
        swapped=True,
        plates=run.plates,
        seconds=file.seconds,
    )


def plates_left(line: Line, context: Context, now: datetime) -> int:
    """Return how many plates are certainly left in the changer, whatever lies on the bed."""
    return _left(line, _unseen(line.plate, now, context.uptime))


def watch(line: Line, status: PrinterStatus, *, fresh: bool) -> Line:
    """Return the line with what this report says about a plate that was clear.

    Any report can make it doubtful; only a fresh one, with none lost before it, can confirm
    that it is still clear. Plates of the changer that may have been used since count as used.
    """
    plate, received = line.plate, status.received
    if not plate.clear:
        return line
    stopped = leaves_doubt(status.print_error)
    if is_active(status) or stopped or _names_another(plate, status):
        return _doubted(line, status)
    if received is None or not fresh or status.gap or not seems_at_rest(status):
        return line
    job = shown(status)
    same = job == plate.job
    unseen = _unseen(plate, received, status.received_uptime)
    seen = unseen < CONTINUITY
    if same:
        # A job that swaps and is done again has swapped again.
        known = seen or (plate.swapped and is_done(status))
    else:
        # IDLE after a short reboot or a dismissed prompt hides no print (FM-005).
        known = seen and status.state is PrintState.IDLE
    if not known:
        return _doubted(line, status)
    if same and unseen < WATCH_EVERY:
        return line
    watched = _clear(status, received, status.received_uptime)
    if same:
        watched = replace(
            watched, swapped=plate.swapped, plates=plate.plates, seconds=plate.seconds
        )
    return replace(line, plate=watched, plates_left=_left(line, unseen))


def notice(line: Line, status: PrinterStatus, *, fresh: bool) -> Line:
    """Return the line with the job that the printer shows at rest while the plate is occupied."""
    if line.plate.clear or not fresh or status.gap or not seems_at_rest(status):
        return line
    plate = BuildPlate(job=shown(status), named=_named(status))
    return line if plate == line.plate else replace(line, plate=plate)


def lose_trail(line: Line, context: Context) -> Line:
    """Return the line out of sight: without a trusted clock, for how long is not known."""
    if context.uptime is not None:
        return line
    return replace(line, plate=replace(line.plate, watched=None))


def _doubted(line: Line, status: PrinterStatus) -> Line:
    """Return the line with a plate that may be occupied, and the plates certainly left."""
    if line.run is not None:  # it is our own run
        return replace(line, plate=OCCUPIED)
    plate, unseen = line.plate, timedelta()
    if status.received is not None:
        unseen = _unseen(plate, status.received, status.received_uptime)
    again = plate.swapped and is_active(status) and _named(status) == plate.named
    begun = plate.plates if again else 0
    left = max(0, _left(line, unseen) - begun)
    return replace(line, plate=OCCUPIED, plates_left=left)


def _left(line: Line, unseen: timedelta) -> int:
    """Return how many plates are certainly left in the changer."""
    return max(0, line.plates_left - most_used(line.plate, unseen))


def _clear(status: PrinterStatus, now: datetime, uptime: Uptime | None) -> BuildPlate:
    """Return a clear plate, bound to the job that the printer shows."""
    return BuildPlate(
        clear=True,
        job=shown(status),
        file=file_left(status),
        named=_named(status),
        watched=now,
        uptime=uptime,
    )


def _unseen(plate: BuildPlate, received: datetime, uptime: Uptime | None) -> timedelta:
    """Return for how long the printer may have been out of sight, by the worse clock (FM-161).

    A clock that was set, or stood still while the computer was off, can hide a whole print;
    the uptime cannot, but across a boot it says nothing.
    """
    if plate.watched is None:
        return NOBODY_KNOWS
    passed = abs(received - plate.watched)
    if plate.uptime is None and uptime is None:
        return passed
    up = uptime.since(plate.uptime) if uptime else None
    return NOBODY_KNOWS if up is None else max(passed, abs(up))


def _names_another(plate: BuildPlate, status: PrinterStatus) -> bool:
    """Tell whether a job or file is named that was not when the plate became clear.

    Then somebody tried to print it. At IDLE no printer was seen to name a job (recorded).
    """
    if plate.job is None or not seems_at_rest(status):
        return False
    job = _named(status) if status.state is PrintState.IDLE else ""
    return job not in ("", plate.named) or file_left(status) not in ("", plate.file)


def _named(status: PrinterStatus) -> str:
    """Return the printer's own ids of the job shown; empty: it shows none."""
    identity = status.subtask_id if status.subtask_id != "0" else ""
    return f"{identity or ''}/{status.subtask_name or ''}".strip("/")
