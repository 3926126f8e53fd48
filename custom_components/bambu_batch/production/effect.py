"""What the line wants done, as data. The new line is committed before any of it is done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .model import PauseReason, PlateFile, PrintSettings, Run, RunRecord


@dataclass(frozen=True, slots=True)
class StartPrint:
    """Send the start of this run, once. Answer: StartDeferred, StartRefused, or reports."""

    run: Run
    plate_file: PlateFile
    settings: PrintSettings
    remote_name: str
    use_ams: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """Bring this content to the printer. Answer: Uploaded or UploadFailed."""

    name: str
    plate_file: PlateFile
    anew: bool = False
    """Also if a file of this name and size is there."""


@dataclass(frozen=True, slots=True)
class CancelUpload:
    """Stop the transfer in flight; its answer still follows."""

    name: str


@dataclass(frozen=True, slots=True)
class DeleteRemote:
    """Delete our file. Answer: Deleted or DeleteFailed."""

    name: str


class Order(StrEnum):
    """A command about the running print, or about the code that the printer shows."""

    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    CLOSE_ERROR = "close_error"


@dataclass(frozen=True, slots=True)
class SendOrder:
    """Send pause, resume, stop, or the closing of a code."""

    order: Order


@dataclass(frozen=True, slots=True)
class AskFullReport:
    """Ask the printer for a full report, within its limits."""


@dataclass(frozen=True, slots=True)
class Record:
    """A run has ended: keep its record, in the same commit as the line."""

    record: RunRecord


class News(StrEnum):
    """What automations and people are told (the `production` event)."""

    PRINT_STARTED = "print_started"
    PRINT_FINISHED = "print_finished"
    PRINT_FAILED = "print_failed"
    PRINT_CANCELLED = "print_cancelled"
    PRINT_ERROR = "print_error"
    QUEUE_PAUSED = "queue_paused"
    QUEUE_RESUMED = "queue_resumed"
    QUEUE_FINISHED = "queue_finished"
    TASK_UNCERTAIN = "task_uncertain"
    PLATE_NEEDS_CLEARING = "plate_needs_clearing"
    PLATES_LOW = "plates_low"
    PLATES_EMPTY = "plates_empty"
    FILAMENT_LOW = "filament_low"
    PERSON_NEEDED = "person_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Announce news."""

    news: News
    run: Run | None = None
    error: int = 0
    pause: PauseReason | None = None
    spool: str | None = None
    """Name of the spool that this is about."""
    waiting_for: str | None = None
    """Reason of the gate that only a person can end."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Work the line out again at this time, if nothing happens before."""

    time: datetime


type Effect = (
    StartPrint | Upload | CancelUpload | DeleteRemote | SendOrder | AskFullReport | Record
    | Announce | WakeAt
)  # fmt: skip
