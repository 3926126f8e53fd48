"""A printer as the dashboard card shows it, and what changed since."""

from typing import Any

from ..bambu import codes
from ..bambu.health import meaning_of
from ..coordinator import BambuBatchCoordinator
from ..production.cooldown import bed_is_hot
from ..production.health import blocking, concerns_plate_or_motion
from ..production.model import Phase
from ..production.plate import plate_is_clear
from . import printer, queue

type View = dict[str, Any]


def printer_view(coordinator: BambuBatchCoordinator) -> View:
    """Return everything but the tasks. Temperatures are whole °C, times ISO 8601 in UTC."""
    line, status = coordinator.line, coordinator.status
    options = coordinator.context.options
    cooldown = printer.cooldown_until(coordinator)
    known, uploading = status.complete, coordinator.transfers.share
    return {
        **queue.summary(coordinator),
        "name": coordinator.config_entry.title,
        "reasons": list(coordinator.reasons),
        "paused_by": line.paused_by,
        "printer_state": printer.printer_state(status),
        "progress": printer.progress(status) if known else None,
        "remaining_minutes": printer.remaining_minutes(status) if known else None,
        "layer": status.layer,
        "total_layers": status.total_layers,
        "nozzle_temperature": printer.whole(status.nozzle_temperature),
        "nozzle_target": printer.whole(status.nozzle_target),
        "bed_temperature": printer.whole(status.bed_temperature),
        "bed_target": printer.whole(status.bed_target),
        "print_error": printer.print_error(status),
        "health": _health(coordinator),
        "cooldown_end": cooldown.isoformat() if cooldown else None,
        "bed_wanted": (
            options.cooldown_bed_temperature if bed_is_hot(status, options) else None
        ),
        "plate_clear": plate_is_clear(line, status),
        "plate_clearing": options.plate_clearing,
        "plate_stack": options.plate_stack,
        "plates_left": line.plates_left,
        "uploading": None if uploading is None else round(uploading, 2),
        "current": _current(coordinator),
    }


def changes(sent: View, now: View) -> View:
    """Return the fields that differ from what was sent."""
    return {key: value for key, value in now.items() if sent.get(key, ...) != value}


def _current(coordinator: BambuBatchCoordinator) -> View | None:
    run = coordinator.line.run
    if run is None:
        return None
    return {
        "task_id": run.task_id,
        "copy": run.copy,
        "uncertain": run.phase is Phase.UNCERTAIN,
    }


def _health(coordinator: BambuBatchCoordinator) -> list[View]:
    """Return the health entries that forbid a start, the worst first."""
    return [
        {
            "code": str(entry),
            "message": meaning_of(entry),
            "url": codes.hms_page(entry),
            "risk": concerns_plate_or_motion(entry),
        }
        for entry in blocking(coordinator.line, coordinator.status)
    ]
