"""A printer on paper: a test says what it reports, and what it is sent is written down."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from homeassistant.util import dt as dt_util

from custom_components.bambu_batch.bambu import uptime
from custom_components.bambu_batch.bambu.connection import (
    ConnectionSettings,
    DisconnectReason,
    ProjectFile,
    Reply,
)
from custom_components.bambu_batch.bambu.errors import BambuError
from custom_components.bambu_batch.bambu.outgoing import Part
from custom_components.bambu_batch.bambu.status import (
    Foreign,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.model import Run

from .production.scene import AT_REST


class PaperPrinter:
    """Stands in for both doors to a printer: `Connection` and `Storage`."""

    def __init__(self) -> None:
        self.status = PrinterStatus()
        self.sent: list[str] = []
        """Commands, in order."""
        self.jobs: list[ProjectFile] = []
        self.files: dict[str, int] = {}
        self.reachable = True
        """False: nothing that is sent reaches it."""
        self.upload_error: BambuError | None = None
        self.delete_error: BambuError | None = None

    # As `Connection`

    def connect(
        self,
        access: ConnectionSettings,
        *,
        on_status: Callable[[PrinterStatus], None],
        on_reply: Callable[[Reply], None],
        on_lost: Callable[[DisconnectReason], None],
        on_foreign: Callable[[Foreign], None],
        label: str,
    ) -> PaperPrinter:
        """Be the connection."""
        self._on_status, self._on_reply, self._on_lost = on_status, on_reply, on_lost
        self._on_foreign = on_foreign
        return self

    async def start(self, *, overheard: timedelta | None = None) -> None:
        """Wait for the test's reports."""

    async def stop(self) -> None:
        """Forget everything, and tell nobody, as the real one does."""
        self.status = PrinterStatus()

    def start_print(
        self, job: ProjectFile, guard: Callable[[PrinterStatus], bool]
    ) -> str | None:
        """Take a start if the guard allows it."""
        if not self.reachable or not self.status.complete or not guard(self.status):
            return None
        self.jobs.append(job)
        return self._take("start")

    def pause(self) -> str | None:
        """Take the command."""
        return self._take("pause")

    def resume(self) -> str | None:
        """Take the command."""
        return self._take("resume")

    def stop_print(self) -> str | None:
        """Take the command."""
        return self._take("stop")

    def clean_print_error(self) -> str | None:
        """Take the command, where there is a code to close."""
        return self._take("close_error") if self.status.print_error else None

    def request_full_report(self) -> bool:
        """Take the command."""
        return self._take("pushall") is not None

    def _take(self, what: str) -> str | None:
        if not self.reachable:
            return None
        self.sent.append(what)
        return str(40_000 + len(self.sent))

    # As `Storage`

    def store(
        self, access: ConnectionSettings, *, plain_data: Callable[[], bool]
    ) -> PaperPrinter:
        """Be the file server."""
        self.plain_data = plain_data
        return self

    async def upload(
        self,
        path: Path,
        name: str,
        *,
        part: Part | None,
        size: int,
        anew: bool,
        on_progress: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> bool:
        """Take a file; tell whether it was not there."""
        if self.upload_error is not None:
            raise self.upload_error
        on_progress(path.stat().st_size, path.stat().st_size)
        missing = anew or name not in self.files
        self.files[name] = path.stat().st_size
        return missing

    async def delete(self, name: str) -> None:
        """Delete a file."""
        if self.delete_error is not None:
            raise self.delete_error
        self.files.pop(name, None)

    # What a test lets it do

    def reports(self, **changes: Any) -> None:
        """Report these fields; the first report is that of an idle printer."""
        before = self.status if self.status.complete else AT_REST
        dated = {"received": dt_util.utcnow(), "received_uptime": uptime.now()}
        self._tell(replace(before, **(dated | changes)))

    def prints(self, run: Run, state: PrintState, **changes: Any) -> None:
        """Show this run in a state."""
        active = state not in (PrintState.FINISH, PrintState.FAILED)
        fields: dict[str, Any] = {
            "state": state,
            "print_stage": 2 if active else 1,
            "stage": 0 if active else 255,
            "print_type": "local" if active else "idle",
            "gcode_file": f"{run.name}.3mf" if active else "",
            "subtask_id": str(run.run_id),
            "task_id": str(run.run_id),
            "subtask_name": run.name,
            "percent": 100 if state is PrintState.FINISH else 10,
        }
        self.reports(**(fields | changes))

    def finishes(self, run: Run) -> None:
        """Show this run at work, and then its end."""
        self.prints(run, PrintState.RUNNING)
        self.prints(run, PrintState.FINISH)

    def refuses(self, error_code: int | None = None, reason: str | None = None) -> None:
        """Answer the newest command with a refusal."""
        self._on_reply(
            Reply(
                sequence_id=str(40_000 + len(self.sent)),
                command="project_file",
                accepted=False,
                error_code=error_code,
                reason=reason,
            )
        )

    def overhears(self, foreign: Foreign) -> None:
        """Answer another client's command."""
        self.reports(foreign=foreign)
        self._on_foreign(foreign)

    def is_lost(self, reason: DisconnectReason = DisconnectReason.CLOSED) -> None:
        """Lose the connection."""
        self._tell(PrinterStatus())
        self._on_lost(reason)

    def _tell(self, status: PrinterStatus) -> None:
        self.status = status
        self._on_status(status)
