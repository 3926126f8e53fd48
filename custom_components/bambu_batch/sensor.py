"""Sensors: what the printer does, what the queue waits for, when it will be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import EntityCategory, UnitOfMass, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from .bambu import codes
from .bambu.status import PrinterStatus
from .coordinator import (
    SELDOM,
    STORE_FAILED,
    BambuBatchConfigEntry,
    BambuBatchCoordinator,
)
from .entity import BambuBatchEntity
from .production.gate import NOTHING, Reason
from .production.model import Task
from .spools.entity import async_add_spools
from .spools.sensor import SPOOL_SENSORS, SpoolSensor
from .store.reports import Totals
from .text import own_texts
from .ticking import DEGREES, ticking_sensors
from .views import health, printer, queue
from .views.cause import cause_of

PARALLEL_UPDATES = 0

NO_ERROR: Final = "none"
type Value = StateType | datetime


@dataclass(frozen=True, kw_only=True)
class BambuBatchSensorDescription(SensorEntityDescription):
    """A sensor: its value, its attributes, whether it needs the printer, and moves on in a print."""

    value_fn: Callable[[BambuBatchCoordinator], Value]
    attributes_fn: Callable[[BambuBatchCoordinator], Mapping[str, Any] | None] = (
        lambda _: None
    )
    needs_printer: bool = False
    progress: tuple[str, ...] = SELDOM


def _current_task(coordinator: BambuBatchCoordinator) -> Task | None:
    run = coordinator.line.run
    return coordinator.line.task(run.task_id) if run else None


def _current_name(coordinator: BambuBatchCoordinator) -> str | None:
    task = _current_task(coordinator)
    return task.name if task else None


def _current_attributes(
    coordinator: BambuBatchCoordinator,
) -> Mapping[str, Any] | None:
    run, task = coordinator.line.run, _current_task(coordinator)
    if run is None or task is None:
        return None
    return {
        "task_id": task.task_id,
        "plate": task.plate_file.plate,
        "copy": run.copy,
        "copies": task.copies,
    }


def _print_error(coordinator: BambuBatchCoordinator) -> str | None:
    code = coordinator.status.print_error
    if code is None:
        return None
    return codes.printed(code) if code else NO_ERROR


def _print_error_attributes(
    coordinator: BambuBatchCoordinator,
) -> Mapping[str, Any] | None:
    error = printer.print_error(coordinator.status)
    return error and {key: error[key] for key in ("message", "url")}


def _health_attributes(coordinator: BambuBatchCoordinator) -> Mapping[str, Any]:
    return {"entries": health.entries(coordinator, own_texts(coordinator.hass))}


def _waiting_attributes(coordinator: BambuBatchCoordinator) -> Mapping[str, Any]:
    return {
        "code": queue.code(coordinator),
        "missing_fields": list(printer.missing(coordinator.status)),
        "cause": cause_of(coordinator.line),
    }


def _total(
    value_fn: Callable[[Totals], StateType],
) -> Callable[[BambuBatchCoordinator], StateType]:
    """Return a function that takes a value out of the sums, once they are known."""

    def value(coordinator: BambuBatchCoordinator) -> StateType:
        totals = coordinator.ledger.totals
        return None if totals is None else value_fn(totals)

    return value


def _target(
    key: str, value_fn: Callable[[PrinterStatus], float | None]
) -> BambuBatchSensorDescription:
    """Return a sensor of the temperature that something is heated to."""
    return BambuBatchSensorDescription(
        key=key,
        value_fn=lambda coordinator: printer.whole(value_fn(coordinator.status)),
        needs_printer=True,
        **DEGREES,
    )


SENSORS: tuple[BambuBatchSensorDescription, ...] = (
    BambuBatchSensorDescription(
        key="waiting_for",
        device_class=SensorDeviceClass.ENUM,
        options=[*Reason, STORE_FAILED, NOTHING],
        value_fn=lambda coordinator: coordinator.waiting_for,
        attributes_fn=_waiting_attributes,
    ),
    BambuBatchSensorDescription(
        key="printer_state",
        device_class=SensorDeviceClass.ENUM,
        options=list(printer.STATES),
        value_fn=lambda coordinator: printer.printer_state(coordinator.status),
    ),
    BambuBatchSensorDescription(
        key="progress",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        value_fn=lambda coordinator: printer.progress(coordinator.status),
        needs_printer=True,
        progress=("percent",),
    ),
    BambuBatchSensorDescription(
        key="queue_finish",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda coordinator: coordinator.plan.finish,
    ),
    BambuBatchSensorDescription(
        key="cooldown_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=printer.cooldown_until,
    ),
    BambuBatchSensorDescription(
        key="current_task",
        value_fn=_current_name,
        attributes_fn=_current_attributes,
    ),
    BambuBatchSensorDescription(
        key="print_error",
        value_fn=_print_error,
        attributes_fn=_print_error_attributes,
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="health",
        value_fn=health.state,
        attributes_fn=_health_attributes,
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="filament_used",
        device_class=SensorDeviceClass.WEIGHT,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfMass.GRAMS,
        suggested_display_precision=0,
        value_fn=_total(lambda totals: round(totals.grams, 1)),
    ),
    BambuBatchSensorDescription(
        key="plates_printed",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=_total(lambda totals: totals.finished),
    ),
)

_NOISE: Final = (
    _target("nozzle_target", lambda status: status.nozzle_target),
    _target("bed_target", lambda status: status.bed_target),
    BambuBatchSensorDescription(
        key="layer",
        value_fn=lambda coordinator: coordinator.status.layer,
        needs_printer=True,
        progress=("layer",),
    ),
)
QUIET: Final = tuple(
    replace(
        description,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
    )
    for description in _NOISE
)
"""Noise to most people: not enabled until somebody asks for them."""

COST: Final = BambuBatchSensorDescription(
    key="production_cost",
    device_class=SensorDeviceClass.MONETARY,
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=2,
    value_fn=_total(lambda totals: round(totals.cost, 2)),
)
"""Its unit is Home Assistant's currency."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a printer."""
    cost = replace(COST, native_unit_of_measurement=hass.config.currency)
    async_add_entities(
        BambuBatchSensor(entry.runtime_data, description)
        for description in (*SENSORS, *QUIET, cost)
    )
    async_add_entities(ticking_sensors(entry.runtime_data))
    async_add_spools(
        entry,
        async_add_entities,
        lambda spool: [
            SpoolSensor(entry.runtime_data, description, spool)
            for description in SPOOL_SENSORS
        ],
    )


class BambuBatchSensor(BambuBatchEntity, SensorEntity):
    """A sensor."""

    entity_description: BambuBatchSensorDescription
    _unrecorded_attributes = frozenset({"entries"})

    def __init__(
        self,
        coordinator: BambuBatchCoordinator,
        description: BambuBatchSensorDescription,
    ) -> None:
        super().__init__(
            coordinator,
            description,
            needs_printer=description.needs_printer,
            progress=description.progress,
        )

    @property
    @override
    def native_value(self) -> Value:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return the attributes."""
        return self.entity_description.attributes_fn(self.coordinator)

    @override
    def shown_state(self) -> object:
        """Return all that this sensor shows."""
        return self.native_value, self.extra_state_attributes
