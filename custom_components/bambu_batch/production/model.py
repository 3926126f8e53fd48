"""The words of the production line: task, run, plate, line. All frozen, all stored.

task   one line of the queue: a file's plate, n copies
run    one physical print of one copy
plate  the build plate in the printer; is it known to be clear?
line   one printer's production line: queue, plate, cooldown, files on the printer
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Final, Literal, cast

from ..bambu.status import Hms, PrintState, Tray, Uptime
from ..sliced.file import Filament
from .tasks import Row, Tasks, put_together


class TaskStatus(StrEnum):
    """Status of a task as shown; derived, never stored."""

    WAITING = "waiting"
    HELD = "held"
    UPLOADING = "uploading"
    STARTING = "starting"
    PRINTING = "printing"
    UNCERTAIN = "uncertain"
    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Hold(StrEnum):
    """Why the queue passes a task over (`hold_reason`)."""

    BY_USER = "by_user"
    NO_SWAP_GCODE = "no_swap_gcode"
    PACKED_FILE = "packed_file"
    WRONG_PRINTER_MODEL = "wrong_printer_model"
    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    FILAMENT_MISSING = "filament_missing"
    FAILED_BEFORE = "failed_before"
    NOT_STARTABLE = "not_startable"
    """We know no command that would start it."""


class PauseReason(StrEnum):
    """Why the queue is paused."""

    BY_USER = "by_user"
    PRINT_ERROR = "print_error"
    PRINT_FAILED = "print_failed"
    START_REFUSED = "start_refused"
    UPLOAD_FAILED = "upload_failed"
    BED_STILL_HOT = "bed_still_hot"


class Outcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    FAILED = "failed"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"


class Phase(StrEnum):
    """Where a run is between our decision and its end."""

    STARTING = "starting"
    """Committed; the command may have left. Nothing is proven."""
    PRINTING = "printing"
    """The printer showed PREPARE, SLICING, RUNNING or PAUSE with our id or name."""
    UNCERTAIN = "uncertain"
    """It may have started, it may have ended: a person or a report decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateFile:
    """The sliced plate of a task: what to print and what is known of it. None = unknown."""

    file: str
    """Where the file is: its media content id."""
    sha256: str
    size: int
    """bytes"""
    plate: int
    """The plate's own number, 1-based."""
    gcode: str
    """Member of the 3MF, exactly as it is named there."""
    seconds: int | None = None
    filaments: tuple[Filament, ...] = ()
    grams: float | None = None
    model: str | None = None
    """Model code the plate was sliced for, e.g. "N1"."""
    nozzle: float | None = None
    """mm"""
    swap: str = "unknown"
    """Verdict on the end G-code, as in the contract."""
    swap_evidence: tuple[str, ...] = ()
    """Evidence for the verdict, for the diagnostics; nothing is decided by it."""
    packed: int = 1
    """Jobs inside this one G-code; more than one is a packed file."""
    md5: str | None = None
    """Of the G-code as it stands in the file, upper-case hex."""


