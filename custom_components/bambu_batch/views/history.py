"""The history as automations see it."""

from datetime import datetime
from typing import Any

from homeassistant.util.json import JsonValueType

from ..coordinator import BambuBatchCoordinator
from ..library.thumbnail import thumbnail_url
from ..production.model import Consumption, FilamentUse
from ..runtime.database import store_errors
from ..store.history import HistoryEntry, began


async def runs(
    coordinator: BambuBatchCoordinator,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> list[JsonValueType]:
    """Return the newest runs that began in [since, until), newest first."""
    with store_errors():
        entries = await coordinator.hass.async_add_executor_job(
            coordinator.repository.history, coordinator.serial, since, until, limit
        )
    return [_run(entry) for entry in entries]


def _run(entry: HistoryEntry) -> JsonValueType:
    record, consumption = entry.record, entry.consumption
    run, file = record.run, record.plate_file
    started, ended = began(run), record.ended
    uses = consumption.filaments if consumption else ()
    return {
        "run_id": run.run_id,
        "task_id": run.task_id,
        "name": record.name,
        "file": file.file,
        "plate": file.plate,
        # Without a version: another file may be in its place by now.
        "thumbnail": thumbnail_url(file.file, file.plate),
        "started": started.isoformat(),
        "ended": ended.isoformat() if ended else None,
        "outcome": record.outcome,
        "seconds": round((ended - started).total_seconds()) if ended else None,
        "filament_g": _sum(use.grams for use in uses),
        "cost": _cost(consumption),
        "energy_kwh": consumption.energy_kwh if consumption else None,
        "energy_cost": consumption.energy_cost if consumption else None,
        "currency": consumption.currency if consumption else None,
        "filaments": [_filament(use) for use in uses],
    }


def _filament(use: FilamentUse) -> JsonValueType:
    return {
        "slot": use.slot,
        "tray": use.tray,
        "material": use.material,
        "spool": use.spool,
        "grams": use.grams,
        "route": use.route,
        "cost": use.cost,
        "price_assumed": use.price_assumed,
    }


def _cost(consumption: Consumption | None) -> float | None:
    """Return filament and energy; what is unknown adds nothing."""
    if consumption is None:
        return None
    return _sum((*(use.cost for use in consumption.filaments), consumption.energy_cost))


def _sum(values: Any) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known), 2) if known else None
