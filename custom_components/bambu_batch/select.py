"""Which waiting task the three switches for overrides edit, and where the spools are."""

from typing import Any, Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, requires_control
from .errors import refusal
from .spools.entity import async_add_spools
from .spools.select import SpoolTray
from .spools.tray_select import async_add_trays
from .views.chosen_task import PLACES, chosen_task, place_of, task_at

PARALLEL_UPDATES = 0

TASK: Final = SelectEntityDescription(key="task", options=list(PLACES))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the selects of a printer, its spools and its trays."""
    async_add_entities([TaskSelect(entry.runtime_data)])
    async_add_spools(
        entry,
        async_add_entities,
        lambda spool: [SpoolTray(entry.runtime_data, spool)],
    )
    async_add_trays(entry, async_add_entities)


class TaskSelect(BambuBatchEntity, SelectEntity):
    """Choose a waiting task by its place; the choice moves with the task.

    When the chosen task leaves, the next one counts as chosen.
    """

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, TASK)

    @property
    @override
    def current_option(self) -> str | None:
        """Return where the chosen task is now."""
        task = chosen_task(self.coordinator)
        return place_of(self.coordinator.line, task) if task else None

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return which task that is."""
        task = chosen_task(self.coordinator)
        return {
            "task_id": task.task_id if task else None,
            "name": task.name if task else None,
        }

    @override
    @requires_control
    async def async_select_option(self, option: str) -> None:
        """Choose the task at this place. Raises ServiceValidationError."""
        task = task_at(self.coordinator.line, option)
        if task is None:
            raise refusal("no_task_at_place", place=option)
        self.coordinator.choose(task.task_id)

    @override
    def shown_state(self) -> object:
        """Return all that this select shows."""
        return self.current_option, self.extra_state_attributes