AUTO: Final = "auto"
Calibrate = bool | Literal["auto"]
"""Whether the printer measures something before a print; "auto": the printer decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSettings:
    """The overrides of one task."""

    bed_leveling: Calibrate = True
    flow_calibration: Calibrate = True
    vibration_calibration: bool = False
    timelapse: bool = False
    use_ams: bool | None = None
    """None: as the plate's filaments and the loaded trays require."""
    ams_mapping: tuple[int, ...] | None = None
    """Tray per project filament slot, chosen by a person; None: assigned at the start."""
    cooldown_seconds: int | None = None
    """Wait after this task's plates; None: the printer's option."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of the queue. Copies are a count: people ask for 25,000."""

    task_id: str
    name: str
    plate_file: PlateFile
    copies: int
    settings: PrintSettings = field(default_factory=PrintSettings)
    clears_plate: bool = False
    """The plate's own end G-code frees the plate."""
    hold: Hold | None = None
    released: frozenset[Hold] = frozenset()
    """Holds that a person lifted for this task."""
    finished: int = 0
    failed: int = 0
    cancelled: int = 0
    retries: int = 0
    """Automatic retries of the copy that is next (`on_failure` retry)."""
    removed: bool = False
    """Removed by a person; with a copy in flight it leaves together with that copy (FM-016)."""
    removed_at: datetime | None = None

    @property
    def open(self) -> int:
        """Copies whose end is not known: waiting, or the one in flight."""
        return self.copies - self.finished - self.failed - self.cancelled

    @property
    def end(self) -> TaskStatus | None:
        """How the task ended; None while copies are open."""
        if self.open > 0:
            return None
        if self.failed:
            return TaskStatus.FAILED
        return TaskStatus.CANCELLED if self.cancelled else TaskStatus.FINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedTask:
    """A removed task, complete, as long as it can be restored (FM-162)."""

    task: Task
    behind: str | None = None
    """The task before it, which may be removed too; None: it was the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """A person's own spool in a tray, and what is known of it. None = unknown."""

    spool: str
    """Its id."""
    tray: int
    """254: the external spool."""
    left: float | None = None
    """Grams of filament on it."""
    net_grams: float | None = None
    """Grams of filament on it when it is full."""
    price_per_kg: float | None = None
    account: str | None = None
    """Account in other books that is charged too; None: only our own history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One physical print of one copy."""

    run_id: int
    """The printer's `subtask_id`: 1 to 2^31-1, unique (FM-010)."""
    name: str
    """The printer's `subtask_name`: ours alone, ASCII (FM-012)."""
    remote_name: str = ""
    """Of its file on the card; "" in runs of earlier versions."""
    task_id: str
    copy: int
    """1-based number of the copy."""
    phase: Phase
    started: datetime
    """When the start was decided."""
    from_state: PrintState
    """What the printer showed at the decision: distinguishes a new FINISH from an old one."""
    clears_plate: bool
    """What its FINISH means for the plate, fixed before the start (FM-041)."""
    plates: int = 1
    """Plates of the changer that it uses up."""
    mapping: tuple[int, ...] = ()
    """Tray per project filament slot; never readable from the printer later."""
    external_spool: bool = False
    printing_since: datetime | None = None
    worked: bool = False
    """Seen in RUNNING or PAUSE, not only preparing."""
    unseen: bool = False
    """The connection was lost since it was last seen at work: when it ended is unknown."""
    stop_asked: bool = False
    """A person stopped it from here, perhaps too late."""
    cancel_seen: bool = False
    """The printer said that it was cancelled."""
    error: int = 0
    """Newest print error during the run."""
    layer: int = 0
    """Highest layer reported; a cancel resets the printer's own value (FM-111)."""
    total_layers: int = 0
    trays: tuple[tuple[int, int], ...] = ()
    """(layer, tray) at each change of the tray in use."""
    loaded: tuple[Tray, ...] = ()
    """Every tray and what it held at the decision (FM-108, FM-119)."""
    spools: tuple[Spool, ...] = ()
    """The person's own spools in the trays at the decision (FM-108)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """How a run ended. Immutable, one per run (FM-115)."""

    run: Run
    outcome: Outcome
    ended: datetime | None
    """None: the end was not seen (FM-127)."""
    name: str
    plate_file: PlateFile


class Method(StrEnum):
    """How the filament of a run was found out."""

    ESTIMATE = "estimate"
    """The file's own grams: the run finished."""
    EXTRUSION = "extrusion"
    """What the G-code extrudes up to the highest layer seen: it did not."""
    REMAIN = "remain"
    """The difference of the printer's own `remain`, where that can be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilamentUse:
    """What one run took from one tray for one filament of its plate. None = unknown."""

    slot: int
    """The project's filament slot, 1-based."""
    tray: int | None
    """Tray number; 254 and 255 are the external spool."""
    material: str | None = None
    """What the plate was sliced for."""
    loaded: Tray | None = None
    """What the tray held at the start: not always what the plate was sliced for (FM-119)."""
    spool: str | None = None
    """The user's own spool that was assigned to the tray."""
    grams: float | None = None
    route: Method
    """Named as in the stored documents."""
    price_per_kg: float | None = None
    price_assumed: bool = False
    """The price is the default one, not this spool's (FM-114)."""
    cost: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumption:
    """What one run took. Booked once, never changed (FM-113, FM-115)."""

    filaments: tuple[FilamentUse, ...]
    energy_kwh: float | None = None
    energy_cost: float | None = None
    currency: str | None = None
    """ISO 4217"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlate:
    """Our own knowledge about the build plate; the printer never reports it (FM-030)."""

    clear: bool = False
    job: str | None = None
    """The job that the printer showed when the plate became clear: another one means that
    somebody printed. None: it was not seen at rest. With an occupied plate: the job shown."""
    watched: datetime | None = None
    """Since then the printer was in sight without a gap until this time, to the minute."""
    file: str = ""
    """File name that the printer still showed then, with no job running (FM-168)."""
    uptime: Uptime | None = None
    """`watched` by a clock that cannot be set."""
    named: str = ""
    """The printer's own ids of that job; empty: it showed none."""
    swapped: bool = False
    """Cleared by the job's own swap: the same job done again has swapped again."""
    plates: int = 1
    """Plates of the changer that this job uses up each time."""
    seconds: int | None = None
    """Duration that its file predicts; None: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boot:
    """The computer's boot. `began` by its wall clock: that moves only when the clock is set."""

    boot: str
    began: datetime


