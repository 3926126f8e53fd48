"""A person beside the printer, who acts by what is true only.

They come when called, or when trouble can be seen from across the room.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from homeassistant.exceptions import HomeAssistantError

from demo.client import RequestFailed
from simulator import Job, Outcome, Printer, PrinterSpec, Source

FULL = 3
"""Plates that the changer takes."""
_HANGS = 77
"""Stage in which the AMS looks for a spool that is not there (FM-145)."""


@dataclass(frozen=True, slots=True)
class View:
    """What Home Assistant shows of the queue."""

    waiting_for: str
    running: bool
    tasks: list[dict[str, Any]]
    """As `get_queue` gives them."""

    def status(self, status: str) -> list[dict[str, Any]]:
        """Return the tasks of this status."""
        return [task for task in self.tasks if task["status"] == status]

    @property
    def open_copies(self) -> int:
        """Copies of all tasks that are neither finished nor cancelled."""
        ended = ("finished", "failed", "cancelled")
        return sum(
            task["copies"] - task["copies_done"]
            for task in self.tasks
            if task["status"] not in ended
        )


class Desk(Protocol):
    """Home Assistant as a person uses it."""

    async def look(self) -> View:
        """Return what the queue looks like."""
        ...

    async def act(self, action: str, **data: Any) -> Any:
        """Call an action of the queue. Raises what a refusal raises."""
        ...

    async def ended(self) -> set[str]:
        """Return the runs in the history."""
        ...

    async def run_queue(self) -> None:
        """Switch the queue on."""
        ...

    async def fill_changer(self, plates: int) -> None:
        """Set how many plates there are, including the one on the bed."""
        ...


def name_of(job: Job) -> str:
    """Return the name of a job's task; our names end with the number of the run."""
    return job.subtask_name.rsplit("_", 1)[0]


def printed(printer: Printer, name: str) -> set[str]:
    """Return the runs of a task that were printed to their end."""
    return {
        job.subtask_id
        for job in printer.truth.jobs
        if job.source is Source.LAN
        and job.outcome is Outcome.FINISHED
        and name_of(job) == name
    }


def put_right(printer: Printer) -> str | None:
    """Mend what can be seen at the printer; None: nothing is wrong."""
    truth, world = printer.truth, printer.world
    deeds: dict[str, tuple[bool, Callable[[], object]]] = {
        "switches it on": (not truth.powered, world.power_on),
        "puts the card back": (
            not printer.card.present,
            lambda: world.set_card(present=True),
        ),
        "puts the spools back": (
            printer.machine.trays != PrinterSpec().trays,
            lambda: world.set_spools(*PrinterSpec().trays),
        ),
        "stops a print that waits for a spool": (
            truth.job is not None and printer.machine.report["stg_cur"] == _HANGS,
            world.press_stop,
        ),
        "gives it a plate": (
            not truth.plate_present,
            world.clear_plate,
        ),
        "resumes the print": (printer.lifecycle.paused, world.press_resume),
        "closes the message": (
            truth.job is None
            and (truth.print_error != 0 or truth.state == "PAUSE")
            and truth.powered,
            world.dismiss,
        ),
        "acknowledges the health entries": (
            # Only every other time, so that some are accepted in Home Assistant.
            bool(printer.machine.report["hms"])
            and truth.job is None
            and len(truth.jobs) % 2 == 0,
            world.set_hms,
        ),
    }
    for label, (needed, do) in deeds.items():
        if needed:
            printer.journal.note("person", deed=label)
            do()
            return label
    return None


async def accept_health(
    desk: Desk, printer: Printer, remember: bool | None = None
) -> None:
    """Accept the entries that stand. Raises what a refusal raises; then nothing is accepted."""
    before = printer.machine.consent.words
    printer.world.accept_health(
        remember=remember
    )  # before it: a start may follow at once
    data = {} if remember is None else {"remember": remember}
    try:
        await desk.act("accept_health", **data)
    except HomeAssistantError, RequestFailed:
        printer.machine.consent.words = before
        raise


async def answer(desk: Desk, view: View, printer: Printer) -> str | None:
    """Do what Home Assistant asks for, truly; None: nothing to do, or not yet."""
    if deed := await _answer(desk, view, printer):
        printer.journal.note("person", deed=deed)
    return deed


async def _answer(desk: Desk, view: View, printer: Printer) -> str | None:
    truth = printer.truth
    if not truth.powered or truth.job is not None:
        return None
    match view.waiting_for:
        case "plate_not_clear" | "print_failed" | "plates_empty":
            if truth.plate_occupied or not truth.plate_present:
                printer.world.clear_plate()
            if truth.plates_left is not None:
                printer.world.refill(FULL)
                await desk.fill_changer(FULL + 1)
            await desk.act("confirm_plate_clear")
            return "confirms that the plate is clear"
        case "task_uncertain":
            task = view.status("uncertain")[0]
            new = printed(printer, task["name"]) - await desk.ended()
            outcome = "printed" if new else "not_started"
            await desk.act("resolve_task", task_id=task["task_id"], outcome=outcome)
            return f"says {outcome}"
        case "print_error":
            await desk.act("close_print_error")
            return "closes the code from here"
        case "hms_error":
            await accept_health(desk, printer)
            return "accepts the health entries"
        case "queue_paused":
            await desk.run_queue()
            return "runs the queue"
        case "task_held":
            task = view.status("held")[0]
            await desk.act("update_task", task_id=task["task_id"], hold=False)
            return "releases a task"
        case "developer_mode_off":
            printer.world.drop_connections()
            return "switches developer mode on"
    return None
