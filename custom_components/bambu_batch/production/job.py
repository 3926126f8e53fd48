"""Reading the printer's status: whose job is this, and is the printer at rest?"""

from ..bambu.codes import MISSED
from ..bambu.status import ACTIVE, ENDED, PrinterStatus, PrintState
from .model import Phase, Run

DONE = 100
"""%; shown only with the FINISH of a job that was printed to its end (recorded)."""

STAGE_NONE = frozenset({255, -1})
STAGE_PRINTING_OR_BOOTED = 0
AT_REST = 1
PRINT_TYPE_AT_REST = frozenset({"idle", ""})

UPGRADING = 2
"""`upgrade_state.dis_state`: in progress."""
NOT_UPGRADING = frozenset({"IDLE", "", "UPGRADE_SUCCESS"})
"""`upgrade_state.status` in all recordings at rest."""

WAITS_FOR_CLEARING = 100
LEGACY_STATES_AT_REST = frozenset({1, 5, WAITS_FOR_CLEARING})
JOB_STATES_AT_REST = frozenset({0, 8, 9})


def is_ours(status: PrinterStatus, run: Run) -> bool:
    """Tell whether the printer shows this very run: its id or its unique name, nothing else."""
    return status.subtask_id == str(run.run_id) or status.subtask_name == run.name


def misses_file(status: PrinterStatus, run: Run) -> bool:
    """Tell whether the printer accepted our start, but rests because its file is missing (FM-163).

    Nothing is started while a code is shown, so this code came after the start.
    """
    return (
        run.phase is Phase.STARTING
        and not run.unseen
        and status.complete
        and not status.gap
        and status.print_error in MISSED
        and status.state is run.from_state
        and is_ours(status, run)
        and seems_at_rest(status)
    )


def is_active(status: PrinterStatus) -> bool:
    """Tell whether some job is being printed or prepared.

    IDLE with a file name is a start in progress (FM-154), or the name is a past job's (FM-168).
    """
    if status.state is PrintState.IDLE:
        if status.print_type not in (*PRINT_TYPE_AT_REST, None):
            return True
        return bool(status.gcode_file) and not seems_at_rest(status)
    return status.state in ACTIVE


def is_updating(status: PrinterStatus) -> bool:
    """Tell whether firmware is, or has to be, updated: by every field that says so (FM-182)."""
    return (
        status.upgrade_state == UPGRADING
        or status.forced_upgrade is True
        or status.inconsistent_firmware is True
        or status.upgrade_status not in (*NOT_UPGRADING, None)
    )


def is_done(status: PrinterStatus) -> bool:
    """Tell whether the job shown was printed to its end: a stopped one may show FINISH too."""
    return status.state is PrintState.FINISH and status.percent == DONE


def shown(status: PrinterStatus) -> str:
    """Name the job that the printer shows and how it ended, to notice when that changes."""
    if status.state is PrintState.IDLE:
        return "idle"
    return f"{status.state} {status.subtask_id or ''}/{status.subtask_name or ''}"


def file_left(status: PrinterStatus) -> str:
    """Name the file of a job that the printer shows although none is at work; "" for none.

    The A1 names the next file before it leaves FINISH; X1 and H2 keep the old path.
    """
    file = status.gcode_file or ""
    kept = status.state in ENDED and status.stage != STAGE_PRINTING_OR_BOOTED
    return "" if kept and file.startswith("/data/") else file


def seems_at_rest(status: PrinterStatus) -> bool:
    """Tell whether every field about it shows no job; a file's name may be left over.

    A missing field never counts as yes (I6). A start in progress names its file together
    with the kind of print, `local` or `cloud` (recorded).
    """
    if status.state not in (PrintState.IDLE, *ENDED):
        return False
    if status.print_type not in PRINT_TYPE_AT_REST or status.gcode_file is None:
        return False
    idle = status.print_type == "idle"
    if status.stage not in STAGE_NONE:
        if status.stage != STAGE_PRINTING_OR_BOOTED or not idle:
            return False
    if file_left(status) and not (idle and status.print_stage == AT_REST):
        return False
    return (
        status.print_stage in (AT_REST, None)
        and status.legacy_state in (*LEGACY_STATES_AT_REST, None)
        and status.job_state in (*JOB_STATES_AT_REST, None)
    )


def is_at_rest(status: PrinterStatus, known: str = "") -> bool:
    """Tell whether the printer is at rest, and shows no file name but the known one (FM-168).

    `known`: the name that was left over when the plate became clear.
    """
    return seems_at_rest(status) and file_left(status) in ("", known)
