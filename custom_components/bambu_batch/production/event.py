"""What can happen to a line: a person's commands, and the outcomes of effects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..bambu.status import Foreign
from .model import Hold, Outcome, PlateFile, PrintSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A plate to be queued. `clears_plate` None: by the note of this content, else by `swap`."""

    name: str
    plate_file: PlateFile
    copies: int = 1
    settings: PrintSettings = field(default_factory=PrintSettings)
    clears_plate: bool | None = None
    hold: bool = False


# Commands of a person. An illegal one raises `Refused` and changes nothing.


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Queue these plates at a 1-based position among the waiting tasks; None: last."""

    tasks: tuple[NewTask, ...]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class MoveTask:
    """Move a waiting task to a 1-based position among the waiting tasks."""

    task_id: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateTask:
    """Change a task; None leaves as it is. `settings`: those of PrintSettings to change."""

    task_id: str
    name: str | None = None
    copies: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    clears_plate: bool | None = None
    hold: bool | None = None


@dataclass(frozen=True, slots=True)
class RemoveTasks:
    """Take tasks out of the queue; a running print continues."""

    task_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClearQueue:
    """Take every task out of the queue; a running print continues."""


@dataclass(frozen=True, slots=True)
class RestoreTasks:
    """Bring back recently removed tasks, complete and in their old places."""

    task_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RetryTask:
    """Queue the failed and cancelled copies of a task again."""

    task_id: str


@dataclass(frozen=True, slots=True)
class ResolveTask:
    """Decide what became of an uncertain run: FINISHED (printed) or NOT_STARTED."""

    task_id: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ConfirmPlateClear:
    """A person has seen that the plate is clear."""


@dataclass(frozen=True, slots=True)
class CloseError:
    """Close the code that the printer shows, like the button on its screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptHealth:
    """Accept these health entries, by code; without codes all that forbid a start now."""

    codes: tuple[str, ...] | None = None
    remember: bool | None = None
    """For this printer. None: what concerns neither plate nor motion."""


@dataclass(frozen=True, slots=True)
class ForgetHealth:
    """Take back that these health entries, by code, are accepted for this printer."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetRunning:
    """Run or pause the queue; a running print continues."""

    running: bool


@dataclass(frozen=True, slots=True)
class SetPlatesLeft:
    """A person counted or refilled the plates of the changer."""

    plates: int


@dataclass(frozen=True, slots=True)
class PausePrint:
    """Pause the print at the printer."""


@dataclass(frozen=True, slots=True)
class ResumePrint:
    """Resume the paused print at the printer."""


@dataclass(frozen=True, slots=True)
class StopPrint:
    """Stop the print at the printer."""


# The world.


@dataclass(frozen=True, slots=True)
class ContextChanged:
    """The context may have changed: a report, an option, the time."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The line was loaded from its last commit; nothing in flight has survived."""


@dataclass(frozen=True, slots=True)
class StartDeferred:
    """`may_publish` refused, or there was no connection: nothing was sent."""

    run_id: int


@dataclass(frozen=True, slots=True)
class StartImpossible:
    """We know no command that would start this; nothing was sent (FM-165)."""

    run_id: int


@dataclass(frozen=True, slots=True)
class StartRefused:
    """The printer answered our start with a refusal. `signature`: developer mode is off."""

    run_id: int
    signature: bool = False
    code: int = 0
    """As far as the printer gave one."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The file is on the printer, complete by SIZE. `sent`: until now it was not."""

    name: str
    sent: bool = False


@dataclass(frozen=True, slots=True)
class UploadFailed:
    """The file is not on the printer. `hold`: because of the file itself, found at `file`."""

    name: str
    hold: Hold | None = None
    file: str | None = None
    cancelled: bool = False
    cause: str | None = None
    """Key of the error; None: a fault of ours."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """The file is gone from the printer."""

    name: str


@dataclass(frozen=True, slots=True)
class DeleteFailed:
    """The file may still be on the printer."""

    name: str


@dataclass(frozen=True, slots=True)
class ForeignCommand:
    """The printer has taken another client's command; its status says so until that shows (FM-181)."""

    foreign: Foreign


type Command = (
    Enqueue | MoveTask | UpdateTask | RemoveTasks | ClearQueue | RestoreTasks | RetryTask
    | ResolveTask | ConfirmPlateClear | CloseError | AcceptHealth | ForgetHealth
    | SetRunning | SetPlatesLeft | PausePrint | ResumePrint | StopPrint
)  # fmt: skip
type World = (
    ContextChanged | Restarted | StartDeferred | StartImpossible | StartRefused | Uploaded
    | UploadFailed | Deleted | DeleteFailed | ForeignCommand
)  # fmt: skip
type Event = Command | World


class Refused(Exception):
    """A command that cannot be done; the line is unchanged.

    `key` is the translation key of the reason, `placeholders` fill its text.
    """

    def __init__(self, key: str, **placeholders: str) -> None:
        super().__init__(key)
        self.key = key
        self.placeholders = placeholders