NO_STORAGE = frozenset({"no_storage", "storage_full"})
"""Causes of a failed transfer that lie in the card: only a person can fix them."""


class Transfer(StrEnum):
    """State of one of our files on the printer."""

    WANTED = "wanted"
    """To be sent, or to be checked again."""
    READY = "ready"
    """Complete by SIZE on this connection, since the last run."""
    UNWANTED = "unwanted"
    """No task needs it: to be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """One of our files in the printer's `cache/` folder."""

    name: str
    sha256: str
    state: Transfer = Transfer.WANTED
    failures: int = 0
    """Transfers of it that failed in a row."""
    failed: datetime | None = None
    """When the last one of these failed."""
    cause: str | None = None
    """Why: the key of the error (`bambu/exceptions.py`)."""
    missed: bool = False
    """A start did not find it, and it was checked or sent again since."""
    checked: datetime | None = None
    """When it was last seen complete; only of a READY one."""
    unread: bool = False
    """The printer found it and could not read it: it is sent anew, whatever its size there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearingNote:
    """A person's decision whether a file content clears its plate; kept for this printer."""

    sha256: str
    plate: int
    clears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthEntry:
    """One entry of the printer's health list while it is active."""

    entry: Hms
    since: datetime
    """When it was first seen."""
    last_run: int = 0
    """Id of the last run that had been decided by then."""
    accepted: bool = False
    """Until it clears."""


