"""The line's news as sentences of the logbook."""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import (
    LOGBOOK_ENTRY_ICON,
    LOGBOOK_ENTRY_MESSAGE,
    LOGBOOK_ENTRY_NAME,
)
from homeassistant.const import ATTR_DEVICE_ID, CONF_TYPE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .text import own_texts
from .views.news import EVENT

ICON: Final = "mdi:printer-3d-nozzle"
"""As the event entity's."""


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[
        [str, str, Callable[[Event[dict[str, Any]]], dict[str, str]]], None
    ],
) -> None:
    """Describe our events."""

    @callback
    def describe(event: Event[dict[str, Any]]) -> dict[str, str]:
        """Return who did what: "Mini", "printed clip, copy 2 of 5"."""
        data, texts = event.data, own_texts(hass)
        device = dr.async_get(hass).async_get(data[ATTR_DEVICE_ID])
        name = (device.name_by_user or device.name) if device else None
        news = data[CONF_TYPE]
        plate = (
            texts.text("logbook_plate", **data)
            if {"name", "copy", "copies"} <= data.keys()
            else ""
        )
        reason = texts.text(f"paused_{data['reason']}") if "reason" in data else ""
        if "waiting_for" in data:
            reason = texts.call(data["waiting_for"], data.get("code"))
        values = {**data, "task": plate, "reason": reason}
        return {
            LOGBOOK_ENTRY_ICON: ICON,
            LOGBOOK_ENTRY_NAME: name or "Bambu Batch Manager",
            LOGBOOK_ENTRY_MESSAGE: texts.text(f"logbook_{news}", **values).strip(),
        }

    async_describe_event(DOMAIN, EVENT, describe)
