"""What the plates took and cost: in all, and by month, task, material or spool."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType, JsonValueType

from ..coordinator import BambuBatchCoordinator
from ..runtime.database import store_errors
from ..store.reports import Share, Totals
from ..store.tally import By

MONTHS = 12
"""Months returned when `since` is not given."""
OLDEST = datetime(2020, 1, 1, tzinfo=UTC)
"""No run is older."""


class Costs(StrEnum):
    """What the costs are grouped by."""

    MONTH = "month"
    TASK = "task"
    MATERIAL = "material"
    SPOOL = "spool"


async def costs(
    coordinator: BambuBatchCoordinator,
    by: Costs,
    since: datetime | None,
    until: datetime | None,
) -> JsonObjectType:
    """Return the costs of the runs that began in [since, until)."""
    with store_errors():
        return await coordinator.hass.async_add_executor_job(
            _costs, coordinator, by, since, until
        )


def _costs(
    coordinator: BambuBatchCoordinator,
    by: Costs,
    since: datetime | None,
    until: datetime | None,
) -> JsonObjectType:
    repository, serial = coordinator.repository, coordinator.serial
    items: list[JsonValueType]
    if by is Costs.MONTH:
        items = [
            {"of": f"{begin:%Y-%m}"}
            | _sums(repository.totals(serial, dt_util.as_utc(begin), end))
            for begin, end in _months(since, until)
        ]
    else:
        names = coordinator.spools.names()
        shares = repository.shares(serial, By(by), since, until)
        items = [_share(share, names) for share in shares]
    return {
        "currency": coordinator.hass.config.currency,
        "total": _sums(repository.totals(serial, since, until)),
        "items": items,
    }


def _sums(totals: Totals) -> dict[str, Any]:
    return {
        "runs": totals.runs,
        "finished": totals.finished,
        "failed": totals.failed,
        "cancelled": totals.cancelled,
        "seconds": totals.seconds,
        "filament_g": round(totals.grams, 2),
        "filament_cost": round(totals.filament_cost, 2),
        "energy_kwh": round(totals.energy_kwh, 3),
        "energy_cost": round(totals.energy_cost, 2),
        "cost": round(totals.cost, 2),
        "incomplete": totals.incomplete,
    }


def _share(share: Share, names: dict[str, str]) -> JsonValueType:
    return {
        "of": share.of,
        "name": share.name or names.get(share.of or ""),
        "runs": share.runs,
        "filament_g": round(share.grams, 2),
        "filament_cost": round(share.cost, 2),
        "energy_cost": round(share.energy_cost, 2),
        "cost": round(share.cost + share.energy_cost, 2),
    }


def _months(
    since: datetime | None, until: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the months of Home Assistant's own time zone, cut to the given time."""
    now = dt_util.utcnow()

    def local(moment: datetime) -> datetime:
        """Return the local time, cut first: extreme times have none."""
        return dt_util.as_local(max(min(moment, now), OLDEST))

    last = local(until or now)
    begin = local(since) if since else _month(last, 1 - MONTHS)
    while begin < last:
        end = _month(begin, 1)
        yield begin, dt_util.as_utc(min(end, last) if until else end)
        begin = end


def _month(moment: datetime, later: int) -> datetime:
    """Return the start of the month, this many months later."""
    years, month = divmod(moment.month - 1 + later, 12)
    return moment.replace(
        year=moment.year + years,
        month=month + 1,
        day=1,
        hour=0,
        minute=0,
        second=0,
        microsecond=0,
    )
