"""Bambu Batch Manager: a print queue for Bambu Lab printers that clear their own plate."""

import logging

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, Platform
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import discovery
from .const import CONF_SERIAL, DOMAIN
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .news import async_fire_news
from .repairs import watch
from .runtime import database
from .sentences import async_teach
from .services import async_setup_services
from .store.errors import StoreError
from .web.card import async_register_card
from .web.http import async_register_views
from .web.websocket_api import async_register_commands

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)

PLATFORMS: list[Platform] = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CALENDAR,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TODO,
]


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Set up what all printers share."""
    async_setup_services(hass)
    async_register_views(hass)
    async_register_commands(hass)
    async_teach(hass)
    await async_register_card(hass)
    await discovery.watch(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: BambuBatchConfigEntry) -> bool:
    """Set up one printer. Its queue works while the printer itself is away."""
    try:
        with database.store_errors(ConfigEntryNotReady):
            repository = await database.async_open(hass, entry.data[CONF_SERIAL])
            coordinator = BambuBatchCoordinator(hass, entry, repository)
            await coordinator.async_start()
    except BaseException:  # also cancelled: Home Assistant may stop meanwhile
        await database.async_close(hass, entry.data[CONF_SERIAL])
        raise
    entry.runtime_data = coordinator

    async def stop(_: Event) -> None:
        await coordinator.async_stop()

    entry.async_on_unload(hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, stop))
    try:
        await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    except BaseException:
        await coordinator.async_stop()
        raise
    entry.async_on_unload(watch.async_watch(hass, entry))
    entry.async_on_unload(async_fire_news(hass, entry))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: BambuBatchConfigEntry) -> bool:
    """Unload a printer; what it prints goes on."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.async_stop()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget a printer: its issues, its queue and its history."""
    watch.async_forget(hass, entry)
    serial = entry.data[CONF_SERIAL]
    try:
        repository = await database.async_open(hass, serial)
        await hass.async_add_executor_job(repository.remove, serial)
    except StoreError as err:
        _LOGGER.warning("The queue of a removed printer stays stored: %s", err.key)
    finally:
        await database.async_close(hass, serial)
