"""Binary sensors: is the printer there, and is something wrong?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .production.model import PauseReason
from .production.trouble import is_fault

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class BambuBatchBinarySensorDescription(BinarySensorEntityDescription):
    """A binary sensor and its value."""

    is_on_fn: Callable[[BambuBatchCoordinator], bool]


def _has_problem(coordinator: BambuBatchCoordinator) -> bool:
    """Tell whether there is a fault, or the queue has been waiting since one (FM-155)."""
    return (
        is_fault(coordinator.status.print_error)
        or coordinator.line.paused_by is PauseReason.PRINT_ERROR
    )


BINARY_SENSORS: tuple[BambuBatchBinarySensorDescription, ...] = (
    BambuBatchBinarySensorDescription(
        key="connected",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        entity_category=EntityCategory.DIAGNOSTIC,
        is_on_fn=lambda coordinator: coordinator.status.connected,
    ),
    BambuBatchBinarySensorDescription(
        key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_on_fn=_has_problem,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a printer."""
    async_add_entities(
        BambuBatchBinarySensor(entry.runtime_data, description)
        for description in BINARY_SENSORS
    )


class BambuBatchBinarySensor(BambuBatchEntity, BinarySensorEntity):
    """A binary sensor; both have a state while the printer is disconnected."""

    entity_description: BambuBatchBinarySensorDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return the state."""
        return self.entity_description.is_on_fn(self.coordinator)

    @override
    def shown_state(self) -> object:
        """Return all that this sensor shows."""
        return self.is_on
