"""The plan as a calendar: one event for each planned plate."""

from datetime import datetime
from typing import Final, override

from homeassistant.components.calendar import (
    CalendarEntity,
    CalendarEntityDescription,
    CalendarEvent,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .production.forecast import PlannedPlate

PARALLEL_UPDATES = 0

PLAN: Final = CalendarEntityDescription(key="plan")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the calendar of a printer."""
    async_add_entities([PlanCalendar(entry.runtime_data)])


class PlanCalendar(BambuBatchEntity, CalendarEntity):
    """When each plate will be printed."""

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, PLAN)

    @property
    @override
    def event(self) -> CalendarEvent | None:
        """Return the plate in print, else the next one."""
        now = dt_util.utcnow()
        plates = self.coordinator.plan.coming()
        return next((self._event(one) for one in plates if one.finish > now), None)

    @override
    async def async_get_events(
        self, hass: HomeAssistant, start_date: datetime, end_date: datetime
    ) -> list[CalendarEvent]:
        """Return the plates planned in a time."""
        return [
            self._event(one)
            for one in self.coordinator.plan.plates
            if one.start < end_date and one.finish > start_date
        ]

    @override
    def shown_state(self) -> object:
        """Return all that the calendar's state shows."""
        event = self.event
        return event, event is not None and event.start <= dt_util.utcnow()

    def _event(self, plate: PlannedPlate) -> CalendarEvent:
        task = self.coordinator.line.task(plate.task_id)
        name = task.name if task else plate.task_id
        several = task is not None and task.copies > 1
        return CalendarEvent(
            start=plate.start,
            end=plate.finish,
            summary=f"{name} ({plate.copy}/{task.copies})"
            if task and several
            else name,
            uid=f"{plate.task_id}-{plate.copy}",
        )
