"""What is left on a spool, what that is worth, and whether it is enough for the queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfMass

from ..production.runout import Need
from .entity import SpoolEntity


@dataclass(frozen=True, kw_only=True)
class SpoolSensorDescription(SensorEntityDescription):
    """A sensor of a spool: its value and its attributes."""

    value_fn: Callable[[SpoolSensor], float | None]
    attributes_fn: Callable[[SpoolSensor], Mapping[str, Any] | None] = lambda _: None


def _value_left(sensor: SpoolSensor) -> float | None:
    price = sensor.spool.price_per_gram if sensor.spool else None
    left = sensor.left
    return None if left is None or price is None else round(left * price, 2)


def _needed(sensor: SpoolSensor) -> float | None:
    """Return the grams that the queue takes from the spool; None: not known."""
    if not sensor.coordinator.status.complete:
        return None
    need = sensor.need
    if need is None:
        return 0.0
    return None if need.grams is None else round(need.grams, 1)


def _runs_out(sensor: SpoolSensor) -> Mapping[str, Any]:
    ends = sensor.need.runs_out if sensor.need else None
    return {
        "runs_out_plate": ends.plate if ends else None,
        "runs_out_at": ends.when.isoformat() if ends and ends.when else None,
        "runs_out_task_id": ends.task_id if ends else None,
        "runs_out_copy": ends.copy if ends else None,
    }


SPOOL_SENSORS: Final = (
    SpoolSensorDescription(
        key="weight_left",
        device_class=SensorDeviceClass.WEIGHT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfMass.GRAMS,
        suggested_display_precision=0,
        value_fn=lambda sensor: sensor.left,
        attributes_fn=lambda sensor: {"unknown_uses": sensor.unknown_uses},
    ),
    SpoolSensorDescription(
        key="value_left",
        device_class=SensorDeviceClass.MONETARY,
        suggested_display_precision=2,
        value_fn=_value_left,
    ),
    SpoolSensorDescription(
        key="queue_need",
        device_class=SensorDeviceClass.WEIGHT,
        native_unit_of_measurement=UnitOfMass.GRAMS,
        suggested_display_precision=0,
        value_fn=_needed,
        attributes_fn=_runs_out,
    ),
)


class SpoolSensor(SpoolEntity, SensorEntity):
    """A sensor of a spool."""

    entity_description: SpoolSensorDescription

    @property
    def left(self) -> float | None:
        """Grams on the spool."""
        left = self.coordinator.spools.left(self.spool_id)
        return None if left is None else round(left, 1)

    @property
    def unknown_uses(self) -> int:
        """How often an unknown weight was taken since it was weighed."""
        return self.coordinator.spools.unknown(self.spool_id)

    @property
    def need(self) -> Need | None:
        """What the queue takes from the tray that it is in."""
        tray = self.tray
        return next((one for one in self.coordinator.needs if one.tray == tray), None)

    @property
    @override
    def native_unit_of_measurement(self) -> str | None:
        """Return the unit; a value is in the spool's own currency."""
        if self.entity_description.device_class is SensorDeviceClass.MONETARY:
            return self.spool.currency if self.spool else None
        return super().native_unit_of_measurement

    @property
    @override
    def native_value(self) -> float | None:
        """Return the state."""
        return self.entity_description.value_fn(self)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes."""
        return self.entity_description.attributes_fn(self)

    @override
    def shown_state(self) -> object:
        """Return the value and the attributes."""
        return (
            self.native_value,
            self.native_unit_of_measurement,
            self.extra_state_attributes,
        )
