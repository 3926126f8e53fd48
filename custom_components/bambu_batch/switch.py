"""Switches: run the queue, and what tasks are printed with."""

from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, requires_control
from .options import BED_LEVELING, FLOW_CALIBRATION, TIMELAPSE, Option
from .production.event import SetRunning, UpdateTask
from .production.model import AUTO, Calibrate
from .views.chosen_task import chosen_task

PARALLEL_UPDATES = 0

QUEUE_RUNNING: Final = SwitchEntityDescription(key="queue_running")
SETTINGS: Final[tuple[Option[Any], ...]] = (BED_LEVELING, FLOW_CALIBRATION, TIMELAPSE)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of a printer."""
    coordinator = entry.runtime_data
    async_add_entities(
        [
            QueueSwitch(coordinator),
            *(TaskSwitch(coordinator, setting) for setting in SETTINGS),
            *(DefaultSwitch(coordinator, setting) for setting in SETTINGS),
        ]
    )


class BambuBatchSwitch(BambuBatchEntity, SwitchEntity):
    """A switch; each kind has its own state and its own command."""

    @override
    def shown_state(self) -> object:
        """Return all that this switch shows."""
        return self.is_on, self.extra_state_attributes

    @override
    @requires_control
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self.async_switch(True)

    @override
    @requires_control
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self.async_switch(False)

    async def async_switch(self, on: bool) -> None:
        """Switch on or off."""
        raise NotImplementedError


class QueueSwitch(BambuBatchSwitch):
    """Run or pause the queue; a plate in print goes on."""

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, QUEUE_RUNNING)

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the queue runs."""
        return self.coordinator.line.running

    @override
    async def async_switch(self, on: bool) -> None:
        await self.async_command(SetRunning(on))


class SettingSwitch(BambuBatchSwitch):
    """A setting of tasks; a calibration may be left to the printer."""

    whose: str
    """The first word of its key."""
    category: EntityCategory | None = None

    def __init__(
        self, coordinator: BambuBatchCoordinator, option: Option[Calibrate]
    ) -> None:
        description = SwitchEntityDescription(
            key=f"{self.whose}_{option.key}", entity_category=self.category
        )
        super().__init__(coordinator, description)
        self._option = option

    @property
    def setting(self) -> Calibrate | None:
        """Return the value; None: no task is chosen."""
        raise NotImplementedError

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is done, or may be."""
        return None if self.setting is None else bool(self.setting)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Tell whether the printer decides, where it can."""
        return {AUTO: self.setting == AUTO} if self._option.may_be_auto else None


class TaskSwitch(SettingSwitch):
    """A setting of the chosen task."""

    whose = "task"

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a task to edit."""
        return chosen_task(self.coordinator) is not None

    @property
    @override
    def setting(self) -> Calibrate | None:
        """Return the task's value."""
        task = chosen_task(self.coordinator)
        return getattr(task.settings, self._option.key) if task else None

    @override
    async def async_switch(self, on: bool) -> None:
        if task := chosen_task(self.coordinator):
            await self.async_command(
                UpdateTask(task_id=task.task_id, settings={self._option.key: on})
            )


class DefaultSwitch(SettingSwitch):
    """What new tasks begin with: an option of the entry."""

    whose = "default"
    category = EntityCategory.CONFIG

    @property
    @override
    def setting(self) -> Calibrate:
        """Return the option's value."""
        return self._option.of(self.coordinator.config_entry.options)

    @override
    async def async_switch(self, on: bool) -> None:
        self.coordinator.set_option(self._option.key, on)
