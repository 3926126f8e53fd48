"""What the page Settings > System > Repairs > System information says about us."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .views import queue


@callback
def async_register(
    hass: HomeAssistant, register: system_health.SystemHealthRegistration
) -> None:
    """Register our part of the page."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Return figures of all printers together."""
    coordinators = [
        entry.runtime_data for entry in hass.config_entries.async_loaded_entries(DOMAIN)
    ]
    return {
        "printers": len(hass.config_entries.async_entries(DOMAIN)),
        "connected": sum(one.status.complete for one in coordinators),
        "queues_running": sum(one.line.running for one in coordinators),
        "plates_to_print": sum(queue.open_plates(one.line) for one in coordinators),
        "spoolman_charges": sum(len(one.spoolman.charges.own) for one in coordinators),
        "queue_stored": all(one.store_error is None for one in coordinators),
    }
