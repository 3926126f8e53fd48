"""The printer as a device of Home Assistant."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .bambu.models import by_code, by_serial
from .bambu.status import PrinterStatus
from .const import CONF_SERIAL, DOMAIN, MANUFACTURER


def device_info(entry: ConfigEntry, code: str | None = None) -> dr.DeviceInfo:
    """Return what the entry tells; without the printer's own code the serial names the model."""
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


@callback
def async_note_firmware(
    hass: HomeAssistant, entry: ConfigEntry, status: PrinterStatus
) -> None:
    """Take over what only the printer itself can tell."""
    info = device_info(entry, status.model)
    info["sw_version"] = status.firmware
    dr.async_get(hass).async_get_or_create(config_entry_id=entry.entry_id, **info)
