"""What the plates took: booked once for each run, summed for the sensors."""

import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError

from ..bambu.status import Tray
from ..const import CONF_SERIAL, DOMAIN
from ..library import files
from ..options import CURRENCY_PER_KG, CURRENCY_PER_KWH, ENERGY_ENTITY
from ..production.consumption import (
    Measured,
    Tariff,
    charges,
    consumption,
    layers_to_measure,
)
from ..production.effect import Announce, News
from ..production.model import Consumption, PlateFile, RunRecord
from ..sliced.errors import SlicedError
from ..store.errors import StoreError
from ..store.reports import Totals
from ..store.repository import Repository
from . import energy
from .spoolman_link import SpoolmanLink
from .spools import Spools

_LOGGER = logging.getLogger(__name__)

STOP_SECONDS: Final = 5
"""How long unloading waits for a booking."""


class Ledger:
    """The books of one printer.

    `changed` is called when the sums change, `announce` when a spool runs low.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        repository: Repository,
        spools: Spools,
        spoolman: SpoolmanLink,
        *,
        changed: Callable[[], None],
        announce: Callable[[Announce], None],
    ) -> None:
        self._hass = hass
        self._entry = entry
        self._repository = repository
        self._spools = spools
        self._spoolman = spoolman
        self._serial: str = entry.data[CONF_SERIAL]
        self._changed = changed
        self._announce = announce
        self._lock = asyncio.Lock()
        self._trays_after: dict[int, tuple[Tray, ...]] = {}
        self._low: set[str] = set()
        self._booked: set[int] = set()
        self._booking: asyncio.Task[None] | None = None
        self.totals: Totals | None = None
        """Sums over all runs; None until they were read."""

    async def load(self) -> None:
        """Read the sums and what waits to be booked. Raises StoreError."""
        waiting = await self._hass.async_add_executor_job(
            self._repository.unbooked, self._serial
        )
        for record in waiting:
            self._spools.note(record)
        await self._sum_up()

    def note(self, record: RunRecord, trays: tuple[Tray, ...] | None) -> None:
        """Note a run that has just ended, and what the trays hold now."""
        self._spools.note(record)
        if record.ended is not None:  # seen to end: nothing else has taken from them
            self._trays_after[record.run.run_id] = trays or ()

    @callback
    def book(self) -> None:
        """Begin to book what has ended; nobody has to wait for it."""
        self._booking = self._hass.async_create_background_task(
            self.catch_up(), f"{DOMAIN} books of {self._entry.title}"
        )

    async def stop(self) -> None:
        """Let a booking end."""
        if self._booking is not None:
            await asyncio.wait([self._booking], timeout=STOP_SECONDS)

    async def catch_up(self) -> None:
        """Book every run that is not booked yet, and sum up."""
        async with self._lock:
            low_before = self._low
            try:
                await self._book()
                booked = bool(self._booked)
                await self._sum_up()
            except StoreError as err:
                _LOGGER.warning("The consumption cannot be booked now: %s", err.key)
                return
        self._spoolman.send_now()
        self._changed()
        for spool_id in self._low - low_before if booked else ():
            name = self._spools.all[spool_id].name
            self._announce(Announce(news=News.FILAMENT_LOW, spool=name))

    async def _book(self) -> None:
        run = self._hass.async_add_executor_job
        for record in await run(self._repository.unbooked, self._serial):
            taken = await self._consumption(record)
            run_id = record.run.run_id
            owed = charges(record.run, taken)
            await run(self._repository.book, self._serial, run_id, taken, owed)
            self._booked.add(run_id)

    async def _sum_up(self) -> None:
        run = self._hass.async_add_executor_job
        self.totals = await run(self._repository.totals, self._serial)
        await self._spoolman.charges.read()
        await self._spools.weigh()
        self._spools.booked(self._booked)
        self._booked.clear()
        self._low = self._spools.low()

    async def _consumption(self, record: RunRecord) -> Consumption:
        trays = self._trays_after.pop(record.run.run_id, ())
        return consumption(
            record,
            await self._measured(record),
            left={tray.number: tray for tray in trays},
            tariff=self._tariff(),
            energy_kwh=await self._energy(record),
        )

    def _tariff(self) -> Tariff:
        options = self._entry.options
        return Tariff(
            currency=self._hass.config.currency,
            default_price_per_kg=CURRENCY_PER_KG.of(options),
            price_per_kwh=CURRENCY_PER_KWH.of(options),
        )

    async def _energy(self, record: RunRecord) -> float | None:
        """Return the kWh that the run took; None without a meter or a reading."""
        meter = ENERGY_ENTITY.of(self._entry.options)
        if meter is None or record.ended is None:
            return None
        return await energy.counted(self._hass, meter, record.run.started, record.ended)

    async def _measured(self, record: RunRecord) -> Measured:
        """Return what the plate extrudes; nothing if its file is gone or has changed."""
        layers = layers_to_measure(record)
        if not layers:
            return {}
        file = record.plate_file
        try:
            found = await files.resolve(self._hass, file.file)
        except ServiceValidationError:
            return {}
        return await self._hass.async_add_executor_job(
            _measure, found.path, file, layers
        )


def _measure(path: Path, file: PlateFile, layers: frozenset[int | None]) -> Measured:
    from ..sliced.extrusion import extruded_through  # noqa: PLC0415  # in the executor

    try:
        return extruded_through(path, file.plate, layers, sha256=file.sha256)
    except SlicedError:
        return {}
