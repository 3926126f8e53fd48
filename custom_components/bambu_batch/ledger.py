"""What the plates took: booked once for each run, summed for the sensors."""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from . import energy, library
from .const import (
    CONF_CURRENCY_PER_KG,
    CONF_CURRENCY_PER_KWH,
    CONF_ENERGY_ENTITY,
    CONF_SERIAL,
)
from .options import option
from .production.consumption import Measured, Tariff, consumption, layers_to_measure
from .production.model import Consumption, RunRecord
from .sliced.errors import SlicedError
from .sliced.extrusion import extruded
from .store.errors import StoreError
from .store.history import Totals
from .store.repository import Repository

_LOGGER = logging.getLogger(__name__)


class Ledger:
    """The books of one printer. `changed` is called when the sums are others."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        repository: Repository,
        *,
        changed: Callable[[], None],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._repository = repository
        self._serial: str = entry.data[CONF_SERIAL]
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
                    await run(
                        self._repository.book,
                        self._serial,
                        record.run.run_id,
                        await self._consumption(record),
                    )
                self.totals = await run(self._repository.totals, self._serial)
        except StoreError as err:
            _LOGGER.warning("The consumption cannot be booked now: %s", err.key)
            return
        self._changed()

    async def _consumption(self, record: RunRecord) -> Consumption:
        return consumption(
            record,
            await self._measured(record),
            tariff=self._tariff(),
            energy_kwh=await self._energy(record),
        )

    def _tariff(self) -> Tariff:
        options = self._entry.options
        return Tariff(
            currency=self._hass.config.currency,
            default_price_per_kg=option(options, CONF_CURRENCY_PER_KG),
            price_per_kwh=option(options, CONF_CURRENCY_PER_KWH),
        )

    async def _energy(self, record: RunRecord) -> float | None:
        """Return the kWh that the run took; None where there is no meter or no reading."""
        meter: str | None = option(self._entry.options, CONF_ENERGY_ENTITY)
        if meter is None or record.ended is None:
            return None
        return await energy.counted(self._hass, meter, record.run.started, record.ended)

    async def _measured(self, record: RunRecord) -> Measured:
        """Return what the plate extrudes; nothing where its file is gone or another."""
        layers = layers_to_measure(record)
        if not layers:
            return {}
        file = record.plate_file
        try:
            found = await library.resolve(self._hass, file.file)
            if (await library.read(self._hass, found)).sha256 != file.sha256:
                return {}
        except ServiceValidationError:
            return {}
        return await self._hass.async_add_executor_job(
            _measure, found.path, file.plate, layers
        )


def _measure(path: Path, plate: int, layers: frozenset[int | None]) -> Measured:
    try:
        return {layer: extruded(path, plate, layer) for layer in layers}
    except SlicedError:
        return {}
