"""What all entities of a printer have in common."""

from typing import override

from homeassistant.core import callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .bambu.models import by_code, by_serial
from .const import DOMAIN, MANUFACTURER
from .coordinator import BambuBatchCoordinator
from .production.event import Command, Refused
from .production.model import Line


class BambuBatchEntity(CoordinatorEntity[BambuBatchCoordinator]):
    """An entity of the queue: usable while the printer is away."""

    _attr_has_entity_name = True

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: EntityDescription
    ) -> None:
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_translation_key = description.key
        self._attr_unique_id = f"{coordinator.serial}_{description.key}"
        status = coordinator.status
        model = by_code(status.model) or by_serial(coordinator.serial)
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, coordinator.serial)},
            manufacturer=MANUFACTURER,
            model=model.name if model else None,
            name=coordinator.name,
            serial_number=coordinator.serial,
            sw_version=status.firmware,
        )
        self._shown: object = None

    @property
    @override
    def available(self) -> bool:
        return True

    def look(self) -> object:
        """Return all that this entity shows. It is written only when this is another."""
        raise NotImplementedError

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._shown = (self.available, self.look())

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        shown = (self.available, self.look())
        if shown != self._shown:
            self._shown = shown
            self.async_write_ha_state()

    async def async_command(self, event: Command) -> tuple[Line, Line]:
        """Do what a person wants; returns the line before and after."""
        try:
            return await self.coordinator.command(event)
        except Refused as err:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=err.key,
                translation_placeholders=err.placeholders,
            ) from err


class BambuBatchPrinterEntity(BambuBatchEntity):
    """An entity of the printer itself: nothing is known of it while it is away."""

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.status.complete
