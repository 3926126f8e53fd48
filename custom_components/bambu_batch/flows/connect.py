"""Reaching a printer for a form. Each of these raises BambuError."""

import logging

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant

from ..bambu import identity
from ..bambu.connection_settings import ConnectionSettings, Timing
from ..bambu.errors import BambuError
from ..bambu.probe import Probed, probe
from ..const import CONF_CERTIFICATE, CONF_MQTT_PORT
from .printer import printer_of

_LOGGER = logging.getLogger(__name__)


async def try_printer(settings: ConnectionSettings) -> Probed:
    """Connect to a printer for real, and return what it says of itself."""
    try:
        return await probe(settings)
    except BambuError:
        raise
    except Exception as err:
        _LOGGER.exception("Unexpected error while connecting")
        raise BambuError from err


async def try_alone(
    hass: HomeAssistant, entry: ConfigEntry, settings: ConnectionSettings
) -> None:
    """Try a printer of ours while its entry lets go of it.

    After a failure the entry goes on as it was; after a success the caller reloads it.
    """
    async with entry.setup_lock:
        loaded = entry.state is ConfigEntryState.LOADED
        if loaded and not await entry.async_unload(hass):
            raise BambuError
        try:
            await try_printer(settings)
        except BaseException:
            if loaded:  # not by a reload: that would end the flow that asks
                await entry.async_setup(hass)
            raise


async def certificate_of(hass: HomeAssistant, settings: ConnectionSettings) -> str:
    """Return the certificate that is shown there, as PEM; that takes no login."""
    return await hass.async_add_executor_job(
        identity.read_certificate, settings.host, settings.mqtt_port, Timing().connect
    )


async def has_moved(hass: HomeAssistant, entry: ConfigEntry, host: str) -> bool:
    """Tell whether a printer of ours is lost, and is the one that now answers there.

    Anybody can announce a serial; a handshake with the pinned certificate takes the
    printer's key, and gives no secret away.
    """
    printer = printer_of(entry)
    if printer is not None and printer.status.connected:
        return False
    if CONF_CERTIFICATE not in entry.data:
        return False
    return await hass.async_add_executor_job(
        identity.answers,
        host,
        entry.data[CONF_MQTT_PORT],
        entry.data[CONF_CERTIFICATE],
        Timing().connect,
    )
