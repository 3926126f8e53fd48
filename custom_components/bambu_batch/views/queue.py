"""The queue as a whole, as dashboards and automations see it."""

from typing import Any

from ..bambu import codes
from ..coordinator import BambuBatchCoordinator
from ..production.gate import Reason
from ..production.model import Line
from . import health
from .cause import cause_of


def summary(coordinator: BambuBatchCoordinator) -> dict[str, Any]:
    """Return everything but the tasks. `finish` is ISO 8601 in UTC."""
    plan = coordinator.plan
    return {
        "running": coordinator.line.running,
        "waiting_for": coordinator.waiting_for,
        "code": code(coordinator),
        "cause": cause_of(coordinator.line),
        "remaining_seconds": plan.remaining_seconds,
        "finish": plan.finish.isoformat(timespec="seconds") if plan.finish else None,
    }


def code(coordinator: BambuBatchCoordinator) -> str | None:
    """Return the printer's code that the queue waits for, None without one.

    The reasons are a moment older than what the printer shows: the code may have gone.
    """
    match coordinator.waiting_for:
        case Reason.PRINT_ERROR:
            shown = coordinator.status.print_error
            return codes.printed(shown) if shown else None
        case Reason.HMS_ERROR:
            worst = health.worst(coordinator)
            return str(worst) if worst else None
    return None


def open_plates(line: Line) -> int:
    """Return how many plates are still to print, the running one included."""
    in_flight = line.run is not None
    return in_flight + line.waiting_plates
