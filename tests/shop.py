"""A printer made of software, its files, and its config entry: for tests of the whole product."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_load_integrations
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.coordinator import BambuBatchCoordinator
from custom_components.bambu_batch.production.model import Run
from simulator import Printer, slicer

from .paper import PaperPrinter

PAPER_SERIAL = "03000A000000001"


async def speak_chinese(hass: HomeAssistant) -> None:
    """Let Home Assistant itself speak Chinese."""
    await hass.config.async_update(language="zh-Hans")
    await async_load_integrations(hass, {DOMAIN})


def entry_of(
    printer: Printer, *, host: str | None = None, **options: Any
) -> MockConfigEntry:
    """Return the entry of a simulated printer, as the config flow would make it."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Mini",
        unique_id=printer.serial,
        data={
            "host": host or printer.host,
            "access_code": printer.access_code,
            "serial": printer.serial,
            "mqtt_port": printer.mqtt_port,
            "ftps_port": printer.ftps_port,
            "certificate": printer.certificate_pem,
        },
        options={"plate_clearing": "automatic", "cooldown_seconds": 1, **options},
    )


def spool(name: str = "White", **data: Any) -> ConfigSubentryDataWithId:
    """Return a full spool, added long ago."""
    known: dict[str, Any] = {
        "material": "PLA",
        "net_grams": 1000.0,
        "weighed_grams": 1000.0,
        "weighed": "2020-01-01T00:00:00+00:00",
        "low_grams": 100.0,
        "currency": "EUR",
        "tray": None,
    }
    return ConfigSubentryDataWithId(
        data=known | data,
        subentry_id=name.lower(),
        subentry_type="spool",
        title=name,
        unique_id=None,
    )


def paper_entry(
    serial: str = PAPER_SERIAL,
    *,
    spools: Sequence[ConfigSubentryDataWithId] = (),
    **options: Any,
) -> MockConfigEntry:
    """Return the entry of the printer on paper."""
    return MockConfigEntry(
        subentries_data=tuple(spools),
        domain=DOMAIN,
        title="Mini",
        unique_id=serial,
        data={
            "host": "127.0.0.1",
            "access_code": "12345678",
            "serial": serial,
            "mqtt_port": 8883,
            "ftps_port": 990,
            "certificate": "",
        },
        options={"plate_clearing": "automatic", "cooldown_seconds": 60, **options},
    )


def slice_file(folder: Path, name: str = "clip.gcode.3mf", **plate: Any) -> Path:
    """Put a sliced file for an A1 mini, which clears its plate, into a folder."""
    fields: dict[str, Any] = {"seconds": 300, "swap": "swapmod"} | plate
    return slicer.write(folder / name, [slicer.SlicedPlate(**fields)], model="N1")


class Shop:
    """One entry in Home Assistant and what a test wants to know of it."""

    def __init__(self, hass: HomeAssistant, entry: MockConfigEntry) -> None:
        self.hass = hass
        self.entry = entry

    async def open(self) -> None:
        """Set the entry up."""
        if self.entry.entry_id not in self.hass.config_entries.async_entry_ids():
            self.entry.add_to_hass(self.hass)
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def close(self) -> None:
        """Unload the entry, if it is loaded."""
        if self.entry.state is ConfigEntryState.LOADED:
            await self.hass.config_entries.async_unload(self.entry.entry_id)

    async def settled(self) -> None:
        """Wait until the line has taken everything in."""
        coordinator = self.coordinator
        while (
            coordinator.worker.inbox._changed.is_set() or coordinator.transfers._tasks
        ):
            await asyncio.sleep(0)  # a frozen clock lets nobody sleep longer
        await self.hass.async_block_till_done()

    @property
    def coordinator(self) -> BambuBatchCoordinator:
        """The loaded entry's."""
        coordinator: BambuBatchCoordinator = self.entry.runtime_data
        return coordinator

    def entity_id(self, platform: str, key: str) -> str:
        """Return an entity's id."""
        entity_id = er.async_get(self.hass).async_get_entity_id(
            platform, DOMAIN, f"{self.entry.unique_id}_{key}"
        )
        assert entity_id is not None, key
        return entity_id

    def state(self, platform: str, key: str) -> str:
        """Return an entity's state."""
        state = self.hass.states.get(self.entity_id(platform, key))
        assert state is not None, key
        return state.state

    def attributes(self, platform: str, key: str) -> dict[str, Any]:
        """Return an entity's attributes."""
        state = self.hass.states.get(self.entity_id(platform, key))
        assert state is not None, key
        return dict(state.attributes)

    @property
    def run(self) -> Run:
        """The run in flight."""
        run = self.coordinator.line.run
        assert run is not None
        return run

    async def act(self, action: str, *, response: bool = False, **data: Any) -> Any:
        """Call one of our actions on the queue."""
        queue = self.entity_id("todo", "queue")
        answer = await self.hass.services.async_call(
            DOMAIN,
            action,
            {"entity_id": queue, **data},
            blocking=True,
            return_response=response,
        )
        return answer[queue] if answer else None

    async def press(self, key: str) -> None:
        """Press a button."""
        await self.hass.services.async_call(
            "button",
            "press",
            {"entity_id": self.entity_id("button", key)},
            blocking=True,
        )

    async def switch(self, key: str, *, on: bool) -> None:
        """Turn a switch."""
        await self.hass.services.async_call(
            "switch",
            "turn_on" if on else "turn_off",
            {"entity_id": self.entity_id("switch", key)},
            blocking=True,
        )

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Wait until something is true. Raises TimeoutError after real seconds."""
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.02)


async def queue_up(desk: Shop, paper: PaperPrinter, media: Path, **data: Any) -> str:
    """Queue a file with an idle printer, a clear plate and a running queue."""
    slice_file(media)
    paper.reports()
    answer = await desk.act("enqueue", file="clip.gcode.3mf", response=True, **data)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    task_id: str = answer["tasks"][0]["task_id"]
    return task_id
