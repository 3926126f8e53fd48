"""Numbers: the cooldown, and the plates left in the changer."""

from typing import Final, override

from homeassistant.components.number import (
    NumberDeviceClass,
    NumberEntity,
    NumberEntityDescription,
    NumberMode,
)
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .coordinator import SELDOM, BambuBatchConfigEntry
from .entity import BambuBatchEntity, requires_control
from .exact_values import whole_number
from .options import COOLDOWN_SECONDS
from .production.event import SetPlatesLeft
from .production.queue import LONGEST_COOLDOWN, MOST_PLATES

PARALLEL_UPDATES = 0

COOLDOWN: Final = NumberEntityDescription(
    key="cooldown",
    device_class=NumberDeviceClass.DURATION,
    entity_category=EntityCategory.CONFIG,
    native_min_value=0,
    native_max_value=LONGEST_COOLDOWN,
    native_step=1,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    mode=NumberMode.BOX,
)
PLATES_LEFT: Final = NumberEntityDescription(
    key="plates_left",
    native_min_value=0,
    native_max_value=MOST_PLATES,
    native_step=1,
    mode=NumberMode.BOX,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the numbers of a printer; plates are counted only where the option says so."""
    coordinator = entry.runtime_data
    async_add_entities([CooldownNumber(coordinator, COOLDOWN)])
    counted: bool | None = None

    @callback
    def follow_option() -> None:
        nonlocal counted
        before, counted = counted, coordinator.options.plate_stack > 0
        if counted == before:
            return
        if counted:
            async_add_entities([PlatesLeftNumber(coordinator, PLATES_LEFT)])
            return
        registry = er.async_get(hass)
        unique_id = f"{coordinator.serial}_{PLATES_LEFT.key}"
        if entity_id := registry.async_get_entity_id("number", DOMAIN, unique_id):
            registry.async_remove(entity_id)

    entry.async_on_unload(coordinator.async_add_listener(follow_option, SELDOM))
    follow_option()


class BambuBatchNumber(BambuBatchEntity, NumberEntity):
    """A number that is all it shows."""

    @override
    def shown_state(self) -> object:
        """Return all that this number shows."""
        return self.native_value


class CooldownNumber(BambuBatchNumber):
    """The forced wait after a plate: an option of the entry."""

    @property
    @override
    def native_value(self) -> int:
        """Return the option, in seconds."""
        return self.coordinator.options.cooldown_seconds

    @override
    @requires_control
    async def async_set_native_value(self, value: float) -> None:
        """Change the option."""
        seconds = whole_number(COOLDOWN_SECONDS.key)(value)
        self.coordinator.set_option(COOLDOWN_SECONDS.key, seconds)


class PlatesLeftNumber(BambuBatchNumber):
    """Unused plates in the changer, the one on the bed included."""

    @property
    @override
    def native_value(self) -> int:
        """Return the count."""
        return self.coordinator.line.plates_left

    @override
    @requires_control
    async def async_set_native_value(self, value: float) -> None:
        """Take a person's count."""
        await self.async_command(SetPlatesLeft(whole_number(PLATES_LEFT.key)(value)))
