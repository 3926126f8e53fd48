"""The printer's health entries (HMS) as people see them."""

from typing import Any, Final

from ..bambu.codes import hms_page
from ..bambu.health import meaning_of, module_of
from ..bambu.status import Hms, PrinterStatus
from ..coordinator import BambuBatchCoordinator
from ..production.health import blocking, ends_at_the_printer
from ..production.model import HealthEntry, Line
from ..text import Texts

NONE: Final = "none"
SEVERITIES: Final = (1, 2, 3, 4)


def worst(coordinator: BambuBatchCoordinator) -> Hms | None:
    """Return the worst entry that forbids a start now."""
    entries = blocking(coordinator.line, coordinator.status)
    return entries[0] if entries else None


def acceptable(line: Line, status: PrinterStatus) -> tuple[Hms, ...]:
    """Return the health entries that a person can accept, the worst first."""
    entries = blocking(line, status)
    return tuple(one for one in entries if not ends_at_the_printer(one, line, status))


def state(coordinator: BambuBatchCoordinator) -> str:
    """Return the worst entry that forbids a start, as XXXX-XXXX-XXXX-XXXX, or `none`."""
    return str(worst(coordinator) or NONE)


def entries(coordinator: BambuBatchCoordinator, texts: Texts) -> list[dict[str, Any]]:
    """Return all current entries, in the printer's order. `message` is in the texts' language."""
    line = coordinator.line
    blocks = blocking(line, coordinator.status)

    def view(one: HealthEntry) -> dict[str, Any]:
        entry = one.entry
        return {
            "code": str(entry),
            "severity": entry.severity if entry.severity in SEVERITIES else None,
            "module": module_of(entry),
            "message": texts.health(meaning_of(entry)),
            "url": hms_page(entry),
            "since": one.since.isoformat(timespec="seconds"),
            "blocks": entry in blocks,
            "accepted": one.accepted or entry in line.remembered_health,
        }

    return [view(one) for one in line.health]
