"""The printer as a device of Home Assistant."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .bambu.models import by_code, by_serial
from .bambu.status import PrinterStatus
from .const import CONF_SERIAL, DOMAIN, MANUFACTURER


def device_info(entry: ConfigEntry, code: str | None = None) -> dr.DeviceInfo:
    """Return what the entry says; without the printer's own `code` the serial identifies the model."""
    serial: str = entry.data[CONF_SERIAL]
    model = by_code(code) or by_serial(serial)
    return dr.DeviceInfo(
        identifiers={(DOMAIN, serial)},
        manufacturer=MANUFACTURER,
        model=model.name if model else None,
        model_id=model.code if model else None,
        name=entry.title,
        serial_number=serial,
    )


class Device:
    """A printer's device, with what only the printer itself can tell."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._noted: tuple[str | None, str | None] | None = None

    @callback
    def note(self, status: PrinterStatus) -> None:
        """Take over model and firmware when they change."""
        if not status.firmware or (status.model, status.firmware) == self._noted:
            return
        self._noted = (status.model, status.firmware)
        info = device_info(self._entry, status.model)
        info["sw_version"] = status.firmware
        dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id, **info
        )
