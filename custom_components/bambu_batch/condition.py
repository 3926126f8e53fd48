"""Conditions for automations: does the queue run, does the printer print?"""

from typing import Final, override

from homeassistant.components.sensor import DOMAIN as SENSOR_DOMAIN
from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import Condition, EntityStateConditionBase

from .const import DOMAIN


class PrinterCondition(EntityStateConditionBase):
    """About one entity of each targeted printer; a device has many more."""

    key: str

    @override
    def entity_filter(self, entities: set[str]) -> set[str]:
        """Return the entities that it is about among those of the target."""
        registry = er.async_get(self._hass)
        return {
            entity_id
            for entity_id in super().entity_filter(entities)
            if (entry := registry.async_get(entity_id))
            and entry.platform == DOMAIN
            and entry.translation_key == self.key
        }


class QueueIsRunning(PrinterCondition):
    """The queue is switched on."""

    _domain_specs = {SWITCH_DOMAIN: DomainSpec()}
    _states = {STATE_ON}
    key = "queue_running"


class IsPrinting(PrinterCondition):
    """A plate is being prepared or printed, whoever started it."""

    _domain_specs = {SENSOR_DOMAIN: DomainSpec()}
    _states = {"preparing", "printing"}
    key = "printer_state"


CONDITIONS: Final[dict[str, type[Condition]]] = {
    "is_printing": IsPrinting,
    "queue_is_running": QueueIsRunning,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by name."""
    return CONDITIONS
