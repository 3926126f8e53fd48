"""Which waiting task the three switches for overrides edit, and where the spools are."""

from typing import Final, override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, requires_control
from .runtime.task_view import TaskView
from .spools.entity import async_add_spools
from .spools.select import SpoolTray
from .spools.tray_select import async_add_trays
from .views.chosen_task import chosen_task, labels

PARALLEL_UPDATES = 0

TASK: Final = SelectEntityDescription(key="task")


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
    """Choose a waiting task; follows the next one when the chosen one leaves."""

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, TASK)
        self._labels: dict[str, str] = {}
        self._made_from: tuple[TaskView, ...] | None = None

    @property
    @override
    def options(self) -> list[str]:
        """Return the waiting tasks."""
        return list(self._labels.values())

    @property
    @override
    def current_option(self) -> str | None:
        """Return the chosen task."""
        task = chosen_task(self.coordinator)
        return self._labels.get(task.task_id) if task else None

    @override
    @requires_control
    async def async_select_option(self, option: str) -> None:
        """Choose a task."""
        self.coordinator.choose(
            next(task_id for task_id, name in self._labels.items() if name == option)
        )

    @override
    def shown_state(self) -> object:
        """Return all that this select shows."""
        if self.coordinator.tasks is not self._made_from:
            self._made_from = self.coordinator.tasks
            self._labels = labels(self.coordinator.line)
        return self.options, self.current_option
