"""Which waiting task the three switches for overrides edit."""

from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .chosen_task import chosen_task, labels
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity

PARALLEL_UPDATES = 0

TASK: Final = SelectEntityDescription(key="task")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the select of a printer."""
    async_add_entities([TaskSelect(entry.runtime_data)])


class TaskSelect(BambuBatchEntity, SelectEntity):
    """Choose a waiting task; follows the next one when the chosen one leaves."""

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, TASK)

    @property
    @override
    def options(self) -> list[str]:
        """Return the waiting tasks."""
        return list(labels(self.coordinator.line))

    @property
    @override
    def current_option(self) -> str | None:
        """Return the chosen task."""
        task = chosen_task(self.coordinator)
        return next(
            (
                label
                for label, other in labels(self.coordinator.line).items()
                if other is task
            ),
            None,
        )

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a task."""
        self.coordinator.choose(labels(self.coordinator.line)[option].task_id)

    @override
    def look(self) -> object:
        """Return all that this select shows."""
        return self.options, self.current_option
