"""The history as a table for spreadsheets: one row for each filament of each run."""

import csv
from datetime import datetime, timedelta
import io
from typing import Any, Final
from urllib.parse import quote, urlencode

from aiohttp import hdrs, web
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.http import KEY_HASS, KEY_HASS_USER, HomeAssistantView
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..permissions import queues
from ..production.model import Consumption, FilamentUse
from ..store.errors import StoreError
from ..store.history import HistoryEntry, began
from ..store.repository import Repository

VALID: Final = timedelta(hours=1)
"""How long a link works."""
_PATH: Final = f"/api/{DOMAIN}/history/"

COLUMNS: Final = (
    "run_id",
    "task_id",
    "name",
    "file",
    "plate",
    "started",
    "ended",
    "outcome",
    "slot",
    "tray",
    "material",
    "spool",
    "grams",
    "route",
    "price_per_kg",
    "price_assumed",
    "filament_cost",
    "energy_kwh",
    "energy_cost",
    "currency",
)


@callback
def async_link(
    hass: HomeAssistant,
    entity_id: str,
    since: datetime | None,
    until: datetime | None,
) -> str:
    """Return an address that gives the table of a queue's printer for an hour, without a login."""
    times = {
        key: time.isoformat()
        for key, time in (("since", since), ("until", until))
        if time is not None
    }
    query = f"?{urlencode(times)}" if times else ""
    path = f"{_PATH}{quote(entity_id)}.csv{query}"
    return async_sign_path(hass, path, VALID, use_content_user=True)


class HistoryView(HomeAssistantView):
    """Serves the history of a queue's printer to whoever may read the queue."""

    url = _PATH + "{entity_id}.csv"
    name = f"api:{DOMAIN}:history"

    async def get(self, request: web.Request, entity_id: str) -> web.Response:
        """Answer with the runs that began in [since, until), the newest first."""
        hass = request.app[KEY_HASS]
        if not request[KEY_HASS_USER].permissions.check_entity(entity_id, POLICY_READ):
            raise web.HTTPForbidden
        coordinator = queues(hass).get(entity_id)
        if coordinator is None:
            raise web.HTTPNotFound
        since, until = (_time(request.query.get(key)) for key in ("since", "until"))
        spools = coordinator.ledger.spools.names()
        try:
            text = await hass.async_add_executor_job(
                _table, coordinator.repository, coordinator.serial, since, until, spools
            )
        except StoreError as err:
            raise web.HTTPServiceUnavailable from err
        disposition = f'attachment; filename="{entity_id.partition(".")[2]}.csv"'
        return web.Response(
            text=text,
            content_type="text/csv",
            charset="utf-8",
            headers={hdrs.CONTENT_DISPOSITION: disposition},
        )


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return dt_util.as_utc(dt_util.parse_datetime(text, raise_on_error=True))
    except (ValueError, OverflowError) as err:
        raise web.HTTPBadRequest from err


def _table(
    repository: Repository,
    serial: str,
    since: datetime | None,
    until: datetime | None,
    spools: dict[str, str],
) -> str:
    table = io.StringIO()
    table.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # spreadsheets then read UTF-8
    writer = csv.writer(table)
    writer.writerow(COLUMNS)
    for entry in repository.history(serial, since, until, None):
        writer.writerows(map(_cell, row) for row in _rows(entry, spools))
    return table.getvalue()


def _rows(entry: HistoryEntry, spools: dict[str, str]) -> list[tuple[Any, ...]]:
    """Return the rows of a run; its energy is in the first one, so that columns can be summed."""
    record, consumption = entry.record, entry.consumption
    run, file = record.run, record.plate_file
    head = (
        run.run_id,
        run.task_id,
        record.name,
        file.file,
        file.plate,
        began(run).isoformat(),
        record.ended.isoformat() if record.ended else None,
        record.outcome,
    )
    taken = consumption or Consumption(filaments=())
    uses = taken.filaments or (None,)
    energy = (taken.energy_kwh, taken.energy_cost)
    return [
        (
            *head,
            *_use(use, spools),
            *(energy if at == 0 else (None, None)),
            taken.currency,
        )
        for at, use in enumerate(uses)
    ]


def _use(use: FilamentUse | None, spools: dict[str, str]) -> tuple[Any, ...]:
    if use is None:
        return (None,) * 9
    return (
        use.slot,
        use.tray,
        use.material,
        spools.get(use.spool, use.spool) if use.spool else None,
        use.grams,
        use.route,
        use.price_per_kg,
        use.price_assumed,
        use.cost,
    )


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
