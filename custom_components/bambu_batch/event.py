"""What happens to the plates, as events for automations and the logbook."""

from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .production.effect import Announce, News
from .views.news import attributes

PARALLEL_UPDATES = 0

PRODUCTION: Final = EventEntityDescription(key="production", event_types=list(News))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of a printer."""
    async_add_entities([ProductionEvent(entry.runtime_data)])


class ProductionEvent(BambuBatchEntity, EventEntity):
    """The news of the line."""

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, PRODUCTION)

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the news."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.on_news(self._on_news))

    @callback
    def _on_news(self, news: Announce) -> None:
        self._trigger_event(news.news, attributes(news, self.coordinator))
        self.async_write_ha_state()
