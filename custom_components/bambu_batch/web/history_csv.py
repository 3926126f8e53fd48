"""The history as a table for spreadsheets: one row for each filament of each run.

It is read and sent page by page, the newest runs first: years of it take no more memory than
a week, and a reader who goes away ends it.
"""

from collections.abc import Iterator
from contextlib import suppress
import csv
from datetime import datetime, timedelta
import io
import logging
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

_LOGGER = logging.getLogger(__name__)

PAGE: Final = 250
"""Runs that are read and sent at once."""
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

    async def get(self, request: web.Request, entity_id: str) -> web.StreamResponse:
        """Answer with the runs that began in [since, until), the newest first."""
        hass = request.app[KEY_HASS]
        if not request[KEY_HASS_USER].permissions.check_entity(entity_id, POLICY_READ):
            raise web.HTTPForbidden
        coordinator = queues(hass).get(entity_id)
        if coordinator is None:
            raise web.HTTPNotFound
        since, until = (_time(request.query.get(key)) for key in ("since", "until"))
        spools = coordinator.spools.names()
        pages = _pages(coordinator.repository, coordinator.serial, since, until, spools)
        try:
            page = await hass.async_add_executor_job(next, pages, None)
        except StoreError as err:
            raise web.HTTPServiceUnavailable from err
        disposition = f'attachment; filename="{entity_id.partition(".")[2]}.csv"'
        response = web.StreamResponse(headers={hdrs.CONTENT_DISPOSITION: disposition})
        response.content_type, response.charset = "text/csv", "utf-8"
        with suppress(ConnectionError):  # its reader has gone
            await response.prepare(request)
            while page is not None:
                await response.write(page.encode())
                try:
                    page = await hass.async_add_executor_job(next, pages, None)
                except StoreError as err:
                    _LOGGER.warning("The table of the history breaks off: %r", err)
                    _break_off(request)
        return response


def _break_off(request: web.Request) -> None:
    """Cut the connection: only so does the reader know that the table is not whole."""
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return dt_util.as_utc(dt_util.parse_datetime(text, raise_on_error=True))
    except (ValueError, OverflowError) as err:
        raise web.HTTPBadRequest from err


def _pages(
    repository: Repository,
    serial: str,
    since: datetime | None,
    until: datetime | None,
    spools: dict[str, str],
) -> Iterator[str]:
    """Yield the table in parts. Blocking; raises StoreError."""
    table = io.StringIO()
    table.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # spreadsheets then read UTF-8
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    last: HistoryEntry | None = None
    while True:
        page = repository.history(serial, since, until, PAGE, last)
        for entry in page:
            writer.writerows(_rows(entry, spools))
        yield table.getvalue()
        if len(page) < PAGE:
            return
        table.seek(0)
        table.truncate()
        last = page[-1]


def _rows(entry: HistoryEntry, spools: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run; its energy is in the first one, so that columns can be summed."""
    record, taken = entry.record, entry.consumption or Consumption(filaments=())
    run, file = record.run, record.plate_file
    head = {
        "run_id": run.run_id,
        "task_id": run.task_id,
        "name": record.name,
        "file": file.file,
        "plate": file.plate,
        "started": began(run).isoformat(),
        "ended": record.ended.isoformat() if record.ended else None,
        "outcome": record.outcome,
        "currency": taken.currency,
    }
    energy = {"energy_kwh": taken.energy_kwh, "energy_cost": taken.energy_cost}
    for use in taken.filaments or (None,):
        row = head | _use(use, spools) | energy
        yield {key: _cell(value) for key, value in row.items()}
        energy = {}


def _use(use: FilamentUse | None, spools: dict[str, str]) -> dict[str, Any]:
    if use is None:
        return {}
    return {
        "slot": use.slot,
        "tray": use.tray,
        "material": use.material,
        "spool": spools.get(use.spool, use.spool) if use.spool else None,
        "grams": use.grams,
        "route": use.route,
        "price_per_kg": use.price_per_kg,
        "price_assumed": use.price_assumed,
        "filament_cost": use.cost,
    }


def _cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
