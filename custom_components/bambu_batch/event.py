"""What happens to the plates, as events for automations and the logbook."""

from typing import Any, Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .bambu import codes
from .bambu.health import meaning_of
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .production.effect import Announce, News
from .production.gate import Reason
from .production.health import blocking
from .text import own_texts

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


def attributes(news: Announce, coordinator: BambuBatchCoordinator) -> dict[str, Any]:
    """Return what is said besides: about which plate, which error, which reason."""
    said: dict[str, Any] = {}
    if (run := news.run) is not None:
        task = coordinator.line.task(run.task_id)
        said |= {"task_id": run.task_id, "run_id": run.run_id, "copy": run.copy}
        if task is not None:
            said |= {
                "name": task.name,
                "plate": task.plate_file.plate,
                "copies": task.copies,
            }
    if news.error:
        said |= {"code": codes.printed(news.error), "url": codes.page(news.error)}
    if news.spool is not None:
        said["spool"] = news.spool
    if news.pause is not None:
        said["reason"] = news.pause
    if news.waiting_for is not None:
        said["waiting_for"] = news.waiting_for
    if news.waiting_for == Reason.HMS_ERROR:
        said |= _health(coordinator)
    return said


def _health(coordinator: BambuBatchCoordinator) -> dict[str, Any]:
    """Return which entries a person has to accept, the worst first."""
    entries = blocking(coordinator.line, coordinator.status)
    if not entries:
        return {}
    worst = entries[0]
    return {
        "code": str(worst),
        "codes": [str(entry) for entry in entries],
        "message": own_texts(coordinator.hass).health(meaning_of(worst)),
        "url": codes.hms_page(worst),
    }
