"""What the plates took: booked once for each run, summed for the sensors."""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from . import library
from .production.filament import UNUSED
from .production.model import (
    Consumption,
    Filament,
    FilamentUse,
    Outcome,
    Route,
    Run,
    RunRecord,
)
from .sliced.errors import SlicedError
from .sliced.extrusion import extruded
from .store.errors import StoreError
from .store.history import Totals
from .store.repository import Repository

_LOGGER = logging.getLogger(__name__)

EXTERNAL_TRAY = 254


class Ledger:
    """The books of one printer. `changed` is called when the sums are others."""

    def __init__(
        self,
        hass: HomeAssistant,
        repository: Repository,
        serial: str,
        *,
        changed: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._repository = repository
        self._serial = serial
        self._changed = changed
        self._lock = asyncio.Lock()
        self.totals: Totals | None = None
        """Sums over all runs; None until they were read."""

    async def catch_up(self) -> None:
        """Book every run that is not booked yet, and sum up."""
        run = self._hass.async_add_executor_job
        try:
            async with self._lock:
                for record in await run(self._repository.unbooked, self._serial):
                    consumption = await self._consumption(record)
                    await run(
                        self._repository.book,
                        self._serial,
                        record.run.run_id,
                        consumption,
                    )
                self.totals = await run(self._repository.totals, self._serial)
        except StoreError as err:
            _LOGGER.warning("The consumption cannot be booked now: %s", err.key)
            return
        self._changed()

    async def _consumption(self, record: RunRecord) -> Consumption:
        """Return the estimate of a finished plate, else what was really extruded."""
        if record.outcome is Outcome.FINISHED:
            route = Route.ESTIMATE
            grams = {one.slot: one.grams for one in record.plate_file.filaments}
        else:
            route = Route.EXTRUSION
            grams = await self._extruded(record)
        return Consumption(
            filaments=tuple(
                _use(record.run, one, grams.get(one.slot), route)
                for one in record.plate_file.filaments
            )
        )

    async def _extruded(self, record: RunRecord) -> dict[int, float | None]:
        """Return the grams of each slot up to the last layer; nothing where it is unknown."""
        file = record.plate_file
        try:
            found = await library.resolve(self._hass, file.file)
            if (await library.read(self._hass, found)).sha256 != file.sha256:
                return {}
        except ServiceValidationError:
            return {}
        return await self._hass.async_add_executor_job(
            _weigh, found.path, file.plate, record.run.layer
        )


def _weigh(path: Path, plate: int, layer: int) -> dict[int, float | None]:
    try:
        filaments = extruded(path, plate, layer)
    except SlicedError:
        return {}
    return {one.slot: one.grams for one in filaments if one.slot is not None}


def _use(
    run: Run, filament: Filament, grams: float | None, route: Route
) -> FilamentUse:
    tray = _tray(run, filament.slot)
    return FilamentUse(
        slot=filament.slot,
        tray=tray,
        material=filament.material,
        loaded=next((one for one in run.loaded if one.number == tray), None),
        grams=grams,
        route=route,
    )


def _tray(run: Run, slot: int) -> int | None:
    if run.external_spool:
        return EXTERNAL_TRAY
    tray = run.mapping[slot - 1] if slot <= len(run.mapping) else UNUSED
    return None if tray == UNUSED else tray
