"""Switches: run the queue, and what tasks are printed with."""

from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import options
from .const import CONF_BED_LEVELING, CONF_FLOW_CALIBRATION, CONF_TIMELAPSE
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, asked
from .production.event import SetRunning, UpdateTask
from .production.model import AUTO, Calibrate
from .views.chosen_task import chosen_task

PARALLEL_UPDATES = 0

QUEUE_RUNNING: Final = SwitchEntityDescription(key="queue_running")
CALIBRATIONS: Final = (CONF_BED_LEVELING, CONF_FLOW_CALIBRATION)
SETTINGS: Final = (*CALIBRATIONS, CONF_TIMELAPSE)


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
    @asked
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self.async_switch(True)

    @override
    @asked
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
    """What a task is printed with; a calibration may be left to the printer."""

    @property
    def setting(self) -> Calibrate | None:
        """Return the value; None: of no task."""
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
        may_decide = self.entity_description.key.endswith(CALIBRATIONS)
        return {AUTO: self.setting == AUTO} if may_decide else None


class TaskSwitch(SettingSwitch):
    """One override of the chosen task."""

    def __init__(self, coordinator: BambuBatchCoordinator, setting: str) -> None:
        super().__init__(coordinator, SwitchEntityDescription(key=f"task_{setting}"))
        self._setting = setting

    @property
    @override
    def available(self) -> bool:
        """Return whether there is a task to edit."""
        return chosen_task(self.coordinator) is not None

    @property
    @override
    def setting(self) -> Calibrate | None:
        """Return the override."""
        task = chosen_task(self.coordinator)
        return getattr(task.settings, self._setting) if task else None

    @override
    async def async_switch(self, on: bool) -> None:
        if task := chosen_task(self.coordinator):
            await self.async_command(
                UpdateTask(task_id=task.task_id, settings={self._setting: on})
            )


class DefaultSwitch(SettingSwitch):
    """What new tasks begin with: an option of the entry."""

    def __init__(self, coordinator: BambuBatchCoordinator, setting: str) -> None:
        super().__init__(
            coordinator,
            SwitchEntityDescription(
                key=f"default_{setting}", entity_category=EntityCategory.CONFIG
            ),
        )
        self._setting = setting

    @property
    @override
    def setting(self) -> Calibrate | None:
        """Return the option."""
        value: Calibrate = options.option(
            self.coordinator.config_entry.options, self._setting
        )
        return value

    @override
    async def async_switch(self, on: bool) -> None:
        self.coordinator.set_option(self._setting, on)