class Removed(Row[RemovedTask]):
    """The removed tasks, in the common order of theirs and the queue's."""

    @cached_property
    def oldest(self) -> datetime | None:
        """When the first of them was removed; None where that is not known of each."""
        times = [one.task.removed_at for one in self]
        known = [time for time in times if time]
        return min(known) if known and len(known) == len(times) else None

    @cached_property
    def newest(self) -> datetime | None:
        """When the last of them was removed; None where that is not known of any."""
        times = (one.task.removed_at for one in self)
        return max((time for time in times if time), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printer's production line."""

    tasks: tuple[Task, ...] = Tasks()
    """In the order of the queue; ended tasks stay, of the finished ones the newest."""
    removed: tuple[RemovedTask, ...] = Removed()
    run: Run | None = None
    last_run_id: int = 0
    last_task_number: int = 0

    running: bool = False
    paused_by: PauseReason | None = None
    """Only while not running; None: never switched on."""

    plate: BuildPlate = field(default_factory=BuildPlate)
    plates_left: int = 0
    """Unused plates, the one on the bed included; counted only with `plate_stack`."""

    cooldown_from: datetime | None = None
    """When the last plate ended (FINISH, or any other end seen)."""
    cooldown_seconds: int | None = None
    """The ended task's own wait; None: the option."""
    bed_hot_since: datetime | None = None

    remote: tuple[RemoteFile, ...] = ()
    transfer: str | None = None
    """Name of the file in a transfer right now: one at a time (FM-050)."""
    transfer_doubted: bool = False
    """The card may have been changed since it began (FM-163)."""
    deferred: datetime | None = None
    """When a start was decided that could not be sent: the next one needs a newer report, and
    a longer pause the more often that has happened."""
    deferrals: int = 0
    """Starts in a row that could not be sent."""
    refusal: int = 0
    """Code with which the printer refused the newest start, as far as it gave one."""

    reported_error: int = 0
    """Print error that was announced and is still shown; 0 none."""
    developer_mode_off: bool = False
    """A start was refused for its missing signature; until the next connection."""
    health: tuple[HealthEntry, ...] = ()
    """Active health entries, as last reported in full."""
    remembered_health: frozenset[Hms] = frozenset()
    """Health entries accepted for this printer, whether active or not."""
    asked_to_clear: bool = False
    """A person was asked to clear the plate."""
    called_for: str | None = None
    """The reason for which a person was called; None: nobody was."""
    stuck_on: str | None = None
    """The wait that must not last too long."""
    stuck_since: datetime | None = None
    """Its beginning, if nobody was called for it yet."""
    silent_since: datetime | None = None
    """Since when the printer has sent nothing useful."""
    told_by_others: datetime | None = None
    """When another client last sent a command that may move the printer."""
    boot: Boot | None = None
    """The computer's boot, as of the last change; None: it has no trusted clock."""
    clearing_notes: tuple[ClearingNote, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.tasks, Tasks):
            object.__setattr__(self, "tasks", Tasks(self.tasks))
        if not isinstance(self.removed, Removed):
            object.__setattr__(self, "removed", Removed(self.removed))

    @property
    def queue(self) -> Tasks:
        """The tasks, with what was worked out of them."""
        return cast(Tasks, self.tasks)

    @property
    def aside(self) -> Removed:
        """The removed tasks, with what was worked out of them."""
        return cast(Removed, self.removed)

    def task(self, task_id: str) -> Task | None:
        """Return the task of this id."""
        return self.queue.task(task_id)

    def task_of(self, run: Run) -> Task:
        """Return the task of the run in flight; it is in the queue until the run ends."""
        task = self.task(run.task_id)
        if task is None:
            raise LookupError(run.task_id)
        return task

    def waiting_copies(self, task: Task) -> int:
        """Copies of the task that are neither ended nor in flight, and still wanted."""
        if task.removed:
            return 0
        in_flight = self.run is not None and self.run.task_id == task.task_id
        return task.open - in_flight

    def remote_file(self, name: str) -> RemoteFile | None:
        """Return what we know of our file of this name on the printer, complete or not."""
        return next((file for file in self.remote if file.name == name), None)

    def without_run(self) -> Line:
        """Return the line as it would be had the run not been started."""
        return replace(self, run=None)

    @property
    def waiting(self) -> tuple[Task, ...]:
        """Tasks with waiting copies, in order."""
        return self.queue.once(_waiting, self.run.task_id if self.run else None)

    @property
    def waiting_plates(self) -> int:
        """Copies that are neither ended nor in flight, and still wanted."""
        task = self.task(self.run.task_id) if self.run else None
        return self.queue.copies - (task is not None and not task.removed)

    @property
    def queue_done(self) -> bool:
        """Nothing waits and nothing runs."""
        return self.run is None and not self.waiting

    def with_task(self, changed: Task) -> Line:
        """Return the line with this task in its old place."""
        return replace(self, tasks=self.queue.changed({changed.task_id: changed}))


def _waiting(tasks: Tasks, in_flight: str | None) -> tuple[Task, ...]:
    """Return the tasks with waiting copies, where one copy of this task is in flight."""
    task = tasks.task(in_flight) if in_flight is not None else None
    if task is None or task.open > 1:
        return tasks.wanted
    return put_together(
        [one for one in block.wanted if one is not task]
        if task.task_id in block.by_id
        else block.wanted
        for block in tasks.blocks
    )
