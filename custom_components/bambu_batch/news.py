"""The line's news on Home Assistant's bus, for the logbook and for device triggers."""

from homeassistant.const import ATTR_DEVICE_ID, CONF_TYPE
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN
from .coordinator import BambuBatchConfigEntry
from .production.effect import Announce
from .views.news import EVENT, attributes


@callback
def async_fire_news(hass: HomeAssistant, entry: BambuBatchConfigEntry) -> CALLBACK_TYPE:
    """Fire each piece of a printer's news from now on; returns what ends that."""

    @callback
    def fire(news: Announce) -> None:
        coordinator = entry.runtime_data
        device = dr.async_get(hass).async_get_device_by_identifier(
            (DOMAIN, coordinator.serial), entry.entry_id
        )
        if device is not None:
            hass.bus.async_fire(
                EVENT,
                {
                    ATTR_DEVICE_ID: device.id,
                    CONF_TYPE: str(news.news),
                    **attributes(news, coordinator),
                },
            )

    return entry.runtime_data.on_news(fire)
